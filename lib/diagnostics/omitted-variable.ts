import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import { checkKnown, checkOneOf } from "../estimators/options.ts";
import { tInverse } from "../regression/distributions.ts";
import { describeCovariance } from "../estimators/design.ts";
import { benchmarkShare } from "./omitted/benchmarks.ts";
import {
  biasOf,
  cohensF2,
  type Confounder,
  errorRatio,
  robustness,
  strengthOf,
} from "./omitted/formulas.ts";
import { geometryOf, partialR2, regressionOf, squaresNet } from "./omitted/geometry.ts";
import { omittedTable } from "./omitted/table.ts";
import type {
  AdjustedEstimate,
  OmittedBound,
  OmittedVariable,
  OmittedVariableOptions,
} from "./omitted/types.ts";

export type { Benchmark, BenchmarkShare } from "./omitted/benchmarks.ts";
export type { Confounder } from "./omitted/formulas.ts";
export type {
  AdjustedEstimate,
  OmittedBound,
  OmittedVariable,
  OmittedVariableOptions,
} from "./omitted/types.ts";

/**
 * How strong an omitted variable would have to be to change a coefficient of a regression.
 *
 * Fixed effects are taken out of everything first, so all shares are of variance within them: R²_{D~Z|X} is what a confounder Z
 * explains of the treatment that neither covariates nor fixed effects explain. Partial R² come from the regression's geometry,
 * not from t (they are equal for classical errors only). A confounder's effect on the coefficient is exact in the sample; its
 * effect on the standard error is exact for the classical one.
 *
 * @throws InputError when there is no regression, the term is not one of its coefficients, a benchmark is not among its
 *   covariates, or q, alpha, kd, ky or the degrees of freedom do not allow it.
 * Source: Cinelli & Hazlett (2020), Journal of the Royal Statistical Society B 82, 39–67.
 */
export function omittedVariable(
  estimate: Estimate,
  options: OmittedVariableOptions,
): OmittedVariable {
  checkKnown(
    options,
    ["term", "q", "alpha", "benchmarks", "kd", "ky", "standardError"],
    ["term"],
  );
  checkOneOf("standardError", options.standardError, ["iid", "own"]);
  const { term, errorType, q, alpha, kd, ky, benchmarks } = withDefaults(options, estimate);
  const regression = regressionOf(estimate, term);
  const geometry = geometryOf(regression);
  const { columns, names, outcome, degreesOfFreedom: df } = geometry;
  const treatment = columns[names.indexOf(term)];
  const share = partialR2(outcome, [treatment], columns.filter((column) => column !== treatment));
  const own = estimate.term(term);
  const f = Math.sqrt(cohensF2(share));
  const { squaredResiduals, squaredOutcome } = regression.fit;
  const iidError = Math.sqrt(squaredResiduals / df / squaresNet(regression, term));
  if (!(squaredResiduals > 1e-20 * squaredOutcome)) {
    throw new InputError({
      problem: "The regression fits perfectly, so nothing is left for a confounder to explain",
      value: term,
      remedy: "check that the outcome is not made from the covariates",
    });
  }
  const standardError = errorType === "iid" ? iidError : own.standardError;
  const critical = tInverse(1 - alpha / 2, errorType === "iid" ? df - 1 : own.degreesOfFreedom);
  const null0 = (1 - q) * own.estimate;
  const adjust = (confounder: Confounder): AdjustedEstimate => {
    checkShares(confounder);
    const { treatment, outcome } = confounder;
    const bias = biasOf(confounder, iidError, df);
    const adjusted = Math.sign(own.estimate) * (Math.abs(own.estimate) - bias);
    const error = standardError * errorRatio(confounder, df);
    return {
      treatment,
      outcome,
      bias,
      estimate: adjusted,
      standardError: error,
      statistic: error === 0 ? null : (adjusted - null0) / error,
      low: adjusted - critical * error,
      high: adjusted + critical * error,
    };
  };
  const bounds = benchmarks.flatMap((benchmark) => {
    const shares = benchmarkShare(geometry, estimate.design, term, benchmark);
    return kd.map((k, i): OmittedBound => {
      const strength = strengthOf(shares, k, ky[i]);
      const common = {
        label: boundLabel(shares.label, k, ky[i]),
        benchmark: shares,
        kd: k,
        ky: ky[i],
      };
      if ("reason" in strength) return { ...common, reason: strength.reason };
      return { ...common, ...adjust(strength), capped: strength.capped };
    });
  });
  const found = {
    term,
    estimate: own.estimate,
    standardError,
    errorType,
    iidError,
    ownError: own.standardError,
    ownErrorName: describeCovariance(estimate.design.covariance),
    degreesOfFreedom: df,
    partialR2: share,
    q,
    alpha,
    robustnessValue: robustness(q * f, 0),
    robustnessValueAlpha: robustness(
      q * f,
      critical * standardError / iidError / Math.sqrt(df - 1),
    ),
    extremeRobustness: q * q * f * f / (1 + q * q * f * f),
    fixedEffects: estimate.design.fixedEffects,
    bounds,
    adjust,
  };
  return { ...found, toTable: () => omittedTable(found, estimate.design.context) };
}

function boundLabel(label: string, kd: number, ky: number): string {
  return kd === ky ? `${kd} × ${label}` : `${kd} (treatment), ${ky} (outcome) × ${label}`;
}

function withDefaults(options: OmittedVariableOptions, { design }: Estimate) {
  const { term, benchmarks = [], standardError: errorType = "iid", q = 1 } = options;
  const alpha = options.alpha ?? 1 - design.confidenceLevel;
  const kd = options.kd ?? [1];
  const ky = options.ky ?? kd;
  const fail = (problem: string, value: unknown, remedy: string) => {
    throw new InputError({ problem, value, remedy });
  };
  if (!(q > 0 && q < Infinity)) fail("q must be above zero", q, "1 is the whole estimate");
  if (!(alpha > 0 && alpha < 1)) fail("alpha must lie between 0 and 1", alpha, "use 0.05");
  if (!Array.isArray(benchmarks)) {
    fail("benchmarks must be a list", String(benchmarks), 'write { benchmarks: ["…"] }');
  }
  for (const [name, values] of [["kd", kd], ["ky", ky]] as const) {
    if (Array.isArray(values) && values.length > 0 && values.every((k) => k > 0 && k < Infinity)) {
      continue;
    }
    fail(
      `${name} must be a list of numbers above zero`,
      String(values),
      `write { ${name}: [1, 2, 3] }`,
    );
  }
  if (kd.length !== ky.length) {
    fail("kd and ky differ in length", `${kd.length}, ${ky.length}`, "give one ky for each kd");
  }
  return { term, benchmarks, errorType, q, alpha, kd, ky };
}

function checkShares(confounder: Confounder): void {
  const { treatment, outcome } = confounder ?? {};
  if (treatment >= 0 && treatment < 1 && outcome >= 0 && outcome <= 1) return;
  throw new InputError({
    problem: "A partial R² is out of range",
    value: `treatment ${treatment}, outcome ${outcome}`,
    remedy: "give a share from 0 up to 1 (of the treatment: below 1)",
  });
}
