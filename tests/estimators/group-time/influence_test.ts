import {
  type Comparison,
  type ComparisonResult,
  type CovariateMethod,
  isRefusal,
  panelEffect,
  type Refusal,
} from "../../../lib/estimators/group-time/two-group.ts";
import { rowsEffect } from "../../../lib/estimators/group-time/two-group-rows.ts";
import { assertClose } from "../../support/close.ts";
import { numbers } from "../../support/made.ts";

const ROWS = 60;

function madeComparison(seed: number) {
  const draw = numbers(seed);
  const x = Float64Array.from({ length: ROWS }, () => draw() * 3);
  const z = Float64Array.from({ length: ROWS }, () => draw() - 0.5);
  const treated = Uint8Array.from(x, (v, i) => draw() < 0.25 + 0.12 * v + 0.2 * z[i] ? 1 : 0);
  const post = Uint8Array.from(x, () => draw() < 0.5 ? 1 : 0);
  const outcome = Float64Array.from(x, (v, i) => v * v + z[i] + post[i] * (1 + v) + 3 * draw());
  const weights = Float64Array.from(x, () => 0.5 + draw());
  return { names: ["x", "z"], covariates: [x, z], treated, post, outcome, weights };
}

function effectOf(result: ComparisonResult | Refusal): ComparisonResult {
  if (isRefusal(result)) throw new Error(result.reason);
  return result;
}

/** An influence function is the derivative of the estimate by a row's weight, times the weight. */
function assertDerivative(
  estimate: (weights: Float64Array) => ComparisonResult | Refusal,
  weights: Float64Array,
  name: string,
): void {
  const { influence } = effectOf(estimate(weights));
  const step = 1e-5;
  for (let i = 0; i < weights.length; i += 7) {
    const moved = (by: number) =>
      effectOf(estimate(weights.map((w, k) => k === i ? w * (1 + by) : w))).effect;
    const derivative = (moved(step) - moved(-step)) / (2 * step);
    assertClose(influence[i], derivative, 1e-6, `${name}, row ${i}`, 0.1);
  }
}

for (const method of ["dr", "ipw", "reg"] as CovariateMethod[]) {
  Deno.test(`the influence of ${method} on changes is the derivative by the weights`, () => {
    const made = madeComparison(3);
    const comparison = (weights: Float64Array): Comparison => ({ ...made, weights });
    assertDerivative(
      (weights) => panelEffect(made.outcome, comparison(weights), method),
      made.weights,
      method,
    );
  });

  Deno.test(`the influence of ${method} on rows is the derivative by the weights`, () => {
    const made = madeComparison(5);
    assertDerivative(
      (weights) => rowsEffect(made.outcome, { ...made, weights }, method, "derivative"),
      made.weights,
      method,
    );
  });
}

Deno.test("without covariates the three methods are the difference in mean changes", () => {
  const made = madeComparison(9);
  const plain = { ...made, covariates: [], names: [] };
  const all = (["dr", "ipw", "reg"] as const).flatMap((method) => [
    effectOf(panelEffect(made.outcome, plain, method)).effect,
  ]);
  const mean = (flag: number) => {
    let [sum, total] = [0, 0];
    made.outcome.forEach((y, i) => {
      if (made.treated[i] !== flag) return;
      sum += made.weights[i] * y;
      total += made.weights[i];
    });
    return sum / total;
  };
  for (const effect of all) assertClose(effect, mean(1) - mean(0), 1e-12);
});
