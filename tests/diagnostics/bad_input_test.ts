/** What a reader can get wrong: every diagnostic refuses it by name, or gives a named result; never a TypeError or NaN. */
import assert from "node:assert/strict";
import {
  anticipation,
  baconDecomposition,
  donut,
  functionalForm,
  leaveOneOut,
  nearBounds,
  neighbourExposure,
  nonInferiority,
  omittedVariable,
  oster,
  type Panel,
  permutationTest,
  placeboInTime,
  placeboOutcomes,
  preTrendTest,
  shiftTreatment,
  specificationCurve,
  spilloverStudy,
  syntheticDid,
  syntheticPlaceboTest,
  twfe,
  twfeWeights,
} from "../../lib/mod.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel } from "../support/made.ts";
import { planted, ring } from "./placebos/made.ts";

const panel = planted();
const fit = (rows: Panel) => twfe(rows, { outcome: "y", treatment: "d" });
const long = (rows: Panel) => twfe(rows, { outcome: "y", treatment: "d", covariates: ["z"] });
// deno-lint-ignore no-explicit-any
const wrong = (value: unknown) => value as any;

Deno.test("options that are missing or none are refused", () => {
  for (const options of [undefined, null, 3, ["y"]].map(wrong)) {
    for (
      const find of [
        () => baconDecomposition(panel, options),
        () => twfeWeights(panel, options),
        () => syntheticDid(panel, options),
        () => omittedVariable(fit(panel), options),
        () => placeboInTime(panel, fit, options),
        () => neighbourExposure(panel, options),
        () => functionalForm(panel, options),
        () => nearBounds(panel, options),
        () => specificationCurve(panel, options),
        () => permutationTest(panel, fit, options),
      ]
    ) assertRefuses(find, "options are not given");
  }
  assertRefuses(() => twfeWeights(panel, wrong({ outcome: "y" })), "neither");
});

Deno.test("an estimator that is none, or forgets to return, is refused", () => {
  for (const none of [undefined, 3].map(wrong)) {
    for (
      const find of [
        () => leaveOneOut(panel, none),
        () => donut(panel, none, { times: [7] }),
        () => placeboInTime(panel, none, { path: "d" }),
        () => permutationTest(panel, none, { permute: "d", seed: 1 }),
        () => anticipation(panel, none),
        () => functionalForm(panel, { outcome: "y", fit: none }),
        () => functionalForm(panel, { outcome: "y", fit, events: wrong(3) }),
        () => spilloverStudy(panel, none, { treatment: "d", adjacency: ring(24) }),
      ]
    ) assertRefuses(find, "must be a function");
  }
  const forgets = wrong((rows: Panel) => void fit(rows));
  assertRefuses(() => leaveOneOut(panel, forgets), "no estimate", "must return");
  assertRefuses(() => donut(panel, forgets, { times: [7] }), "no estimate");
  assertRefuses(() => permutationTest(panel, forgets, { permute: "d", seed: 1 }), "no estimate");
  for (const none of [undefined, {}].map(wrong)) {
    assertRefuses(() => preTrendTest(none), "no estimate");
    assertRefuses(() => oster(none, fit(panel), { term: "d" }), "no estimate");
    assertRefuses(() => nonInferiority(fit(panel), none), "no estimate");
  }
});

Deno.test("a single value where a list is meant is refused", () => {
  assertRefuses(() => donut(panel, fit, { times: wrong(7) }), "times", "list");
  assertRefuses(() => anticipation(panel, fit, { periods: wrong(1) }), "periods", "list");
  assertRefuses(() => placeboInTime(panel, fit, { path: "d", dates: wrong(4) }), "dates", "list");
  assertRefuses(
    () => functionalForm(panel, { outcome: "y", fit, scales: wrong("log") }),
    "scales",
    "list",
  );
  for (const scale of [{}, null, { forward: 1 }].map(wrong)) {
    assertRefuses(() => functionalForm(panel, { outcome: "y", fit, scales: [scale] }), "scale");
  }
  assertRefuses(() => permutationTest(panel, fit, { permute: [], seed: 1 }), "permute");
  assertRefuses(
    () => syntheticDid(panel, { outcome: "y", cohort: "cohort", seed: 1, covariates: wrong("z") }),
    "covariates",
    "list",
  );
  for (const benchmark of [3, null, { label: "m" }, []].map(wrong)) {
    assertRefuses(
      () => omittedVariable(long(panel), { term: "d", benchmarks: [benchmark] }),
      "benchmark",
    );
  }
  assertRefuses(() => omittedVariable(fit(panel), { term: "d" }).adjust(wrong(undefined)), "R²");
});

