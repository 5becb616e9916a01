import assert from "node:assert/strict";
import { twfe } from "../../lib/estimators/twfe.ts";
import type { RegressionBehind } from "../../lib/estimators/estimate.ts";
import { type CovarianceSpec, regressionCovariance } from "../../lib/inference/covariance.ts";
import { clusterBlocks } from "../../lib/inference/few-clusters/blocks.ts";
import { leaveOneOut } from "../../lib/inference/few-clusters/jackknife.ts";
import { clusterLeverage } from "../../lib/inference/few-clusters/leverage.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { tTwoSided } from "../../lib/regression/distributions.ts";
import { assertClose } from "../support/close.ts";
import { csvRows, goldenCase, goldenPanel, goldenTest, goldenText } from "../support/golden.ts";
import { blockOf, plainRegression } from "../support/plain.ts";

const TERMS = ["tp", "x1"];
const wild = (file = "base_did_wild.csv") => goldenPanel(file, "id", "period");
const withEffects = (file?: string, weights?: string): RegressionBehind =>
  twfe(wild(file), {
    outcome: "y",
    treatment: "tp",
    covariates: ["x1"],
    ...(weights === undefined ? {} : { weights }),
  })
    .regression!;
const plain = (weights?: string) =>
  plainRegression(wild(), "y", ["tp", "treat", "post", "x1"], weights);

function assertBlock(
  actual: readonly number[][],
  expected: readonly number[][],
  label: string,
  tolerance = 1e-8,
): void {
  expected.forEach((row, i) =>
    row.forEach((value, j) => {
      const scale = Math.sqrt(Math.abs(expected[i][i] * expected[j][j]));
      assertClose(actual[i][j], value, tolerance, `${label} [${i}][${j}]`, scale);
    })
  );
}

function assertCovariance(
  regression: RegressionBehind,
  spec: CovarianceSpec,
  expected: number[][],
  label: string,
): void {
  assertBlock(
    blockOf(regression, regressionCovariance(regression, spec).matrix, TERMS),
    expected,
    label,
  );
}

for (
  const [name, make] of [["base_did", () => plain()], ["base_did_fe", () => withEffects()], [
    "base_did_w",
    () => plain("w"),
  ]] as const
) {
  goldenTest(`sandwich: ${name}, HC0 to HC3`, () => {
    const { result } = goldenCase(`sandwich/${name}`);
    const regression = make();
    for (const type of ["HC0", "HC1", "HC2", "HC3"] as const) {
      assertCovariance(regression, { type }, result[type], `${name} ${type}`);
    }
    assertCovariance(regression, { type: "iid" }, result.const, `${name} iid`);
    const byRegion = result.CL_region_HC0_cadjustTRUE;
    assertCovariance(
      regression,
      { type: "CR1", cluster: "region", rule: "G/(G − 1)" },
      byRegion,
      `${name} CL`,
    );
  });
}

const CLUB: Record<string, [() => RegressionBehind, string]> = {
  base_did_g6: [() => plain(), "g6"],
  base_did_id: [() => withEffects(), "id"],
  base_did_region: [() => withEffects(), "region"],
  base_did_region_w: [() => withEffects(undefined, "w"), "region"],
  base_did_unbal_region: [() => withEffects("base_did_unbal_wild.csv"), "region"],
};

for (const [name, [make, cluster]] of Object.entries(CLUB)) {
  goldenTest(`clubSandwich: ${name}, CR0 to CR3 and Satterthwaite degrees of freedom`, () => {
    const { result } = goldenCase(`clubSandwich/${name}`);
    const regression = make();
    for (const type of ["CR0", "CR2", "CR3"] as const) {
      if (result[type]?.vcov === undefined) continue;
      assertCovariance(regression, { type, cluster }, result[type].vcov, `${name} ${type}`);
    }
    assertCovariance(
      regression,
      { type: "CR1", cluster, rule: "G/(G − 1)" },
      result.CR1.vcov,
      `${name} CR1`,
    );
    // lm keeps a row that is alone in its unit and counts it in n and K; we drop it, so this rule differs there.
    if (name !== "base_did_unbal_region") {
      assertCovariance(
        regression,
        { type: "CR1", cluster, rule: "Stata" },
        result.CR1S.vcov,
        `${name} CR1S`,
      );
    }
    const { degreesOfFreedom, matrix } = regressionCovariance(regression, { type: "CR2", cluster });
    for (const row of result.CR2.Satterthwaite) {
      const k = regression.fit.names.indexOf(row.term);
      const t = regression.fit.coefficients[k] /
        Math.sqrt(matrix[k * regression.fit.names.length + k]);
      assertClose(tTwoSided(t, degreesOfFreedom[k]), row.p_Satt, 1e-6, `${name} p ${row.term}`);
      assertClose(
        degreesOfFreedom[regression.fit.names.indexOf(row.term)],
        row.df_Satt,
        1e-7,
        `${name} df ${row.term}`,
      );
    }
  });
}

const SUMMCLUST: Record<string, () => RegressionBehind> = {
  base_did_region: () => plain(),
  base_did_fe_region: () => withEffects(),
};

