import assert from "node:assert/strict";
import fc from "fast-check";
import { changedFields, readFields, readHash, writeHash } from "../../lib/explorer/state.ts";
import { data, stateOf, VIEWS } from "./support.ts";

const { study } = data;
const { defaults } = study;

Deno.test("the defaults are the study's own assumptions", () => {
  assert.equal(defaults.outcome, "internet_use_pct");
  assert.equal(defaults.treatment, "given");
  assert.deepEqual([defaults.from, defaults.to, defaults.base], [2011, 2023, 2018]);
  assert.deepEqual(changedFields(defaults, study), []);
});

Deno.test("a view survives its link", () => {
  for (const view of VIEWS) {
    const state = stateOf(view);
    const hash = writeHash("", "explorer", state, study);
    const read = readHash(hash, "explorer", study);
    if (Object.keys(view).length === 0) {
      assert.equal(hash, "");
      assert.equal(read, null);
    } else assert.deepEqual(read, { state, problems: [] });
  }
});

Deno.test("explorers on one page keep to their own part of the hash", () => {
  const one = writeHash("", "explorer", stateOf({ base: "2016" }), study);
  const both = writeHash(one, "explorer2", stateOf({ to: "2022" }), study);
  assert.equal(both, "#explorer.base=2016&explorer2.to=2022");
  assert.equal(readHash(both, "explorer", study)!.state.base, 2016);
  assert.equal(readHash(both, "explorer2", study)!.state.to, 2022);
  assert.equal(writeHash(both, "explorer", defaults, study), "#explorer2.to=2022");
});

Deno.test("an ordinary anchor is no view, and is left alone until there is one", () => {
  assert.equal(readHash("#four-means", "explorer", study), null);
  assert.equal(writeHash("#four-means", "explorer", defaults, study), "#four-means");
  assert.equal(writeHash("#a=1", "explorer", defaults, study), "");
});

Deno.test("nonsense keeps the defaults and is told", () => {
  const cases: [hash: string, says: RegExp][] = [
    ["#explorer.base=abc", /base = "abc" must be one of 2011/],
    ["#explorer.base=2018.5", /base/],
    ["#explorer.base=2020", /base = "2020" must be one of 2011.*2018; 2018 is used/],
    ["#explorer.threshold=-3", /threshold = "-3" must be a number above 0/],
    ["#explorer.threshold=1e999", /threshold/],
    ["#explorer.threshold=", /threshold/],
    ["#explorer.seed=1.5", /a whole number from 0 to 9999/],
    ["#explorer.outcome=constructor", /outcome/],
    ["#explorer.dropped=2011,1999", /dropped/],
    ["#explorer.dropped=2011,2011", /dropped/],
    ["#explorer.controls=__proto__", /controls/],
    ["#explorer.__proto__=1", /There is no assumption "__proto__"/],
    ["#explorer.toString=1", /There is no assumption/],
    ["#explorer.bound=%zz", /bound/],
    ["#explorer.data=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", /data = "<img/],
  ];
  for (const [hash, says] of cases) {
    const { state, problems } = readHash(hash, "explorer", study)!;
    assert.deepEqual(state, defaults, hash);
    assert.equal(problems.length, 1, hash);
    assert.match(problems[0], says);
  }
  assert.match(
    readHash("#explorer.base=2016&explorer.base=2017", "explorer", study)!.problems[0],
    /base is given twice/,
  );
});

Deno.test("any hash gives a valid state and messages of bounded length", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (key, text) => {
      const { state, problems } = readFields([[key, text]], study);
      assert.deepEqual(Object.keys(state).sort(), Object.keys(defaults).sort());
      assert.ok(state.threshold > 0 && study.times.includes(state.base));
      for (const problem of problems) assert.ok(problem.length < 400);
      readHash(`#explorer.${key}=${text}`, "explorer", study);
    }),
  );
});
