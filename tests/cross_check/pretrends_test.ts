import assert from "node:assert/strict";
import { type EventEffects, preTrendPower, slopeForPower } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenTest, goldenText } from "../support/golden.ts";

function heWang(): EventEffects {
  const { beta, sigma } = JSON.parse(goldenText("data/pretrends_HeAndWang.json"));
  return {
    times: [-4, -3, -2, 0, 1, 2, 3],
    effects: Float64Array.from(beta as number[]),
    covariance: Float64Array.from((sigma as number[][]).flat()),
    base: -1,
  };
}

goldenTest("pretrends: slopes for given power on He and Wang's event study", () => {
  const { result } = goldenCase("pretrends/HeWang_slope_for_power");
  for (const [power, slope] of Object.entries(result)) {
    if (slope === "NA") continue;
    // R searches on a noisy integral and to a loose tolerance; the line below holds against quadrature.
    assertClose(slopeForPower(heWang(), Number(power)), slope as number, 2e-3, power);
  }
  // Gauss–Legendre, 200 nodes a dimension, with scipy 1.17.
  for (const [power, slope] of [[0.2, 0.0225981224], [0.5, 0.0520675798], [0.95, 0.1044166724]]) {
    assert.ok(Math.abs(slopeForPower(heWang(), power) - slope) < 3e-6, `${power}`);
  }
  // Joint Wald test: root of scipy's non-central χ².
  assertClose(slopeForPower(heWang(), 0.5, { test: "joint" }), 0.07205164321342634, 1e-8);
  assertClose(slopeForPower(heWang(), 0.8, { test: "joint" }), 0.0991241549035992, 1e-8);
});

goldenTest("pretrends: power, Bayes factor, likelihood ratio and means after the test", () => {
  const { result } = goldenCase("pretrends/HeWang_linear_power0.5");
  const found = preTrendPower(heWang(), result.slope);
  const [{ Power, "Bayes.Factor": factor, "Likelihood.Ratio": ratio }] = result.df_power;
  assert.ok(Math.abs(found.power - Power) < 5e-5);
  assert.ok(Math.abs(found.bayesFactor - factor) < 1e-4);
  assertClose(found.likelihoodRatio, ratio, 1e-8, "likelihood ratio");
  for (const { t, meanAfterPretesting } of result.df_eventplot) {
    if (t === -1) continue;
    const row = found.rows.find(({ time }) => time === t)!;
    assert.ok(Math.abs(row.meanAfterTest! - meanAfterPretesting) < 1e-5, `${t}`);
  }
});
