import assert from "node:assert/strict";
import {
  clusterJackknife,
  eventStudy,
  lincom,
  linearMap,
  nonInferiority,
  Panel,
  trendNonInferiority,
  twfe,
} from "../../lib/mod.ts";
import { tInverse } from "../../lib/regression/distributions.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel, madeRows } from "../support/made.ts";

const panel = madePanel(3).with("gt", (row) => row.value("g") * row.time);
const simple = twfe(panel, { outcome: "y", treatment: "d" });
const flexible = twfe(panel, { outcome: "y", treatment: "d", covariates: ["gt"] });

Deno.test("the error of the difference is that of both regressions stacked and clustered by unit", () => {
  const rows = madeRows(3).flatMap((row) => {
    const [d, gt] = [Number(row.d), Number(row.g) * Number(row.t)];
    const copy = (name: string, d1: number, d2: number, trend: number) => ({
      ...row,
      own: row.unit,
      unit: `${row.unit} ${name}`,
      copy: name,
      d1,
      d2,
      trend,
    });
    return [copy("a", d, 0, 0), copy("b", 0, d, gt)];
  });
  const stacked = twfe(Panel.fromRows(rows, { unit: "unit", time: "t" }), {
    outcome: "y",
    treatment: ["d1", "d2"],
    covariates: ["trend"],
    timeEffectsBy: "copy",
    cluster: "own",
    smallSample: { parameters: false },
  });
  const [gap] = lincom(stacked, { d1: 1, d2: -1 }, "gap").terms;
  const found = nonInferiority(simple, flexible);
  assertClose(found.difference, gap.estimate, 1e-9, "difference", 1);
  assertClose(found.standardError, gap.standardError, 1e-9, "its error");
  assert.equal(found.degreesOfFreedom, gap.degreesOfFreedom);
});

Deno.test("the jackknife of the difference agrees roughly", () => {
  const jackknife = clusterJackknife(panel, (rows) => {
    const both = [
      twfe(rows, { outcome: "y", treatment: "d" }),
      twfe(rows, { outcome: "y", treatment: "d", covariates: ["gt"] }),
    ];
    const gap = both[0].term("d").estimate - both[1].term("d").estimate;
    const moved = linearMap(both[0], [{ name: "d", weights: { d: 1 } }]);
    return Object.assign(Object.create(Object.getPrototypeOf(moved)), moved, {
      terms: [{ ...moved.terms[0], estimate: gap }],
    });
  });
  const ratio = jackknife.terms[0].standardError / nonInferiority(simple, flexible).standardError;
  assert.ok(ratio > 0.9 && ratio < 1.6, `${ratio}`);
});

Deno.test("from an event study alone it is the two regressions, exactly", () => {
  const events = eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });
  const found = trendNonInferiority(events);
  assertClose(found.simple.estimate, simple.term("d").estimate, 1e-9, "simple");
  const perPeriod = [4, 5, 6].reduce(
    (rows, t) => rows.with(`d${t}`, (row) => row.time === t ? row.value("g") : 0),
    panel,
  );
  const line = twfe(perPeriod, {
    outcome: "y",
    treatment: ["d4", "d5", "d6"],
    covariates: ["gt"],
  });
  const [average] = lincom(line, { d4: 1 / 3, d5: 1 / 3, d6: 1 / 3 }, "average").terms;
  assertClose(found.flexible.estimate, average.estimate, 1e-8, "flexible");
  // The base period is no part of the answer, as long as treatment starts where it does.
  const early = eventStudy(panel, { outcome: "y", exposure: "g", reference: 1 });
  const same = trendNonInferiority(early, { treatedFrom: 4 });
  assertClose(same.difference, found.difference, 1e-9, "difference");
  assertClose(same.standardError, found.standardError, 1e-9, "its error");
});

Deno.test("thresholds, sides and intervals say the same thing", () => {
  const free = nonInferiority(simple, flexible);
  assert.equal(free.nonInferior, null);
  const reach = Math.abs(free.difference) + tInverse(0.95, 11) * free.standardError;
  assertClose(free.smallestThreshold, reach, 1e-12);
  for (const [factor, shown] of [[1.001, true], [0.999, false]] as const) {
    const found = nonInferiority(simple, flexible, { threshold: factor * reach });
    assert.equal(found.nonInferior, shown);
    const [low, high] = found.interval;
    assert.equal(-factor * reach < low && high < factor * reach, shown);
  }
  const above = nonInferiority(simple, flexible, { threshold: reach, side: "above" });
  const below = nonInferiority(simple, flexible, { threshold: reach, side: "below" });
  assertClose(Math.max(above.pValue!, below.pValue!), 0.05, 1e-9);
  assertClose(
    nonInferiority(flexible, simple, { threshold: reach, side: "below" }).pValue!,
    above.pValue!,
    1e-12,
  );
});

Deno.test("scale and order of rows and units do not matter", () => {
  const scaled = panel.with("y10", (row) => 10 * row.value("y") + 3);
  const tenfold = nonInferiority(
    twfe(scaled, { outcome: "y10", treatment: "d" }),
    twfe(scaled, { outcome: "y10", treatment: "d", covariates: ["gt"] }),
    { threshold: 10 },
  );
  const found = nonInferiority(simple, flexible, { threshold: 1 });
  assertClose(tenfold.difference, 10 * found.difference, 1e-9);
  assertClose(tenfold.pValue!, found.pValue!, 1e-9);
});

Deno.test("what cannot be compared is refused by name", () => {
  assertRefuses(() => nonInferiority(simple, simple), "same effect");
  const fewer = panel.where("without u0", (row) => row.unit !== "u0");
  const other = twfe(fewer, { outcome: "y", treatment: "d" });
  assertRefuses(() => nonInferiority(simple, other), "other units", "u0");
  assertRefuses(() => nonInferiority(simple, flexible, { threshold: -1 }), "threshold", "-1");
  assertRefuses(() => nonInferiority(simple, flexible, { level: 0.6 }), "level");
  assertRefuses(() => nonInferiority(simple, flexible, { term: "z" }), "no such term");
  const events = eventStudy(panel, { outcome: "y", exposure: "g", reference: 2 });
  assertRefuses(() => nonInferiority(events, simple), "5 effects");
  assert.ok(trendNonInferiority(events).notes.some((note) => note.includes("two points")));
  assertRefuses(() => trendNonInferiority(events, { treatedFrom: 7 }), "no effect after");
  assertRefuses(() => trendNonInferiority(simple), "not an event study");
});
