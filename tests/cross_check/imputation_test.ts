import { imputation, type ImputationOptions } from "../../lib/estimators/imputation.ts";
import { twoStage, type TwoStageOptions } from "../../lib/estimators/two-stage.ts";
import type { Panel } from "../../lib/panel/panel.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";

const mpdta = () => goldenPanel("mpdta.csv", "countyreal", "year");
const m = { outcome: "lemp", cohort: "first.treat" };
const c = { outcome: "l_homicide", cohort: "g" };

const IMPUTATION: Record<string, [() => Panel, ImputationOptions]> = {
  mpdta_static: [mpdta, m],
  mpdta_horizon: [mpdta, m],
  mpdta_horizon_pre: [mpdta, { ...m, preTrends: true }],
  mpdta_lpop: [mpdta, { ...m, covariatesByTime: ["lpop"] }],
  castle_static: [() => goldenPanel("castle_did.csv", "sid", "year"), c],
};

for (const [name, [panel, options]] of Object.entries(IMPUTATION)) {
  goldenTest(`didimputation: ${name}`, () => {
    const estimate = imputation(panel(), options);
    for (const row of goldenCase(`didimputation/${name}`).result) {
      const term = estimate.term(row.term === "treat" ? "overall" : `event time ${row.term}`);
      assertClose(term.estimate, row.estimate, 1e-7, row.term, 0.01);
      assertClose(term.standardError, row["std.error"], 1e-7, `${row.term} error`);
      assertClose(term.low, row["conf.low"], 1e-4, `${row.term} interval`);
    }
  });
}

const TWO_STAGE: Record<string, [() => Panel, TwoStageOptions]> = {
  mpdta_static: [mpdta, m],
  mpdta_event: [mpdta, m],
  mpdta_lpop: [mpdta, { ...m, covariatesByTime: ["lpop"] }],
  castle_static: [
    () =>
      goldenPanel("did2s_castle.csv", "state", "year").with(
        "g",
        // `post` of this file starts in the year after the law took effect.
        (row) => row.value("effyear") + 1,
      ),
    c,
  ],
};

for (const [name, [panel, options]] of Object.entries(TWO_STAGE)) {
  goldenTest(`did2s: ${name}`, () => {
    const estimate = twoStage(panel(), options);
    for (const row of goldenCase(`did2s/${name}`).result.coef) {
      const event = row.term.match(/^rel::(-?\d+)$/);
      const term = estimate.term(event === null ? "overall" : `event time ${event[1]}`);
      assertClose(term.estimate, row.estimate, 1e-7, row.term, 0.01);
      assertClose(term.standardError, row.se, 1e-7, `${row.term} error`);
    }
  });
}
