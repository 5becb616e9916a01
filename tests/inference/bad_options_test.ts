import assert from "node:assert/strict";
import {
  averageEffect,
  benjaminiHochberg,
  callawaySantAnna,
  covarianceOf,
  equivalenceTest,
  type Estimate,
  eventStudy,
  holm,
  inferenceTable,
  jointScoreBootstrap,
  lincom,
  linearMap,
  multiplierBand,
  Panel,
  randomisationTest,
  romanoWolf,
  scoreBootstrap,
  stepdown,
  supTBand,
  twfe,
  waldTest,
  wildClusterBootstrap,
  withCovariance,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel, madeRows } from "../support/made.ts";

/** Input as a notebook without types may pass it. */
const untyped = <T>(value: unknown) => value as T;
const panel = madePanel();
const spec = { outcome: "y", treatment: "d" };
const estimate = twfe(panel, { ...spec, covariates: ["x"] });
const events = eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });
const draws = { seed: 1, draws: 99 };

Deno.test("combinations need finite weights by name, and something to combine", () => {
  for (const weight of [NaN, Infinity, "1", null]) {
    assertRefuses(() => lincom(estimate, untyped({ d: weight }), "c"), '"d"', "finite number");
  }
  assertRefuses(() => lincom(estimate, { d: 0, x: 0 }, "c"), "Every weight", '"c"');
  assertRefuses(() => lincom(estimate, untyped("d"), "c"), "by term");
  assertRefuses(() => linearMap(estimate, []), "nothing to combine");
  assertRefuses(() => averageEffect(estimate, () => true, "c"), "have no times", "lincom");
  assertRefuses(() => waldTest(estimate, untyped("d")), "names must be a list", '"d"');
});

Deno.test("with CR2 a combination, a band and a test of one term keep its own degrees of freedom", () => {
  const reduced = withCovariance(
    eventStudy(panel.where("uneven", (row) => row.unit !== "u0" || row.time !== 6), {
      outcome: "y",
      exposure: "g",
      reference: 3,
      covariates: ["x"],
    }),
    { type: "CR2" },
  );
  const degrees = new Set(reduced.terms.map((term) => term.degreesOfFreedom));
  assert.ok(degrees.size > 1, "the terms differ");
  for (const term of reduced.effects) {
    const alone = lincom(reduced, { [term.name]: 1 }, "c").terms[0];
    assert.equal(alone.pValue, term.pValue);
    assertClose(alone.low, term.low, 1e-12);
    assertClose(waldTest(reduced, [term.name]).pValue, term.pValue, 1e-9);
    const [own] = supTBand(reduced, { ...draws, terms: [term.name] }).terms;
    for (const low of [own.low, own.pointwiseLow]) assertClose(low, term.low, 1e-9);
  }
  supTBand(reduced, draws).terms.forEach((own, k) =>
    assertClose(own.pointwiseHigh, reduced.effects[k].high, 1e-12)
  );
});

Deno.test("covariances: no type, a type of the prototype, distances as text", () => {
  for (const wrong of [undefined, {}, { type: "toString" }, { type: 5 }]) {
    assertRefuses(() => withCovariance(estimate, untyped(wrong)), "no such covariance");
  }
  const several = { type: "CR2", cluster: ["unit", "region"] };
  assertRefuses(
    () => withCovariance(estimate, untyped(several)),
    "one column",
    '["unit","region"]',
  );
  const conley = { type: "Conley", latitude: "m", longitude: "m", cutoff: "5" };
  assertRefuses(() => withCovariance(estimate, untyped(conley)), "cutoff", '"5"');
});

Deno.test("clusters that determine the treatment leave no CR0 or CR2 error of 1e-16", () => {
  const alone = twfe(panel, spec);
  for (const type of ["CR0", "CR1", "CR2"] as const) {
    assertRefuses(() => withCovariance(alone, { type, cluster: "g" }), 'column "g"', "sum to zero");
  }
  const staggered = callawaySantAnna(panel, { outcome: "y", cohort: "first" });
  for (const type of ["CR0", "CR1"] as const) {
    assertRefuses(
      () => withCovariance(staggered as Estimate, { type, cluster: "g" }),
      "variance is 0",
    );
  }
});

Deno.test("lags over uneven periods are said to count periods", () => {
  const uneven = panel.where("without 3", (row) => row.time !== 3);
  for (const type of ["Newey–West", "Driscoll–Kraay"] as const) {
    const notes = (rows: Panel) => covarianceOf(twfe(rows, spec), { type, lags: 1 }).notes.join();
    assert.match(notes(uneven), /not evenly spaced/);
    assert.equal(notes(panel), "");
  }
});

