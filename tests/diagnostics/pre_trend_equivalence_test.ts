import assert from "node:assert/strict";
import {
  equivalenceTest,
  eventStudy,
  lincom,
  Panel,
  preTrendEquivalence,
  type PreTrendEquivalenceOptions,
  twfe,
} from "../../lib/mod.ts";
import { nearestOnBoundary } from "../../lib/diagnostics/equivalence/boundary-bootstrap.ts";
import { foldedBelow, smallestFoldedBound } from "../../lib/diagnostics/equivalence/folded.ts";
import { growingSubsamples } from "../../lib/diagnostics/equivalence/growing-subsamples.ts";
import {
  selfNormalisedBelow,
  selfNormalisedQuantile,
} from "../../lib/diagnostics/equivalence/self-normalised.ts";
import { stream } from "../../lib/inference/random.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel } from "../support/made.ts";

const fit = (panel: Panel) => eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });
const panel = madePanel(5);
const events = fit(panel);

Deno.test("folded normal bounds are those that R's EquiTrends 1.0.0 prints", () => {
  // Its stored output at level 0.1, standard error 0.1229: estimate, smallest threshold.
  for (const [size, bound] of [[0.1151, 0.2721], [0.1367, 0.2940], [0.2324, 0.3899]]) {
    assert.ok(Math.abs(smallestFoldedBound(size, 0.1229, 0.1, Infinity) - bound) < 1e-4);
  }
  assert.equal(smallestFoldedBound(0.0120, 0.1229, 0.1, Infinity), 0);
  // Critical value for threshold 0.2: 0.05498.
  assert.ok(Math.abs(foldedBelow(0.05498, 0.2, 0.1229, Infinity) - 0.1) < 2e-5);
});

Deno.test("quantiles of the self-normalised limit: exact for two subsamples, the paper's for five", () => {
  // With one subsample of half the units, W is a Cauchy number.
  for (const p of [0.01, 0.05, 0.2]) {
    assertClose(selfNormalisedQuantile(p, 2), -1 / Math.tan(Math.PI * p), 1e-8);
  }
  // EquiTrends 1.0.0 simulated -4.233, -2.905, -2.143, -1.460, -0.856; 4,000,000 draws with numpy gave the values below.
  const drawn = [[0.01, -4.1445], [0.025, -2.9393], [0.05, -2.1561], [0.1, -1.465], [0.2, -0.8425]];
  for (const [p, quantile] of drawn) {
    assertClose(selfNormalisedQuantile(p, 5), quantile, 3e-3, `${p}`);
    assertClose(selfNormalisedBelow(selfNormalisedQuantile(p, 5), 5), p, 1e-8);
    assertClose(selfNormalisedBelow(-selfNormalisedQuantile(p, 5), 5), 1 - p, 1e-8);
  }
});

Deno.test("the nearest effects on the boundary are those of a search over it", () => {
  const estimates = [0.5, -0.8];
  const covariance = Float64Array.of(1, 0.6, 0.6, 2);
  const distance = (x: number, y: number) => {
    const [a, b] = [x - estimates[0], y - estimates[1]];
    return (2 * a * a - 2 * 0.6 * a * b + b * b) / (2 - 0.36);
  };
  let [best, least] = [[0, 0], Infinity];
  for (let t = -1.2; t <= 1.2; t += 0.0005) {
    for (const point of [[1.2, t], [-1.2, t], [t, 1.2], [t, -1.2]]) {
      const here = distance(point[0], point[1]);
      if (here < least) [best, least] = [point, here];
    }
  }
  const found = nearestOnBoundary(estimates, covariance, 1.2);
  assert.ok(Math.abs(found[0] - best[0]) < 1e-3 && Math.abs(found[1] - best[1]) < 1e-3);
});

Deno.test("maximum: as strict as its strictest effect; mean: the equivalence test of the mean", () => {
  const all = preTrendEquivalence(events, { bound: 3 });
  assert.deepEqual(all.rows.map(({ time }) => time), [1, 2]);
  assert.equal(all.pValue, Math.max(...all.rows.map((row) => row.pValue!)));
  assert.equal(all.smallestBound, Math.max(...all.rows.map((row) => row.smallestBound)));
  assert.equal(all.value, Math.max(...all.rows.map((row) => Math.abs(row.estimate))));
  // At the smallest bound p is the level.
  const edge = preTrendEquivalence(events, { bound: all.smallestBound });
  assertClose(edge.pValue!, 0.05, 1e-9);
  // Far from zero the folded test is two one-sided tests.
  const shifted = panel.with(
    "y",
    (row) => row.value("y") + (row.time < 3 ? 50 * row.value("g") : 0),
  );
  const mean = preTrendEquivalence(fit(shifted), { measure: "mean" });
  const average = lincom(fit(shifted), { "g × 1": 0.5, "g × 2": 0.5 }, "mean");
  assertClose(mean.smallestBound, equivalenceTest(average, { bound: 1 }).smallestBound, 1e-9);
});

