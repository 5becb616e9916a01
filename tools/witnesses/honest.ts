/** Our side of honest.py: an event study, the cases, and our intervals, as JSON. */
import { honestBounds, type HonestOptions } from "../../lib/mod.ts";
import { benzartiCarloni } from "../../bench/honest-cases.ts";

/** Bounds of smoothness are in units of the outcome. */
function casesOf(bends: readonly number[]): HonestOptions[] {
  const relative = [1];
  return [
    { restriction: "relative magnitudes", method: "hybrid", bounds: relative },
    { restriction: "relative magnitudes", method: "conditional", bounds: relative },
    { restriction: "relative slopes", method: "conditional", bounds: relative },
    ...(["flci", "hybrid flci", "hybrid", "conditional"] as const).map((method) => ({
      restriction: "smoothness" as const,
      method,
      bounds: bends,
    })),
    { restriction: "smoothness", method: "hybrid flci", sign: "positive", bounds: bends },
    { restriction: "smoothness", method: "hybrid flci", monotone: "increasing", bounds: bends },
  ];
}

const studies = [
  { study: "Benzarti & Carloni", events: benzartiCarloni(), bends: [0, 0.05, 0.2] },
];

console.log(JSON.stringify(studies.map(({ study, events, bends }) => ({
  study,
  before: events.times.filter((time) => time < events.base).length,
  effects: [...events.effects],
  covariance: [...events.covariance],
  cases: casesOf(bends).map((options) => {
    const { intervals, standardError } = honestBounds(events, options);
    return { ...options, standardError, intervals: intervals.map(({ low, high }) => [low, high]) };
  }),
}))));
