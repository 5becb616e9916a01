import { mainEffect } from "../../estimators/main-effect.ts";
import type { Estimate, Term } from "../../estimators/estimate.ts";
import { twfe } from "../../estimators/twfe.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import type { Specification } from "./specification.ts";

/** Gives a specification its sample. */
export type Sampler = (specification: Specification) => Panel;

/** Applies samples to a panel, each chain of functions once, a refusal included. */
export function sampler(panel: Panel): Sampler {
  const made = new Map<string, { panel: Panel } | { error: InputError }>();
  const key = functionKeys();
  const sampled = (samples: Specification["samples"]): Panel => {
    if (samples.length === 0) return panel;
    const name = key(samples);
    const known = made.get(name);
    if (known !== undefined && "panel" in known) return known.panel;
    if (known !== undefined) throw known.error;
    try {
      const result = samples.at(-1)!(sampled(samples.slice(0, -1)));
      made.set(name, { panel: result });
      return result;
    } catch (error) {
      if (error instanceof InputError) made.set(name, { error });
      throw error;
    }
  };
  return ({ samples }) => sampled(samples);
}

/** Names chains of functions: the same chain, the same name. */
export function functionKeys(): (samples: Specification["samples"]) => string {
  const numbers = new Map<unknown, number>();
  return (samples) =>
    samples.map((sample) => {
      const known = numbers.get(sample) ?? numbers.size;
      numbers.set(sample, known);
      return known;
    }).join(" ");
}

/** The estimate of one specification on its sample. */
export function estimate(
  panel: Panel,
  specification: Specification,
  confidenceLevel: number,
): Estimate {
  const {
    fit,
    number: _n,
    choices: _c,
    samples: _s,
    term: _t,
    unit: _u,
    per: _p,
    scales: _f,
    ...options
  } = specification;
  return fit === undefined
    ? twfe(panel, { ...options, confidenceLevel })
    : fit(panel, specification);
}

/** The term that is the effect. */
export function effectOf(found: Estimate, { term, fit, treatment }: Specification): Term {
  return fit === undefined ? found.term(term ?? treatment) : mainEffect(found, term);
}

/** What a specification's estimate is multiplied by. @throws InputError when that is no number above or below zero. */
export function factorOf(panel: Panel, { scales }: Specification): number {
  return scales.reduce((product: number, scale) => {
    const factor = typeof scale === "number" ? scale : scale(panel);
    if (Number.isFinite(factor) && factor !== 0) return product * factor;
    throw new InputError({
      problem: "The scale of a specification must be a number other than zero",
      column: "scale",
      value: factor,
      remedy: "check the columns that it is computed from",
    });
  }, 1);
}

/** The numbers of a term after scaling; a negative factor turns the interval around. */
export function scaledTerm(term: Term, factor: number) {
  const ends = [factor * term.low, factor * term.high];
  return {
    estimate: factor * term.estimate,
    standardError: Math.abs(factor) * term.standardError,
    statistic: Math.sign(factor) * term.statistic,
    degreesOfFreedom: term.degreesOfFreedom,
    pValue: term.pValue,
    low: Math.min(...ends),
    high: Math.max(...ends),
  };
}

/** What an effect is measured in: so many units of an outcome for something. */
export interface EffectUnit {
  readonly unit: string;
  readonly per: string;
}

/**
 * Two effects can share an axis when both parts are the same. Columns nobody put a unit to are in units of their own;
 * every 0/1 treatment is one of "being treated".
 */
export function unitOf(
  panel: Panel,
  { outcome, treatment, unit, per }: Specification,
): EffectUnit {
  return {
    unit: unit ?? `units of ${outcome}`,
    per: per ?? (isBinary(panel, treatment) ? "being treated" : `one unit of ${treatment}`),
  };
}

/** "percentage points for being treated". */
export function unitInWords({ unit, per }: EffectUnit): string {
  return `${unit} for ${per}`;
}

function isBinary(panel: Panel, column: string): boolean {
  return panel.isNumeric(column) &&
    panel.numeric(column).every((value) => value === 0 || value === 1 || Number.isNaN(value));
}

/** Refuses effects in different units, naming two of them. */
export function requireOneUnit(units: readonly EffectUnit[]): EffectUnit {
  const [first] = units;
  const other = units.find(({ unit, per }) => unit !== first.unit || per !== first.per);
  if (other === undefined) return first;
  throw new InputError({
    problem: "The effects are in different units and cannot share an axis",
    value: `${unitInWords(first)}; ${unitInWords(other)}`,
    remedy:
      "say that they are the same (unit, per), bring them to one (scale), or draw one curve per unit",
  });
}
