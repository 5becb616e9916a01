import assert from "node:assert/strict";
import { twfe, type TwfeOptions } from "../../lib/estimators/twfe.ts";
import { type WildBootstrapOptions, wildClusterBootstrap } from "../../lib/inference/wild.ts";
import { FIXEST_RULE } from "../../lib/regression/small-sample.ts";
import { wildTest, type WildTestChoices } from "../../lib/inference/wild/bootstrap.ts";
import { assertClose } from "../support/close.ts";
import { clusteredFit, clusteredRows, madePanel, panelRecords } from "./wild-data.ts";
import { bruteForce, demeaned, dummies } from "./wild-brute-force.ts";

const RAW = { ...FIXEST_RULE, parameters: false, clusters: false };
const CHOICES: WildTestChoices = {
  type: "11",
  impose: true,
  distribution: "rademacher",
  draws: 9999,
  seed: 1,
  ties: "count",
  confidenceLevel: 0.95,
  confidenceSet: false,
  smallSample: RAW,
};

const absolute = (values: ArrayLike<number>) => Array.from(values, Math.abs).sort((a, b) => a - b);

function assertSameStatistics(
  actual: ArrayLike<number>,
  expected: readonly number[],
  label: string,
) {
  const [a, b] = [absolute(actual), absolute(expected)];
  assert.equal(a.length, b.length, label);
  a.forEach((value, i) => assertClose(value, b[i], 1e-8, `${label} draw ${i}`, 1));
}

for (const type of ["11", "13", "31", "33"] as const) {
  for (const impose of [true, false]) {
    // Weighted and unweighted in turn: each digit and each null treatment meets both.
    for (const weighted of [impose === (type[0] === "1")]) {
      Deno.test(`type ${type}, ${impose ? "WCR" : "WCU"}${weighted ? ", weighted" : ""}: enumeration equals refitting every sample, at a null of 0.1`, () => {
        const rows = clusteredRows();
        const { fit, clusters } = clusteredFit(rows, weighted);
        const test = wildTest(fit, clusters, {
          rows: [Float64Array.of(0, 1, 0)],
          values: [0.1],
          labels: ["x"],
        }, { ...CHOICES, type, impose });
        const root = rows.map((row) => weighted ? Math.sqrt(row.w) : 1);
        const expected = bruteForce({
          columns: [
            root,
            rows.map((row, i) => row.x * root[i]),
            rows.map((row, i) => row.z * root[i]),
          ],
          y: rows.map((row, i) => row.y * root[i]),
          codes: clusters.codes,
          clusters: 8,
          tested: [1],
          nulls: [0.1],
          impose,
          leaveOut: type[0] === "3",
          jackknife: type[1] === "3",
        });
        const factor = type[1] === "3" ? Math.sqrt(8 / 7) : 1;
        assertClose(Math.abs(test.statistic), expected.observed * factor, 1e-9, "statistic");
        assertSameStatistics(test.bootstrapStatistics, expected.draws.map((t) => t * factor), type);
        const extreme = expected.draws.filter((t) => t >= expected.observed * (1 - 1e-9)).length;
        assert.equal(test.pValue, extreme / 256);
        assert.ok(test.enumerated && test.draws === 256);
      });
    }
  }
}

interface PanelVariant {
  label: string;
  options?: Partial<TwfeOptions>;
  weight?: (i: number) => number;
  trends?: boolean;
  byYear?: boolean;
}

function panelProblem({ weight = () => 1, trends, byYear }: Partial<PanelVariant> = {}) {
  const records = panelRecords();
  const units = records.map(({ unit }) => unit);
  const years = records.map(({ year }) => year - 2000);
  const root = records.map((_, i) => Math.sqrt(weight(i)));
  const scaled = (column: readonly number[]) => column.map((value, i) => value * root[i]);
  const unitDummies = dummies(units, 7, false);
  return {
    columns: [
      records.map(({ d }) => d),
      records.map(({ x }) => x),
      ...unitDummies,
      ...dummies(years, 5, true),
      // One slope is left out: together they are the common trend, which the years hold.
      ...(trends ? unitDummies.slice(1).map((column) => column.map((v, i) => v * years[i])) : []),
    ].map(scaled),
    y: scaled(records.map(({ y }) => y)),
    codes: byYear ? years : units,
    clusters: byYear ? 5 : 7,
  };
}

const PANEL_OPTIONS = { outcome: "y", treatment: "d", covariates: ["x"] };
const UNSCALED = { parameters: false, clusters: false };
const VARIANTS: PanelVariant[] = [
  { label: "units as clusters" },
  { label: "weights", options: { weights: "w" }, weight: (i) => 1 + i % 3 },
  { label: "own trends", options: { trends: "unit" }, trends: true },
  { label: "years as clusters", options: { cluster: "year" }, byYear: true },
  {
    label: "years as clusters, own trends, weights",
    options: { cluster: "year", trends: "unit", weights: "w" },
    weight: (i) => 1 + i % 3,
    trends: true,
    byYear: true,
  },
];

