import assert from "node:assert/strict";
import { type EventEffects, honestBounds, type HonestOptions } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
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

interface Case {
  readonly options: HonestOptions;
  /** Allowed distance: a step of R's grid, unless its own solver is less exact. */
  readonly step: number;
}

/** R reads ends off a grid of 1,000 points: from −0.379 to 0.379, wider for smoothness, narrower within a fixed length. */
const STEP = 0.00076;
const SMOOTHNESS_STEP = 0.0013;
const smooth = (options: HonestOptions, step = SMOOTHNESS_STEP): Case => ({
  options: { restriction: "smoothness", ...options },
  step,
});

const CASES: Readonly<Record<string, Case>> = {
  // The first stage of C-LF is drawn: its ends move with the seed, in R and here.
  "BC_RM_C-LF_first": { options: {}, step: 2 * STEP },
  BC_RM_Conditional_first: { options: { method: "conditional" }, step: STEP },
  "BC_SDRM_C-LF_first": { options: { restriction: "relative slopes" }, step: 2 * STEP },
  BC_SDRM_Conditional_first: {
    options: { restriction: "relative slopes", method: "conditional" },
    step: STEP,
  },
  "BC_SD_C-LF_first": smooth({ method: "hybrid" }, 1.5 * SMOOTHNESS_STEP),
  BC_SD_Conditional_first: smooth({ method: "conditional" }),
  "BC_SD_C-F_first": smooth({ method: "hybrid flci" }, 0.0006),
  BC_SDB_positive_first: smooth({ method: "hybrid flci", sign: "positive" }, 0.0006),
  BC_SDB_negative_first: smooth({ method: "hybrid flci", sign: "negative" }, 0.0006),
  BC_SDM_increasing_first: smooth({ method: "hybrid flci", monotone: "increasing" }, 0.0006),
  BC_SDM_decreasing_first: smooth({ method: "hybrid flci", monotone: "decreasing" }, 0.0006),
  // Solved, not read off a grid; but R draws its folded normal quantile, which is 0.1 % off.
  BC_SD_FLCI_first: smooth({ method: "flci" }, 6e-5),
};

/** R cuts intervals of relative restrictions short where its grid ends. */
const GRID_END = 0.3794;

/**
 * Here R accepts the last point of its grid, the end of its first stage (0.6468), and rejects below it down to 0.618: there its
 * truncation leaves a single value. The same case with departures that never rise ends at 0.618 in R.
 */
const ACCEPTED_AT_THE_EDGE = "BC_SDB_negative_first at 0.3";

interface Row {
  readonly M?: number;
  readonly Mbar?: number;
  readonly lb: number;
  readonly ub: number;
}

for (const [name, { options, step }] of Object.entries(CASES)) {
  goldenTest(`honest: ${name}, to a step of R's grid`, () => {
    const table: Row[] = goldenCase(`honestdid/${name}`).result.table;
    const bounds = table.map(({ M, Mbar }) => (M ?? Mbar)!);
    const { intervals } = honestBounds(benzartiCarloni(), { ...options, bounds });
    intervals.forEach(({ bound, low, high }, k) => {
      const { lb, ub } = table[k];
      assert.ok(Math.abs(low! - lb) < step, `${bound}: low ${low} against ${lb}`);
      if (`${name} at ${bound}` === ACCEPTED_AT_THE_EDGE) return;
      const cut = options.restriction !== "smoothness" && ub > GRID_END;
      if (cut) assert.ok(high! >= ub - step, `${bound}: high ${high} against ${ub}`);
      else assert.ok(Math.abs(high! - ub) < step, `${bound}: high ${high} against ${ub}`);
    });
  });
}

goldenTest("honest: relative magnitudes with departures that never fall", () => {
  const table: Row[] = goldenCase("honestdid/BC_RMM_increasing_first").result.table;
  const bounds = table.map(({ Mbar }) => Mbar!);
  const { intervals } = honestBounds(benzartiCarloni(), { monotone: "increasing", bounds });
  intervals.forEach(({ low, high }, k) => {
    assert.ok(Math.abs(low! - table[k].lb) < 1.1e-3);
    // The upper end moves by a third of a standard error between seeds of the first stage, here as in R.
    assert.ok(Math.abs(high! - table[k].ub) < 0.008);
  });
});

goldenTest("honest: the conventional interval", () => {
  const [{ lb, ub }] = goldenCase("honestdid/BC_original_first").result.table;
  const { original } = honestBounds(benzartiCarloni(), { bounds: [0], method: "conditional" });
  assertClose(original.low, lb[0], 1e-12);
  assertClose(original.high, ub[0], 1e-12);
});
