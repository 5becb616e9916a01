/** Made roll-outs, and every estimator for staggered timing under one signature. */
import assert from "node:assert/strict";
import { stream } from "../../lib/inference/random.ts";
import {
  callawaySantAnna,
  dcdhDynamic,
  efficientStaggered,
  type Estimate,
  etwfe,
  imputation,
  localProjections,
  Panel,
  stackedDid,
  sunAbraham,
  twoStage,
} from "../../lib/mod.ts";
import { assertClose } from "./close.ts";

export type Row = Record<string, number | string>;

export interface RollOut {
  readonly seed?: number;
  /** First treated years; 0 for never. Each has `each` units. */
  readonly cohorts?: readonly number[];
  readonly each?: number;
  readonly years?: readonly number[];
  readonly effect?: (cohort: number, since: number) => number;
  /** Share of last year's shock that stays. */
  readonly persistence?: number;
}

export const YEARS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Rows of a roll-out: unit levels, a common path, effects by cohort and year, normal shocks. */
export function rollOut(options: RollOut = {}, number = 0): Row[] {
  const { seed = 7, cohorts = [3, 5, 7, 0], each = 15, years = YEARS } = options;
  const effect = options.effect ?? ((cohort, since) => 0.5 * cohort + 0.3 * since);
  const random = stream(seed, number);
  const stays = options.persistence ?? 0;
  return cohorts.flatMap((cohort) =>
    Array.from({ length: each }, (_, k) => {
      const level = 5 + 2 * random.normal();
      let shock = random.normal() / Math.sqrt(1 - stays ** 2);
      return years.map((year) => {
        const treated = cohort > 0 && year >= cohort;
        const y = level + 0.4 * (year % 100) + (treated ? effect(cohort, year - cohort) : 0) +
          shock;
        shock = stays * shock + random.normal();
        return { unit: `c${cohort}-${k}`, year, cohort, y, d: treated ? 1 : 0 };
      });
    }).flat()
  );
}

export function panelOf(rows: readonly Row[]): Panel {
  return Panel.fromRows(rows, { unit: "unit", time: "year" });
}

export interface Fit {
  readonly name: string;
  /** Whether it takes a column of weights. */
  readonly weighted: boolean;
  readonly fit: (panel: Panel, more?: { weights?: string }) => Estimate;
}

const COLUMNS = { outcome: "y", cohort: "cohort" } as const;

/** Every estimator as an event study; windows fit a panel with three years around every cohort. */
export const FITS: readonly Fit[] = [
  {
    name: "callawaySantAnna (never)",
    weighted: true,
    fit: (panel, more) => callawaySantAnna(panel, { ...COLUMNS, ...more }).aggregate("dynamic"),
  },
  {
    name: "callawaySantAnna (notYet)",
    weighted: true,
    fit: (panel, more) =>
      callawaySantAnna(panel, { ...COLUMNS, controlGroup: "notYet", ...more }).aggregate("dynamic"),
  },
  {
    name: "sunAbraham",
    weighted: true,
    fit: (panel, more) => sunAbraham(panel, { ...COLUMNS, ...more }),
  },
  { name: "etwfe", weighted: true, fit: (panel, more) => etwfe(panel, { ...COLUMNS, ...more }) },
  {
    name: "imputation",
    weighted: true,
    fit: (panel, more) => imputation(panel, { ...COLUMNS, ...more }),
  },
  {
    name: "twoStage",
    weighted: true,
    fit: (panel, more) => twoStage(panel, { ...COLUMNS, ...more }),
  },
  {
    name: "efficientStaggered",
    weighted: false,
    fit: (panel) =>
      efficientStaggered(panel, {
        ...COLUMNS,
        adjustment: "callawaySantAnna",
        variance: "neyman",
      }),
  },
  {
    name: "stackedDid",
    weighted: true,
    fit: (panel, more) => stackedDid(panel, { ...COLUMNS, window: { from: -2, to: 1 }, ...more }),
  },
  {
    name: "localProjections",
    weighted: true,
    fit: (panel, more) => localProjections(panel, { ...COLUMNS, ...more }),
  },
  {
    name: "dcdhDynamic",
    weighted: true,
    fit: (panel, more) => dcdhDynamic(panel, { outcome: "y", treatment: "d", ...more }),
  },
];

export function fitNamed(name: string): Fit["fit"] {
  return FITS.find((entry) => entry.name === name)!.fit;
}

/** Asserts that two estimates have the same terms; `scale` multiplies the expected ones. */
export function assertSameTerms(
  actual: Estimate,
  expected: Estimate,
  message: string,
  { scale = 1, errors = true, tolerance = 1e-8 } = {},
): void {
  const names = (estimate: Estimate) => estimate.terms.map(({ name }) => name).join("; ");
  if (names(actual) !== names(expected)) {
    throw new Error(`${message}: terms ${names(actual)}, expected ${names(expected)}`);
  }
  actual.terms.forEach((term, k) => {
    const other = expected.terms[k];
    const where = `${message}, ${term.name}`;
    assertClose(term.estimate, scale * other.estimate, tolerance, where, Math.abs(scale));
    if (!errors) return;
    const error = Math.abs(scale) * other.standardError;
    assertClose(term.standardError, error, tolerance, `error of ${where}`);
  });
}

/** Rows left out for a reason that has these words. */
export const dropCount = ({ design }: Estimate, reason: string) =>
  design.droppedRows.filter((drop) => drop.reason.includes(reason))
    .reduce((sum, { count }) => sum + count, 0);

/** Every number of an estimate is one, and every standard error is above zero. */
export function assertNumbers(estimate: Estimate, where: string): void {
  assert.ok(estimate.terms.length > 1, `${where}: terms`);
  for (const { name, ...term } of estimate.terms) {
    for (
      const key of ["estimate", "standardError", "statistic", "pValue", "low", "high"] as const
    ) {
      assert.ok(Number.isFinite(term[key]), `${where}, ${name}: ${key} is ${term[key]}`);
    }
    assert.ok(term.standardError > 1e-6, `${where}, ${name}: error ${term.standardError}`);
    assert.ok(term.low < term.estimate && term.estimate < term.high, `${where}, ${name}: interval`);
  }
  for (const row of estimate.covariance) {
    assert.ok(row.every(Number.isFinite), `${where}: covariance`);
  }
  for (const row of estimate.influence) {
    assert.ok(row.every(Number.isFinite), `${where}: influence`);
  }
}
