import assert from "node:assert/strict";
import {
  specificationCurve,
  type SpecificationGrid,
} from "../../lib/diagnostics/specification-curve.ts";
import { callawaySantAnna } from "../../lib/estimators/callaway-santanna.ts";
import { twfe, type TwfeOptions } from "../../lib/estimators/twfe.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel, madeRows } from "../support/made.ts";

const late = (panel: Panel) => panel.where("from 2", (row) => row.time >= 2);
const fewer = (panel: Panel) => panel.where("without u11", (row) => row.unit !== "u11");

const AXES: SpecificationGrid["axes"] = {
  Sample: [{ label: "all" }, { label: "late", sample: late }, { label: "fewer", sample: fewer }],
  weights: [{ label: "none", weights: undefined }, { label: "w", weights: "w" }],
  Controls: [{ label: "none" }, { label: "x", covariates: ["x"] }, {
    label: "m",
    covariatesByTime: ["m"],
  }],
  trends: ["none", "unit"],
  covariance: ["CR1", "iid", "HC1"],
};
const GRID: SpecificationGrid = { base: { outcome: "y", treatment: "d" }, axes: AXES };

/** What a row's labels mean, written out by hand. */
function direct(choices: Readonly<Record<string, string>>): TwfeOptions {
  return {
    outcome: "y",
    treatment: "d",
    ...(choices.weights === "w" ? { weights: "w" } : {}),
    ...(choices.Controls === "x" ? { covariates: ["x"] } : {}),
    ...(choices.Controls === "m" ? { covariatesByTime: ["m"] } : {}),
    trends: choices.trends as "none" | "unit",
    covariance: choices.covariance as "CR1" | "iid" | "HC1",
  };
}

Deno.test("every row is the estimator's own answer to its choices", () => {
  const panel = madePanel();
  const curve = specificationCurve(panel, GRID);
  assert.equal(curve.rows.length, 3 * 2 * 3 * 2 * 3);
  assert.deepEqual([curve.excluded.length, curve.failed.length], [0, 0]);
  const samples: Record<string, (panel: Panel) => Panel> = { all: (p) => p, late, fewer };
  for (const row of curve.rows) {
    const estimate = twfe(samples[row.choices.Sample](panel), direct(row.choices));
    const term = estimate.term("d");
    for (const key of ["estimate", "standardError", "pValue", "low", "high"] as const) {
      assert.equal(row[key], term[key], `${JSON.stringify(row.choices)}: ${key}`);
    }
    assert.equal(row.observations, estimate.design.observations);
    assert.equal(row.units, estimate.design.units);
    assert.equal(row.clusters, row.choices.covariance === "CR1" ? estimate.design.units : null);
  }
});

Deno.test("rows are sorted, and the summary is that of the rows", () => {
  const { rows, summary, options, baseline } = specificationCurve(madePanel(), GRID);
  const estimates = rows.map(({ estimate }) => estimate);
  assert.deepEqual(estimates, estimates.toSorted((a, b) => a - b));
  assertClose(summary.median, (estimates[53] + estimates[54]) / 2, 1e-15);
  assert.equal(summary.lowest, estimates[0]);
  const significant = rows.filter(({ pValue, estimate }) => pValue < 1 - 0.95 && estimate > 0);
  assertClose(summary.significantPositive, significant.length / rows.length, 1e-15);
  const own = options.filter(({ axis }) => axis === "Controls");
  assert.deepEqual(own.map(({ option, count }) => [option, count]), [["none", 36], ["x", 36], [
    "m",
    36,
  ]]);
  assert.ok("estimate" in baseline);
  assert.deepEqual(baseline.choices, {
    Sample: "all",
    weights: "none",
    Controls: "none",
    trends: "none",
    covariance: "CR1",
  });
});

