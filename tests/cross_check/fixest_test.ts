import assert from "node:assert/strict";
import type { Panel } from "../../lib/panel/panel.ts";
import { eventStudy } from "../../lib/estimators/event-study.ts";
import type { Estimate } from "../../lib/estimators/estimate.ts";
import type { RegressionOptions } from "../../lib/estimators/options.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import type { SmallSampleRule } from "../../lib/regression/small-sample.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";

type Common = Omit<RegressionOptions, "outcome">;

/** One covariance of a case, as fixest printed it. */
interface FixestResult {
  readonly nobs: number;
  readonly df_t: number;
  readonly coef: readonly {
    readonly term: string;
    readonly estimate: number;
    readonly se: number;
    readonly p: number;
    readonly ci_low: number;
    readonly ci_high: number;
  }[];
}

interface Case {
  name: string;
  panel: () => Panel;
  fit: (panel: Panel, options: Common) => Estimate;
  /** Our name of a term, given fixest's. */
  rename?: (term: string) => string;
}

const ext = (file: string) => () =>
  goldenPanel(file, "id", "period").with(
    "treat:post",
    (row) => row.value("treat") * row.value("post"),
  );
const y = { outcome: "y" };

const CASES: Case[] = [
  {
    name: "castle_twfe",
    panel: () => goldenPanel("castle_small.csv", "sid", "year"),
    fit: (panel, options) => twfe(panel, { outcome: "l_homicide", treatment: "post", ...options }),
  },
  {
    name: "mpdta_twfe",
    panel: () =>
      goldenPanel("mpdta.csv", "countyreal", "year").with(
        "D",
        (row) => row.value("first.treat") > 0 && row.time >= row.value("first.treat") ? 1 : 0,
      ),
    fit: (panel, options) => twfe(panel, { outcome: "lemp", treatment: "D", ...options }),
    rename: () => "D",
  },
  {
    name: "event_study",
    panel: ext("base_did_ext.csv"),
    fit: (panel, options) =>
      eventStudy(panel, { ...y, exposure: "treat", reference: 5, ...options }),
    rename: renamePeriod,
  },
  {
    name: "event_study_x1",
    panel: ext("base_did_ext.csv"),
    fit: (panel, options) =>
      eventStudy(panel, { ...y, exposure: "treat", reference: 5, covariates: ["x1"], ...options }),
    rename: renamePeriod,
  },
  {
    name: "twfe_basic",
    panel: ext("base_did_ext.csv"),
    fit: (panel, options) => twfe(panel, { ...y, treatment: "treat:post", ...options }),
    rename: () => "treat:post",
  },
  {
    name: "twfe_collinear",
    panel: ext("base_did_ext.csv"),
    fit: (panel, options) =>
      twfe(panel, {
        ...y,
        treatment: ["treat", "post", "treat:post"],
        covariates: ["x1"],
        ...options,
      }),
  },
  {
    name: "twfe_unbal_x1",
    panel: ext("base_did_unbal.csv"),
    fit: (panel, options) =>
      twfe(panel, { ...y, treatment: "treat:post", covariates: ["x1", "x2"], ...options }),
  },
  {
    name: "twfe_unit_trends",
    panel: ext("base_did_ext.csv"),
    fit: (panel, options) =>
      twfe(panel, {
        ...y,
        treatment: "treat:post",
        covariates: ["x1"],
        trends: "unit",
        ...options,
      }),
  },
  {
    name: "twfe_x1",
    panel: ext("base_did_ext.csv"),
    fit: (panel, options) =>
      twfe(panel, { ...y, treatment: "treat:post", covariates: ["x1"], ...options }),
  },
  {
    name: "twfe_x1x2_w",
    panel: ext("base_did_ext.csv"),
    fit: (panel, options) =>
      twfe(panel, {
        ...y,
        treatment: "treat:post",
        covariates: ["x1", "x2"],
        weights: "w",
        ...options,
      }),
  },
];

function renamePeriod(term: string): string {
  return term.replace(/^period::(\d+):treat$/, "treat × $1");
}

/** Covariances that this layer offers, by fixest's label in the cases. */
const COVARIANCES: Record<string, Common> = {
  iid: { covariance: "iid" },
  HC1: { covariance: "HC1" },
  cl_id: { cluster: "id" },
  cl_period: { cluster: "period" },
  cl_region: { cluster: "region" },
  cl_state: { cluster: "sid" },
  cl_county: { cluster: "countyreal" },
  cl_year: { cluster: "year" },
  twoway_id_period: { cluster: ["id", "period"] },
  twoway_region_period: { cluster: ["region", "period"] },
};

const TWOWAY: Record<string, readonly string[]> = {
  castle_twfe: ["sid", "year"],
  mpdta_twfe: ["countyreal", "year"],
};

const RULES: Record<string, Partial<SmallSampleRule>> = {
  "K.adj=FALSE": { parameters: false },
  "K.fixef=none": { fixedEffects: "none" },
  "K.fixef=full": { fixedEffects: "full" },
  "G.df=conventional": { clusterCount: "conventional" },
  "G.adj=FALSE": { clusters: false },
  "t.df=conventional": { degreesOfFreedom: "conventional" },
};

/** Against a package that iterates. */
const TOLERANCE = 1e-7;

for (const { name, panel, fit, rename = (term: string) => term } of CASES) {
  goldenTest(`fixest 0.14.2: ${name}, every covariance of this layer`, () => {
    const data = panel();
    const { result } = goldenCase(`fixest/${name}`);
    let compared = 0;
    for (const [key, expected] of Object.entries(result)) {
      const [kind, rule] = key.split("|");
      const covariance = kind === "twoway" ? { cluster: TWOWAY[name] } : COVARIANCES[kind];
      if (covariance === undefined) continue;
      const smallSample = rule === undefined ? {} : RULES[rule.slice("ssc(".length, -1)];
      const reference = expected as FixestResult;
      if (isRoundingError(reference)) {
        assert.throws(
          () => fit(data, { ...covariance, smallSample }),
          /cannot be computed: its scores sum to zero/,
        );
      } else {compare(
          `${name} ${key}`,
          fit(data, { ...covariance, smallSample }),
          reference,
          rename,
        );}
      compared++;
    }
    assert.ok(compared >= 5, `${name}: only ${compared} covariances compared`);
  });
}

/** Where every period dummy is its own cluster, the variance is zero by construction; fixest prints its rounding error. */
function isRoundingError(expected: FixestResult): boolean {
  return expected.coef.every((row: { se: number }) => row.se < 1e-9);
}

function compare(
  label: string,
  estimate: Estimate,
  expected: FixestResult,
  rename: (term: string) => string,
): void {
  assert.equal(estimate.design.observations, expected.nobs, `${label}: observations`);
  for (const row of expected.coef) {
    const term = estimate.term(rename(row.term));
    assertClose(term.estimate, row.estimate, TOLERANCE, `${label} ${row.term}`);
    assertClose(term.standardError, row.se, TOLERANCE, `${label} SE ${row.term}`);
    assertClose(term.degreesOfFreedom, expected.df_t, 0, `${label} df`);
    assertClose(term.pValue, row.p, 1e-6, `${label} p ${row.term}`);
    assertClose(term.low, row.ci_low, TOLERANCE, `${label} low ${row.term}`, Math.abs(row.se));
    assertClose(term.high, row.ci_high, TOLERANCE, `${label} high ${row.term}`, Math.abs(row.se));
  }
  assert.equal(estimate.terms.length, expected.coef.length, `${label}: number of terms`);
}
