import assert from "node:assert/strict";
import {
  type CovarianceSpec,
  dcdhDynamic,
  type Estimate,
  eventStudy,
  interactionEffect,
  Panel,
  splitEffect,
  twfe,
  type TwfeOptions,
  twoByTwo,
  withCovariance,
} from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { madeRows } from "../support/made.ts";

type Row = Record<string, number | string>;
const KEYS = { unit: "unit", time: "t" };
const number = ({ unit }: Row) => Number(String(unit).slice(1));

/** An unbalanced panel with a second treatment that rises, falls back and comes in doses. */
const ROWS: Row[] = madeRows().filter((_, i) => i % 13 !== 7).map((row) => {
  const [u, t] = [number(row), Number(row.t)];
  const s = u % 3 === 0 ? (t >= 3 ? 2 : 0) : u % 3 === 1 && t >= 4 && t < 6 ? 1 : 0;
  return { ...row, s, fixedWeight: 1 + u / 7, latitude: 10 * Number(row.m), longitude: 20 * u };
});

const regression = (options: Partial<TwfeOptions>, spec?: CovarianceSpec) => (panel: Panel) => {
  const estimate = twfe(panel, { outcome: "y", treatment: "d", covariates: ["x"], ...options });
  return spec === undefined ? estimate : withCovariance(estimate, spec);
};
const dose = { outcome: "y", treatment: "d", weights: "w" };

const SPECS: readonly CovarianceSpec[] = [
  { type: "HC2" },
  { type: "HC3" },
  { type: "CR0" },
  { type: "CR1", rule: "Stata", cluster: ["unit", "t"] },
  { type: "CR2" },
  { type: "CR2", cluster: "region" },
  { type: "CR3", cluster: "region" },
  { type: "CV3J" },
  { type: "Newey–West", lags: 1 },
  { type: "Driscoll–Kraay", lags: 2 },
  {
    type: "Conley",
    latitude: "latitude",
    longitude: "longitude",
    cutoff: 5000,
    kernel: "bartlett",
  },
];

const FITS: Readonly<Record<string, (panel: Panel) => Estimate>> = {
  "twfe with trends": regression({ trends: "unit", weights: "w" }),
  "twfe by region": regression({ timeEffectsBy: "region", weights: "w" }),
  eventStudy: (panel) => eventStudy(panel, { outcome: "y", cohort: "first", weights: "w" }),
  twoByTwo: (panel) =>
    twoByTwo(panel, { outcome: "y", group: "g", treatedFrom: 4, weights: "fixedWeight" }).estimate,
  interactionEffect: (panel) => interactionEffect(panel, { ...dose, moderator: "m" }),
  splitEffect: (panel) => splitEffect(panel, { ...dose, moderator: "m" }).estimate,
  "dcdhDynamic, doses and covariates": (panel) =>
    dcdhDynamic(panel, { ...dose, treatment: "s", covariates: ["x"] }),
  "dcdhDynamic, normalised by region": (panel) =>
    dcdhDynamic(panel, { ...dose, treatment: "s", normalized: true, cluster: "region" }),
  ...Object.fromEntries(SPECS.flatMap((spec) =>
    [undefined, "w"].map((weights) => [
      `twfe, ${JSON.stringify(spec)}${weights === undefined ? "" : ", weighted"}`,
      regression({ weights }, spec),
    ])
  )),
};

const weightsTimes = (factor: number) => (row: Row) => ({
  ...row,
  w: Number(row.w) * factor,
  fixedWeight: Number(row.fixedWeight) * factor,
});
const outcomeTimes = (factor: number) => (row: Row) => ({ ...row, y: Number(row.y) * factor });

/** What is done to each row, and by how much estimates and errors grow. */
const CHANGES: Readonly<Record<string, readonly [(row: Row) => Row, number]>> = {
  "other labels, some of them numbers": [
    (row) => ({ ...row, unit: number(row) % 2 === 0 ? 99 - number(row) : `z${number(row)}` }),
    1,
  ],
  "an outcome of 1e12": [outcomeTimes(1e12), 1e12],
  "an outcome of 1e-12": [outcomeTimes(1e-12), 1e-12],
  "effects of the unit": [(row) => ({ ...row, y: Number(row.y) + 50 * Math.sin(number(row)) }), 1],
  "weights of 1e8": [weightsTimes(1e8), 1],
  "weights of 1e-8": [weightsTimes(1e-8), 1],
};

for (const [name, fit] of Object.entries(FITS)) {
  Deno.test(`${name}: row order, labels, scale, unit effects and size of weights change nothing`, () => {
    const base = fit(Panel.fromRows(ROWS, KEYS));
    const shuffled = ROWS.map((row, i) => ({ row, at: Math.sin(91.7 * i) }))
      .sort((a, b) => a.at - b.at).map(({ row }) => row);
    const changed = Object.entries(CHANGES).map(([what, [change, scale]]) =>
      [what, ROWS.map(change), scale] as const
    );
    for (const [what, rows, scale] of [["row order", shuffled, 1] as const, ...changed]) {
      const other = fit(Panel.fromRows(rows, KEYS));
      assert.equal(other.terms.length, base.terms.length, what);
      base.terms.forEach((term, k) => {
        const again = other.terms[k];
        const error = term.standardError;
        assertClose(again.estimate / scale, term.estimate, 1e-9, `${what}: ${term.name}`, error);
        assertClose(again.standardError / scale, error, 1e-9, `${what}: error of ${term.name}`);
        if (term.degreesOfFreedom === Infinity) return;
        assertClose(again.degreesOfFreedom, term.degreesOfFreedom, 1e-8, `${what}: degrees`);
      });
    }
  });
}
