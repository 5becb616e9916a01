import assert from "node:assert/strict";
import { twfe, type TwfeOptions } from "../../lib/estimators/twfe.ts";
import { InputError } from "../../lib/panel/errors.ts";
import type { Panel } from "../../lib/panel/panel.ts";
import { type RandomisationOptions, randomisationTest } from "../../lib/inference/randomisation.ts";
import { assignmentOf } from "../../lib/inference/randomisation/assignment.ts";
import { refitProblem } from "../../lib/inference/randomisation/refit.ts";
import {
  countSchedules,
  forEachSchedule,
  planSchedules,
  SCHEDULE_BLOCK,
} from "../../lib/inference/randomisation/schedules.ts";
import { exchangeable } from "../../lib/inference/randomisation/statistics.ts";
import { assertClose } from "../support/close.ts";
import { madePanel, panelRecords, widePanel } from "./wild-data.ts";

const REGRESSION: TwfeOptions = { outcome: "y", treatment: "d" };
const run = (
  panel: Panel,
  regression: Partial<TwfeOptions> = {},
  options: Partial<RandomisationOptions> = {},
) =>
  randomisationTest(panel, { ...REGRESSION, ...regression }, { seed: 3, draws: 1999, ...options });

Deno.test("the short cut is taken when it is exact and only then", () => {
  const panel = widePanel(12);
  const takes = (regression: Partial<TwfeOptions>) => {
    const estimate = twfe(panel, { ...REGRESSION, ...regression });
    return exchangeable(
      refitProblem(estimate, "d", assignmentOf(panel, "d", null, null, null), "t"),
    );
  };
  assert.ok(takes({}) && takes({ trends: "unit" }) && takes({ cluster: "half" }));
  assert.ok(!takes({ covariates: ["x"] }) && !takes({ weights: "w" }));
  assert.ok(!takes({ timeEffectsBy: "half" }) && !takes({ covariance: "HC1" }));
});

Deno.test("the confidence set is where the test does not reject", () => {
  const panel = widePanel(12);
  for (const options of [{}, { statistic: "coefficient" as const }]) {
    for (const regression of [{}, { weights: "w" }]) {
      const set = run(panel, regression, options);
      const width = set.high! - set.low!;
      const at = (value: number) => run(panel, regression, { ...options, null: value }).pValue;
      assert.ok(at(set.low! + 1e-6 * width) > 0.05 && at(set.low! - 1e-6 * width) <= 0.05);
      assert.ok(at(set.high! - 1e-6 * width) > 0.05 && at(set.high! + 1e-6 * width) <= 0.05);
      assert.ok(set.low! < set.estimate && set.estimate < set.high!);
    }
  }
});

Deno.test("with ten schedules the set is open and says so", () => {
  const few = madePanel(
    panelRecords().filter(({ unit }) => unit < 5).map((r) => ({
      ...r,
      d: (r.unit === 0 || r.unit === 3) && r.year >= 2003 ? 1 : 0,
    })),
  );
  const test = run(few);
  assert.deepEqual([test.draws, test.low, test.high, test.lowOpen, test.highOpen], [
    10,
    null,
    null,
    true,
    true,
  ]);
  assert.match(test.openReason!, /however far away/);
});

Deno.test("enumeration visits every distinct schedule once, within strata", () => {
  const panel = widePanel(8);
  for (const strata of [null, "half"]) {
    const assignment = assignmentOf(
      panel.with("two", (r) => Number(r.unit) % 3 ? r.value("d") : 0),
      "two",
      null,
      null,
      strata,
    );
    const plan = planSchedules(assignment, 1e6, 1);
    const seen = new Set<string>();
    forEachSchedule(assignment, plan, Int32Array.from({ length: 8 }, (_, i) => i), (types) => {
      seen.add(types.join());
      for (let s = 0; s < assignment.strata; s++) {
        const within = (list: Int32Array) =>
          [...list].filter((_, i) => assignment.stratum[i] === s).sort().join();
        assert.equal(within(types), within(assignment.observed));
      }
    });
    assert.equal(seen.size, countSchedules(assignment));
    assert.ok(plan.enumerated && seen.has(assignment.observed.join()));
  }
});

Deno.test("counts of schedules: multinomials by stratum, and beyond exact integers", () => {
  const count = (observed: number[], stratum: number[]) =>
    countSchedules({
      paths: new Float64Array(0),
      times: 0,
      types: Math.max(...observed) + 1,
      observed: Int32Array.from(observed),
      stratum: Int32Array.from(stratum),
      strata: Math.max(...stratum) + 1,
    });
  assert.equal(count([0, 0, 1, 1, 2], [0, 0, 0, 0, 0]), 30);
  assert.equal(count([0, 0, 1, 1, 2], [0, 1, 0, 1, 1]), 12);
  const thirteen = Array.from({ length: 26 }, (_, i) => i % 2);
  assert.equal(count(thirteen, thirteen.map(() => 0)), 10_400_600);
  const all = Array.from({ length: 30 }, (_, i) => i);
  assert.equal(count(all, all.map(() => 0)), Infinity);
});

