import { InputError } from "../panel/errors.ts";
import type { Estimate, RegressionBehind } from "../estimators/estimate.ts";
import { checkKnown, checkOneOf } from "../estimators/options.ts";
import { formatSignificant } from "../tables/format.ts";
import { Table } from "../tables/table.ts";
import { regressionOf, squaresNet } from "./omitted/geometry.ts";
import { deltaFor, type OsterMoments, type OsterRoot, osterRoots } from "./omitted/oster-roots.ts";

export type { OsterRoot } from "./omitted/oster-roots.ts";

export interface OsterOptions {
  /** The coefficient in doubt, in both regressions. */
  readonly term: string;
  /** R² with everything observed and unobserved. Default min(1, 1.3 × the long regression's R²). */
  readonly rMax?: number;
  /** Selection on unobservables relative to selection on the controls. Default 1. */
  readonly delta?: number;
  /** The coefficient whose δ is asked for. Default 0. */
  readonly beta?: number;
  /**
   * What R² is a share of: "within", the outcome's variance net of fixed effects (default; without fixed effects the squares about
   * zero that the regression explains), or "overall", its variance about its mean, to which fixed effects contribute.
   */
  readonly rSquared?: "within" | "overall";
}

export interface OsterBounds {
  readonly term: string;
  readonly short: { readonly estimate: number; readonly rSquared: number };
  readonly long: { readonly estimate: number; readonly rSquared: number };
  /** Controls of the long regression that the short one lacks. */
  readonly controls: readonly string[];
  readonly rMax: number;
  readonly rSquared: "within" | "overall";
  readonly delta: number;
  /** β*: the coefficient with selection δ taken out; null with a reason where no root is admissible. */
  readonly betaStar: number | null;
  readonly reason: string | null;
  /** All real solutions, the nearest to the long coefficient first; β* is the first admissible. */
  readonly roots: readonly OsterRoot[];
  readonly beta: number;
  /** δ at which the coefficient is `beta`; null where no finite δ gives it. */
  readonly deltaForBeta: number | null;
  toTable(): Table;
}

/**
 * Bias from unobservables, judged by how coefficient and R² move when controls are added: β* for a degree of selection δ, and the δ
 * with which the coefficient would be `beta` (0). Everything that both regressions have, fixed effects too, is taken out first; the
 * controls of the long one alone stand for selection on observables.
 *
 * With δ = 1 two solutions exist and one is admissible; with other δ up to three. All are in `roots`, with the reason where one is not
 * admissible; of several admissible ones, the nearest to the long coefficient is β*.
 *
 * @param short the regression without, @param long the one with the controls: same outcome, rows, weights and fixed effects.
 * @throws InputError when the two do not nest, the controls say nothing about the treatment, or Rmax is not above the long R².
 * Source: Oster (2019), Journal of Business & Economic Statistics 37, propositions 1–3.
 */