Deno.test("shares of variance are those of an analysis of variance by hand", () => {
  const { rows, influence, axes } = specificationCurve(madePanel(), GRID);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const all = rows.map(({ estimate }) => estimate);
  const total = all.reduce((sum, value) => sum + (value - mean(all)) ** 2, 0);
  let additive = 0;
  axes.forEach(({ name, options }, a) => {
    const between = options.reduce((sum, { label }) => {
      const own = rows.filter(({ choices }) => choices[name] === label).map((row) => row.estimate);
      return sum + own.length * (mean(own) - mean(all)) ** 2;
    }, 0);
    additive += between / total;
    assertClose(influence.axes[a].alone, between / total, 1e-9, name, 1);
    assertClose(influence.axes[a].unique, between / total, 1e-9, `${name}, unique`, 1);
  });
  assertClose(influence.additive!, additive, 1e-9);
  // The covariance moves no estimate, so it explains nothing, alone or with another axis.
  assertClose(influence.axes.at(-1)!.alone, 0, 1e-12, "covariance", 1);
  assert.equal(influence.interplay.length, 10);
  assert.ok(influence.interplay.every(({ share }) => share > -1e-12 && share < 1));
});

Deno.test("excluded and impossible combinations are kept with their reasons and shown", () => {
  const curve = specificationCurve(madePanel(), {
    base: GRID.base,
    axes: {
      Sample: [{ label: "all" }, {
        label: "after",
        sample: (panel) => panel.where("after", (row) => row.time >= 4),
      }],
      trends: ["none", "unit"],
    },
    exclude: [{
      reason: "three times are too few for a line",
      when: ({ Sample, trends }) => Sample === "after" && trends === "unit",
    }],
  });
  assert.equal(curve.rows.length, 2);
  assert.deepEqual(curve.excluded, [{
    choices: { Sample: "after", trends: "unit" },
    reason: "three times are too few for a line",
  }]);
  assert.equal(curve.failed.length, 1);
  assert.ok(curve.failed[0].reason.includes("There is no pre-period"));
  const text = curve.toTable().toText();
  assert.ok(text.includes("1 combination excluded: three times"));
  assert.ok(text.includes("1 combination could not be computed: There is no pre-period"));
});

Deno.test("another estimator, another scale and another term take part", () => {
  const panel = madePanel();
  const cohorts = (p: Panel) => callawaySantAnna(p, { outcome: "y", cohort: "first" });
  const curve = specificationCurve(panel, {
    base: { outcome: "y", treatment: "d" },
    axes: {
      Estimator: [{ label: "two-way" }, {
        label: "cohorts",
        fit: (p) => cohorts(p).aggregate("simple"),
      }],
      Scale: [{ label: "as is" }, { label: "minus half", scale: -0.5 }],
    },
  });
  const find = (choices: Record<string, string>) => curve.where(choices)[0];
  const simple = cohorts(panel).aggregate("simple").effects[0];
  assert.equal(find({ Estimator: "cohorts", Scale: "as is" }).estimate, simple.estimate);
  const [plain, turned] = ["as is", "minus half"].map((Scale) =>
    find({ Estimator: "two-way", Scale })
  );
  assertClose(turned.estimate, -0.5 * plain.estimate, 1e-14);
  assertClose(turned.low, -0.5 * plain.high, 1e-14);
  assertClose(turned.standardError, 0.5 * plain.standardError, 1e-14);
  assert.equal(turned.pValue, plain.pValue);
});

Deno.test("effects in different units do not share an axis unless their unit is said", () => {
  const panel = madePanel().with("dose", (row) => 3 * row.value("d"));
  const axes = { treatment: ["d", "dose"] };
  assertRefuses(
    () => specificationCurve(panel, { base: { outcome: "y" }, axes }),
    "different units",
    "one unit of dose",
    "scale",
  );
  assertRefuses(
    () =>
      specificationCurve(panel, {
        base: { treatment: "d" },
        axes: { outcome: ["y", "x"] },
      }),
    "different units",
    "units of x",
  );
  const curve = specificationCurve(panel, {
    base: { outcome: "y", per: "being treated" },
    axes: {
      Treatment: [{ label: "d", treatment: "d" }, { label: "dose", treatment: "dose", scale: 3 }],
    },
  });
  assertClose(curve.rows[0].estimate, curve.rows[1].estimate, 1e-12);
  assert.deepEqual([curve.unit, curve.per], ["units of y", "being treated"]);
});