Deno.test("draws are fixed by the seed, block by block, and p is (1 + extreme) / (1 + draws)", () => {
  const panel = widePanel(20);
  const [a, b] = [run(panel), run(panel)];
  assert.deepEqual(a, b);
  assert.ok(!a.enumerated && a.draws === 1999);
  assert.equal(Math.round(a.pValue * 2000), 138);
  const bound = Math.abs(a.statistic) * (1 - 1e-9);
  const extreme = a.randomisationStatistics.filter((t) => Math.abs(t) >= bound).length;
  assertClose(a.pValue, (1 + extreme) / 2000, 1e-12);
  const assignment = assignmentOf(panel, "d", null, null, null);
  const plan = planSchedules(assignment, 2 * SCHEDULE_BLOCK, 3);
  const order = Int32Array.from({ length: 20 }, (_, i) => i);
  const [whole, second]: string[][] = [[], []];
  forEachSchedule(assignment, plan, order, (types) => whole.push(types.join()));
  forEachSchedule(assignment, plan, order, (types) => second.push(types.join()), 1, 2);
  assert.deepEqual(whole.slice(SCHEDULE_BLOCK), second);
});

Deno.test("results do not depend on row order, labels or scale", () => {
  const base = widePanel(20);
  const rows = base.map((r) => ({ unit: r.unit, year: r.time, d: r.value("d"), y: r.value("y") }));
  const expected = run(base);
  const variants: [Panel, number][] = [
    [madePanel([...rows].reverse()), 1],
    [madePanel(rows.map((r) => ({ ...r, unit: (Number(r.unit) * 7 + 3) % 20 }))), 1],
    [madePanel(rows.map((r) => ({ ...r, y: -8 * r.y }))), -8],
  ];
  for (const [panel, scale] of variants) {
    const actual = run(panel);
    assert.equal(actual.pValue, expected.pValue);
    const ends = [actual.low! / scale, actual.high! / scale].sort((a, b) => a - b);
    assertClose(ends[0], expected.low!, 1e-6);
    assertClose(ends[1], expected.high!, 1e-6);
  }
});

Deno.test("schedules that leave nothing to estimate are left out and counted", () => {
  // Dealt to unit 1, the treatment is the covariate.
  const records = panelRecords().map((r) => ({
    ...r,
    g: r.unit < 3 ? 0 : 1,
    d: r.unit === 0 && r.year >= 2003 ? 1 : 0,
    x: r.unit === 1 && r.year >= 2003 ? 1 : 0,
  }));
  const test = run(madePanel(records), { covariates: ["x"] });
  assert.equal(test.distinct, 7);
  assert.equal(test.draws, 6);
  assert.ok(test.notes.some((note) => note.startsWith("1 schedules leave no variation")));
  assert.ok(test.randomisationStatistics.every(Number.isFinite));
});

Deno.test("rejects what cannot be computed, naming option, value and remedy", () => {
  const panel = madePanel();
  const refuse = (
    regression: Partial<TwfeOptions>,
    options: Record<string, unknown>,
    pattern: RegExp,
  ) =>
    assert.throws(
      () => run(panel.with("z", (row) => Number(row.unit) % 2), regression, options),
      (error) => error instanceof InputError && pattern.test(error.message),
    );
  refuse({}, { draws: 0 }, /draws must be/);
  refuse({}, { seed: undefined }, /seed is not given/);
  refuse({}, { statistic: "p" }, /statistic does not take.*"p"/);
  refuse({}, { null: NaN }, /null must be a finite number/);
  refuse({}, { reps: 5 }, /no such option.*"reps"/);
  refuse({ treatment: ["d", "x"] }, {}, /one treatment column at a time/);
  refuse({}, { strata: "unit" }, /only one schedule.*within unit.*coarser strata/);
  refuse({}, { strata: "x" }, /must not vary within units/);
  refuse({}, { permute: "z" }, /How the permuted columns make the treatment is not given/);
  refuse(
    {},
    { permute: "z", treatmentFrom: () => 1 },
    /does not make the observed treatment.*rows/,
  );
  refuse({}, { permute: "x", treatmentFrom: () => 1 }, /must not vary within units/);
  refuse({ cluster: ["unit", "year"] }, {}, /not available with this covariance.*2 dimensions/);
  const twin = panel.with("twin", (row) => row.value("d") * 2);
  assert.throws(() => run(twin, { covariates: ["twin"] }), /A covariate was dropped.*collinear/);
});

Deno.test("covariates that repeat each other are no obstacle: they do so under every schedule", () => {
  const panel = madePanel().with("again", (row) => 2 * row.value("x") + 1);
  const pValue = (covariates: string[]) => run(panel, { covariates }, { draws: 199 }).pValue;
  assert.equal(pValue(["x", "again"]), pValue(["x"]));
});
