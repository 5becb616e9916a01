import assert from "node:assert/strict";
import {
  eventStudy,
  functionalForm,
  type FunctionalFormOptions,
  impliedCounterfactuals,
  nearBounds,
  Panel,
  preTrendTest,
  twfe,
  twoByTwo,
} from "../../lib/mod.ts";
import { builtInScale, SCALE_NAMES } from "../../lib/diagnostics/functional-form/scales.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { numbers } from "../support/made.ts";

/** Shares that move in parallel in log odds: 12 units × 6 times, five treated from 4, whose odds grow by `effect`. */
function shares(effect: number, noise = 0.05, top = 100): Panel {
  const draw = numbers(11);
  const rows = Array.from({ length: 12 }, (_, u) => {
    const level = u < 5 ? -3 - 0.1 * u : -0.5 + 0.1 * (u - 5);
    return Array.from({ length: 6 }, (_, k) => {
      const d = u < 5 && k >= 3 ? 1 : 0;
      const odds = level + 0.3 * k + effect * d + noise * (draw() - 0.5);
      return { unit: `u${u}`, t: k + 1, y: top / (1 + Math.exp(-odds)), d, g: u < 5 ? 1 : 0 };
    });
  }).flat();
  return Panel.fromRows(rows, { unit: "unit", time: "t" });
}

const options: FunctionalFormOptions = {
  outcome: "y",
  fit: (panel) => twfe(panel, { outcome: "y", treatment: "d" }),
  events: (panel) => eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 }),
  shareOf: 100,
  treated: "d",
};

Deno.test("trends that are parallel in log odds are so there, and nowhere else", () => {
  const form = functionalForm(shares(0), options);
  const by = Object.fromEntries(form.results.map((result) => [result.scale, result]));
  assert.deepEqual(form.results.map(({ scale }) => scale), SCALE_NAMES);
  assert.ok(Math.abs(by.logit.term!.estimate) < 0.02 && by.logit.preTrend!.pValue > 0.05);
  // With no effect at all, levels and logs find one, of opposite sign, and see pre-trends.
  assert.ok(by.level.term!.estimate < -1 && by.level.term!.pValue < 0.01);
  assert.ok(by.log.term!.estimate > 0.1 && by.log.term!.pValue < 0.01);
  assert.ok(by.level.preTrend!.pValue < 0.05 && by.log.preTrend!.pValue < 0.05);
  assert.equal(form.signsAgree, false);
});

Deno.test("each scale is the estimator on the transformed column, and levels are the estimator itself", () => {
  const panel = shares(0.5);
  const form = functionalForm(panel, options);
  const hand: Record<string, (y: number) => number> = {
    level: (y) => y,
    log: Math.log,
    logit: (y) => Math.log(y / (100 - y)),
    logRest: (y) => -Math.log(100 - y),
    cloglog: (y) => Math.log(-Math.log(1 - y / 100)),
  };
  for (const { scale, term, preTrend } of form.results) {
    const moved = panel.with("y", (row) => hand[scale](row.value("y")));
    assertClose(term!.estimate, options.fit(moved).term("d").estimate, 1e-9, scale);
    assertClose(term!.standardError, options.fit(moved).term("d").standardError, 1e-9, scale);
    assertClose(preTrend!.pValue, preTrendTest(options.events!(moved)).pValue, 1e-6, scale);
  }
});

Deno.test("in points: the mean of treated cells less what the scale takes it back to", () => {
  const panel = shares(0.5, 1e-4);
  const form = functionalForm(panel, options);
  const [level, , logit] = form.results;
  assertClose(level.points!.estimate, level.term!.estimate, 1e-12, "levels are points");
  assertClose(level.points!.low, level.term!.low, 1e-12);
  assert.ok(Math.abs(logit.term!.estimate - 0.5) < 1e-3);
  const mean = form.treatedMean!;
  const before = 100 / (1 + Math.exp(logit.term!.estimate) * (100 - mean) / mean);
  assertClose(logit.points!.estimate, mean - before, 1e-9);
  assert.ok(
    logit.points!.low <= logit.points!.estimate && logit.points!.estimate <= logit.points!.high,
  );
});

Deno.test("percent or proportion, and the order of rows, do not matter", () => {
  const percent = functionalForm(shares(0.5), options);
  const panel = shares(0.5).with("y", (row) => row.value("y") / 100);
  const share = functionalForm(panel, { ...options, shareOf: 1 });
  percent.results.forEach((result, i) => {
    const factor = result.scale === "level" ? 100 : 1;
    assertClose(
      result.term!.estimate,
      factor * share.results[i].term!.estimate,
      1e-8,
      result.scale,
    );
    assertClose(result.points!.estimate, 100 * share.results[i].points!.estimate, 1e-8);
  });
});

Deno.test("inverses lead back", () => {
  for (const name of SCALE_NAMES) {
    const { forward, inverse } = builtInScale(name, 100);
    for (const value of [0.01, 3, 50, 97, 99.99]) {
      assertClose(inverse(forward(value)), value, 1e-9, name);
    }
  }
});

