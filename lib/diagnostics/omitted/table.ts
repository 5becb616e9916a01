import type { PanelContext } from "../../panel/panel.ts";
import { formatNumber, formatSignificant } from "../../tables/format.ts";
import { type CellValue, Table } from "../../tables/table.ts";
import type { OmittedBound, OmittedVariable } from "./types.ts";

type Found = Omit<OmittedVariable, "toTable">;

/** 13.9 %, with more digits where it is small. */
export function percent(share: number): string {
  return `${formatSignificant(100 * share, 3)} %`;
}

export function omittedTable(found: Found, context: PanelContext): Table {
  const plain = found.adjust({ treatment: 0, outcome: 0 });
  return new Table({
    caption: `How strong an omitted variable would have to be to explain away ${found.term}: ` +
      `${percent(found.robustnessValue)} of what is left of treatment and outcome`,
    columns: [
      { key: "label", label: "Confounder as strong as" },
      { key: "treatment", label: "R² with treatment", format: percent },
      { key: "outcome", label: "R² with outcome", format: percent },
      { key: "estimate", label: "Estimate", format: formatSignificant },
      { key: "standardError", label: "Std. error", format: formatSignificant },
      { key: "statistic", label: "t", format: (value) => formatNumber(value, 2) },
      { key: "low", label: "Low", format: formatSignificant },
      { key: "high", label: "High", format: formatSignificant },
      { key: "remark", label: "Remark" },
    ],
    rows: [
      {
        label: "none (as estimated)",
        treatment: null,
        outcome: null,
        estimate: found.estimate,
        standardError: found.standardError,
        statistic: plain.statistic === null ? null : plain.statistic * ratio(found, plain),
        low: found.estimate - width(found, plain),
        high: found.estimate + width(found, plain),
        remark: null,
      },
      ...found.bounds.map(boundRow),
    ],
    ...(context.source === undefined ? {} : { source: context.source }),
    notes: [
      ...omittedNotes(found),
      ...(context.provenance === undefined ? [] : [`Figures: ${context.provenance}`]),
    ],
  });
}

/** A confounder of no strength costs a degree of freedom; the first row has none. */
function ratio(found: Found, plain: { standardError: number }): number {
  return plain.standardError / found.standardError;
}

function width(found: Found, plain: { high: number; estimate: number; standardError: number }) {
  return (plain.high - plain.estimate) / ratio(found, plain);
}

function boundRow(bound: OmittedBound): Record<string, CellValue> {
  const { label } = bound;
  if (bound.reason !== undefined) return { label, remark: bound.reason };
  const { treatment, outcome, estimate, standardError, statistic, low, high, capped } = bound;
  const remark = capped ? "the outcome's share is set to its largest, 100 %" : null;
  return { label, treatment, outcome, estimate, standardError, statistic, low, high, remark };
}

/** What the robustness values mean, and which standard errors were used. */
export function omittedNotes(found: Found): string[] {
  const { q, alpha, fixedEffects, errorType, degreesOfFreedom } = found;
  const part = q === 1 ? "all" : percent(q);
  const end = q === 1 ? "zero" : `${percent(1 - q)} of the estimate`;
  const level = formatSignificant(100 * (1 - alpha), 2);
  const given = fixedEffects.length === 0
    ? "given the covariates"
    : `given the covariates and the fixed effects of ${fixedEffects.join(" and ")}`;
  const errors = errorType === "iid"
    ? `Standard errors, t and intervals here are classical (iid: ${
      formatSignificant(found.iidError)
    }), for which the adjustment is exact; the estimate's own is ${
      formatSignificant(found.ownError)
    } (${found.ownErrorName})`
    : `Standard errors are the estimate's own (${found.ownErrorName}), scaled by the ratio that is exact for the classical one (${
      formatSignificant(found.iidError)
    }): an approximation`;
  return [
    `Shares are of variance left ${given}; ${degreesOfFreedom} degrees of freedom`,
    `The treatment explains ${
      percent(found.partialR2)
    } of the outcome. A confounder that explains all of the outcome would have to explain ${
      percent(found.extremeRobustness)
    } of the treatment`,
    `Robustness value: with ${
      percent(found.robustnessValue)
    } of both, a confounder explains ${part} of the estimate; ${
      found.robustnessValueAlpha === 0
        ? `the ${level} % interval holds ${end} without any`
        : `with ${percent(found.robustnessValueAlpha)}, the ${level} % interval reaches ${end}`
    }`,
    errors,
  ];
}
