/** The generator lies lower, where estimators with resampling of their own can reach it. */
export * from "../regression/random.ts";
