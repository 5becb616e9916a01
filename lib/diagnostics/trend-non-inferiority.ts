import { InputError } from "../panel/errors.ts";
import type { Estimate, Term } from "../estimators/estimate.ts";
import { linearMap } from "../estimators/linear.ts";
import { checkKnown } from "../estimators/options.ts";
import {
  checkChoices,
  conclude,
  type NonInferiority,
  type NonInferiorityOptions,
  OWN,
} from "./non-inferiority/conclude.ts";
import { type PreTrendOptions, preTrendsFromBase } from "./pre-trends.ts";

/**
 * The non-inferiority of parallel trends from an event study alone. Simple: the average of the effects after treatment less the average of those before it
 * (the base period's zero among them). Flexible: the average departure after treatment from the least-squares line through
 * the effects before. With every period in the event study, no weights and a balanced panel these are the two regressions of
 * outcome on exposure × after, without and with exposure × time; with any event study they are the same combinations.
 *
 * @throws InputError when there is no effect before treatment beside the base period, or none after.
 * Source: Bilinski & Hatfield (2018, 2026), on event studies.
 */
export function trendNonInferiority(
  estimate: Estimate,
  options: NonInferiorityOptions & PreTrendOptions = {},
): NonInferiority {
  checkKnown(options, [...OWN, "base", "treatedFrom"], []);
  checkChoices(options);
  const { estimate: events, base, before: pre } = preTrendsFromBase(estimate, options);
  const after = events.effects.filter(({ time, name }) =>
    time !== undefined && time !== base && !pre.some((term) => term.name === name)
  );
  requireAfter(after, base);
  const times = [base, ...pre.map(({ time }) => time!)];
  const middle = average(times);
  const spread = times.reduce((sum, time) => sum + (time - middle) ** 2, 0);
  const reach = average(after.map(({ time }) => time!)) - middle;
  const row = (name: string, ofPre: (time: number) => number) => ({
    name,
    weights: Object.fromEntries([
      ...after.map((term) => [term.name, 1 / after.length] as const),
      ...pre.map((term) => [term.name, ofPre(term.time!)] as const),
    ]),
  });
  // The line through the effects before treatment, at the average time after it: mean + slope · reach.
  const simple = (_: number) => -1 / times.length;
  const flexible = (time: number) => -1 / times.length - reach * (time - middle) / spread;
  const both = linearMap(events, [
    row("parallel trends", simple),
    row("linear difference in trends", flexible),
  ]);
  const gap = linearMap(events, [{
    name: "difference",
    weights: Object.fromEntries(
      pre.map((term) => [term.name, reach * (term.time! - middle) / spread]),
    ),
  }]).terms[0];
  const window = (terms: readonly { readonly time?: number }[]) =>
    `${terms.map(({ time }) => time).join(", ")}`;
  return conclude(both.terms[0], both.terms[1], {
    standardError: gap.standardError,
    degreesOfFreedom: gap.degreesOfFreedom,
    notes: [
      `before treatment: ${window(pre)} and the base period ${base}; after: ${window(after)}`,
      "flexible: average departure from the line through the effects before treatment",
      ...(pre.length === 1
        ? ["the line goes through two points: it carries on whatever happened between them"]
        : []),
    ],
  }, options);
}

function requireAfter(after: readonly Term[], base: number): void {
  if (after.length >= 1) return;
  throw new InputError({
    problem: "There is no effect after treatment, so two models of it cannot be compared",
    column: "treatedFrom",
    value: base,
    remedy: "use an event study with at least one effect before treatment and one after",
  });
}

const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
