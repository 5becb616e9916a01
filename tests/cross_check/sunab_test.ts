import type { Estimate } from "../../lib/estimators/estimate.ts";
import { sunAbraham, type SunAbrahamOptions } from "../../lib/estimators/sun-abraham.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";

const COVARIANCES: Record<string, Partial<SunAbrahamOptions>> = {
  iid: { covariance: "iid" },
  HC1: { covariance: "HC1" },
  cl_county: {},
  cl_id: {},
  twoway: { cluster: ["id", "year"] },
};

function check(estimate: Estimate, rows: { term: string; estimate: number; se: number }[]): void {
  for (const row of rows) {
    const name = row.term.replace(/^year::/, "event time ").replace(/^cohort::/, "cohort ")
      .replace(/^ATT$/, "overall");
    const term = estimate.term(name);
    assertClose(term.estimate, row.estimate, 1e-9, name, 0.01);
    assertClose(term.standardError, row.se, 1e-8, `${name} error`);
  }
}

for (const name of ["sunab_mpdta", "sunab_stagg"]) {
  goldenTest(`fixest: ${name} under every covariance`, () => {
    const { result } = goldenCase(`fixest/${name}`);
    const stagg = name === "sunab_stagg";
    const panel = stagg
      ? goldenPanel("base_stagg.csv", "id", "year").with(
        "g",
        (row) => row.value("year_treated") === 10000 ? 0 : row.value("year_treated"),
      )
      : goldenPanel("mpdta.csv", "countyreal", "year");
    for (const [key, options] of Object.entries(COVARIANCES)) {
      if (result[key] === undefined) continue;
      const estimate = sunAbraham(
        panel,
        stagg
          ? { outcome: "y", cohort: "g", covariates: ["x1"], ...options }
          : { outcome: "lemp", cohort: "first.treat", ...options },
      );
      check(estimate, result[key].period);
      check(estimate, result[key].att);
      check(estimate.aggregate("group"), result[key].cohort);
    }
  });
}
