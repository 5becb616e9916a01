import assert from "node:assert/strict";
import {
  specificationCurve,
  type SpecificationGrid,
} from "../../lib/diagnostics/specification-curve.ts";
import type { Ran } from "../../lib/diagnostics/specification-curve/families.ts";
import { familiesOf } from "../../lib/diagnostics/specification-curve/families.ts";
import { specificationsOf } from "../../lib/diagnostics/specification-curve/grid.ts";
import {
  drawOrders,
  permutedColumns,
  permutedPanel,
} from "../../lib/diagnostics/specification-curve/permute.ts";
import {
  emptyCurve,
  redrawByClosedForm,
  redrawByRefit,
} from "../../lib/diagnostics/specification-curve/redraw.ts";
import { estimate, sampler } from "../../lib/diagnostics/specification-curve/run.ts";
import { imputation } from "../../lib/estimators/imputation.ts";
import { stream } from "../../lib/inference/random.ts";
import { InputError } from "../../lib/panel/errors.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel, madeRows } from "../support/made.ts";

/** Every specification on the panel itself. */
function runAll(panel: Panel, grid: SpecificationGrid): Ran[] {
  const sample = sampler(panel);
  return specificationsOf(grid).included.map((specification) => {
    try {
      return { specification, found: estimate(sample(specification), specification, 0.95) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { specification, found: null };
    }
  });
}

/** Compares closed forms with refits, draw by draw; returns how many specifications have a closed form. */
function compare(panel: Panel, grid: SpecificationGrid, columns: readonly string[], draws = 12) {
  const ran = runAll(panel, grid);
  const permuted = permutedColumns(panel, columns, undefined);
  const [fast, slow] = [
    redrawByClosedForm(panel, ran, columns, 0.95),
    redrawByRefit(ran, 0.95),
  ];
  const [a, b] = [emptyCurve(ran.length), emptyCurve(ran.length)];
  const orders = drawOrders(permuted, 5);
  for (let draw = 0; draw < draws; draw++) {
    const drawn = permutedPanel(panel, permuted, orders.next().value);
    fast(drawn, a);
    slow(drawn, b);
    ran.forEach(({ specification }, s) => {
      const where = `draw ${draw}, ${JSON.stringify(specification.choices)}`;
      assert.equal(Number.isNaN(a.estimates[s]), Number.isNaN(b.estimates[s]), where);
      if (Number.isNaN(a.estimates[s])) return;
      assertClose(a.estimates[s], b.estimates[s], 1e-10, `estimate, ${where}`, 1);
      assertClose(a.statistics[s], b.statistics[s], 1e-10, `t, ${where}`, 1);
      assert.equal(a.degreesOfFreedom[s], b.degreesOfFreedom[s], where);
    });
  }
  const { families } = familiesOf(panel, ran, columns);
  return families.reduce((sum, { members }) => sum + members.length, 0);
}

const base = { outcome: "y", treatment: "d", unit: "points", per: "treatment" };
const SAMPLES = [
  { label: "all" },
  { label: "late", sample: (p: Panel) => p.where("late", (row) => row.time >= 2) },
  { label: "fewer", sample: (p: Panel) => p.where("fewer", (row) => row.unit !== "u11") },
];
const RICH: SpecificationGrid = {
  base,
  axes: {
    Sample: SAMPLES,
    weights: [{ label: "none", weights: undefined }, { label: "w", weights: "w" }],
    Controls: [
      { label: "none" },
      { label: "x", covariates: ["x"] },
      { label: "m", covariatesByTime: ["m"] },
      { label: "x, m", covariates: ["x"], covariatesByTime: ["m"] },
    ],
    trends: ["none", "unit"],
    covariance: ["CR1", "iid", "HC1"],
  },
};

Deno.test("the closed form is the refit: samples, weights, covariates, trends, covariances", () => {
  assert.equal(compare(madePanel(), RICH, ["d"]), 3 * 2 * 4 * 2 * 3);
});

Deno.test("… with doses, several treatments and several outcomes, some of them missing", () => {
  const rows = madeRows(3).map((row, i) => ({
    ...row,
    dose: Number(row.d) * (1 + i % 7),
    z: i % 11 === 3 ? "" : Number(row.y) + i % 5,
    wt: 1 + (i % 4),
  }));
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const grid = {
    base: { unit: "points", per: "treatment" },
    axes: {
      outcome: ["y", "z"],
      treatment: ["d", "dose"],
      weights: [{ label: "none", weights: undefined }, { label: "wt", weights: "wt" }],
      trends: ["none", "unit"],
      Cluster: [{ label: "unit" }, { label: "region", cluster: "region" }],
    },
  };
  assert.equal(compare(panel, grid, ["d", "dose"]), 32);
});

Deno.test("… and where a unit without a dose is left out of the sample, but not in every draw", () => {
  const rows = madeRows(4).map((row) => ({
    ...row,
    dose: row.unit === "u11" ? "" : Number(row.d) * (1 + Number(row.m)),
  }));
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const grid = {
    base: { ...base, treatment: "dose" },
    axes: { Sample: SAMPLES, trends: ["none", "unit"] },
  };
  // Only the sample without that unit has a closed form, and only in draws that keep it out.
  assert.equal(compare(panel, grid, ["dose"], 30), 2);
});

Deno.test("… and on an unbalanced panel, where a column fixed within units is dealt out", () => {
  const rows = madeRows(2).filter((_, i) => i % 9 !== 4);
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const path = (p: Panel) => p.with("path", (row) => row.value("g") === 1 && row.time >= 4 ? 1 : 0);
  const grid: SpecificationGrid = {
    base: { ...base, treatment: "path", sample: path },
    axes: { Controls: RICH.axes.Controls, trends: ["none", "unit"] },
  };
  assert.equal(compare(panel, grid, ["g"]), 8);
});

Deno.test("samples and outcomes that depend on who is treated are made anew in every draw", () => {
  const panel = madePanel();
  const grid: SpecificationGrid = {
    base,
    axes: {
      Sample: [
        ...SAMPLES,
        // Rows that depend on treatment.
        {
          label: "no odd controls",
          sample: (p) => p.where("odd", (row) => row.value("g") === 1 || row.value("region") !== 1),
        },
        // An outcome that depends on treatment: scaled by the controls' mean.
        {
          label: "scaled",
          sample: (p) => {
            const controls = p.map((row) => row.value("g") === 0 ? row.value("y") : 0);
            const mean = controls.reduce((a, b) => a + b, 0) / controls.filter((y) => y > 0).length;
            return p.with("y", (row) => row.value("y") / mean);
          },
        },
      ],
      trends: ["none", "unit"],
    },
  };
  compare(panel, grid, ["d", "g"]);
});

Deno.test("… and other estimators, two-way clusters and period effects by group go through in full", () => {
  const panel = madePanel();
  const grid: SpecificationGrid = {
    base,
    axes: {
      How: [
        { label: "two-way" },
        { label: "two clusters", cluster: ["region", "t"] },
        { label: "by region", timeEffectsBy: "g" },
        { label: "by third", timeEffectsBy: "region" },
        {
          label: "imputation",
          fit: (p) => imputation(p, { outcome: "y", cohort: "first" }),
        },
        { label: "controlled by group", covariatesByTime: ["g"] },
      ],
    },
  };
  const closed = compare(panel, grid, ["d", "first", "g"], 8);
  assert.equal(closed, 2);
});

const inference = (panel: Panel, grid: SpecificationGrid, more: object = {}) =>
  specificationCurve(panel, { ...grid, permutation: { seed: 1, draws: 99, ...more } }).inference!;
const SMALL: SpecificationGrid = {
  base,
  axes: { Sample: SAMPLES, Controls: RICH.axes.Controls.slice(0, 3), trends: ["none", "unit"] },
};

Deno.test("a seed gives the same digits, by closed form and by refit; another seed others", () => {
  const panel = madePanel();
  const [a, b, other] = [1, 1, 2].map((seed) => inference(panel, SMALL, { seed }));
  assert.deepEqual(a, b);
  assert.notDeepEqual(a.band, other.band);
  const refitted = inference(panel, SMALL, { computation: "refit" });
  a.tests.forEach((test, k) => {
    assert.equal(test.pValue, refitted.tests[k].pValue);
    assertClose(test.expected, refitted.tests[k].expected, 1e-10, test.statistic, 1);
  });
  a.band.low.forEach((low, r) => assertClose(low, refitted.band.low[r], 1e-10, "band", 1));
});

Deno.test("p is one plus the draws that reach the observed statistic, counted by hand", () => {
  const panel = madePanel();
  const draws = 60;
  const { tests } = inference(panel, SMALL, { draws, seed: 9 });
  const ran = runAll(panel, SMALL);
  const permuted = permutedColumns(panel, ["d"], undefined);
  const orders = drawOrders(permuted, 9);
  const redraw = redrawByRefit(ran, 0.95);
  const into = emptyCurve(ran.length);
  const median = (values: Float64Array) => {
    const sorted = values.toSorted();
    return (sorted[8] + sorted[9]) / 2;
  };
  const observed = median(Float64Array.from(ran, ({ found }) => found!.term("d").estimate));
  assertClose(tests[0].observed, observed, 1e-14);
  let reached = 0;
  for (let b = 0; b < draws; b++) {
    redraw(permutedPanel(panel, permuted, orders.next().value), into);
    if (Math.abs(median(into.estimates)) >= Math.abs(observed) * (1 - 1e-10)) reached++;
  }
  assertClose(tests[0].pValue, (1 + reached) / (1 + draws), 1e-15);
});

/** 14 units × 6 times of noise about unit levels; five units treated from time 4, by so much. */
function noise(number: number, effect: number): Panel {
  const random = stream(77, number);
  const rows = Array.from({ length: 14 }, (_, u) => {
    const level = 2 * random.normal();
    return Array.from({ length: 6 }, (_, t) => {
      const d = u < 5 && t >= 3 ? 1 : 0;
      return { unit: `u${u}`, t, d, y: level + effect * d + random.normal(), w: 1 + (u % 3) };
    });
  }).flat();
  return Panel.fromRows(rows, { unit: "unit", time: "t" });
}

const SIMULATED: SpecificationGrid = {
  base,
  axes: {
    Sample: [
      { label: "all" },
      { label: "late", sample: (p) => p.where("late", (row) => row.time >= 1) },
    ],
    weights: [{ label: "none", weights: undefined }, { label: "w", weights: "w" }],
    trends: ["none", "unit"],
  },
};

Deno.test("under the null p is uniform for all three statistics; with an effect it is small", () => {
  const panels = 300;
  const draws = 39;
  const rejected = [0, 0, 0];
  const means = [0, 0, 0];
  let found = 0;
  for (let k = 0; k < panels; k++) {
    const { tests } = inference(noise(k, 0), SIMULATED, { draws, seed: k });
    tests.forEach(({ pValue }, j) => {
      if (pValue <= 0.2) rejected[j]++;
      means[j] += pValue / panels;
    });
    if (k % 6 > 0) continue;
    const planted = inference(noise(k, 3), SIMULATED, { draws, seed: k });
    if (planted.tests.every(({ pValue }) => pValue <= 0.05)) found++;
  }
  // 20 % of 300 with a binomial standard error of 2.3 points; the mean of a uniform on 1/40 … 1 is 0.51.
  const [median, share, stouffer] = rejected.map((count) => count / panels);
  for (const rate of [median, stouffer]) assert.ok(Math.abs(rate - 0.2) < 0.07, String(rate));
  // The share is often exactly zero in data and draws alike, and ties count against rejection.
  assert.ok(share < 0.27, String(share));
  for (const mean of [means[0], means[2]]) assert.ok(Math.abs(mean - 0.51) < 0.05, String(mean));
  assert.ok(found >= 35, `${found} of 50 planted effects were found`);
});

Deno.test("strata keep treatments at home", () => {
  const panel = madePanel();
  const permuted = permutedColumns(panel, ["d"], "region");
  const orders = drawOrders(permuted, 3);
  const region = (unit: number) => panel.numeric("region")[6 * unit];
  for (let b = 0; b < 20; b++) {
    orders.next().value.forEach((from, unit) => assert.equal(region(from), region(unit)));
  }
  assert.equal(inference(panel, SMALL, { strata: "region" }).strata, "region");
});

Deno.test("the band holds the middle of the draws, in the order of the curve", () => {
  const curve = specificationCurve(madePanel(), { ...SMALL, permutation: { seed: 4, draws: 199 } });
  const { low, middle, high } = curve.inference!.band;
  assert.equal(low.length, curve.rows.length);
  for (let r = 0; r < low.length; r++) {
    assert.ok(low[r] <= middle[r] && middle[r] <= high[r]);
    if (r > 0) assert.ok(low[r] >= low[r - 1] && high[r] >= high[r - 1]);
  }
});

Deno.test("bad permutations are refused with the column and a remedy", () => {
  const panel = madePanel();
  const refuse = (grid: SpecificationGrid, more: object, ...parts: string[]) =>
    assertRefuses(() => inference(panel, grid, more), ...parts);
  refuse(SMALL, { permute: ["nowhere"] }, "no such column to permute", "nowhere");
  refuse(SMALL, { permute: [] }, "No column is named");
  refuse(SMALL, { permute: ["g"] }, "does not change", "g", "Sample: all");
  refuse(SMALL, { seed: undefined }, "seed");
  refuse(SMALL, { draws: 0 }, "draws");
  refuse(SMALL, { computation: "guess" }, "computation", "closedForm");
  refuse(SMALL, { permutes: ["d"] }, "no such option", "permutes");
  refuse(SMALL, { strata: "d" }, "more than one cluster", "d");
  const made: SpecificationGrid = {
    base: { ...base, treatment: "new", sample: (p) => p.with("new", (row) => row.value("d")) },
    axes: { trends: ["none"] },
  };
  refuse(made, {}, "made by a sample function", "new");
  assert.ok(inference(panel, made, { permute: ["d"] }).tests.length === 3);
  const unbalanced = panel.where("one less", (row) => row.unit !== "u3" || row.time !== 2);
  assertRefuses(() => inference(unbalanced, SMALL), "observed at the same times", "d");
});
