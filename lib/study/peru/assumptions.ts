import { z } from "zod";
import { InputError } from "../../panel/errors.ts";
import { parseField } from "../valid.ts";
import { REGION_CODES, REGION_NAMES } from "./regions.ts";

export const OUTCOMES = [
  "internet_use_pct",
  "households_internet_pct",
  "households_mobile_pct",
] as const;
export const MEASURES = ["localitiesPer10000", "localitiesPerCentre", "peoplePer100"] as const;
export const CONTROLS = [
  "internet_use_2018",
  "schooling_years",
  "real_spending_2018",
  "hourly_income_2018",
  "altitude_m",
  "share_above_2500m",
  "share_sparse",
  "density_2017",
  "hdi_2019",
] as const;

const oneOf = <T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });
const region = z.string().refine((code) => REGION_CODES.includes(code), {
  error: `must be a region code: ${REGION_CODES.join(", ")}`,
});
const studyYear = z.int("must be a whole year").min(2011, "must be 2011 or later").max(
  2023,
  "must be 2023 or earlier",
);
const measure = oneOf(MEASURES);
const unique = <T extends z.ZodType>(item: T) =>
  z.array(item).refine((list) => new Set(list).size === list.length, {
    error: "must not name a value twice",
  });

const treatment = z.discriminatedUnion("kind", [
  /** The regions on a published list of leading deployment. */
  z.strictObject({ kind: z.literal("named"), asOf: oneOf(["2021-12", "2022-06", "2022-12"]) }),
  /** Regions whose dose reached a threshold: by one year, or each in the year that it crosses. */
  z.strictObject({
    kind: z.literal("threshold"),
    measure,
    threshold: z.number("must be a number").positive("must be above zero"),
    year: studyYear.min(2019, "must be 2019 or later: there was no IPT before").default(2021),
    adoption: oneOf(["common", "crossing"]).default("common"),
  }),
  z.strictObject({
    kind: z.literal("regions"),
    codes: unique(region).refine((list) => list.length > 0, {
      error: "must name at least one region",
    }),
  }),
  /** A continuous dose; `exposureYear` fixes the dose that the event study uses. */
  z.strictObject({
    kind: z.literal("dose"),
    measure,
    exposureYear: studyYear.min(2019, "must be 2019 or later: there was no IPT before").default(
      2021,
    ),
  }),
], { error: "kind must be one of named, threshold, regions, dose" });

const schema = z.strictObject({
  outcome: oneOf(OUTCOMES).default("internet_use_pct"),
  firstYear: studyYear.default(2011),
  lastYear: studyYear.default(2023),
  yearsDropped: unique(studyYear).default([]),
  baseYear: studyYear.default(2018),
  firstTreatedYear: studyYear.default(2019),
  treatment: treatment.default({ kind: "named", asOf: "2021-12" }),
  rollOut: z.strictObject({
    /** How regions that nobody named share what is left of the national total. */
    unnamed: oneOf(["populatedCentres", "sparsePopulation", "population", "equal", "none"]).default(
      "populatedCentres",
    ),
    /** Printed counts that look wrong: used as printed, or left out. */
    misprints: oneOf(["asPrinted", "ignore"]).default("asPrinted"),
    /** Announced targets: left out, or used as if reached. */
    targets: oneOf(["ignore", "use"]).default("ignore"),
    /** The day of the year at which the stock is read. */
    timing: oneOf(["endOfYear", "midYear"]).default("endOfYear"),
  }).prefault({}),
  /** Baseline characteristics, each interacted with every year. */
  controls: unique(oneOf(CONTROLS)).default([]),
  weights: oneOf(["none", "population"]).default("none"),
  cluster: oneOf(["region"]).default("region"),
  areasLeftOut: unique(region).default([]),
});

/** Everything the study of Peru assumes; see `assume`. */
export type Assumptions = Readonly<z.output<typeof schema>>;
/** What a reader may change; everything left out keeps its default. */
export type AssumptionChanges = z.input<typeof schema>;
export type DoseMeasure = (typeof MEASURES)[number];
export type RollOutRule = Assumptions["rollOut"];

const REMEDY =
  "correct this field; the assumptions are listed with what they may be in the README of data/";

/**
 * The assumptions of the study, with any of them changed. The object is frozen; make another to change it.
 *
 * Defaults: internet use, 2011–2023, base year 2018, first treated year 2019, treated are the nine regions named
 * as leading deployment at the end of 2021, no controls, no weights, clustered by region, no area left out.
 * @throws InputError naming the field, its value and what is allowed.
 */
export function assume(changes: AssumptionChanges = {}): Assumptions {
  const assumptions = parseField(schema, changes, REMEDY);
  checkYears(assumptions);
  checkAreas(assumptions);
  return deepFreeze(assumptions);
}

