import type { Estimate } from "../../estimators/estimate.ts";
import { checkFunction, checkKnown, checkList } from "../../estimators/options.ts";
import { type Fit, requireFit } from "../../inference/refits.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { refit, Refits } from "./refits.ts";

export interface DonutOptions {
  /** Times that belong neither to before nor to after: all left out together, then each alone. */
  readonly times: readonly number[];
  /** Default: the only effect, else "overall". */
  readonly term?: string;
}

/**
 * Donut: the effect without times that are too unlike the others to be compared (a pandemic, a change of survey). Left
 * out, they count neither as treated nor as untreated.
 *
 * @throws InputError when a time is not in the panel.
 * Source: Barreca, Guldi, Lindo & Waddell (2011), QJE 126 (donut estimates, there about a cutoff).
 */
export function donut(panel: Panel, fit: Fit, options: DonutOptions): Refits {
  checkKnown(options, ["times", "term"], []);
  requireFit(fit);
  checkList("times", options.times, "{ times: [2020, 2021] }");
  const times = [...new Set(options.times)];
  const unknown = times.filter((time) => !panel.times.includes(time));
  if (times.length === 0 || unknown.length > 0) {
    throw new InputError({
      problem: times.length === 0
        ? "No time to leave out is given"
        : "A time to leave out is not in the panel",
      column: "times",
      value: unknown.join(", "),
      remedy: `choose among ${panel.times.join(", ")}`,
    });
  }
  const without = (out: readonly number[]) => {
    const label = `without ${out.join(", ")}`;
    return refit(
      label,
      "these times can be told apart from treatment only by leaving them out",
      () => fit(panel.where(label, ({ time }) => !out.includes(time))),
      options.term,
    );
  };
  return new Refits({
    question: `Leaving out ${times.join(", ")}`,
    base: refit("all times", "every time can be compared", () => fit(panel), options.term),
    changes: [without(times), ...(times.length === 1 ? [] : times.map((time) => without([time])))],
    citation: "Barreca, Guldi, Lindo & Waddell (2011)",
    context: panel.context,
  });
}

export interface AnticipationOptions {
  /** Units of time by which units may have reacted before treatment. Default 0, 1 and 2. */
  readonly periods?: readonly number[];
  /** Default: the only effect, else "overall". */
  readonly term?: string;
}

/**
 * Anticipation: the effect when units may have reacted some time before treatment, so that the last periods before it
 * are no clean comparison.
 *
 * @param fitFor the estimator under a number of periods of anticipation: `callawaySantAnna`'s option, an event study whose
 *   reference moves back, or any estimator on `withoutAnticipation(panel, …)`. The first of `periods` is the base.
 * @throws InputError when the periods are not distinct whole numbers from zero on.
 * Source: Callaway & Sant'Anna (2021), Journal of Econometrics 225, assumption 3 (limited anticipation).
 */
export function anticipation(
  panel: Panel,
  fitFor: (panel: Panel, periods: number) => Estimate,
  options: AnticipationOptions = {},
): Refits {
  checkKnown(options, ["periods", "term"], []);
  checkFunction(
    "fitFor",
    fitFor,
    "(panel, periods) => callawaySantAnna(panel, { …, anticipation: periods })",
  );
  const periods = options.periods ?? [0, 1, 2];
  checkList("periods", periods, "{ periods: [0, 1, 2] }");
  const valid = periods.every((k) => Number.isInteger(k) && k >= 0);
  if (!valid || periods.length === 0 || new Set(periods).size < periods.length) {
    throw new InputError({
      problem: "The periods of anticipation must be distinct whole numbers from zero on",
      column: "periods",
      value: periods.join(", "),
      remedy: "use for example [0, 1, 2]",
    });
  }
  const [base, ...changes] = periods.map((k) =>
    refit(
      k === 0 ? "no anticipation" : `anticipation of ${k} ${k === 1 ? "period" : "periods"}`,
      k === 0
        ? "nobody reacted before treatment"
        : `nobody reacted more than ${k} (${panel.timeName}) before treatment`,
      () => fitFor(panel, k),
      options.term,
    )
  );
  return new Refits({
    question: "Anticipation: what units compare with when they may have reacted early",
    base,
    changes,
    citation: "Callaway & Sant'Anna (2021), assumption 3",
    context: panel.context,
  });
}
