import assert from "node:assert/strict";
import {
  neighbourExposure,
  type Panel,
  restrictAdjacency,
  spilloverStudy,
  twfe,
} from "../../../lib/mod.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses } from "../../support/errors.ts";
import { label, planted, ring } from "./made.ts";

const fit = (panel: Panel, treatments: readonly string[]) =>
  twfe(panel, { outcome: "y", treatment: treatments });
const column = (panel: Panel, name: string, unit: string) =>
  panel.map((row) => row.unit === unit ? [row.value(name)] : []).flat();

Deno.test("neighbours' exposure is their mean, weighted where asked, or whether any is exposed", () => {
  const panel = planted();
  const options = { exposure: "dose", adjacency: ring(24) };
  const mean = neighbourExposure(panel, options);
  const [left, right] = [column(panel, "dose", "u04"), column(panel, "dose", "u06")];
  column(mean, "neighbours' dose", "u05").forEach((value, t) =>
    assertClose(value, (left[t] + right[t]) / 2, 1e-12)
  );
  const weighted = neighbourExposure(panel, { ...options, weights: "w", into: "n" });
  column(weighted, "n", "u05").forEach((value, t) =>
    // Weights are 1 + (number mod 3): 2 for u04, 1 for u06.
    assertClose(value, (2 * left[t] + right[t]) / 3, 1e-12)
  );
  const any = neighbourExposure(panel, { ...options, summary: "any", into: "n" });
  assert.deepEqual(column(any, "n", "u05"), [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual(column(any, "n", "u09"), new Array(10).fill(0));
});

Deno.test("the order of rows and of lists does not matter, nor whether lists come as a map", () => {
  const panel = planted();
  const lists = ring(24);
  const turned = new Map(
    Object.entries(lists).reverse().map(([u, others]) => [u, [...others].reverse()]),
  );
  const one = neighbourExposure(panel, { exposure: "dose", adjacency: lists, into: "n" });
  const other = neighbourExposure(panel, { exposure: "dose", adjacency: turned, into: "n" });
  assert.deepEqual(other.numeric("n"), one.numeric("n"));
});

Deno.test("what is not known of a neighbour stays unknown", () => {
  const panel = planted().with("dose", (row) => row.unit === "u06" ? NaN : row.value("dose"));
  const mean = neighbourExposure(panel, { exposure: "dose", adjacency: ring(24), into: "n" });
  assert.ok(column(mean, "n", "u05").every(Number.isNaN));
  const any = neighbourExposure(panel, {
    exposure: "dose",
    adjacency: ring(24),
    into: "n",
    summary: "any",
  });
  assert.deepEqual(column(any, "n", "u05").slice(5), [NaN, 1, 1, 1, 1]);
  const holed = planted().where("a hole", (row) => row.unit !== "u06" || row.time !== 2);
  const seen = neighbourExposure(holed, { exposure: "dose", adjacency: ring(24), into: "n" });
  assert.deepEqual(column(seen, "n", "u05").slice(0, 3), [0, NaN, 0]);
});

Deno.test("a planted spillover is recovered, and the plain estimate is off by it", () => {
  const sums: Record<string, number> = {};
  const draws = 100;
  for (let draw = 0; draw < draws; draw++) {
    const panel = planted({ effect: 2, spill: 4, draw, seed: 13 });
    const found = spilloverStudy(panel, fit, { treatment: "d", adjacency: ring(24) });
    for (const { label: name, outcome } of found.answered) {
      sums[name] = (sums[name] ?? 0) + outcome.value.term.estimate / draws;
    }
    const plain = found.term("all controls").estimate;
    sums.plain = (sums.plain ?? 0) + plain / draws;
  }
  assertClose(sums["own, given neighbours' mean"], 2, 0.05);
  assertClose(sums["neighbours' mean, given own"], 4, 0.05);
  // Treated at both ends of their two runs have one treated neighbour, the others two: (4 × 2 + 5 × 4) / 9.
  // Four of 15 untreated have one treated neighbour.
  assertClose(sums.plain, 2 + 28 / 9 - 4 * 2 / 15, 0.05);
  assertClose(sums["against far controls"], 2 + 28 / 9, 0.05);
  assertClose(sums["near against far controls"], 2, 0.08);
});

Deno.test("without spillover its test is rejected about as often as the level says", () => {
  let rejected = 0;
  for (let draw = 0; draw < 100; draw++) {
    const panel = planted({ draw, seed: 17 });
    const found = spilloverStudy(panel, fit, { treatment: "d", adjacency: ring(24) });
    if (found.term("neighbours' mean, given own").pValue < 0.05) rejected++;
  }
  assert.ok(rejected < 14, `${rejected} of 100`);
});

Deno.test("comparisons equal filters by hand", () => {
  const panel = planted({ spill: 1 });
  const found = spilloverStudy(panel, fit, { treatment: "d", adjacency: ring(24) });
  const near = [5, 11, 16, 23].map(label);
  assert.deepEqual(found.unitsOf("near"), near);
  assert.equal(found.unitsOf("treated").length, 9);
  const far = panel.where("far", (row) => !near.includes(String(row.unit)));
  assertClose(
    found.term("against far controls").estimate,
    fit(far, ["d"]).term("d").estimate,
    1e-12,
  );
  const untreated = panel.where("untreated", (row) => row.value("g") === 0)
    .with("s", (row) => near.includes(String(row.unit)) && row.time >= 7 ? 1 : 0);
  assertClose(
    found.term("near against far controls").estimate,
    fit(untreated, ["s"]).term("s").estimate,
    1e-12,
  );
});

Deno.test("Butts's equation on groups that differ in nothing else is a set of differences in means", () => {
  // Every treated unit borders a treated one: own + spillover on treated is treated against far controls.
  const panel = planted({ spill: 1 });
  const found = spilloverStudy(panel, fit, { treatment: "d", adjacency: ring(24) });
  assertClose(
    found.term("own, with treated neighbours").estimate,
    found.term("against far controls").estimate,
    1e-10,
  );
  assertClose(
    found.term("spillover on untreated").estimate,
    found.term("near against far controls").estimate,
    1e-10,
  );
  const { outcome } = found.refit("spillover on treated");
  assert.ok(!outcome.ok && outcome.reason.includes("every treated unit borders"));
  const mixed = planted({ treated: [0, 1, 2, 12, 18] });
  const apart = spilloverStudy(mixed, fit, { treatment: "d", adjacency: ring(24) });
  assertClose(
    apart.term("own, without treated neighbours").estimate +
      apart.term("spillover on treated").estimate,
    farOnly(mixed, [0, 1, 2]),
    1e-10,
  );
});

/** Mean change of some treated units less that of the units that border no treated one. */
function farOnly(panel: Panel, treated: readonly number[]): number {
  const names = treated.map(label);
  const near = [23, 3, 11, 13, 17, 19].map(label);
  const change = (keep: (unit: string, g: number) => boolean) => {
    const side = (after: boolean) => {
      const values = panel.map((row) =>
        keep(String(row.unit), row.value("g")) && (row.time >= 7) === after ? [row.value("y")] : []
      ).flat();
      return values.reduce((a, b) => a + b) / values.length;
    };
    return side(true) - side(false);
  };
  return change((unit) => names.includes(unit)) -
    change((unit, g) => g === 0 && !near.includes(unit));
}

Deno.test("when nobody is left for a comparison the reason is named", () => {
  const every = planted({ units: 6, treated: [0, 2, 4] });
  const crowded = spilloverStudy(every, fit, { treatment: "d", adjacency: ring(6) });
  for (const name of ["against far controls", "near against far controls"]) {
    const { outcome } = crowded.refit(name);
    assert.ok(!outcome.ok && outcome.reason.includes("every untreated unit borders a treated one"));
  }
  const nobody = Object.fromEntries(every.units.map((unit) => [unit, []]));
  const alone = spilloverStudy(every, fit, {
    treatment: "d",
    adjacency: nobody,
    isolated: "zero",
  });
  const { outcome } = alone.refit("against near controls");
  assert.ok(!outcome.ok && outcome.reason.includes("no untreated unit borders"));
  const dose = planted().with("dose", (row) => row.value("d") + (row.time >= 7 ? 0.5 : 0));
  const doses = spilloverStudy(dose, fit, { treatment: "dose", adjacency: ring(24) });
  const none = doses.refit("against far controls").outcome;
  assert.ok(!none.ok && none.reason.includes("every unit is treated, more or less"));
  assert.ok(doses.refit("own, given neighbours' mean").outcome.ok);
  const lone = spilloverStudy(planted({ units: 5, treated: [0, 1] }), fit, {
    treatment: "d",
    adjacency: ring(5),
  }).refit("against far controls").outcome;
  assert.ok(!lone.ok && lone.reason.includes("only one far control"));
});

Deno.test("a wrong adjacency is refused, naming who", () => {
  const panel = planted({ units: 4, treated: [0] });
  const study = (adjacency: Record<string, string[]>, isolated?: "zero") =>
    neighbourExposure(panel, {
      exposure: "d",
      adjacency,
      ...(isolated === undefined ? {} : { isolated }),
    });
  const good = ring(4);
  assertRefuses(() => study({ ...good, u00: ["u01", "u03", "Lima"] }), "Lima", "not in the panel");
  assertRefuses(() => study({ ...good, Lima: [] }), "Lima", "restrictAdjacency");
  assertRefuses(() => study({ ...good, u00: ["u01"] }), "u03 → u00", "one side only");
  assertRefuses(() => study({ ...good, u00: ["u00", "u01", "u03"] }), "own neighbour", "u00");
  const { u02: _, ...short } = good;
  assertRefuses(() => study(short), "no list of neighbours", "u02");
  const island = { u00: [], u01: ["u02"], u02: ["u01", "u03"], u03: ["u02"] };
  assertRefuses(() => study(island), "border none", "u00");
  assert.deepEqual(column(study(island, "zero"), "neighbours' d", "u00"), new Array(10).fill(0));
  assert.deepEqual(
    restrictAdjacency(good, ["u00", "u01"]),
    new Map([["u00", ["u01"]], ["u01", ["u00"]]]),
  );
});
