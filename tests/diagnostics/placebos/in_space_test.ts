import assert from "node:assert/strict";
import {
  callawaySantAnna,
  type Panel,
  permutationTest,
  placeboInSpace,
  randomisationTest,
  twfe,
} from "../../../lib/mod.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { planted } from "./made.ts";

const OPTIONS = { outcome: "y", treatment: "d" } as const;
const fit = (panel: Panel) => twfe(panel, OPTIONS);

Deno.test("few allocations are all used once, and agree with brute force", () => {
  const panel = planted({ units: 7, treated: [0, 3], effect: 1 });
  const found = placeboInSpace(panel, fit, { permute: "d", seed: 1 });
  assert.deepEqual([found.enumerated, found.distinct, found.draws, found.failed], [
    true,
    21,
    21,
    0,
  ]);
  const byHand: number[] = [];
  for (let a = 0; a < 7; a++) {
    for (let b = a + 1; b < 7; b++) {
      const dealt = panel.with(
        "d",
        (row) => [panel.units[a], panel.units[b]].includes(row.unit) && row.time >= 7 ? 1 : 0,
      );
      byHand.push(fit(dealt).term("d").estimate);
    }
  }
  const sorted = (values: ArrayLike<number>) => Array.from(values).sort((x, y) => x - y);
  sorted(found.distribution).forEach((value, i) => assertClose(value, sorted(byHand)[i], 1e-10));
  const reached = byHand.filter((value) => Math.abs(value) >= Math.abs(found.observed) - 1e-10);
  assertClose(found.pValue, reached.length / 21, 1e-12);
});

Deno.test("it agrees with the randomisation test of a regression, by estimate and by t", () => {
  const panel = planted({ units: 8, treated: [0, 3, 4], effect: 1 });
  for (const statistic of ["estimate", "t"] as const) {
    const found = placeboInSpace(panel, fit, { permute: "d", seed: 1, statistic });
    const test = randomisationTest(panel, OPTIONS, {
      seed: 1,
      statistic: statistic === "t" ? "t" : "coefficient",
      confidenceSet: false,
    });
    assert.ok(test.enumerated && found.enumerated);
    assertClose(found.pValue, test.pValue, 1e-12);
  }
});

Deno.test("drawn allocations repeat with the seed, and count the observed one", () => {
  const panel = planted({ effect: 5 });
  const options = { permute: "d", seed: 3, draws: 199 };
  const found = placeboInSpace(panel, fit, options);
  assert.equal(found.enumerated, false);
  assert.equal(found.pValue, 1 / 200);
  assert.deepEqual(placeboInSpace(panel, fit, options).distribution, found.distribution);
  assert.notDeepEqual(
    placeboInSpace(panel, fit, { ...options, seed: 4 }).distribution,
    found.distribution,
  );
  assert.ok(found.toTable().toText().includes("seed 3"));
});

Deno.test("columns that belong together change hands together", () => {
  const panel = planted({ units: 7, treated: [0, 3] });
  const both = (rows: Panel) => {
    rows.map((row) => assert.equal(row.value("d") === 1, row.value("g") === 1 && row.time >= 7));
    return fit(rows);
  };
  const found = placeboInSpace(panel, both, { permute: ["d", "g"], seed: 1 });
  assert.equal(found.distinct, 21);
});

Deno.test("strata keep allocations within them", () => {
  const panel = planted({ units: 8, treated: [0, 4] })
    .with("half", (row) => Number(String(row.unit).slice(1)) < 4 ? "one" : "two");
  const found = placeboInSpace(panel, fit, { permute: "d", strata: "half", seed: 1 });
  assert.equal(found.distinct, 16);
});

Deno.test("allocations that cannot be estimated count against the effect", () => {
  const panel = planted({ units: 7, treated: [0, 3], effect: 10 });
  const picky = (rows: Panel) => {
    const dealt = rows.map((row) => row.unit === "u06" && row.value("d") === 1).some(Boolean);
    return fit(dealt ? rows.where("nobody", (row) => row.time < 7) : rows);
  };
  const found = permutationTest(panel, picky, { permute: "d", seed: 1, statistic: "estimate" });
  assert.equal(found.failed, 6);
  assertClose(found.pValue, 7 / 21, 1e-12);
});

Deno.test("the level holds for any estimator under chance allocation", () => {
  let rejected = 0;
  for (let draw = 0; draw < 100; draw++) {
    const panel = planted({ units: 10, treated: [0, 3, 7], effect: 0, draw, seed: 20 });
    const simple = (rows: Panel) =>
      callawaySantAnna(rows, { outcome: "y", cohort: "cohort" }).aggregate("simple");
    const found = placeboInSpace(panel, simple, { permute: "cohort", seed: 1, term: "overall" });
    if (found.pValue <= 0.1) rejected++;
  }
  assert.ok(rejected <= 19, `${rejected} of 100`);
});

Deno.test("placebos in space refuse what they cannot do", () => {
  const panel = planted();
  const holed = panel.where("a hole", (row) => row.unit !== "u01" || row.time !== 3);
  assertRefuses(() => placeboInSpace(holed, fit, { permute: "d", seed: 1 }), "change hands");
  const same = panel.with("d", (row) => row.time >= 7 ? 1 : 0);
  assertRefuses(() => placeboInSpace(same, fit, { permute: "d", seed: 1 }), "only one schedule");
  assertRefuses(() => placeboInSpace(panel, fit, { permute: "x", seed: 1 }), "no such column");
  assertRefuses(
    () => placeboInSpace(panel, fit, { permute: "d", strata: "dose", seed: 1 }),
    "must not vary within units",
  );
  assertRefuses(
    () => placeboInSpace(panel, fit, { permute: "d", seed: 1, statistic: "z" as "t" }),
    "statistic",
  );
});
