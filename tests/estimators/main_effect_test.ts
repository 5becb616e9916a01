import assert from "node:assert/strict";
import {
  eventStudy,
  leaveOneOut,
  loadEhec,
  scoreBootstrap,
  syntheticDid,
  twfe,
} from "../../lib/mod.ts";
import { mainEffect } from "../../lib/estimators/main-effect.ts";
import { assertRefuses } from "../support/errors.ts";
import { factorPanel } from "../support/synthetic.ts";

const made = () => factorPanel({ cohorts: { 9: 2 }, controls: 12 });
const synthetic = (panel = made()) =>
  syntheticDid(panel, { outcome: "y", cohort: "first", seed: 1 });

Deno.test("the main effect is the one named, the only one, or the summary", () => {
  const one = twfe(loadEhec(), { outcome: "dins", treatment: "post" });
  assert.equal(mainEffect(one).name, "post");
  const many = synthetic();
  assert.equal(mainEffect(many).name, "overall");
  assert.equal(mainEffect(many, "event time 1").time, 1);
});

Deno.test("an event study has no main effect: its first pre-trend is not taken for one", () => {
  const panel = made().with("g", (row) => row.value("first") > 0 ? 1 : 0);
  const events = eventStudy(panel, { outcome: "y", exposure: "g", reference: 8 });
  assertRefuses(() => mainEffect(events), "none is named", "g × 1");
  assertRefuses(() => scoreBootstrap(events, { seed: 1 }), "term", "none is named");
});

Deno.test("a covariate that is called overall is not taken for the summary", () => {
  const panel = made()
    .with("g", (row) => row.value("first") > 0 ? 1 : 0)
    .with("overall", (row) => Math.sin(row.time * Number(String(row.unit).replace(/\D/g, ""))));
  const events = eventStudy(panel, {
    outcome: "y",
    exposure: "g",
    reference: 8,
    covariates: ["overall"],
  });
  assert.ok(events.term("overall"));
  assertRefuses(() => mainEffect(events), "none is named", "g × 1");
});

Deno.test("tools that are told no term ask synthetic differences for the mean effect", () => {
  const overall = synthetic().term("overall");
  assert.equal(scoreBootstrap(synthetic(), { seed: 1, draws: 99 }).term, "overall");
  const left = leaveOneOut(made(), synthetic);
  assert.ok(left.base.outcome.ok);
  assert.equal(left.base.outcome.value.term.estimate, overall.estimate);
});
