import { Panel } from "../../lib/panel/panel.ts";
import { eventStudy } from "../../lib/estimators/event-study.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import { readCsv } from "../../lib/study/csv.ts";
import { loadEhec } from "../../lib/study/medicaid.ts";
import { BASE_DID_EVENTS, TWFE } from "../references/twfe.ts";
import { assertClose } from "../support/close.ts";
import { goldenPanel, goldenTest } from "../support/golden.ts";

Deno.test("mpdta: two-way fixed effects as printed", () => {
  const file = new URL("../../data/mpdta.csv", import.meta.url);
  const panel = Panel.fromColumns(readCsv(file, "mpdta.csv").columns, {
    unit: "countyreal",
    time: "year",
  })
    .with(
      "D",
      (row) => row.value("first.treat") > 0 && row.time >= row.value("first.treat") ? 1 : 0,
    );
  const term = twfe(panel, { outcome: "lemp", treatment: "D" }).term("D");
  assertClose(term.estimate, TWFE.mpdta.estimate);
  assertClose(term.standardError, TWFE.mpdta.standardError);
});

Deno.test("ehec: two-way fixed effects as printed, unweighted and weighted", () => {
  const plain = twfe(loadEhec(), { outcome: "dins", treatment: "post" }).term("post");
  assertClose(plain.estimate, TWFE.ehec.estimate);
  assertClose(plain.standardError, TWFE.ehec.standardError);
  const weighted = twfe(loadEhec(), { outcome: "dins", treatment: "post", weights: "W" }).term(
    "post",
  );
  assertClose(weighted.estimate, TWFE.ehecWeighted.estimate);
  assertClose(weighted.standardError, TWFE.ehecWeighted.standardError);
});

goldenTest("base_did: event study and four standard errors as printed", () => {
  const panel = goldenPanel("base_did.csv", "id", "period");
  const events = eventStudy(panel, {
    outcome: "y",
    exposure: "treat",
    reference: 5,
    covariates: ["x1"],
  });
  for (const [name, estimate, error] of BASE_DID_EVENTS) {
    assertClose(events.term(name).estimate, estimate, 1e-7, name);
    assertClose(events.term(name).standardError, error, 1e-7, name);
  }
  const error = (options: Partial<Parameters<typeof twfe>[1]>) =>
    twfe(panel, { outcome: "y", treatment: "x1", ...options }).term("x1").standardError;
  assertClose(
    twfe(panel, { outcome: "y", treatment: "x1" }).term("x1").estimate,
    TWFE.baseDid.estimate,
  );
  assertClose(error({ covariance: "iid" }), TWFE.baseDid.iid);
  assertClose(error({ covariance: "HC1" }), TWFE.baseDid.HC1);
  assertClose(error({}), TWFE.baseDid.byUnit);
  assertClose(error({ cluster: ["id", "period"] }), TWFE.baseDid.twoWay);
});