Deno.test("growing subsamples end in the whole, by refits and by influence functions", () => {
  const names = ["g × 1", "g × 2"];
  const whole = names.map((name) => events.term(name).estimate);
  for (const own of [{}, { fit }]) {
    const paths = growingSubsamples(events, names, { steps: 2, seed: 4, ...own });
    paths[1].forEach((value, k) => assertClose(value, whole[k], 1e-12));
  }
  // With many units the first-order expansion is near the refit.
  const many = noisy(stream(3, 0), 400, [0.5, -0.5, 0.5]);
  const study = eventStudy(many, { outcome: "y", exposure: "g", reference: 4 });
  const again = (p: Panel) => eventStudy(p, { outcome: "y", exposure: "g", reference: 4 });
  const [a, b] = [undefined, again].map((refit) =>
    growingSubsamples(study, ["g × 1"], {
      steps: 4,
      seed: 9,
      ...(refit === undefined ? {} : { fit: refit }),
    })
  );
  a.forEach((value, i) =>
    assert.ok(Math.abs(value[0] - b[i][0]) < 0.05, `${value[0]}, ${b[i][0]}`)
  );
});

/** Two groups, times 1–5, autocorrelated errors, effects of the group in times 1–3. */
function noisy(
  random: ReturnType<typeof stream>,
  units: number,
  effects: readonly number[],
): Panel {
  const rows = Array.from({ length: units }, (_, unit) => {
    const g = unit % 2;
    let shock = random.normal();
    return Array.from({ length: 5 }, (_, k) => {
      shock = 0.5 * shock + Math.sqrt(0.75) * random.normal();
      return { unit, t: k + 1, g, y: shock + g * (effects[k] ?? 0) };
    });
  }).flat();
  return Panel.fromRows(rows, { unit: "unit", time: "t" });
}

Deno.test("on the boundary the tests reject no more often than their level", () => {
  const d = 1.5;
  const cases: [readonly number[], PreTrendEquivalenceOptions][] = [
    [[d, 0, 0], { bound: d }],
    [[d, d, d], { bound: d }],
    [[d, 0, 0], { bound: d, method: "bootstrap", draws: 199, seed: 1 }],
    [[2 * d, 0, d], { bound: d, measure: "mean" }],
    [[d, -d, d], { bound: d, measure: "rootMeanSquare", seed: 1 }],
  ];
  const runs = 200;
  const rejected = cases.map(() => 0);
  for (let run = 0; run < runs; run++) {
    cases.forEach(([effects, options], c) => {
      const study = eventStudy(noisy(stream(20 + c, run), 40, effects), {
        outcome: "y",
        exposure: "g",
        reference: 4,
      });
      if (preTrendEquivalence(study, options).equivalent) rejected[c]++;
    });
  }
  // 0.05 and three standard errors of 200 runs.
  for (const count of rejected) assert.ok(count / runs <= 0.097, rejected.join(", "));
  // The bootstrap and the mean test are not merely conservative.
  assert.ok(rejected[2] / runs > 0.01 && rejected[3] / runs > 0.01, rejected.join(", "));
});

Deno.test("scale, base period within the pre-period's reach and seeds", () => {
  const scaled = fit(panel.with("y", (row) => 10 * row.value("y")));
  const options: PreTrendEquivalenceOptions[] = [
    {},
    { reference: "normal" },
    { measure: "mean" },
    { method: "bootstrap", seed: 3 },
    { measure: "rootMeanSquare", seed: 3 },
  ];
  for (const option of options) {
    const found = preTrendEquivalence(events, option);
    assertClose(preTrendEquivalence(scaled, option).smallestBound, 10 * found.smallestBound, 1e-7);
    assert.equal(preTrendEquivalence(events, option).smallestBound, found.smallestBound);
    assert.ok(found.toTable().toMarkdown().includes("Dette & Schumann"));
  }
  const early = eventStudy(panel, { outcome: "y", exposure: "g", reference: 1 });
  const rows = preTrendEquivalence(early, { treatedFrom: 4 }).rows;
  assert.deepEqual(rows.map(({ time }) => time), [2, 3]);
});

Deno.test("options that cannot be meant are refused by name", () => {
  const refuse = (options: object, ...words: string[]) =>
    assertRefuses(() => preTrendEquivalence(events, options), ...words);
  refuse({ bound: 0 }, "bound", "0");
  refuse({ level: 0.7 }, "level");
  refuse({ measure: "median" }, "measure", "median");
  refuse({ measure: "mean", method: "bootstrap" }, "bootstrap", "mean");
  refuse({ method: "bootstrap" }, "seed");
  refuse({ seed: 1 }, "seed does nothing");
  refuse({ measure: "rootMeanSquare", seed: 1, subsamples: 1 }, "two subsamples");
  refuse({ measure: "rootMeanSquare", seed: 1, subsamples: 8 }, "12 groups", "too few");
  refuse({ measure: "rootMeanSquare", seed: 1, reference: "t" }, "reference does nothing");
  refuse({ treatedFrom: 3 }, "treated window");
  assertRefuses(
    () => preTrendEquivalence(twfe(panel, { outcome: "y", treatment: "d" })),
    "not an event study",
  );
  const first = eventStudy(panel, { outcome: "y", exposure: "g", reference: 1 });
  assertRefuses(() => preTrendEquivalence(first), "no effect before the base period 1");
});