export function oster(short: Estimate, long: Estimate, options: OsterOptions): OsterBounds {
  checkKnown(options, ["term", "rMax", "delta", "beta", "rSquared"], ["term"]);
  checkOneOf("rSquared", options.rSquared, ["within", "overall"]);
  const { term, delta = 1, beta = 0, rSquared = "within" } = options;
  for (const [name, value] of [["delta", delta], ["beta", beta]] as const) {
    if (Number.isFinite(value)) continue;
    throw new InputError({
      problem: `${name} must be a finite number`,
      value,
      remedy: "use 1 and 0",
    });
  }
  const [a, b] = [regressionOf(short, term), regressionOf(long, term)];
  const controls = requireNesting(a, b);
  const squares = rSquared === "within" ? b.fit.squaredOutcome : overallSquares(b, long);
  const [r0, r1] = [a, b].map(({ fit }) => 1 - fit.squaredResiduals / squares);
  const rMax = options.rMax ?? Math.min(1, 1.3 * r1);
  if (!(rMax > r1 && rMax <= 1)) {
    throw new InputError({
      problem: `rMax must lie above the R² of the long regression, ${
        formatSignificant(r1)
      } (${rSquared}), up to 1`,
      value: rMax,
      remedy: "give a larger rMax, and say of which variance it is a share: rSquared",
    });
  }
  const moments: OsterMoments = {
    short: short.term(term).estimate,
    long: long.term(term).estimate,
    treatment: squaresNet(a, term),
    treatmentNet: squaresNet(b, term),
    gained: a.fit.squaredResiduals - b.fit.squaredResiduals,
    possible: (rMax - r1) * squares,
  };
  if (!(moments.treatmentNet < (1 - 1e-10) * moments.treatment)) {
    throw new InputError({
      problem: "The controls are not related to the treatment, so they show no selection",
      column: controls.join(", "),
      remedy: "use controls that differ with the treatment",
    });
  }
  const roots = osterRoots(moments, delta);
  const betaStar = roots.find(({ admissible }) => admissible)?.value ?? null;
  const found = {
    term,
    short: { estimate: moments.short, rSquared: r0 },
    long: { estimate: moments.long, rSquared: r1 },
    controls,
    rMax,
    rSquared,
    delta,
    betaStar,
    reason: betaStar === null
      ? "no solution keeps the direction in which the controls are related to the treatment"
      : null,
    roots,
    beta,
    deltaForBeta: deltaFor(moments, beta),
  };
  return { ...found, toTable: () => osterTable(found, long) };
}

function overallSquares({ fit, panel }: RegressionBehind, { design }: Estimate): number {
  const outcome = panel.numeric(design.outcome);
  const weight = (i: number) => fit.weights === null ? 1 : fit.weights[i];
  let [mean, total, squares] = [0, 0, 0];
  for (let i = 0; i < outcome.length; i++) {
    mean += weight(i) * outcome[i];
    total += weight(i);
  }
  for (let i = 0; i < outcome.length; i++) squares += weight(i) * (outcome[i] - mean / total) ** 2;
  return squares;
}

/** The controls; refuses regressions that are not the same but for them. */
function requireNesting(short: RegressionBehind, long: RegressionBehind): string[] {
  const fail = (problem: string, value: unknown, remedy: string) => {
    throw new InputError({ problem, value, remedy });
  };
  const [a, b] = [short.fit, long.fit];
  if (a.rows !== b.rows) {
    fail(
      "The two regressions use different rows",
      `${a.rows}, ${b.rows}`,
      "fit both on the rows in which every control is present (completeSample)",
    );
  }
  if (!(Math.abs(a.squaredOutcome - b.squaredOutcome) <= 1e-9 * b.squaredOutcome)) {
    fail(
      "The two regressions differ in outcome, rows, weights or fixed effects",
      `squares of the outcome ${a.squaredOutcome}, ${b.squaredOutcome}`,
      "change nothing but the covariates",
    );
  }
  const missing = a.names.filter((name) => !b.names.includes(name));
  if (missing.length > 0) {
    fail(
      "The long regression lacks regressors of the short one",
      missing.join(", "),
      "add controls to the short regression, and take none away",
    );
  }
  const controls = b.names.filter((name) => !a.names.includes(name));
  if (controls.length === 0) {
    fail(
      "The long regression has no controls that the short one lacks",
      b.names.join(", "),
      "add covariates to the long regression",
    );
  }
  return controls;
}

function osterTable(found: Omit<OsterBounds, "toTable">, { design }: Estimate): Table {
  const { short, long, rMax, delta, roots, deltaForBeta, beta, betaStar } = found;
  const { source, provenance } = design.context;
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
      ...(design.fixedEffects.length === 0
        ? []
        : [`Fixed effects in both: ${design.fixedEffects.join(", ")}`]),
      "No standard error: both are functions of two regressions; resample units for one",
      ...(provenance === undefined ? [] : [`Figures: ${provenance}`]),
    ],
  });
}
