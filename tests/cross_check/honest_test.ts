import assert from "node:assert/strict";
import { type EventEffects, honestBounds, type HonestOptions } from "../../lib/mod.ts";
import { goldenCase, goldenTest, goldenText } from "../support/golden.ts";

function benzartiCarloni(): EventEffects {
  const data = JSON.parse(goldenText("data/honestdid_BCdata_EventStudy.json"));
  return {
    times: data.timeVec.filter((time: number) => time !== data.referencePeriod),
    base: data.referencePeriod,
    effects: Float64Array.from(data.betahat as number[]),
    covariance: Float64Array.from((data.sigma as number[][]).flat()),
  };
}

const CASES: Readonly<Record<string, HonestOptions>> = {
  "BC_RM_C-LF_first": {},
  BC_RM_Conditional_first: { method: "conditional" },
  "BC_SDRM_C-LF_first": { restriction: "relative slopes" },
  BC_SDRM_Conditional_first: { restriction: "relative slopes", method: "conditional" },
  "BC_SD_C-LF_first": { restriction: "smoothness" },
  BC_SD_Conditional_first: { restriction: "smoothness", method: "conditional" },
};

/** R reads ends off a grid of 1,000 points up to 20 standard errors from zero: where it ends there, it is cut short. */
const GRID_END = 0.3794;
const GRID_STEP = 0.00096;

for (const [name, options] of Object.entries(CASES)) {
  goldenTest(`honest: ${name}, to a step of R's grid`, () => {
    const { table } = goldenCase(`honestdid/${name}`).result;
    const bounds = table.map(({ M, Mbar }: { M?: number; Mbar?: number }) => M ?? Mbar);
    const { intervals } = honestBounds(benzartiCarloni(), { ...options, bounds });
    intervals.forEach(({ bound, low, high }, k) => {
      const { lb, ub } = table[k];
      // Hybrid ends move with the draws of the first stage as well.
      const allowed = GRID_STEP * (options.method === "conditional" ? 1.1 : 1.5);
      assert.ok(Math.abs(low! - lb) < allowed, `${bound}: low ${low} against ${lb}`);
      const cut = options.restriction !== "smoothness" && ub > GRID_END;
      if (cut) assert.ok(high! >= ub - allowed, `${bound}: high ${high} against ${ub}`);
      else assert.ok(Math.abs(high! - ub) < allowed, `${bound}: high ${high} against ${ub}`);
    });
  });
}

goldenTest("honest: relative magnitudes with departures that never fall", () => {
  const { table } = goldenCase("honestdid/BC_RMM_increasing_first").result;
  const bounds = table.map(({ Mbar }: { Mbar: number }) => Mbar);
  const { intervals } = honestBounds(benzartiCarloni(), { monotone: "increasing", bounds });
  intervals.forEach(({ low, high }, k) => {
    assert.ok(Math.abs(low! - table[k].lb) < 1.1e-3);
    // The upper end moves by a third of a standard error between seeds of the first stage, here as in R.
    assert.ok(Math.abs(high! - table[k].ub) < 0.008);
  });
});