Deno.test("order of rows, labels of units and effects of units move nothing; scale of y moves all alike", () => {
  const rows = madeRows();
  const run = (changed: typeof rows) =>
    specificationCurve(Panel.fromRows(changed, { unit: "unit", time: "t" }), {
      ...GRID,
      axes: { Sample: AXES.Sample.slice(0, 2), weights: AXES.weights, trends: AXES.trends },
    });
  const base = run(rows);
  const same = (other: ReturnType<typeof run>, factor = 1) =>
    base.rows.forEach((row, k) => {
      assertClose(other.rows[k].estimate, factor * row.estimate, 1e-9);
      assertClose(other.rows[k].standardError, factor * row.standardError, 1e-9);
      assert.deepEqual(other.rows[k].choices, row.choices);
    });
  same(run(rows.toReversed()));
  same(run(rows.map((row) => ({ ...row, unit: `z${99 - Number(String(row.unit).slice(1))}` }))));
  same(run(rows.map((row) => ({ ...row, y: Number(row.y) + 7 * Number(row.m) }))));
  same(run(rows.map((row) => ({ ...row, y: 3 * Number(row.y) }))), 3);
});

Deno.test("the frame and the table of rows hold every specification", () => {
  const curve = specificationCurve(madePanel(), GRID);
  const frame = curve.toFrame();
  assert.deepEqual(frame.estimate, curve.rows.map(({ estimate }) => estimate));
  assert.deepEqual(frame.Sample, curve.rows.map(({ choices }) => choices.Sample));
  assert.equal(curve.rowsTable().rows.length, 108);
  const cross = curve.crossTable("Sample", "trends");
  assert.equal(cross.rows.length, 3);
  assert.equal(cross.columns.length, 3);
  assertRefuses(() => curve.crossTable("Sample", "Weather"), "no such axis", "Weather");
});

Deno.test("bad grids are refused with the axis, the value and a remedy", () => {
  const panel = madePanel();
  const base = { outcome: "y", treatment: "d" };
  const refuse = (grid: unknown, ...parts: string[]) =>
    assertRefuses(() => specificationCurve(panel, grid as SpecificationGrid), ...parts);
  refuse({ base, axes: {} }, "There are no axes");
  refuse({ base, axes: { trends: [] } }, "An axis has no options", "trends");
  refuse({ base, axes: { trends: ["none", "none"] } }, "same label", "trends", "none");
  refuse({ base, axes: { Trends: ["none"] } }, "not named after an option", "Trends");
  refuse({ base, axes: { A: [{ outcome: "y" }] } }, "An option has no label", "A");
  refuse({ base, axes: { A: [{ label: "a", trend: "unit" }] } }, "no such option", "trend");
  refuse({ base, axes: { A: [{ label: "a", covariates: "x" }] } }, "list of columns", "A: a");
  refuse(
    { base, axes: { A: [{ label: "a", weights: "w" }], B: [{ label: "b", weights: "w" }] } },
    "Two axes change the same thing (weights)",
    "A, B",
  );
  refuse({ base: { outcome: "y" }, axes: { trends: ["none"] } }, "no treatment");
  refuse({ base, axes: { outcome: ["nowhere"] } }, "None of 1 specifications", "nowhere");
  refuse(
    { base, axes: { trends: ["none"] }, exclude: [{ reason: "no", when: () => true }] },
    "excluded",
  );
  refuse({ base, axes: { trends: ["none"] }, baseline: { trends: "unit" } }, "baseline", "unit");
  refuse({ base, axes: { trends: ["none"] }, baseline: { Weather: "dry" } }, "baseline", "Weather");
  refuse({ base, axes: { trends: ["none"] }, confidenceLevel: 95 }, "confidenceLevel", "95");
  refuse({ base, axes: { trends: ["none"] }, axis: 1 }, "no such option", "axis");
  refuse({ base, axes: { A: [{ label: "a", scale: 0 }] } }, "scale");
  const wide = Array.from({ length: 400 }, (_, i) => ({ label: String(i) }));
  refuse({ base, axes: { A: wide, B: wide } }, "160000 combinations");
});

Deno.test("an unknown column is the reason of its combinations only", () => {
  const curve = specificationCurve(madePanel(), {
    base: { outcome: "y", treatment: "d" },
    axes: { Controls: [{ label: "none" }, { label: "z", covariates: ["z"] }] },
  });
  assert.equal(curve.rows.length, 1);
  assert.ok(curve.failed[0].reason.includes('column "z"'));
});
