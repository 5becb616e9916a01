import assert from "node:assert/strict";
import { Matrix } from "ml-matrix";
import {
  departureFromTrend,
  preTrendSlope,
  preTrendTest,
} from "../../lib/diagnostics/pre-trends.ts";
import { eventStudy } from "../../lib/estimators/event-study.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import { averageEffect, lincom } from "../../lib/estimators/linear.ts";
import { waldTest } from "../../lib/estimators/wald.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel } from "../support/made.ts";

const panel = madePanel(6);
const events = eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });

Deno.test("a linear combination has the variance and influence of its weights", () => {
  const { terms, covariance } = lincom(events, { "g × 5": 1, "g × 6": -2 }, "c");
  const [a, b] = [events.indexOf("g × 5"), events.indexOf("g × 6")];
  const v = events.covariance;
  assertClose(terms[0].estimate, events.terms[a].estimate - 2 * events.terms[b].estimate, 1e-12);
  assertClose(covariance[0][0], v[a][a] - 4 * v[a][b] + 4 * v[b][b], 1e-12);
  assertRefuses(() => lincom(events, { nope: 1 }, "c"), "no such term");
  assertRefuses(() => lincom(events, {}, "c"), "has no terms");
});

Deno.test("the average of post effects against the base period", () => {
  const average = averageEffect(events, (time) => time >= 4, "post");
  const mean = ["g × 4", "g × 5", "g × 6"].reduce(
    (sum, name) => sum + events.term(name).estimate / 3,
    0,
  );
  assertClose(average.term("post").estimate, mean, 1e-12);
  assertRefuses(() => averageEffect(events, (time) => time > 99, "post"), "No effect falls into");
});

Deno.test("a Wald test of one term is its squared t, and of several the quadratic form", () => {
  const single = waldTest(events, ["g × 5"]);
  assertClose(single.f, events.term("g × 5").statistic ** 2, 1e-12);
  assertClose(single.pValue, events.term("g × 5").pValue, 1e-10);
  const names = ["g × 4", "g × 5", "g × 6"];
  const index = names.map((name) => events.indexOf(name));
  const v = new Matrix(index.map((i) => index.map((j) => events.covariance[i][j])));
  const b = Matrix.columnVector(index.map((i) => events.terms[i].estimate));
  const solved = Matrix.columnVector(solve(v, b));
  const joint = waldTest(events, names);
  assertClose(joint.wald, b.transpose().mmul(solved).get(0, 0), 1e-9);
  assert.deepEqual([joint.restrictions, joint.degreesOfFreedom], [3, 11]);
});

/** Gauss–Jordan, for three equations. */
function solve(a: Matrix, b: Matrix): number[] {
  const n = a.rows;
  const rows = Array.from({ length: n }, (_, i) => [...a.getRow(i), b.get(i, 0)]);
  for (let k = 0; k < n; k++) {
    const pivot = rows[k][k];
    rows[k] = rows[k].map((value) => value / pivot);
    rows.forEach((row, i) => {
      if (i !== k) rows[i] = row.map((value, j) => value - row[k] * rows[k][j]);
    });
  }
  return rows.map((row) => row[n]);
}

Deno.test("pre-trends are tested and fitted on the periods before the base", () => {
  assert.deepEqual(preTrendTest(events).terms, ["g × 1", "g × 2"]);
  const points = [[1, events.term("g × 1").estimate], [2, events.term("g × 2").estimate], [3, 0]];
  const slope = (points[2][1] - points[0][1]) / 2; // three equally spaced points
  assertClose(preTrendSlope(events).terms[0].estimate, slope, 1e-12);
  const last = departureFromTrend(events).term("g × 6").estimate;
  assertClose(last, events.term("g × 6").estimate - 3 * slope, 1e-12);
});

Deno.test("without a pre-period, or without an event study, pre-trends are refused", () => {
  const first = eventStudy(panel, { outcome: "y", exposure: "g", reference: 1 });
  assertRefuses(() => preTrendTest(first), "no effect before the base period 1");
  assertRefuses(
    () => preTrendTest(twfe(panel, { outcome: "y", treatment: "d" })),
    "not an event study",
  );
});
