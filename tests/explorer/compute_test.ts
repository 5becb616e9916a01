import assert from "node:assert/strict";
import { compute } from "../../lib/explorer/compute.ts";
import { packPanel, unpackPanel } from "../../lib/explorer/data.ts";
import { explore } from "../../lib/explorer/explore.ts";
import { runJob } from "../../lib/explorer/jobs.ts";
import { noSimulation } from "../../lib/explorer/state.ts";
import { runToEnd } from "../../lib/inference/wild/bootstrap.ts";
import {
  assume,
  averageEffect,
  callawaySantAnna,
  eventEffects,
  eventStudy,
  honestBounds,
  imputation,
  loadEhec,
  ownAssumptions,
  Panel,
  peruStudy,
  sunAbraham,
  twfe,
  wildClusterBootstrap,
  withCovariance,
} from "../../lib/mod.ts";
import { data, medicaid, peru, stateOf, type View, VIEWS } from "./support.ts";

const whole = unpackPanel(data.panel);
const view = (fields: View) => compute(whole, data.study, stateOf(fields));
const effectOf = (fields: View) => {
  const { effect } = view(fields);
  assert.ok(effect.ok, effect.ok ? "" : effect.reason);
  return effect.value;
};
const own = { outcome: "internet_use_pct", cluster: "region" } as const;

Deno.test("a packed panel comes back to the last bit", () => {
  const panel = Panel.fromRows(
    [[1, 2000, 0.1], [1, 2001, NaN], [2, 2000, Infinity], [2, 2001, -1 / 3]].map((
      [unit, time, value],
    ) => ({ unit, time, value, fixed: unit / 3, name: `<${unit}>` })),
    { unit: "unit", time: "time" },
  );
  const again = unpackPanel(
    JSON.parse(JSON.stringify(packPanel(panel, ["value", "fixed", "name"]))),
  );
  for (const name of ["value", "fixed"]) {
    assert.deepEqual([...again.numeric(name)], [...panel.numeric(name)]);
  }
  assert.deepEqual(again.text("name"), panel.text("name"));
  assert.deepEqual(again.units, panel.units);
});

Deno.test("every view can be computed", () => {
  for (const fields of VIEWS) {
    const result = view(fields);
    assert.ok(result.effect.ok, JSON.stringify(fields));
    assert.ok(result.means.ok, JSON.stringify(fields));
    if (fields.errors !== "dk") assert.ok(result.events.ok, JSON.stringify(fields));
  }
});

Deno.test("an event study has no Driscoll–Kraay errors in a balanced panel, and says so instead of a zero", () => {
  const { effect, events } = view({ errors: "dk" });
  assert.ok(effect.ok && effect.value.standardError > 0.1);
  assert.ok(!events.ok);
  assert.match(events.reason, /standard error of .* cannot be computed.*sum to zero/);
});

Deno.test("views are the estimators' own numbers", () => {
  const { panel } = peru;
  assert.deepEqual(effectOf({}), twfe(panel, { ...own, treatment: "treated" }).terms[0]);
  const threshold = peruStudy(assume({
    treatment: { kind: "threshold", measure: "localitiesPer10000", threshold: 12, year: 2022 },
    weights: "population",
    firstYear: 2013,
    yearsDropped: [2020],
  }));
  assert.deepEqual(
    effectOf({
      treatment: "threshold",
      threshold: "12",
      year: "2022",
      weights: "population_2017",
      from: "2013",
      dropped: "2020",
    }),
    twfe(threshold.panel, { ...own, treatment: "treated", weights: "population_2017" }).terms[0],
  );
  const dosed = peruStudy(assume({ treatment: { kind: "dose", measure: "localitiesPer10000" } }));
  assert.deepEqual(
    effectOf({ treatment: "dose", errors: "CR2" }),
    withCovariance(twfe(dosed.panel, { ...own, treatment: "dose" }), { type: "CR2" }).terms[0],
  );
  const events = eventStudy(dosed.panel, { ...own, exposure: "exposure", reference: 2017 });
  assert.deepEqual(
    effectOf({ treatment: "dose", estimator: "events", base: "2017" }),
    averageEffect(events, (time) => time >= 2019, "average").terms[0],
  );
  const crossing = peruStudy(assume({
    treatment: {
      kind: "threshold",
      measure: "localitiesPer10000",
      threshold: 3.5,
      adoption: "crossing",
    },
  })).panel;
  const fields = { treatment: "threshold", threshold: "3.5", adoption: "crossing" };
  const after = (time: number) => time >= 0;
  assert.deepEqual(
    effectOf({ ...fields, estimator: "callaway" }),
    averageEffect(
      callawaySantAnna(crossing, {
        ...own,
        cohort: "cohort",
        controlGroup: "notYet",
        method: "reg",
        basePeriod: "universal",
      }).aggregate("dynamic"),
      after,
      "average",
    ).terms[0],
  );
  assert.deepEqual(
    effectOf({ ...fields, estimator: "imputation" }),
    averageEffect(
      imputation(crossing, { ...own, cohort: "cohort", preTrends: true }),
      after,
      "average",
    ).terms[0],
  );
});

