import { z } from "zod";
import { parseField } from "./valid.ts";

const columnName = z.string().min(1);

const namedColumn = z.strictObject({
  column: columnName,
  label: z.string().optional(),
  unit: z.string().optional(),
});

/** What a study and its dose are called where the reader gives them no name. */
export const DEFAULT_TITLE = "Difference-in-differences on your panel";
export const DEFAULT_DOSE_UNIT = "unit of dose";

const treatment = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("cohort"),
    /** First treated time of a unit; blank, 0 or Infinity: never. */
    column: columnName,
  }),
  z.strictObject({
    kind: z.literal("group"),
    /** 1 for the treated group, 0 for the others, fixed over time. */
    column: columnName,
    firstTreatedTime: z.number(),
  }),
  z.strictObject({
    kind: z.literal("dose"),
    /** A dose of at least zero that may change over time. */
    column: columnName,
    firstTreatedTime: z.number(),
    /** Time at which the dose sorts units by exposure. Default: the last time. */
    exposureAt: z.number().optional(),
    unit: z.string().default(DEFAULT_DOSE_UNIT),
  }),
]);

const schema = z.strictObject({
  title: z.string().default(DEFAULT_TITLE),
  /** Where the figures come from: printed under every table and figure. */
  source: z.string().min(1),
  unit: columnName,
  time: columnName,
  /** The first is the main outcome. */
  outcomes: z.array(z.union([columnName.transform((column) => ({ column })), namedColumn])).min(1),
  /** Outcomes are shares of this total (100 or 1) and must lie between 0 and it. Default: not checked. */
  shareOf: z.union([z.literal(100), z.literal(1)]).optional(),
  treatment,
  baseTime: z.number().optional(),
  firstTime: z.number().optional(),
  lastTime: z.number().optional(),
  timesDropped: z.array(z.number()).default([]),
  unitsDropped: z.array(z.union([z.string(), z.number()])).default([]),
  weights: columnName.optional(),
  covariates: z.array(columnName).default([]),
  covariatesByTime: z.array(columnName).default([]),
  cluster: columnName.optional(),
  moderators: z.array(z.union([columnName.transform((column) => ({ column })), namedColumn]))
    .default([]),
  questionedTimes: z.array(z.number()).default([]),
  questionedUnits: z.array(z.union([z.string(), z.number()])).default([]),
});

/** What a reader says about a file of their own; see README, "Your own data", for every field. */
export type OwnAssumptions = z.output<typeof schema>;

/**
 * Checks a reader's assumptions about their own file.
 * @throws InputError naming the field, its value and what is allowed.
 */
export function ownAssumptions(given: unknown): OwnAssumptions {
  return parseField(
    schema,
    given,
    'correct this field; README, "Your own data", lists every field with what it may be',
  );
}