Deno.test("placebos in time count a date once and need a whole number of times before it", () => {
  for (const before of [-1, 0, 1.5, NaN, wrong("2")]) {
    assertRefuses(() => placeboInTime(panel, fit, { path: "d", before }), "before", "whole number");
  }
  const [once, twice] = [[4], [4, 4]].map((dates) =>
    placeboInTime(panel, fit, { path: "d", dates })
  );
  assert.deepEqual(twice.dates, [4]);
  assert.equal(twice.pValue, once.pValue);
  for (const periods of [NaN, undefined].map(wrong)) {
    assertRefuses(() => shiftTreatment(panel, { path: "d" }, periods), "periods", "number");
  }
});

Deno.test("placebo outcomes need their time before, a column and a label", () => {
  const find = (list: unknown, options: unknown) =>
    placeboOutcomes(
      panel,
      (outcome) => (rows) => twfe(rows, { outcome, treatment: "d" }),
      wrong(list),
      wrong(options),
    );
  const main = { column: "y", label: "Y" };
  const good = [{ column: "z", label: "Z", asks: "nothing" }];
  // Without it all periods, the treated ones too, would set the scale.
  assertRefuses(() => find(good, { main }), "before", "not given");
  assertRefuses(() => find(good, { before: 7 }), "column and a label");
  assertRefuses(() => find(["z"], { main, before: 7 }), "column and a label", "z");
  assertRefuses(() => find(undefined, { main, before: 7 }), "list");
});

Deno.test("neighbours: options that do not exist, weights that are none and lists that are none", () => {
  const find = (options: object) =>
    neighbourExposure(panel, wrong({ exposure: "d", adjacency: ring(24), ...options }));
  assertRefuses(() => find({ summary: "max" }), "summary", "max");
  assertRefuses(() => find({ isolated: "x" }), "isolated");
  assertRefuses(() => find({ weight: "w" }), "no such option", "weight");
  assertRefuses(() => find({ adjacency: undefined }), "adjacency");
  assertRefuses(() => find({ adjacency: [] }), "adjacency");
  assertRefuses(() => find({ adjacency: { ...ring(24), u00: "u01" } }), "list", "u00");
  for (const weight of [0, -1, Infinity]) {
    const weighted = panel.with("w", panel.map(({ unit }) => unit === "u01" ? weight : 1));
    assertRefuses(
      () => neighbourExposure(weighted, { exposure: "d", adjacency: ring(24), weights: "w" }),
      "w",
      "u01",
      "above zero",
    );
  }
});

Deno.test("grids of specifications that are none", () => {
  const base = { treatment: "d" };
  const refuses = (grid: object, ...words: string[]) =>
    assertRefuses(() => specificationCurve(panel, wrong(grid)), ...words);
  refuses({}, "no axes");
  refuses({ base: null, axes: { outcome: ["y"] } }, "base");
  refuses({ base, axes: { outcome: ["y", null] } }, "no label");
  refuses({ base, axes: { outcome: ["y"] }, exclude: 3 }, "exclude", "list");
  refuses({ base, axes: { outcome: ["y"] }, exclude: [{}] }, "exclude", "function");
  refuses({ base, axes: { outcome: ["y"], s: [{ label: "a", sample: 3 }] } }, "s: a", "function");
  refuses({ base, axes: { outcome: ["y"], s: [{ label: "a", fit: 3 }] } }, "s: a", "function");
});

Deno.test("an outcome that does not vary has no synthetic comparison, and no placebo ratio that is significant", () => {
  const flat = madePanel().with("y", () => 5);
  const options = { outcome: "y", cohort: "first", seed: 1, draws: 20 } as const;
  for (const method of ["sdid", "sc", "did"] as const) {
    assertRefuses(() => syntheticDid(flat, { ...options, method }), "standard error");
  }
  const test = syntheticPlaceboTest(flat, options);
  assert.equal(test.observed.ratio, 0);
  assert.equal(test.pRatio, 1);
  // A penalty whose square overflows, and an outcome that is its own covariate.
  const made = madePanel();
  assertRefuses(() => syntheticDid(made, { ...options, zetaOmega: 1e300 }), "zetaOmega", "finite");
  assertRefuses(() => syntheticDid(made, { ...options, covariates: ["y"] }), "y", "covariate");
});