Deno.test("zeros and full shares name their rows and the remedy, and are never infinite", () => {
  const panel = shares(0.5).with(
    "y",
    (row) => row.unit === "u0" && row.time === 2 ? 0 : row.unit === "u9" ? 100 : row.value("y"),
  );
  const form = functionalForm(panel, options);
  const by = Object.fromEntries(form.results.map((result) => [result.scale, result]));
  assert.ok(by.level.term !== null && by.level.reasons.length === 0);
  for (const scale of ["log", "logit", "logRest", "cloglog"]) {
    assert.equal(by[scale].term, null, scale);
    assert.equal(by[scale].points, null, scale);
  }
  assert.match(by.log.reasons[0], /above 0.*row 1 \(u0, 2\).*value 0.*Remedy: /);
  assert.match(by.logRest.reasons[0], /below 100.*\(u9, 1\).*value 100/);
  const table = form.toTable();
  assert.ok(table.notes.some((note) => note.startsWith("logit: ") && note.includes("u0, 2")));
  assert.ok(!/Infinity|NaN/.test(table.toMarkdown()));
  assertRefuses(
    () => functionalForm(panel, { ...options, scales: ["logit"] }),
    "on any scale",
    "u0, 2",
  );
});

Deno.test("a scale of one's own must increase and have its inverse", () => {
  const panel = shares(0.5);
  const root = {
    name: "root",
    label: "square root",
    meaning: "points of the root",
    forward: Math.sqrt,
    inverse: (value: number) => value ** 2,
    domain: "values from 0",
    remedy: "use levels",
  };
  const found = functionalForm(panel, { ...options, scales: ["level", root] }).results[1];
  const moved = panel.with("y", (row) => Math.sqrt(row.value("y")));
  assertClose(found.term!.estimate, options.fit(moved).term("d").estimate, 1e-9);
  const falling = {
    ...root,
    name: "falling",
    forward: (y: number) => -y,
    inverse: (h: number) => -h,
  };
  const wrong = { ...root, name: "wrong", inverse: (h: number) => h };
  const bad = functionalForm(panel, { ...options, scales: ["level", falling, wrong] }).results;
  assert.match(bad[1].reasons[0], /does not increase/);
  assert.match(bad[2].reasons[0], /does not lead back/);
});

Deno.test("the same four means imply another counterfactual on each scale, but not when the groups start equal", () => {
  const means = { treatedBefore: 20, treatedAfter: 40, controlBefore: 50, controlAfter: 70 };
  const found = impliedCounterfactuals(means, { shareOf: 100 });
  assert.equal(found[0].counterfactual, 40);
  assertClose(found[1].counterfactual, 28, 1e-12); // 20 × 70/50
  assertClose(found[2].counterfactual, 100 * (7 / 12) / (1 + 7 / 12), 1e-12); // odds 1/4 × 7/3
  assertClose(found[3].counterfactual, 52, 1e-12); // 100 − 80 × 30/50
  assertClose(found[1].effect, 12, 1e-12);
  const equal = { ...means, treatedBefore: 50 };
  for (const { counterfactual } of impliedCounterfactuals(equal, { shareOf: 100 })) {
    assertClose(counterfactual, 70, 1e-12);
  }
  const panel = shares(0);
  const own = twoByTwo(panel, { outcome: "y", group: "g", treatedFrom: 4 });
  assertClose(
    impliedCounterfactuals(own.means)[0].effect,
    own.estimate.effects[0].estimate,
    1e-9,
  );
  assertRefuses(
    () => impliedCounterfactuals({ ...means, controlBefore: 0 }),
    "above 0",
    "controlBefore",
  );
});

Deno.test("cells near 0 and near the top are counted and named", () => {
  const panel = shares(0);
  const bounds = nearBounds(panel, { outcome: "y", shareOf: 100, within: 15 });
  const values = Array.from(panel.numeric("y"));
  assert.equal(bounds.nearFloor.length, values.filter((value) => value < 15).length);
  assert.equal(bounds.nearTop.length, values.filter((value) => value > 85).length);
  assert.equal(bounds.cells.length, panel.rows);
  assert.ok(bounds.toTable().caption.includes("of 72 cells"));
  const missing = panel.with("y", (row) => row.time === 6 ? NaN : row.value("y"));
  assert.equal(nearBounds(missing, { outcome: "y", shareOf: 100 }).missing, 12);
  assertRefuses(() => nearBounds(panel, { outcome: "y", shareOf: 1 }), "between 0 and 1");
  assertRefuses(() => nearBounds(panel, { outcome: "y", shareOf: 100, within: 60 }), "within");
  const none = panel.with("y", () => NaN);
  assertRefuses(() => nearBounds(none, { outcome: "y", shareOf: 100 }), "No cell");
});

Deno.test("bad options are refused by name", () => {
  const panel = shares(0);
  const refuse = (part: object, ...words: string[]) =>
    assertRefuses(() => functionalForm(panel, { ...options, ...part }), ...words);
  refuse({ shareOf: 1 }, "between 0 and 1", "row");
  refuse({ shareOf: undefined, scales: ["logit"] }, "shareOf");
  refuse({ scales: ["cube"] }, "no such scale", "cube");
  refuse({ scales: [] }, "no scale");
  refuse({ outcome: "z" }, "z");
  refuse({ treated: "y" }, "0 or 1", "y");
  refuse({ other: 1 }, "other");
  refuse({ term: "nothing", scales: ["level"] }, "nothing");
});
