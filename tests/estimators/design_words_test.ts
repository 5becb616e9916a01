import assert from "node:assert/strict";
import {
  attempt,
  callawaySantAnna,
  describeCovariance,
  designLines,
  eventStudy,
  GroupTimeEstimate,
  InputError,
  linearMap,
  Panel,
  StaggeredEstimate,
  sunAbraham,
  twfe,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { madePanel, madeRows } from "../support/made.ts";

Deno.test("an attempt turns bad input into its reason, and lets faults through", () => {
  assert.deepEqual(attempt(() => 5), { ok: true, value: 5 });
  const refused = attempt(() => twfe(madePanel(), { outcome: "nope", treatment: "d" }));
  assert.ok(!refused.ok && refused.reason.includes('"nope"'));
  assert.throws(() =>
    attempt(() => {
      throw new TypeError("a fault");
    }), TypeError);
  assert.ok(new InputError({ problem: "p", remedy: "r" }) instanceof Error);
});

Deno.test("a covariance in one phrase names every dimension with its count", () => {
  const panel = madePanel();
  const spec = { outcome: "y", treatment: "d" };
  const words = (options: object) =>
    describeCovariance(twfe(panel, { ...spec, ...options }).design.covariance);
  assert.equal(words({}), "CR1 clustered by unit (12)");
  assert.equal(words({ cluster: ["unit", "region"] }), "CR1 clustered by unit (12) and region (4)");
  assert.equal(words({ covariance: "HC1" }), "HC1");
});

Deno.test("the design in words says what was dropped, weighted and clustered", () => {
  const rows = madeRows().map((row, i) => ({
    ...row,
    w: i === 3 ? null : row.w,
    twice: 2 * Number(row.x),
  }));
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" }).about({ notes: ["a note"] });
  const { design } = twfe(panel, {
    outcome: "y",
    treatment: "d",
    covariates: ["x", "twice"],
    weights: "w",
  });
  const text = designLines(design).join("\n");
  for (
    const part of ["y ~ d", "w missing", "twice dropped: collinear with x\n", "unit (12)", "a note"]
  ) {
    assert.ok(text.includes(part), `"${part}" is not in:\n${text}`);
  }
});

Deno.test("a linear map is A θ with covariance A V A', influence A ψ and the times of its rows", () => {
  const events = eventStudy(madePanel(), { outcome: "y", exposure: "g", reference: 3 });
  const names = events.terms.map(({ name }) => name);
  const matrix = [[1, 0, 0, -1, 2], [0.5, 0.5, 0, 0, 0]];
  const rows = matrix.map((weights, i) => ({
    name: `row ${i}`,
    weights: Object.fromEntries(names.map((name, k) => [name, weights[k]])),
    time: 10 + i,
  }));
  const mapped = linearMap(events, rows);
  matrix.forEach((a, i) => {
    const sum = (value: (k: number) => number) => a.reduce((all, w, k) => all + w * value(k), 0);
    assertClose(mapped.terms[i].estimate, sum((k) => events.terms[k].estimate), 1e-12, "θ");
    assert.equal(mapped.terms[i].time, 10 + i);
    mapped.influence[i].forEach((value, u) =>
      assertClose(value, sum((k) => events.influence[k][u]), 1e-9, "ψ", 1)
    );
    matrix.forEach((b, j) => {
      const expected = sum((k) => b.reduce((all, w, l) => all + w * events.covariance[k][l], 0));
      assertClose(mapped.covariance[i][j], expected, 1e-9, "V", 1);
    });
  });
});

Deno.test("staggered estimators return the kinds of estimate that they promise", () => {
  const options = { outcome: "y", cohort: "first" };
  assert.ok(callawaySantAnna(madePanel(), options) instanceof GroupTimeEstimate);
  assert.ok(sunAbraham(madePanel(), options) instanceof StaggeredEstimate);
});
