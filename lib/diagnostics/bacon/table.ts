import type { PanelContext } from "../../panel/panel.ts";
import { formatNumber, formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import type { BaconDecomposition } from "./types.ts";

/** How a cohort is called where never and always treated are cohorts too. */
export function cohortName(cohort: number): string | number {
  return cohort === Infinity ? "never" : cohort === -Infinity ? "always" : cohort;
}

export function baconTable(
  found: Omit<BaconDecomposition, "toTable">,
  context: PanelContext,
): Table {
  return new Table({
    caption: "Two-way fixed effects taken apart into two-by-two comparisons",
    columns: [
      { key: "treated", label: "Treated" },
      { key: "control", label: "Control" },
      { key: "type", label: "Type" },
      { key: "weight", label: "Weight", format: (value) => formatNumber(value, 4) },
      { key: "estimate", label: "Estimate", format: formatSignificant },
    ],
    rows: found.cells.map((cell) => ({
      ...cell,
      treated: cohortName(cell.treated),
      control: cohortName(cell.control),
    })),
    ...(context.source === undefined ? {} : { source: context.source }),
    notes: [...sums(found), ...provenance(context)],
  });
}

function sums({ estimate, between, within, covariates, droppedColumns }: Omit<
  BaconDecomposition,
  "toTable"
>): string[] {
  const two = formatSignificant(estimate);
  const mean = `Σ weight × estimate = ${formatSignificant(between.estimate)}`;
  if (covariates.length === 0) return [`${mean}: the two-way estimate`];
  const dropped = droppedColumns.map(({ name, reason }) => `${name} left out: ${reason}`);
  const net = `Covariates: ${covariates.join(", ")}. Weights are shares among the comparisons`;
  if (within === null) {
    return [
      net,
      `${mean}: the two-way estimate (covariates do not vary within cohorts)`,
      ...dropped,
    ];
  }
  const shares = [between.weight, within.weight].map((weight) => formatNumber(weight, 4));
  return [
    net,
    `Two-way estimate ${two} = ${shares[0]} × ${
      formatSignificant(between.estimate)
    } (comparisons) + ` +
    `${shares[1]} × ${
      formatSignificant(within.estimate)
    } (units of one cohort with different covariates)`,
    ...dropped,
  ];
}

function provenance({ provenance }: PanelContext): string[] {
  return provenance === undefined ? [] : [`Figures: ${provenance}`];
}
