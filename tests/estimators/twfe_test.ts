import assert from "node:assert/strict";
import fc from "fast-check";
import type { Estimate } from "../../lib/estimators/estimate.ts";
import { twfe, type TwfeOptions } from "../../lib/estimators/twfe.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel, madeRows } from "../support/made.ts";

const keys = { unit: "unit", time: "t" };
const spec: TwfeOptions = { outcome: "y", treatment: "d", covariates: ["x"] };

function assertSameTerms(a: Estimate, b: Estimate, scale = 1): void {
  a.terms.forEach((term, k) => {
    assertClose(b.terms[k].estimate, scale * term.estimate, 1e-9, term.name, 1e-9);
    assertClose(
      b.terms[k].standardError,
      Math.abs(scale) * term.standardError,
      1e-9,
      `SE of ${term.name}`,
    );
  });
}

Deno.test("results do not change with row order, labels, spare columns, or unit and time effects", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const rows = madeRows(seed);
      const base = twfe(Panel.fromRows(rows, keys), spec);
      const reversed = [...rows].reverse();
      assertSameTerms(base, twfe(Panel.fromRows(reversed, keys), spec));
      const renamed = rows.map((row) => ({
        ...row,
        unit: `z${99 - Number(String(row.unit).slice(1))}`,
      }));
      assertSameTerms(base, twfe(Panel.fromRows(renamed, keys), spec));
      const spare = rows.map((row, i) => ({
        ...row,
        id: i,
        group: "g",
        year: 7,
        time: -1,
        treatment: 3,
      }));
      assertSameTerms(base, twfe(Panel.fromRows(spare, keys), spec));
      const shifted = rows.map((row) => ({
        ...row,
        y: Number(row.y) + 5 * Number(String(row.unit).slice(1)) - Number(row.t) ** 2,
      }));
      assertSameTerms(base, twfe(Panel.fromRows(shifted, keys), spec));
    }),
    { numRuns: 10, seed: 3 },
  );
});

Deno.test("estimates scale with the outcome, and survive a large offset", () => {
  const base = twfe(madePanel(), spec);
  assertSameTerms(base, twfe(madePanel().with("y", (row) => -1000 * row.value("y")), spec), -1000);
  const offset = twfe(madePanel().with("y", (row) => row.value("y") + 1e6), spec);
  base.terms.forEach((term, k) =>
    assertClose(offset.terms[k].estimate, term.estimate, 1e-8, term.name)
  );
});

Deno.test("a unit of weight two counts as two units; equal weights count as none", () => {
  const rows: ReturnType<typeof madeRows> = madeRows(4).map((row) => ({
    ...row,
    two: row.unit === "u3" ? 2 : 1,
  }));
  const twin = rows.filter((row) => row.unit === "u3").map((row) => ({ ...row, unit: "u3 again" }));
  const weighted = twfe(Panel.fromRows(rows, keys), { ...spec, weights: "two" });
  const doubled = twfe(Panel.fromRows([...rows, ...twin], keys), spec);
  weighted.terms.forEach((term, k) =>
    assertClose(doubled.terms[k].estimate, term.estimate, 1e-10, term.name)
  );
  assertSameTerms(
    twfe(madePanel(), spec),
    twfe(madePanel().with("three", () => 3), { ...spec, weights: "three" }),
  );
});

Deno.test("influence functions sum to zero, and their squares to the CR0 variance", () => {
  const estimate = twfe(madePanel(), {
    ...spec,
    smallSample: { parameters: false, clusters: false },
  });
  estimate.influence.forEach((psi, k) => {
    assertClose(psi.reduce((sum, value) => sum + value, 0), 0, 1e-10, "sum", 1);
    const squares = psi.reduce((sum, value) => sum + value ** 2, 0);
    assertClose(squares, estimate.covariance[k][k], 1e-12, estimate.terms[k].name);
  });
});

