import { InputError } from "../panel/errors.ts";
import type { Estimate, RegressionBehind } from "../estimators/estimate.ts";
import { checkKnown, checkOneOf } from "../estimators/options.ts";
import type { PanelContext } from "../panel/panel.ts";
import { formatSignificant } from "../tables/format.ts";
import type { Table } from "../tables/table.ts";
import { regressionOf, squaresNet } from "./omitted/geometry.ts";
import { deltaFor, type OsterMoments, type OsterRoot, osterRoots } from "./omitted/oster-roots.ts";
import { osterTable } from "./omitted/oster-table.ts";

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

/** A degree of selection and an Rmax to ask about; what is left out is as in the result. */
export interface OsterSelection {
  readonly delta?: number;
  readonly rMax?: number;
}

/** What one degree of selection and one Rmax lead to. */
export interface OsterAdjusted {
  readonly delta: number;
  readonly rMax: number;
  /** β*: the coefficient with selection δ taken out; null with a reason where no root is admissible. */
  readonly betaStar: number | null;
  readonly reason: string | null;
  /** All real solutions, the nearest to the long coefficient first; β* is the first admissible. */
  readonly roots: readonly OsterRoot[];
  /** δ at which the coefficient is `beta`; null where no finite δ gives it. */
  readonly deltaForBeta: number | null;
}

export interface OsterBounds extends OsterAdjusted {
  readonly term: string;
  readonly short: { readonly estimate: number; readonly rSquared: number };
  readonly long: { readonly estimate: number; readonly rSquared: number };
  /** Controls of the long regression that the short one lacks. */
  readonly controls: readonly string[];
  readonly rSquared: "within" | "overall";
  readonly beta: number;
  /** Names of the fixed effects in both, and where the figures come from. */
  readonly fixedEffects: readonly string[];
  readonly context: PanelContext;
  /** The same two regressions under another δ or Rmax. @throws InputError as `oster` does. */
  adjust(selection?: OsterSelection): OsterAdjusted;
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
  requireFinite("delta", delta);
  requireFinite("beta", beta);
  const [a, b] = [regressionOf(short, term), regressionOf(long, term)];
  const controls = requireNesting(a, b);
  const squares = rSquared === "within" ? b.fit.squaredOutcome : overallSquares(b, long);
  const [r0, r1] = [a, b].map(({ fit }) => 1 - fit.squaredResiduals / squares);
  const atLong = {
    short: short.term(term).estimate,
    long: long.term(term).estimate,
    treatment: squaresNet(a, term),
    treatmentNet: squaresNet(b, term),
    gained: a.fit.squaredResiduals - b.fit.squaredResiduals,
  };
  const solve = (delta: number, rMax: number): OsterAdjusted => {
    requireAbove(rMax, r1, rSquared);
    const moments: OsterMoments = { ...atLong, possible: (rMax - r1) * squares };
    const roots = osterRoots(moments, delta);
    const betaStar = roots.find(({ admissible }) => admissible)?.value ?? null;
    return {
      delta,
      rMax,
      betaStar,
      reason: betaStar === null
        ? "no solution keeps the direction in which the controls are related to the treatment"
        : null,
      roots,
      deltaForBeta: deltaFor(moments, beta),
    };
  };
  const rMax = options.rMax ?? Math.min(1, 1.3 * r1);
  requireAbove(rMax, r1, rSquared);
  if (!(atLong.treatmentNet < (1 - 1e-10) * atLong.treatment)) {
    throw new InputError({
      problem: "The controls are not related to the treatment, so they show no selection",
      column: controls.join(", "),
      remedy: "use controls that differ with the treatment",
    });
  }
  const found = {
    term,
    short: { estimate: atLong.short, rSquared: r0 },
    long: { estimate: atLong.long, rSquared: r1 },
    controls,
    rSquared,
    ...solve(delta, rMax),
    beta,
    fixedEffects: long.design.fixedEffects,
    context: long.design.context,
    adjust(selection: OsterSelection = {}): OsterAdjusted {
      checkKnown(selection, ["delta", "rMax"], []);
      const asked = { delta: selection.delta ?? delta, rMax: selection.rMax ?? rMax };
      requireFinite("delta", asked.delta);
      return solve(asked.delta, asked.rMax);
    },
  };
  return { ...found, toTable: () => osterTable(found) };
}

function requireFinite(name: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw new InputError({
    problem: `${name} must be a finite number`,
    value,
    remedy: `leave it out for ${name === "beta" ? 0 : 1}`,
  });
}

function requireAbove(rMax: number, longR2: number, rSquared: "within" | "overall"): void {
  if (rMax > longR2 && rMax <= 1) return;
  throw new InputError({
    problem: `rMax must lie above the R² of the long regression, ${
      formatSignificant(longR2)
    } (${rSquared}), up to 1`,
    value: rMax,
    remedy: "give a larger rMax, and say of which variance it is a share: rSquared",
  });
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
