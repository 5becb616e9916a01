import type { Estimate } from "../../estimators/estimate.ts";
import { checkKnown, checkList, checkOneOf } from "../../estimators/options.ts";
import { requireFit } from "../../inference/refits.ts";
import type { Label } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { formatNumber } from "../../tables/format.ts";
import { type Refit, refit, Refits, type RefitsParts } from "./refits.ts";
import { shiftTreatment, type TreatmentColumns, treatmentStarts } from "./treatment.ts";

export interface PlaceboInTimeOptions extends TreatmentColumns {
  /** Times at which the first treated units are said to have been treated. Default: all that leave `before` times. */
  readonly dates?: readonly number[];
  /** Times that must be left before a placebo date. Default 2. */
  readonly before?: number;
  /** Treated units of time used, in the real estimate and the placebos. Default: all there are. */
  readonly horizon?: number;
  /** What is compared between dates: "estimate" (default) or "t". */
  readonly statistic?: "estimate" | "t";
  /** Default: the only effect, else "overall". */
  readonly term?: string;
}

/** The effect at dates at which nothing happened, and where the real one stands among them. */
export class PlaceboInTime extends Refits {
  /** Placebo dates (of the first treated units), in the order of `changes`. */
  readonly dates: readonly number[];
  readonly realDate: number;
  /** 1 when the real estimate is the largest in size of all; null where it cannot be computed. */
  readonly rank: number | null;
  /** (1 + placebos at least as large as the real) / (1 + placebos): a description, not a test at a level. */
  readonly pValue: number | null;
  /** Placebo dates whose own p value is below 5 %. */
  readonly rejected: readonly number[];

  constructor(
    parts: RefitsParts,
    found: Pick<PlaceboInTime, "dates" | "realDate" | "rank" | "pValue" | "rejected">,
  ) {
    super(parts);
    this.dates = found.dates;
    this.realDate = found.realDate;
    this.rank = found.rank;
    this.pValue = found.pValue;
    this.rejected = found.rejected;
  }
}

/**
 * Placebo in time: keeps each unit's periods before its treatment, pretends that treatment had begun earlier, and asks
 * the estimator for the effect of nothing. Cohorts keep their distance from each other; a dose keeps its path.
 *
 * The periods are few and overlap, so that the placebos move together: the rank describes, it does not test.
 *
 * @param fit the estimator; it reads the columns named in `options`. Its second argument is the number of units of time
 *   by which treatment was moved (0 for the real one), for estimators with a base period to move along.
 * @throws InputError when no placebo date is left, or one is not a time before treatment.
 * Source: the in-time placebo of Abadie, Diamond & Hainmueller (2015), American Journal of Political Science 59(2).
 */
export function placeboInTime(
  panel: Panel,
  fit: (panel: Panel, shift: number) => Estimate,
  options: PlaceboInTimeOptions,
): PlaceboInTime {
  checkKnown(
    options,
    ["cohort", "path", "dates", "before", "horizon", "statistic", "term"],
    [],
  );
  checkOneOf("statistic", options.statistic, ["estimate", "t"]);
  requireFit(fit);
  if (options.dates !== undefined) checkList("dates", options.dates, "{ dates: [2014, 2015] }");
  requireBefore(options.before);
  requireHorizon(options.horizon);
  const starts = treatmentStarts(panel, options);
  const first = Math.min(...starts);
  const times: Starts = {
    of: new Map(panel.units.map((unit, u) => [unit, starts[u]])),
    last: Math.max(...starts.filter((start) => start !== Infinity)),
  };
  const dates = placeboDates(panel, first, options);
  const run = (date: number, label: string, asks: string): Refit =>
    refit(label, asks, () => {
      const shift = first - date;
      const sample = shift === 0
        ? panel
        : untreatedRows(shiftTreatment(panel, options, shift), times, shift);
      return fit(within(sample, times, shift, options.horizon), shift);
    }, options.term);
  const several = new Set(starts.filter((start) => start !== Infinity)).size > 1;
  const name = (date: number) => several ? `${first - date} earlier` : String(date);
  const base = run(first, several ? "as it was" : `${first} (real)`, "treatment began when it did");
  const changes = dates.map((date) =>
    run(date, name(date), "nothing happened then: the effect should be zero")
  );
  const found = ranked(base, changes, options.statistic ?? "estimate");
  const rejected = dates.filter((_, i) => {
    const { outcome } = changes[i];
    return outcome.ok && outcome.value.term.pValue < 0.05;
  });
  return new PlaceboInTime({
    question: `Placebo in time: treatment said to begin before ${first}`,
    base,
    changes,
    notes: [
      ...timeNotes(
        changes.filter(({ outcome }) => outcome.ok).length,
        rejected.length,
        found.rank,
      ),
      ...doseNote(panel, options),
    ],
    citation: "Abadie, Diamond & Hainmueller (2015)",
    context: panel.context,
  }, { dates, realDate: first, ...found, rejected });
}

