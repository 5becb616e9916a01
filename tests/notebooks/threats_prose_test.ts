/** The numbers that notebook 08 quotes, each computed here again. */
import assert from "node:assert/strict";
import {
  assume,
  doseDefinitions,
  earlyReaction,
  eventStudy,
  groupMeans,
  loadTable,
  nearBounds,
  neighbours,
  outcomePlacebos,
  peruStudy,
  PLACEBO_OUTCOMES,
  scales,
  spacePlacebo,
  spillovers,
  studyEffect,
  timePlacebos,
  withoutQuestioned,
  withPlaceboOutcomes,
} from "../../lib/mod.ts";
import { assertSays, prose } from "./prose.ts";

const { panel, design } = peruStudy(assume());
const effect = studyEffect(panel, design, { effect: "sinceBase" });
const says = (sentence: string) => assertSays("08", sentence);
const minus = (value: number, digits = 1) => value.toFixed(digits).replace("-", "−");

Deno.test("08: the effect that is doubted", () => {
  const [term] = effect.fit(panel).terms;
  says(
    `it is ${term.estimate.toFixed(1)} points, on average over 2019 to 2023 and against 2018`,
  );
  const events = eventStudy(panel, {
    outcome: "internet_use_pct",
    exposure: "favoured",
    reference: 2018,
  });
  const after = events.effects.filter(({ time }) => time! > 2018);
  const mean = after.reduce((sum, { estimate }) => sum + estimate, 0) / after.length;
  assert.ok(Math.abs(mean - term.estimate) < 1e-12);
});

Deno.test("08: the pandemic and the base year", () => {
  const [both] = withoutQuestioned(effect).changes;
  assert.ok(both.outcome.ok);
  says(`without them it is ${both.outcome.value.term.estimate.toFixed(1)}`);
  const [one, two] = earlyReaction(effect).changes.map(({ outcome }) => {
    assert.ok(outcome.ok);
    return outcome.value.term;
  });
  says(
    `With the base one year earlier the effect is ${one.estimate.toFixed(1)}, with two years ${
      two.estimate.toFixed(1)
    }, and then its interval includes zero`,
  );
  assert.ok(one.low > 0 && two.low < 0);
  says(`${two.estimate.toFixed(1)} against 2016`);
});

Deno.test("08: placebos in time and space, and outcomes", () => {
  const placebos = timePlacebos(effect);
  const words = ["no", "one", "two", "three", "four", "five", "six"];
  says(`something in ${words[placebos.rejected.length]} of ${words[placebos.dates.length]} years`);
  for (const { outcome } of placebos.changes) {
    assert.ok(outcome.ok && outcome.value.term.estimate < 0);
  }
  assert.ok(spacePlacebo(effect, { seed: 1, draws: 499 }).pValue < 0.01);
  const outcomes = outcomePlacebos(effect, withPlaceboOutcomes(panel), PLACEBO_OUTCOMES);
  assert.equal(outcomes.answered.length, 8);
  assert.equal(outcomes.moved.length, 0);
  says("None of the eight moves clearly");
});

Deno.test("08: spillovers, and who is far", () => {
  const found = spillovers(effect, neighbours());
  const estimate = (label: string) => {
    const { outcome } = found.refit(label);
    assert.ok(outcome.ok);
    return outcome.value.term.estimate;
  };
  says(`gained ${estimate("near against far controls").toFixed(1)} points on those farther away`);
  const ratio = estimate("against far controls") / estimate("all controls");
  assert.ok(ratio > 1.9 && ratio < 2.1);
  assert.deepEqual([...found.unitsOf("far")].sort(), ["07", "15A", "24"]);
  const in2018 = panel.times.indexOf(2018);
  const use = panel.numeric("internet_use_pct");
  for (const code of ["07", "15A"]) {
    assert.ok(use[panel.units.indexOf(code) * panel.times.length + in2018] > 70);
  }
});

Deno.test("08: scales", () => {
  const points = (kind: "sinceBase" | "twoWay") =>
    scales(studyEffect(panel, design, { effect: kind })).results.map(({ scale, points }) => ({
      scale,
      estimate: points!.estimate,
    }));
  const negative = points("sinceBase").filter(({ estimate }) => estimate < 0);
  assert.deepEqual(negative.map(({ scale }) => scale), ["logRest"]);
  const naive = points("twoWay").map(({ estimate }) => estimate);
  says(`From ${minus(Math.min(...naive))} to ${minus(Math.max(...naive))} points`);
  const labelled = panel.with("g", (row) => row.value("favoured") === 1 ? "in" : "out");
  const means = groupMeans(labelled, { outcome: "internet_use_pct", group: "g" });
  const at = (group: string, time: number) =>
    means.find((mean) => mean.group === group && mean.time === time)!.mean;
  const closed = (group: string) =>
    100 * (at(group, 2023) - at(group, 2018)) / (100 - at(group, 2018));
  const n = (value: number) => value.toFixed(0);
  says(
    `the favoured regions went from ${n(at("in", 2018))} % to ${n(at("in", 2023))} % and the ` +
      `others from ${n(at("out", 2018))} % to ${n(at("out", 2023))} %`,
  );
  says(`they closed ${n(closed("in"))} % and the others ${n(closed("out"))} %`);
});

Deno.test("08: room below the ceiling", () => {
  const near = (outcome: string) => {
    const { nearTop, nearFloor, cells } = nearBounds(panel, { outcome, shareOf: 100 });
    return (nearTop.length + nearFloor.length) / cells.length;
  };
  assert.equal(near("internet_use_pct"), 0);
  const mobile = near("households_mobile_pct");
  assert.ok(mobile > 0.4 && mobile < 0.5);
});

Deno.test("08: definitions of the dose", () => {
  const dosed = peruStudy(assume({ treatment: { kind: "dose", measure: "localitiesPer10000" } }));
  const { grid } = doseDefinitions(dosed);
  const clear = (measure: string) => {
    const own = grid.filter((row) => row.measure === measure);
    const found = own.filter(({ refit: { outcome } }) =>
      outcome.ok && outcome.value.term.pValue < 0.05
    );
    return `${found.length} of ${own.length}`;
  };
  assert.equal(clear("localitiesPer10000"), "40 of 40");
  says("Fifty: all 40 that count localities by inhabitants");
  says(`${clear("localitiesPerCentre")} that count them by populated centres`);
  says(`and ${clear("peoplePer100")} that count people`);
});

Deno.test("08: sources that the prose names are in the table of sources", () => {
  const sources = new Set(loadTable("sources").map((row) => row.id));
  for (const [, id] of prose("08").matchAll(/\b(S\d+)\b/g)) assert.ok(sources.has(id), id);
});
