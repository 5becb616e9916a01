import { formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import type { OsterBounds } from "../oster.ts";
import type { OsterRoot } from "./oster-roots.ts";

/**
 * Whether `deltaForBeta` leads to `beta` by the solution that is used. The formula knows nothing of the others: `beta` may be a
 * solution for this δ that is not admissible, or farther out than one that is.
 */
export function betaIsUsed(
  { adjust, deltaForBeta, beta, long, short }: Omit<OsterBounds, "toTable">,
): boolean {
  if (deltaForBeta === null) return false;
  const { betaStar } = adjust({ delta: deltaForBeta });
  const scale = Math.abs(long.estimate - beta) + Math.abs(short.estimate - long.estimate);
  return betaStar !== null && Math.abs(betaStar - beta) <= 1e-6 * scale;
}

export function osterTable(found: Omit<OsterBounds, "toTable">): Table {
  const { short, long, rMax, delta, roots, deltaForBeta, beta, betaStar } = found;
  const { source, provenance } = found.context;
  return new Table({
    caption: deltaForBeta === null
      ? `No degree of selection gives a coefficient of ${beta}`
      : `Unobservables would have to count ${
        formatSignificant(deltaForBeta, 3)
      } times as much as the controls for ${found.term} to be ${beta}`,
    columns: [
      { key: "what", label: `Coefficient of ${found.term}` },
      { key: "estimate", label: "Estimate", format: formatSignificant },
      {
        key: "rSquared",
        label: `R² (${found.rSquared})`,
        format: (value) => formatSignificant(value, 3),
      },
      { key: "remark", label: "Remark" },
    ],
    rows: [
      {
        what: "without controls",
        estimate: short.estimate,
        rSquared: short.rSquared,
        remark: null,
      },
      { what: "with controls", estimate: long.estimate, rSquared: long.rSquared, remark: null },
      ...roots.map((root) => ({
        what: `solution for δ = ${delta}`,
        estimate: root.value,
        rSquared: rMax,
        remark: root.value === betaStar
          ? "β*: nearest to the coefficient with controls of those admissible"
          : root.reason ?? "admissible, but further away",
      })),
      ...(betaStar === null
        ? [{ what: "β*", estimate: null, rSquared: rMax, remark: found.reason }]
        : []),
    ],
    ...(source === undefined ? {} : { source }),
    notes: [
      `Controls: ${found.controls.join(", ")}. R² is a share of the outcome's variance ${
        found.rSquared === "within" ? "net of fixed effects" : "about its mean"
      }; with unobservables it would be ${formatSignificant(rMax, 3)}`,
      ...(found.fixedEffects.length === 0
        ? []
        : [`Fixed effects in both: ${found.fixedEffects.join(", ")}`]),
      ...(deltaForBeta === null || betaIsUsed(found) ? [] : [
        `At δ = ${
          formatSignificant(deltaForBeta, 3)
        } the coefficient ${beta} is a solution, but not the one that is used: ${
          whyNotBeta(found, deltaForBeta)
        }`,
      ]),
      "No standard error: both are functions of two regressions; resample units for one",
      ...(provenance === undefined ? [] : [`Figures: ${provenance}`]),
    ],
  });
}

/** The solution `beta` at its own δ, whether it is used or not. */
export function rootAt(
  { adjust, beta }: Omit<OsterBounds, "toTable">,
  delta: number,
): OsterRoot | undefined {
  const { roots } = adjust({ delta });
  return roots.toSorted((a, b) => Math.abs(a.value - beta) - Math.abs(b.value - beta)).at(0);
}

/** Why the solution `beta` is not the one that is used at its own δ. */
export function whyNotBeta(found: Omit<OsterBounds, "toTable">, delta: number): string {
  const { betaStar } = found.adjust({ delta });
  return rootAt(found, delta)?.reason ??
    (betaStar === null
      ? "it is not admissible"
      : `${formatSignificant(betaStar)} is nearer to the coefficient with controls`);
}
