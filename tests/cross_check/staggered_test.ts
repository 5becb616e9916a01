import {
  efficientStaggered,
  type EfficientStaggeredOptions,
} from "../../lib/estimators/efficient-staggered.ts";
import type { Aggregation } from "../../lib/estimators/group-time/aggregate.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";

const ADJUSTMENTS = {
  staggered: "efficient",
  cs: "callawaySantAnna",
  sa: "sunAbraham",
} as const;
const ESTIMANDS: Record<string, Aggregation> = {
  simple: "simple",
  cohort: "group",
  calendar: "calendar",
  eventstudy: "dynamic",
};

for (const [prefix, adjustment] of Object.entries(ADJUSTMENTS)) {
  for (const [estimand, type] of Object.entries(ESTIMANDS)) {
    goldenTest(`staggered: ${prefix} ${estimand}`, () => {
      const panel = goldenPanel("mpdta.csv", "countyreal", "year");
      const { table } = goldenCase(`staggered/mpdta_${prefix}_${estimand}`).result;
      for (const variance of ["refined", "neyman"] as const) {
        const options: EfficientStaggeredOptions = {
          outcome: "lemp",
          cohort: "first.treat",
          adjustment,
          variance,
          eventTimes: [0, 1],
        };
        const estimate = efficientStaggered(panel, options).aggregate(type);
        for (const row of table) {
          // R's placebo counts cohorts that are not observed two periods before treatment; see the placebo test.
          if (row.eventTime < 0) continue;
          const name = row.eventTime === undefined ? "overall" : `event time ${row.eventTime}`;
          const term = estimate.term(name);
          const error = variance === "refined" ? row.se : row.se_neyman;
          assertClose(term.estimate, row.estimate, 1e-9, name);
          assertClose(term.standardError, error, 1e-9, `${name} ${variance} error`);
        }
      }
    });
  }
}

goldenTest("staggered: the covariance of event times", () => {
  const panel = goldenPanel("mpdta.csv", "countyreal", "year");
  const { vcv, vcv_neyman } = goldenCase("staggered/mpdta_vcv").result;
  for (const [variance, matrix] of [["refined", vcv], ["neyman", vcv_neyman]] as const) {
    const estimate = efficientStaggered(panel, {
      outcome: "lemp",
      cohort: "first.treat",
      eventTimes: [0, 1, 2],
      variance,
    });
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        assertClose(estimate.covariance[a][b], matrix[a][b], 1e-9, `${variance} ${a} ${b}`, 1e-4);
      }
    }
  }
});
