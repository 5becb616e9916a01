import { etwfe, type EtwfeOptions } from "../../lib/estimators/etwfe.ts";
import type { Aggregation } from "../../lib/estimators/group-time/aggregate.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";

const CASES: Record<string, Partial<EtwfeOptions>> = {
  mpdta_nocov_notyet: {},
  mpdta_nocov_never: { controlGroup: "never" },
  mpdta_lpop_notyet: { covariates: ["lpop"] },
  mpdta_lpop_never: { covariates: ["lpop"], controlGroup: "never" },
  mpdta_fenone_notyet: { covariates: ["lpop"] },
  mpdta_fenone_never: { covariates: ["lpop"], controlGroup: "never" },
  mpdta_lpop_ivar_notyet: { covariates: ["lpop"], fixedEffects: "unit" },
  mpdta_lpop_ivar_never: { covariates: ["lpop"], fixedEffects: "unit", controlGroup: "never" },
  mpdta_lpop_hetero: { covariates: ["lpop"], covariance: "HC1" },
  mpdta_poisson: { covariates: ["lpop"], family: "poisson", outcome: "emp" },
};

/** The reference package differentiates numerically: its standard errors hold to about 1e-6. */
const ERRORS = 5e-6;

const AVERAGES: [string, Aggregation, string, string][] = [
  ["emfx_simple", "simple", "", ""],
  ["emfx_group", "group", "first.treat", "cohort "],
  ["emfx_calendar", "calendar", "year", "time "],
  ["emfx_event", "dynamic", "event", "event time "],
  ["emfx_event_all", "dynamic", "event", "event time "],
];

for (const [name, options] of Object.entries(CASES)) {
  goldenTest(`etwfe: ${name}`, () => {
    const { data, result } = goldenCase(`etwfe/${name}`);
    const panel = goldenPanel(data, "countyreal", "year");
    const estimate = etwfe(panel, { outcome: "lemp", cohort: "first.treat", ...options });
    for (const { term, estimate: value, se } of result.coef) {
      const cell = term.match(/^\.Dtreat:first\.treat::(\d+):year::(\d+)(:lpop_dm)?$/);
      if (cell === null) continue;
      const own = `ATT(${cell[1]}, ${cell[2]})${cell[3] === undefined ? "" : " × lpop"}`;
      const found = estimate.cellEstimate.term(own);
      assertClose(found.estimate, value, 1e-7, own, 0.01);
      // R's fit of the Poisson model stops earlier than ours.
      assertClose(
        found.standardError,
        se,
        options.family === "poisson" ? 2e-5 : ERRORS,
        `${own} error`,
      );
    }
    for (const [key, type, label, prefix] of AVERAGES) {
      for (const row of result[key] ?? []) {
        if (row[label] === -1 && row.estimate === 0) continue;
        const own = label === "" ? "overall" : `${prefix}${row[label]}`;
        const found = estimate.aggregate(type).term(own);
        assertClose(found.estimate, row.estimate, 1e-7, `${key} ${own}`, 0.01);
        assertClose(found.standardError, row["std.error"], ERRORS, `${key} ${own} error`);
      }
    }
  });
}