Deno.test("wild bootstrap: hypotheses, null, rule and options of another kind", () => {
  const refuses = (options: unknown, ...parts: string[]) =>
    assertRefuses(() => wildClusterBootstrap(estimate, untyped(options)), ...parts);
  refuses(undefined, "not given as an object");
  refuses({ ...draws, term: 5 }, "neither the name of a term nor weights");
  refuses({ ...draws, joint: ["d", 5] }, "neither the name of a term nor weights");
  refuses({ ...draws, term: "d", cluster: [] }, "one column", 'column "cluster"');
  refuses({ ...draws, term: "d", null: "0" }, 'column "null"');
  refuses({ ...draws, term: "d", smallSample: { fixedEffects: "bogus" } }, '"bogus"');
  refuses({ ...draws, term: "d", confidenceLevel: "0.9" }, "between 0 and 1");
});

Deno.test("randomisation: treatmentFrom must be a function that gives numbers everywhere, of named columns", () => {
  const keys = { unit: "unit", time: "t" };
  const unbalanced = Panel.fromRows(
    madeRows().filter((row) => row.first !== 0 || Number(row.t) < 6),
    keys,
  );
  const refuses = (options: unknown, ...parts: string[]) =>
    assertRefuses(() => randomisationTest(unbalanced, spec, untyped(options)), ...parts);
  const hole = (unit: Record<string, number>, time: number) =>
    unit.first === 0 ? (time > 5 ? NaN : 0) : time >= unit.first ? 1 : 0;
  refuses({ ...draws, permute: "first", treatmentFrom: hole }, "no finite number", "time 6", '"d"');
  refuses({ ...draws, permute: "first", treatmentFrom: "x" }, "must be a function");
  refuses({ ...draws, treatmentFrom: hole }, 'column "permute"');
  refuses({ ...draws, confidenceSet: "no" }, "confidenceSet");
});

Deno.test("bands refuse unknown options, terms that are no list and clusters that are no labels", () => {
  for (const band of [supTBand, multiplierBand]) {
    const refuses = (options: object, ...parts: string[]) =>
      assertRefuses(() => band(events, untyped({ ...draws, ...options })), ...parts);
    refuses({ nonsense: 1 }, '"nonsense"');
    refuses({ terms: "g × 4" }, "terms must be a list");
    refuses({ confidenceLevel: "0.9" }, "between 0 and 1");
  }
  assertRefuses(() => multiplierBand(events, untyped({ ...draws, cluster: 5 })), "cluster", "5");
});

Deno.test("multiple testing refuses what is no p value, statistic, draw or hypothesis", () => {
  for (const adjust of [holm, benjaminiHochberg]) {
    assertRefuses(() => adjust(untyped(undefined)), "no p values");
    assertRefuses(() => adjust(untyped(["0.05"])), "not a probability", '"0.05"');
    assertRefuses(() => adjust([0.1, NaN]), "not a probability", "row 1");
  }
  const nine = () => new Float64Array(9);
  assertRefuses(() => stepdown([], []), "0 statistics");
  assertRefuses(() => stepdown([1, 2], [nine()]), "2 statistics and 1 arrays");
  assertRefuses(() => stepdown([1, 2], [nine(), new Float64Array(3)]), "differ in number", "row 1");
  assertRefuses(() => stepdown([1, NaN], [nine(), nine()]), "not a number", "row 1");
  assertRefuses(() => stepdown([1], [nine().fill(NaN)]), "draw is not a number");
  assertRefuses(() => romanoWolf(untyped(undefined), draws), "no hypotheses");
  const one = { estimate, term: "d" };
  assertRefuses(() => romanoWolf([{ ...one, null: NaN }], draws), "finite number", "row 0");
  assertRefuses(() => romanoWolf([one], untyped({ ...draws, nonsense: 1 })), '"nonsense"');
});

Deno.test("score bootstraps, equivalence and the table of procedures: options of another kind", () => {
  for (const run of [scoreBootstrap, jointScoreBootstrap, equivalenceTest, inferenceTable]) {
    assertRefuses(() => run(estimate, untyped(undefined)), /object|seed/);
    assertRefuses(() => run(estimate, untyped({ nonsense: 1, seed: 1 })), '"nonsense"');
  }
  assertRefuses(() => jointScoreBootstrap(events, untyped({ ...draws, terms: "g × 4" })), "a list");
});

Deno.test("multipliers by groups that determine the treatment do not vary, and say so", () => {
  const alone = twfe(panel, spec);
  const options = { ...draws, cluster: "g" };
  for (
    const run of [
      () => multiplierBand(alone, options),
      () => scoreBootstrap(alone, options),
      () => romanoWolf([{ estimate: alone, term: "d" }], options),
    ]
  ) assertRefuses(run, "does not vary", 'column "g"');
});