function placeboDates(
  panel: Panel,
  first: number,
  { dates, before = 2 }: PlaceboInTimeOptions,
): number[] {
  const admissible = panel.times.filter((time, t) => time < first && t >= before);
  if (admissible.length === 0) {
    throw new InputError({
      problem: `No placebo date is left: there must be ${before} times before it and one between ` +
        `it and ${first}`,
      value: panel.times.filter((time) => time < first).join(", "),
      remedy: "start the window earlier, or ask for fewer times before",
    });
  }
  if (dates === undefined) return admissible;
  const wrong = dates.filter((date) => !admissible.includes(date));
  // A date that is named twice is one placebo.
  if (dates.length > 0 && wrong.length === 0) return [...new Set(dates)];
  throw new InputError({
    problem: dates.length === 0
      ? "No placebo date is given"
      : "A placebo date must be a time before treatment, with enough times before it",
    column: "dates",
    value: wrong.join(", "),
    remedy: `choose among ${admissible.join(", ")}`,
  });
}

function requireBefore(before: unknown): void {
  if (
    before === undefined || (typeof before === "number" && Number.isInteger(before) && before >= 1)
  ) return;
  throw new InputError({
    problem: "The number of times before a placebo date must be a whole number from 1 on",
    column: "before",
    value: before,
    remedy: "leave it out for 2",
  });
}

function requireHorizon(horizon: unknown): void {
  if (horizon === undefined || (typeof horizon === "number" && horizon > 0)) return;
  throw new InputError({
    problem: "The horizon must be above zero",
    column: "horizon",
    value: horizon,
    remedy: "give the number of treated units of time to use, for example 3",
  });
}

/** First treated times by unit, and the last of them. */
interface Starts {
  readonly of: ReadonlyMap<Label, number>;
  readonly last: number;
}

/** Rows before a unit's own treatment, and before the last treatment of all for the never treated. */
function untreatedRows(panel: Panel, { of, last }: Starts, shift: number): Panel {
  return panel.where(
    `untreated rows, treatment said to begin ${shift} earlier`,
    ({ unit, time }) => time < Math.min(of.get(unit)!, last),
  );
}

function within(
  panel: Panel,
  { of, last }: Starts,
  shift: number,
  horizon: number | undefined,
): Panel {
  if (horizon === undefined) return panel;
  return panel.where(
    `treated ${panel.timeName} 0 to ${horizon - 1}`,
    ({ unit, time }) => time < Math.min(of.get(unit)!, last) - shift + horizon,
  );
}

function ranked(
  base: Refit,
  changes: readonly Refit[],
  statistic: "estimate" | "t",
): Pick<PlaceboInTime, "rank" | "pValue"> {
  const size = ({ outcome }: Refit) =>
    outcome.ok
      ? Math.abs(statistic === "t" ? outcome.value.term.statistic : outcome.value.term.estimate)
      : null;
  const real = size(base);
  const others = changes.map(size).filter((value) => value !== null);
  if (real === null || others.length === 0) return { rank: null, pValue: null };
  const larger = others.filter((value) => value >= real * (1 - 1e-10)).length;
  return { rank: 1 + larger, pValue: (1 + larger) / (1 + others.length) };
}

function doseNote(panel: Panel, { path }: TreatmentColumns): string[] {
  if (path === undefined || panel.numeric(path).every((value) => value === 0 || value === 1)) {
    return [];
  }
  const last = panel.times[panel.times.length - 1];
  return [
    "A placebo dose is the unit's own some periods later; rows for which that would lie after " +
    `${last} are left out.`,
  ];
}

function timeNotes(dates: number, rejected: number, rank: number | null): string[] {
  return [
    `${rejected} of ${dates} placebo dates have p < 0.05.`,
    rank === null
      ? "The real estimate cannot be ranked among the placebos."
      : `In size the real estimate is number ${rank} of ${dates + 1} (share ${
        formatNumber(rank / (dates + 1), 2)
      }); the placebos share their periods, so this describes and does not test.`,
  ];
}
