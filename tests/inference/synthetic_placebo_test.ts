import assert from "node:assert/strict";
import { syntheticPlaceboTest } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { factorPanel } from "../support/synthetic.ts";

const columns = { outcome: "y", cohort: "first" } as const;

Deno.test("one treated unit: every control in turn, p by rank, no seed needed", () => {
  const panel = factorPanel({ cohorts: { 9: 1 }, controls: 20, effect: () => 40 });
  const test = syntheticPlaceboTest(panel, columns);
  assert.equal(test.exhaustive, true);
  assert.deepEqual(
    test.placebos.map(({ units }) => units[0]).sort(),
    panel.units.slice(0, 20).sort(),
  );
  assertClose(test.pEstimate, 1 / 21, 1e-12);
  assertClose(test.pRatio, 1 / 21, 1e-12);
  assert.equal(test.shareAsLarge, 0);
  assertClose(test.observed.ratio, test.observed.postError / test.observed.preError, 1e-12);
  const table = test.toTable();
  assert.equal(table.rows.length, 11);
  assert.equal(table.rows[0].who, "the treated");
  assert.match(table.notes.join(), /p = 0.048.*all 20 ways/);
});

Deno.test("several treated units: groups of as many controls, fewer donors each, said so", () => {
  const panel = factorPanel({ cohorts: { 9: 3 }, controls: 9 });
  const test = syntheticPlaceboTest(panel, columns);
  assert.equal(test.exhaustive, true);
  assert.equal(test.placebos.length, 84);
  assert.match(test.notes.join(), /each placebo has 6 donors, the treated have 9/);
  const drawn = syntheticPlaceboTest(panel, { ...columns, draws: 30, seed: 3 });
  assert.equal(drawn.placebos.length, 30);
  assert.equal(drawn.exhaustive, false);
  assert.deepEqual(
    drawn.placebos,
    syntheticPlaceboTest(panel, { ...columns, draws: 30, seed: 3 }).placebos,
  );
  assertRefuses(() => syntheticPlaceboTest(panel, { ...columns, draws: 30 }), "seed is not given");
});

Deno.test("the placebo test holds its level where nobody was treated", () => {
  let rejected = 0;
  for (let number = 0; number < 300; number++) {
    const panel = factorPanel({
      number,
      cohorts: { 9: 1 },
      controls: 19,
      periods: 12,
      tilt: 0,
      effect: () => 0,
    });
    if (syntheticPlaceboTest(panel, columns).pEstimate <= 0.1) rejected++;
  }
  // Exact level 0.1 but for the one donor more that the treated unit has.
  assert.ok(rejected >= 15 && rejected <= 48, `rejected ${rejected} of 300`);
});

Deno.test("synthetic control's errors are plain gaps", () => {
  const panel = factorPanel({ cohorts: { 9: 1 }, controls: 12 });
  const { observed } = syntheticPlaceboTest(panel, { ...columns, method: "sc" });
  assert.ok(observed.postError >= Math.abs(observed.estimate));
});