for (const [name, make] of Object.entries(SUMMCLUST)) {
  goldenTest(`summclust: ${name}, CV3, CV3J, refits, leverage`, () => {
    const { result } = goldenCase(`summclust/${name}`);
    const regression = make();
    assertCovariance(
      regression,
      { type: "CV3", cluster: "region" },
      result.CRV3.vcov,
      `${name} CV3`,
    );
    assertCovariance(
      regression,
      { type: "CV3J", cluster: "region" },
      result.CRV3J.vcov,
      `${name} CV3J`,
    );
    const blocks = clusterBlocks(regression.fit, regression.panel.groups("region"));
    const refits = leaveOneOut(blocks);
    assert.ok(refits.ok);
    TERMS.forEach((term, j) => {
      const k = regression.fit.names.indexOf(term);
      const leverage = clusterLeverage(blocks, k);
      result.CRV3.cluster_names.forEach((label: string, g: number) => {
        const own = refits.clusters.findIndex((value) => String(value) === label);
        assertClose(
          refits.estimates[own][k],
          result.CRV3.beta_jack[j][g],
          1e-9,
          `${name} refit ${term} ${label}`,
        );
        assertClose(
          leverage.partialLeverage[own],
          result.CRV3.partial_leverage[j][g],
          1e-8,
          `${name} partial ${label}`,
        );
        assertClose(
          leverage.leverage[own],
          result.CRV3.leverage_g[g],
          1e-8,
          `${name} leverage ${label}`,
        );
      });
    });
  });
}

goldenTest("summclust: castle by division, a cluster that holds whole units", () => {
  const { result } = goldenCase("summclust/castle_div");
  const { regression } = twfe(goldenPanel("castle_wild.csv", "sid", "year"), {
    outcome: "l_homicide",
    treatment: "post",
  });
  const { matrix } = regressionCovariance(regression!, { type: "CV3", cluster: "div" });
  assertClose(matrix[0], result.CRV3.vcov[0][0], 1e-8);
});

for (const name of ["twfe_x1", "twfe_x1x2_w"]) {
  goldenTest(`fixest 0.14.2: ${name}, HC2 and HC3`, () => {
    const { result } = goldenCase(`fixest/${name}`);
    const panel = goldenPanel("base_did_ext.csv", "id", "period")
      .with("treat:post", (row) => row.value("treat") * row.value("post"));
    const { regression } = twfe(panel, {
      outcome: "y",
      treatment: "treat:post",
      covariates: name === "twfe_x1" ? ["x1"] : ["x1", "x2"],
      ...(name === "twfe_x1x2_w" ? { weights: "w" } : {}),
    });
    for (const type of ["HC2", "HC3"] as const) {
      const { matrix } = regressionCovariance(regression!, { type });
      const size = regression!.fit.names.length;
      for (const row of result[type].coef) {
        const k = regression!.fit.names.indexOf(row.term);
        assertClose(Math.sqrt(matrix[k * size + k]), row.se, 1e-7, `${name} ${type} ${row.term}`);
      }
    }
  });
}

goldenTest("fixest 0.14.2: Newey–West and Driscoll–Kraay, one to three lags", () => {
  const { result } = goldenCase("fixest/hac_twfe_x1");
  const panel = goldenPanel("base_did_ext.csv", "id", "period")
    .with("treat:post", (row) => row.value("treat") * row.value("post"));
  const { regression } = twfe(panel, { outcome: "y", treatment: "treat:post", covariates: ["x1"] });
  const size = regression!.fit.names.length;
  for (const lags of [1, 2, 3]) {
    for (const [key, type] of [["NW", "Newey–West"], ["DK", "Driscoll–Kraay"]] as const) {
      const { matrix, degreesOfFreedom } = regressionCovariance(regression!, { type, lags });
      for (const row of result[`${key}${lags}`].coef) {
        const k = regression!.fit.names.indexOf(row.term);
        assertClose(Math.sqrt(matrix[k * size + k]), row.se, 1e-7, `${key}${lags} ${row.term}`);
        assert.equal(degreesOfFreedom[k], result[`${key}${lags}`].df_t);
      }
    }
  }
});

goldenTest("fixest 0.14.2: Conley on earthquakes, two cutoffs and distances", () => {
  const rows = csvRows(goldenText("data/quakes.csv")).map((row, i) => ({ ...row, i, t: 1 }));
  const panel = Panel.fromRows(rows, { unit: "i", time: "t" });
  const regression = plainRegression(panel, "depth", ["mag", "stations"]);
  const expected = [
    [100, "spherical", 60.42181461409992, 1.07523691168557],
    [300, "spherical", 79.57463834323015, 1.44123213977774],
    [100, "triangular", 60.51357693461537, 1.07916579349403],
  ] as const;
  for (const [cutoff, distance, mag, stations] of expected) {
    const { matrix } = regressionCovariance(regression, {
      type: "Conley",
      latitude: "lat",
      longitude: "long",
      cutoff,
      distance,
    });
    assertClose(Math.sqrt(matrix[4]), mag, 1e-9, `mag ${cutoff} ${distance}`);
    assertClose(Math.sqrt(matrix[8]), stations, 1e-9, `stations ${cutoff} ${distance}`);
  }
});

goldenTest("plm: Arellano's covariance is CR0 by unit", () => {
  const { result } = goldenCase("plm/base_did");
  assertCovariance(
    withEffects(),
    { type: "CR0", cluster: "id" },
    result["vcovHC arellano HC0"],
    "plm",
  );
});
