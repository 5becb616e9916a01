import assert from "node:assert/strict";
import {
  callawaySantAnna,
  type CallawaySantAnnaOptions,
} from "../../lib/estimators/callaway-santanna.ts";
import type { Estimate } from "../../lib/estimators/estimate.ts";
import type { Aggregation } from "../../lib/estimators/group-time/aggregate.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";

/** The options of R's call, read from its text. */
function optionsOf(call: string): CallawaySantAnnaOptions {
  const value = (name: string) => call.match(new RegExp(`${name}="?([\\w.~]+)"?`))?.[1];
  const covariate = call.match(/xformla=~(\w+)/)?.[1];
  const weights = value("weightsname");
  const anticipation = value("anticipation");
  return {
    outcome: "lemp",
    cohort: "first.treat",
    controlGroup: value("control_group") === "nevertreated" ? "never" : "notYet",
    method: value("est_method") as "dr",
    basePeriod: (value("base_period") ?? "varying") as "varying",
    anticipation: anticipation === undefined ? 0 : parseInt(anticipation),
    ...(covariate === undefined || covariate === "1" ? {} : { covariates: [covariate] }),
    ...(weights === undefined ? {} : { weights }),
    ...(value("panel") === "FALSE" ? { panelMode: "repeatedCrossSection" } : {}),
    ...(value("allow_unbalanced_panel") === "TRUE" ? { unbalanced: true } : {}),
    ...(call.includes("clustervars") ? { cluster: ["countyreal", "cl"] } : {}),
  };
}

const CLOSE = 1e-8;
/** Pre-period effects near zero are compared on the scale of the outcome's changes. */
const SCALE = 0.01;

function assertAggregate(
  estimate: Estimate,
  type: Aggregation,
  // deno-lint-ignore no-explicit-any
  expected: any,
  where: string,
): void {
  const overall = estimate.term("overall");
  assertClose(overall.estimate, expected.overall_att, CLOSE, `${where} overall`, SCALE);
  assertClose(overall.standardError, expected.overall_se, CLOSE, `${where} overall error`, SCALE);
  const label = { simple: "", group: "cohort", dynamic: "event time", calendar: "time" }[type];
  (expected.egt ?? []).forEach((e: number, k: number) => {
    if (expected.se_egt[k] === "NA") {
      assert.ok(!estimate.terms.some(({ name }) => name === `${label} ${e}`), `${where} ${e}`);
      return;
    }
    const term = estimate.term(`${label} ${e}`);
    assertClose(term.estimate, expected.att_egt[k], CLOSE, `${where} ${e}`, SCALE);
    assertClose(term.standardError, expected.se_egt[k], CLOSE, `${where} ${e} error`, SCALE);
  });
}

const FOLDER = new URL("../../../shared/golden/cases/did/", import.meta.url);

function caseNames(): string[] {
  try {
    return [...Deno.readDirSync(FOLDER)].map(({ name }) => name.replace(".json", "")).sort();
  } catch {
    return ["(none)"];
  }
}

for (const name of caseNames()) {
  goldenTest(`did: ${name}`, () => {
    const { call, data, result } = goldenCase(`did/${name}`);
    const options = optionsOf(call);
    const estimate = callawaySantAnna(goldenPanel(data, "countyreal", "year"), options);
    assert.equal(estimate.design.unitLabels.length, result.n);
    const { group, t, att, se } = result.att_gt;
    group.forEach((g: number, k: number) => {
      const cell = estimate.cells.find(({ cohort, time }) => cohort === g && time === t[k])!;
      assertClose(cell.estimate!, att[k], CLOSE, `ATT(${g}, ${t[k]})`, SCALE);
      if (se[k] === "NA") assert.equal(cell.standardError, null);
      else assertClose(cell.standardError!, se[k], CLOSE, `error of ATT(${g}, ${t[k]})`, SCALE);
    });
    if (typeof result.W === "number") {
      const test = estimate.preTest({ before: "treatment" });
      assertClose(test.wald, result.W, 1e-8, "pre-test");
      assertClose(test.pValue, result.Wpval, 5e-6, "p of the pre-test", 1);
    }
    for (
      const [key, expected] of Object.entries(result).filter(([key]) => key.startsWith("aggte"))
    ) {
      const extra = Object.fromEntries(
        (key.split("|")[1] ?? "").split(",").filter((part) => part !== "").map((part) => {
          const [option, value] = part.split("=");
          return [
            { balance_e: "balance", min_e: "minE", max_e: "maxE" }[option]!,
            Number(value),
          ];
        }),
      );
      for (const [type, numbers] of Object.entries(expected as Record<string, unknown>)) {
        assertAggregate(
          estimate.aggregate(type as Aggregation, extra),
          type as Aggregation,
          numbers,
          `${key} ${type}`,
        );
      }
    }
  });
}