function checkYears(a: Assumptions): void {
  const fail = (field: string, value: unknown, problem: string, remedy: string) => {
    throw new InputError({
      problem: `The assumption ${field} is not valid: ${problem}`,
      value,
      remedy,
    });
  };
  if (a.firstYear >= a.lastYear) {
    fail(
      "lastYear",
      a.lastYear,
      `the window ends before it begins (${a.firstYear})`,
      "choose a later lastYear",
    );
  }
  if (a.baseYear < a.firstYear || a.baseYear >= a.firstTreatedYear) {
    fail(
      "baseYear",
      a.baseYear,
      "it must lie in the window and before the first treated year",
      `choose a year from ${a.firstYear} to ${a.firstTreatedYear - 1}`,
    );
  }
  if (a.firstTreatedYear > a.lastYear) {
    fail(
      "firstTreatedYear",
      a.firstTreatedYear,
      "it lies after the window",
      `choose a year up to ${a.lastYear}`,
    );
  }
  if (a.yearsDropped.includes(a.baseYear)) {
    fail(
      "yearsDropped",
      a.baseYear,
      "the base year cannot be dropped",
      "drop another year or move baseYear",
    );
  }
  const outside = a.yearsDropped.find((year) => year < a.firstYear || year > a.lastYear);
  if (outside !== undefined) {
    fail(
      "yearsDropped",
      outside,
      "it lies outside the window",
      `choose years from ${a.firstYear} to ${a.lastYear}`,
    );
  }
  const exposure = a.treatment.kind === "dose" ? a.treatment.exposureYear : null;
  if (
    exposure !== null &&
    (exposure < a.firstYear || exposure > a.lastYear || a.yearsDropped.includes(exposure))
  ) {
    fail(
      "treatment.exposureYear",
      exposure,
      "it lies outside the window or is dropped",
      `choose a year from ${Math.max(2019, a.firstYear)} to ${a.lastYear} that is not dropped`,
    );
  }
  const years = Array.from({ length: a.lastYear - a.firstYear + 1 }, (_, i) => a.firstYear + i)
    .filter((year) => !a.yearsDropped.includes(year));
  if (!years.some((year) => year >= a.firstTreatedYear)) {
    fail("yearsDropped", a.yearsDropped.join(", "), "no treated year is left", "keep at least one");
  }
}

function checkAreas(a: Assumptions): void {
  if (a.treatment.kind !== "regions") return;
  const both = a.treatment.codes.find((code) => a.areasLeftOut.includes(code));
  if (both === undefined) return;
  throw new InputError({
    problem: "The assumption areasLeftOut is not valid: a treated region cannot be left out too",
    value: both,
    remedy: "take it out of one of the two lists",
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

export const MEASURE_WORDS: Readonly<Record<DoseMeasure, string>> = {
  localitiesPer10000: "IPT localities per 10,000 inhabitants",
  localitiesPerCentre: "IPT localities per 100 populated centres",
  peoplePer100: "people covered per 100 inhabitants",
};

/** One unit of a measure, after "one more". */
export const MEASURE_UNITS: Readonly<Record<DoseMeasure, string>> = {
  localitiesPer10000: "IPT locality per 10,000 inhabitants",
  localitiesPerCentre: "IPT locality per 100 populated centres",
  peoplePer100: "person covered per 100 inhabitants",
};

/**
 * The assumptions in words, one line each: what every result made under them remembers and shows. The outcome is not among
 * them: results of other outcomes are made under the same, and name theirs.
 */
export function describeAssumptions(a: Assumptions): string[] {
  return [
    `years ${a.firstYear}–${a.lastYear}` +
    (a.yearsDropped.length === 0 ? "" : ` without ${a.yearsDropped.join(", ")}`),
    `treated: ${describeTreatment(a)}, from ${a.firstTreatedYear}; base year ${a.baseYear}`,
    ...(a.controls.length === 0 ? [] : [`controls × year: ${a.controls.join(", ")}`]),
    a.weights === "none" ? "every region counts once" : "weighted by population of 2017",
    ...(a.areasLeftOut.length === 0
      ? []
      : [`left out: ${a.areasLeftOut.map((code) => REGION_NAMES[code]).join(", ")}`]),
    `unpublished roll-out: unnamed regions share the remainder by ${a.rollOut.unnamed}, misprints ` +
    `${a.rollOut.misprints}, targets ${a.rollOut.targets}, stock at ${a.rollOut.timing}`,
  ];
}

function describeTreatment({ treatment: t }: Assumptions): string {
  switch (t.kind) {
    case "named":
      return `regions named as leading deployment at ${t.asOf}`;
    case "regions":
      return `${t.codes.map((code) => REGION_NAMES[code]).join(", ")}`;
    case "threshold":
      return t.adoption === "common"
        ? `regions with at least ${t.threshold} ${MEASURE_WORDS[t.measure]} in ${t.year}`
        : `regions from the year in which they reach ${t.threshold} ${MEASURE_WORDS[t.measure]}`;
    case "dose":
      return `dose: ${MEASURE_WORDS[t.measure]} (exposure of ${t.exposureYear})`;
  }
}
