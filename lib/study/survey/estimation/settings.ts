import { checkKnown, checkOneOf } from "../../../estimators/options.ts";
import { InputError } from "../../../panel/errors.ts";
import type { SurveyTable } from "../types.ts";
import { STRATUM_RULES, type StratumRule } from "./design.ts";
import { DOMAIN_NAMES, type DomainName } from "./domains.ts";
import type { IntervalKind } from "./interval.ts";
import { LONELY_RULES, type LonelyRule } from "./covariance.ts";

export interface SurveyOptions {
  /** Columns whose crossing makes the domains. Default: none, the whole country. */
  readonly by?: DomainName | readonly DomainName[];
  /** Rows that the question is about; the others stay in the design with a score of zero. Default: all. */
  readonly subpopulation?: {
    readonly label: string;
    readonly includes: (table: SurveyTable, row: number) => boolean;
  };
  /** What a stratum with one cluster adds to the variance. Default "fail": an error that names the strata. */
  readonly lonely?: LonelyRule;
  /** Default "estrato", as INEI's files describe it. */
  readonly stratum?: StratumRule;
  /** Default "logit" for shares, "normal" for means and ratios. */
  readonly interval?: IntervalKind;
  /** Default 0.95. */
  readonly confidenceLevel?: number;
  /**
   * Coefficient of variation above which a row is marked "referential". Default 0.15: an assumption of this project (a
   * common rule of statistics offices), not a rule that we have read from INEI.
   */
  readonly unreliableAbove?: number;
}

const OPTIONS = [
  "by",
  "subpopulation",
  "lonely",
  "stratum",
  "interval",
  "confidenceLevel",
  "unreliableAbove",
];

/** The options, checked and complete. */
export interface Settings {
  readonly kind: "share" | "mean" | "ratio";
  readonly by: readonly DomainName[];
  readonly lonely: LonelyRule;
  readonly stratum: StratumRule;
  readonly interval: IntervalKind;
  readonly confidenceLevel: number;
  readonly unreliableAbove: number;
  readonly subpopulation: SurveyOptions["subpopulation"];
}

/** @throws InputError naming the option that does not exist or is not allowed. */
export function settingsOf(kind: Settings["kind"], options: SurveyOptions): Settings {
  checkKnown(options, OPTIONS, []);
  checkOneOf("lonely", options.lonely, LONELY_RULES);
  checkOneOf("stratum", options.stratum, STRATUM_RULES);
  checkOneOf("interval", options.interval, ["logit", "normal"]);
  const by = options.by === undefined ? [] : [options.by].flat();
  for (const name of by) checkOneOf("by", name, DOMAIN_NAMES);
  const unreliableAbove = options.unreliableAbove ?? 0.15;
  if (!(unreliableAbove > 0 && unreliableAbove <= 1)) {
    throw new InputError({
      problem: "The option unreliableAbove must be a positive number of at most 1",
      value: unreliableAbove,
      remedy: "use 0.15 for 15 %",
    });
  }
  checkSubpopulation(options.subpopulation);
  if (kind !== "share" && options.interval === "logit") {
    throw new InputError({
      problem: "A logit interval is for shares",
      column: "interval",
      value: "logit",
      remedy: 'use "normal" for means and ratios',
    });
  }
  return {
    kind,
    by,
    lonely: options.lonely ?? "fail",
    stratum: options.stratum ?? "estrato",
    interval: options.interval ?? (kind === "share" ? "logit" : "normal"),
    confidenceLevel: options.confidenceLevel ?? 0.95,
    unreliableAbove,
    subpopulation: options.subpopulation,
  };
}

function checkSubpopulation(given: unknown): void {
  if (given === undefined) return;
  const { label, includes } = Object(given) as { label?: unknown; includes?: unknown };
  if (typeof label === "string" && typeof includes === "function") return;
  throw new InputError({
    problem: "The option subpopulation must have a label and a function includes",
    column: "subpopulation",
    value: typeof given === "function" ? "a function" : given,
    remedy:
      'write { label: "people aged 6 and over", includes: (table, row) => table.age[row] >= 6 }',
  });
}