for (const variant of VARIANTS) {
  for (const impose of [true, false]) {
    Deno.test(`absorbed effects equal explicit dummies: ${variant.label}, ${impose ? "WCR" : "WCU"}`, () => {
      const panel = madePanel(panelRecords().map((row, i) => ({ ...row, w: 1 + i % 3 })));
      const estimate = twfe(panel, { ...PANEL_OPTIONS, ...variant.options });
      const test = wildClusterBootstrap(estimate, {
        term: "d",
        null: 0.2,
        impose,
        seed: 1,
        smallSample: UNSCALED,
      });
      const problem = panelProblem(variant);
      const expected = bruteForce({ ...problem, tested: [0], nulls: [0.2], impose });
      assertClose(Math.abs(test.statistic), expected.observed, 1e-8);
      assertSameStatistics(test.bootstrapStatistics, expected.draws, "draws");
    });
  }
}

for (const impose of [true, false]) {
  Deno.test(`a joint hypothesis equals refitting, ${impose ? "WCR" : "WCU"}`, () => {
    const estimate = twfe(madePanel(), PANEL_OPTIONS);
    const test = wildClusterBootstrap(estimate, {
      joint: ["d", "x"],
      null: [0.2, 0.1],
      impose,
      seed: 1,
      smallSample: UNSCALED,
    });
    const expected = bruteForce({ ...panelProblem(), tested: [0, 1], nulls: [0.2, 0.1], impose });
    const root2 = Math.sqrt(2);
    assertClose(test.statistic * root2, expected.observed, 1e-9);
    assertSameStatistics(test.bootstrapStatistics.map((f) => f * root2), expected.draws, "draws");
    assert.equal(test.estimate, null);
    assert.match(test.openReason ?? "", /joint hypothesis/);
  });
}

Deno.test("a unit that its own period effects explain changes nothing, jackknifed or not", () => {
  const alone = (row: { unit: unknown }) => row.unit === 6 ? 1 : 0;
  const panel = madePanel();
  // As covariates: rows alone in a fixed effect are dropped before anything is estimated.
  const own = panel.times.slice(1).map((year) => `unit 6 in ${year}`);
  const explained = own.reduce(
    (made, name, k) => made.with(name, (row) => row.time === panel.times[k + 1] ? alone(row) : 0),
    panel,
  );
  const whole = twfe(explained, {
    ...PANEL_OPTIONS,
    covariates: [...(PANEL_OPTIONS.covariates ?? []), ...own],
  });
  const rest = twfe(panel.where("without 6", (row) => !alone(row)), PANEL_OPTIONS);
  for (const type of ["11", "13", "31", "33"] as const) {
    const [a, b] = [whole, rest].map((estimate) =>
      wildClusterBootstrap(estimate, { term: "d", type, seed: 1, smallSample: UNSCALED })
    );
    assert.equal(a.pValue, b.pValue, type);
    assertClose(a.low ?? NaN, b.low ?? NaN, 1e-7, type);
    const factor = type[1] === "3" ? Math.sqrt((7 / 6) / (6 / 5)) : 1;
    assertClose(a.statistic, b.statistic * factor, 1e-8, type);
  }
});

Deno.test("leaving a unit out re-estimates the period effects and only them (type 33)", () => {
  const estimate = twfe(madePanel(), PANEL_OPTIONS);
  const test = wildClusterBootstrap(estimate, { term: "d", type: "33", seed: 1 });
  const { columns, y, codes, clusters } = panelProblem();
  const net = [columns[0], columns[1], ...columns.slice(9)].map((c) => demeaned(c, codes));
  const expected = bruteForce({
    columns: net,
    y: demeaned(y, codes),
    codes,
    clusters,
    tested: [0],
    nulls: [0],
    impose: true,
    leaveOut: true,
    jackknife: true,
  });
  const factor = Math.sqrt(7 / 6);
  assertSameStatistics(test.bootstrapStatistics, expected.draws.map((t) => t * factor), "draws");
});

Deno.test("a combination of coefficients equals the coefficient of a reparametrised regression", () => {
  const panel = madePanel().with("gap", (row) => row.value("x") - row.value("d"));
  const common = { null: 0.3, seed: 1 };
  const combined = wildClusterBootstrap(twfe(panel, PANEL_OPTIONS), {
    ...common,
    weights: { d: 1, x: 1 },
  });
  const single = wildClusterBootstrap(
    twfe(panel, { outcome: "y", treatment: "d", covariates: ["gap"] }),
    { ...common, term: "d" },
  );
  assertClose(combined.statistic, single.statistic, 1e-9);
  assertClose(combined.low ?? NaN, single.low ?? NaN, 1e-7);
  assertClose(combined.high ?? NaN, single.high ?? NaN, 1e-7);
  assert.equal(combined.pValue, single.pValue);
  assert.equal(combined.hypothesis, "1·[d] + 1·[x] = 0.3");
});

Deno.test("the small-sample rule scales statistics and leaves p and the set alone", () => {
  const estimate = twfe(madePanel(), PANEL_OPTIONS);
  const run = (smallSample: WildBootstrapOptions["smallSample"]) =>
    wildClusterBootstrap(estimate, { term: "d", seed: 1, smallSample });
  const [usual, raw] = [run({}), run(UNSCALED)];
  assertClose(usual.statistic, estimate.term("d").statistic, 1e-12);
  assertClose(raw.statistic / usual.statistic, Math.sqrt(34 / 28 * 7 / 6), 1e-12);
  assert.equal(raw.pValue, usual.pValue);
  assert.equal(raw.low, usual.low);
});