Deno.test("every result names its covariance, small-sample rule and degrees of freedom", () => {
  const named = (options: Partial<TwfeOptions>) =>
    twfe(madePanel(), { ...spec, ...options }).describe().join("\n");
  assert.match(named({}), /CR1 clustered by unit \(12\).*fixest's default.*t\(11\)/);
  assert.match(named({ covariance: "iid" }), /iid; small sample: n − K/);
  assert.match(
    named({ cluster: ["region", "t"] }),
    /clustered by region \(4\) and t \(6\).*t\(3\)/,
  );
  assert.match(
    named({ smallSample: { clusters: false } }),
    /small sample: \(n − 1\)\/\(n − K\)[^(]*; t\(11\)/,
  );
});

Deno.test("a covariance that is not positive semidefinite is repaired by name, at any scale", () => {
  const firstRepair = (scale: number) => {
    for (let seed = 1; seed < 200; seed++) {
      const panel = madePanel(seed)
        .with("y", (row) => scale * row.value("y"))
        .with("x2", (row) => row.value("x") ** 2)
        .with("dx", (row) => row.value("d") * row.value("x"));
      const { repair } =
        twfe(panel, { ...spec, covariates: ["x", "x2", "dx"], cluster: ["region", "t"] }).design
          .covariance;
      if (repair !== null) return { seed, repair };
    }
    throw new Error("no draw needed a repair");
  };
  assert.equal(firstRepair(1).seed, firstRepair(1e-6).seed);
  assert.match(firstRepair(1).repair, /negative and are set to zero/);
});

Deno.test("rows that cannot be used are dropped, counted and named", () => {
  const rows: Record<string, unknown>[] = madeRows();
  rows[0] = { ...rows[0], y: null };
  rows[9] = { ...rows[9], x: "" };
  rows.push({ unit: "lonely", t: 3, y: 1, x: 1, d: 0 });
  const { design } = twfe(Panel.fromRows(rows, keys), spec);
  assert.equal(design.observations, 70);
  assert.deepEqual(design.droppedRows.map(({ reason, count }) => [reason, count]), [
    ["y missing", 1],
    ["x missing", 1],
    ["alone in their unit or t (a fixed effect of their own)", 1],
  ]);
  assert.deepEqual(design.droppedRows[2].rows, ["72 (lonely, 3)"]);
});

Deno.test("no treated, no control, no pre-period: each says which", () => {
  const refuses = (d: (row: { g: number; t: number }) => number, ...parts: string[]) =>
    assertRefuses(
      () =>
        twfe(madePanel().with("d2", (row) => d({ g: row.value("g"), t: row.time })), {
          outcome: "y",
          treatment: "d2",
        }),
      'column "d2"',
      ...parts,
    );
  refuses(() => 0, "Nobody is treated");
  refuses(() => 1, "There is no control: every row is treated");
  refuses(
    ({ t }) => t >= 4 ? 1 : 0,
    "There is no control: in every period either all units are treated or none",
  );
  refuses(({ g }) => g, "There is no pre-period");
  refuses(
    ({ g }) => 3 * g,
    "No treatment effect can be estimated: d2 is absorbed by the fixed effects",
  );
});

Deno.test("treatment that switches off is allowed here, and said", () => {
  const panel = madePanel().with("d2", (row) => row.value("d") === 1 && row.time < 6 ? 1 : 0);
  assert.match(
    twfe(panel, { outcome: "y", treatment: "d2" }).describe().join("\n"),
    /d2 switches off in 5 rows/,
  );
});

Deno.test("bad options, columns and clusters are named", () => {
  const panel = madePanel().with("one", () => 1).with("word", () => "abc");
  const wrong = (options: Record<string, unknown>, ...parts: (string | RegExp)[]) =>
    assertRefuses(() => twfe(panel, { ...spec, ...options } as unknown as TwfeOptions), ...parts);
  wrong({ outcomes: "y" }, "no such option", '"outcomes"', "covariates, covariatesByTime");
  wrong({ covariance: "HC9" }, "covariance", '"HC9"', "iid, HC1, CR1");
  wrong({ confidenceLevel: 95 }, "between 0 and 1", "95");
  wrong({ smallSample: { foo: true } }, '"foo"', "parameters, fixedEffects");
  wrong({ outcome: "z" }, "no such column", '"z"');
  wrong({ outcome: "word" }, "holds text", 'column "word"', '"abc"');
  wrong({ treatment: [] }, "treatment is not given");
  wrong({ cluster: "one" }, "only one cluster", 'column "one"');
  wrong({ weights: "d" }, "above zero", 'column "d"');
});

Deno.test("a perfect fit has no standard error, and says so", () => {
  const panel = madePanel().with("y", (row) => 2 * row.value("d"));
  assertRefuses(() => twfe(panel, { outcome: "y", treatment: "d" }), "fits perfectly");
});

Deno.test("an estimate can be asked, listed and stored", () => {
  const estimate = twfe(madePanel(), spec);
  assertRefuses(() => estimate.term("D"), "no such term", '"D"', "d, x");
  assert.deepEqual(estimate.toFrame().name, ["d", "x"]);
  const stored = JSON.parse(JSON.stringify(estimate));
  assert.equal(stored.terms[0].estimate, estimate.terms[0].estimate);
  assert.equal(stored.design.covariance.type, "CR1");
  for (const text of [estimate.toMarkdown(), estimate.toLatex()]) {
    assert.ok(text.includes("Two-way fixed effects: y"));
  }
});

Deno.test("a row alone in its group's period is dropped and counted, as one alone in a period is", () => {
  const rows = madeRows().filter((row) => row.region !== 3 || row.unit === "u3");
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const options = { outcome: "y", treatment: "d", timeEffectsBy: "region" };
  const estimate = twfe(panel, options);
  assert.deepEqual(estimate.design.droppedRows.map(({ count }) => count), [6]);
  assert.match(estimate.design.droppedRows[0].reason, /region × t/);
  const without = twfe(panel.where("three regions", (row) => row.value("region") !== 3), options);
  assert.equal(estimate.term("d").standardError, without.term("d").standardError);
});