Deno.test("bootstrap and honest bounds are the library's own", () => {
  const estimate = twfe(peru.panel, { ...own, treatment: "treated" });
  const boot = wildClusterBootstrap(estimate, {
    term: "treated",
    draws: 9999,
    seed: 1,
    type: "31",
  });
  const job = runToEnd(runJob("bootstrap", whole, data.study, stateOf({ errors: "wildS" })));
  assert.deepEqual([job.pValue, job.low, job.high], [boot.pValue, boot.low, boot.high]);
  const events = eventStudy(peru.panel, { ...own, exposure: "favoured", reference: 2018 });
  const bounds = honestBounds(eventEffects(events), {
    bounds: [0, 0.5, 0.7, 1, 1.5, 2],
    weights: [0.2, 0.2, 0.2, 0.2, 0.2],
  });
  const honest = runToEnd(runJob("honest", whole, data.study, stateOf({ bound: "0.7" })));
  assert.deepEqual(honest.intervals, bounds.intervals);
});

Deno.test("progress counts every draw", () => {
  const steps = [...runJob("bootstrap", whole, data.study, stateOf({ errors: "wild" }))];
  assert.deepEqual(steps.map(({ done }) => done), [2048, 4096, 6144, 8192, 9999]);
});

Deno.test("what cannot be computed says why, in the estimator's own words", () => {
  const reason = (fields: View) => {
    const { effect } = view(fields);
    assert.ok(!effect.ok, JSON.stringify(fields));
    return effect.reason;
  };
  assert.match(
    reason({ treatment: "threshold", threshold: "70", year: "2019" }),
    /Nobody is treated/,
  );
  assert.match(reason({ treatment: "dose", estimator: "callaway" }), /first treated times/);
  assert.match(reason({ controls: "altitude_m", estimator: "dcdh" }), /no baseline controls/);
  assert.match(reason({ to: "2018" }), /Nobody is treated/);
  assert.match(reason({ from: "2019" }), /no pre-period/);
  assert.match(reason({ treatment: "dose", dropped: "2021" }), /exposure is measured/);
  const { events, effect } = view({ base: "2014", dropped: "2014" });
  assert.ok(effect.ok && !events.ok && /reference period/.test(events.reason));
});

Deno.test("simulated data: the truth is known, repeats with the seed and is not the real outcome", () => {
  const truth = (fields: View) => view(fields).truth?.mean ?? null;
  assert.equal(truth({}), null);
  assert.equal(truth({ data: "none" }), 0);
  assert.equal(truth({ data: "trends", seed: "4" }), 0);
  assert.notEqual(truth({ data: "constant" }), 0);
  assert.equal(truth({ data: "growing", seed: "9" }), truth({ data: "growing", seed: "9" }));
  assert.notEqual(truth({ data: "growing", seed: "9" }), truth({ data: "growing", seed: "10" }));
  assert.notEqual(effectOf({ data: "none" }).estimate, effectOf({}).estimate);
  // Over many seeds the estimate is right on average where its assumptions hold.
  let off = 0;
  for (let seed = 0; seed < 60; seed++) {
    const fields = { data: "constant", seed: String(seed) };
    off += (effectOf(fields).estimate - truth(fields)!) / 60;
  }
  assert.ok(Math.abs(off) < 0.4, `mean error ${off}`);
});

