import { checkList } from "../../estimators/options.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";

/** A strictly increasing transformation of the outcome, on which trends might be parallel. */
export interface Scale {
  readonly name: string;
  readonly label: string;
  /** What a difference on it is: "relative change". */
  readonly meaning: string;
  /** The outcome on the scale. Not a number, or infinite, where it is not defined. */
  readonly forward: (value: number) => number;
  readonly inverse: (transformed: number) => number;
  /** Which values it takes, for messages. */
  readonly domain: string;
  /** What to do about values that it does not take. */
  readonly remedy: string;
}

/** Scales that come with the library; the last three are for shares. */
export type ScaleName = "level" | "log" | "logit" | "logRest" | "cloglog";

const OPEN = "values strictly between 0 and";
const KEEP_LEVELS =
  "look at levels, which take every value, or leave out the units that have such cells and say so; adding a small number " +
  "to zeros makes the answer depend on that number (Chen & Roth 2024)";

/** The scales by name; those for shares need the top that a share can reach. */
export function builtInScale(name: ScaleName, shareOf?: number): Scale {
  if (name === "level") {
    return {
      name,
      label: "levels",
      meaning: "points",
      forward: (value) => value,
      inverse: (value) => value,
      domain: "every number",
      remedy: "",
    };
  }
  if (name === "log") {
    return {
      name,
      label: "logs",
      meaning: "relative change",
      forward: (value) => value > 0 ? Math.log(value) : NaN,
      inverse: Math.exp,
      domain: "values above 0",
      remedy: KEEP_LEVELS,
    };
  }
  if (shareOf === undefined) {
    throw new InputError({
      problem: `The scale "${name}" is for shares, and the top of the share is not given`,
      column: "shareOf",
      remedy: "give shareOf: 100 for percent or 1 for proportions, or leave the scale out",
    });
  }
  const open = (value: number) => value > 0 && value < shareOf;
  const common = { name, domain: `${OPEN} ${shareOf}`, remedy: KEEP_LEVELS };
  if (name === "logit") {
    return {
      ...common,
      label: "logit",
      meaning: "relative change in odds",
      forward: (value) => open(value) ? Math.log(value / (shareOf - value)) : NaN,
      inverse: (value) => shareOf / (1 + Math.exp(-value)),
    };
  }
  if (name === "logRest") {
    return {
      ...common,
      label: "−log of the rest",
      meaning: "relative fall of those without",
      domain: `values below ${shareOf}`,
      forward: (value) => value < shareOf ? -Math.log(shareOf - value) : NaN,
      inverse: (value) => shareOf - Math.exp(-value),
    };
  }
  return {
    ...common,
    label: "complementary log-log",
    meaning: "relative change in the hazard",
    forward: (value) => open(value) ? Math.log(-Math.log1p(-value / shareOf)) : NaN,
    inverse: (value) => -shareOf * Math.expm1(-Math.exp(value)),
  };
}

export const SCALE_NAMES: readonly ScaleName[] = ["level", "log", "logit", "logRest", "cloglog"];

/**
 * The panel with its outcome on a scale; missing values stay missing.
 * @throws InputError naming the rows that the scale does not take, or a scale that does not increase or whose inverse is none.
 */
export function onScale(panel: Panel, outcome: string, scale: Scale): Panel {
  const values = panel.numeric(outcome);
  const transformed = values.map((value) => Number.isNaN(value) ? NaN : scale.forward(value));
  const wrong: number[] = [];
  transformed.forEach((value, i) => {
    if (!Number.isNaN(values[i]) && !Number.isFinite(value)) wrong.push(i);
  });
  if (wrong.length > 0) {
    throw new InputError({
      problem: `The scale "${scale.name}" takes ${scale.domain}`,
      column: outcome,
      rows: panel.describeRows(wrong),
      value: values[wrong[0]],
      remedy: scale.remedy,
    });
  }
  requireIncreasing(values, transformed, scale, outcome);
  return panel.with(outcome, transformed);
}

function requireIncreasing(
  values: Float64Array,
  transformed: Float64Array,
  { name, inverse }: Scale,
  outcome: string,
): void {
  const order = Array.from(values.keys()).filter((i) => !Number.isNaN(values[i]))
    .sort((a, b) => values[a] - values[b]);
  for (let k = 0; k < order.length; k++) {
    const i = order[k];
    const back = inverse(transformed[i]);
    const falls = k > 0 && values[i] > values[order[k - 1]] &&
      !(transformed[i] > transformed[order[k - 1]]);
    if (!falls && Math.abs(back - values[i]) <= 1e-6 * Math.max(1, Math.abs(values[i]))) continue;
    throw new InputError({
      problem: falls
        ? `The scale "${name}" does not increase with the outcome`
        : `The inverse of the scale "${name}" does not lead back to the outcome`,
      column: outcome,
      value: values[i],
      remedy: "give a strictly increasing transformation with its inverse",
    });
  }
}

/** Refuses an empty list and names that are none. */
export function requireScales(names: readonly (ScaleName | Scale)[]): void {
  const known: readonly string[] = SCALE_NAMES;
  checkList("scales", names, `{ scales: ["${SCALE_NAMES.join('", "')}"] }`);
  const isScale = (scale: Scale | null) =>
    typeof scale?.forward === "function" && typeof scale.inverse === "function";
  const unusable = names.find((name) =>
    typeof name === "string" ? !known.includes(name) : !isScale(name)
  );
  const wrong = typeof unusable === "object" ? JSON.stringify(unusable) : unusable;
  if (names.length > 0 && wrong === undefined) return;
  throw new InputError({
    problem: names.length === 0 ? "There is no scale to look at" : "There is no such scale",
    column: "scales",
    value: wrong,
    remedy: `choose among ${
      SCALE_NAMES.join(", ")
    }, or give { name, label, meaning, forward, inverse, domain, remedy }`,
  });
}