Deno.test("the truth is told only where the view treats the rows in which it was planted", () => {
  const constant = { data: "constant", seed: "3" };
  const size = view(constant).truth!.mean;
  assert.equal(view({ ...constant, dropped: "2020", to: "2022" }).truth!.mean, size);
  // Estimates of another group, or of a dose, are of another quantity.
  const others: View[] = [{ treatment: "threshold", threshold: "6" }, { treatment: "dose" }];
  for (const other of others) {
    const { prepared, truth } = view({ ...constant, ...other });
    assert.equal(truth, null);
    assert.ok(prepared.ok && prepared.value.planted !== null && !prepared.value.planted.comparable);
  }
  const growing = view({ data: "growing", seed: "9", estimator: "callaway" }).truth!;
  assert.deepEqual(growing.effects.map(({ time }) => time), [0, 1, 2, 3, 4]);
  growing.effects.forEach(({ effect }, i) =>
    assert.ok(Math.abs(effect - growing.mean * (i + 1) / 3) < 1e-9)
  );
});

Deno.test("in a staggered panel an effect is planted from each unit's own start", () => {
  const { panel, study } = medicaid().data;
  const state = stateOf({ data: "constant", seed: "2", estimator: "imputation" }, { panel, study });
  const { prepared, truth } = compute(unpackPanel(panel), study, state);
  assert.ok(prepared.ok);
  const size = truth!.mean;
  prepared.value.panel.map((row) => [row.value("true effect"), row.value("treated")]).forEach((
    [effect, treated],
  ) => assert.ok(Math.abs(effect - (treated === 1 ? size : 0)) < 1e-9));
  // So an estimator for staggered panels is right on average.
  let off = 0;
  for (let seed = 0; seed < 40; seed++) {
    const drawn = compute(unpackPanel(panel), study, { ...state, seed });
    assert.ok(drawn.effect.ok);
    off += (drawn.effect.value.estimate - drawn.truth!.mean) / 40;
  }
  assert.ok(Math.abs(off) < 0.25 * Math.abs(size), `mean error ${off} beside ${size}`);
});

Deno.test("what cannot be simulated is not offered, and says why", () => {
  const own = explore(
    Panel.fromRows(
      ["a", "b", "c", "d"].flatMap((unit, u) =>
        [1, 2, 3, 4].map((time) => ({ unit, time, y: (u * 7 + time * 3) % 5, g: u % 2 }))
      ),
      { unit: "unit", time: "time" },
    ),
    ownAssumptions({
      source: "made up",
      unit: "unit",
      time: "time",
      outcomes: ["y"],
      treatment: { kind: "group", column: "g", firstTreatedTime: 3 },
    }),
  ).data;
  assert.match(noSimulation(own.study, true)!, /at least 3 times before treatment/);
  const { effect } = compute(unpackPanel(own.panel), own.study, {
    ...own.study.defaults,
    data: "none",
  });
  assert.ok(!effect.ok);
  assert.match(effect.reason, /needs 3 \(value 2\)/);
  assert.equal(noSimulation(data.study, true), null);
  assert.match(noSimulation(data.study, false)!, /observed at every time/);
  const gap = peru.panel.with(
    "internet_use_pct",
    (row) => row.time === 2015 && row.unit === "01" ? NaN : row.value("internet_use_pct"),
  );
  const missing = compute(gap, data.study, stateOf({ data: "none" })).effect;
  assert.ok(!missing.ok);
  assert.match(missing.reason, /it is missing \(column "internet_use_pct"/);
});

Deno.test("a reader's own staggered panel works without a dose or a map", () => {
  const own = medicaid().data;
  const state = stateOf({ estimator: "sunab" }, own);
  const { effect, events } = compute(unpackPanel(own.panel), own.study, state);
  assert.ok(effect.ok && events.ok);
  const direct = sunAbraham(loadEhec(), {
    outcome: "dins",
    cohort: "yexp2",
    weights: "W",
    cluster: "stfips",
  });
  assert.deepEqual(effect.value, averageEffect(direct, (e) => e >= 0, "average").terms[0]);
  assert.equal(own.study.map, false);
});
