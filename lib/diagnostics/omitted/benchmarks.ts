import { InputError } from "../../panel/errors.ts";
import type { Design } from "../../estimators/design.ts";
import type { Confounder } from "./formulas.ts";
import { type Geometry, partialR2 } from "./geometry.ts";

/** One covariate, or several taken together. */
export type Benchmark = string | readonly string[];

/** What a benchmark explains, given the other covariates and the fixed effects. */
export interface BenchmarkShare extends Confounder {
  readonly label: string;
  /** Its columns in the regression. */
  readonly columns: readonly string[];
}

/**
 * Partial R² of a benchmark with the treatment (given the other regressors) and with the outcome (given those and the treatment).
 * A covariate that was interacted with periods stands for all its columns.
 */
export function benchmarkShare(
  geometry: Geometry,
  design: Design,
  term: string,
  benchmark: Benchmark,
): BenchmarkShare {
  const wished = typeof benchmark === "string" ? [benchmark] : benchmark;
  const names = Array.isArray(wished) && wished.every((name) => typeof name === "string");
  if (!names || wished.length === 0) {
    throw new InputError({
      problem: "A benchmark names no covariate",
      column: "benchmarks",
      value: JSON.stringify(benchmark),
      remedy:
        'name covariates of the regression, groups in a list: { benchmarks: ["…", ["…", "…"]] }',
    });
  }
  const columns = [...new Set(wished.flatMap((name) => columnsOf(geometry, design, term, name)))];
  const vectors = (names: readonly string[]) =>
    names.map((name) => geometry.columns[geometry.names.indexOf(name)]);
  const [treatment] = vectors([term]);
  const group = vectors(columns);
  const others = vectors(
    geometry.names.filter((name) => name !== term && !columns.includes(name)),
  );
  return {
    label: wished.join(" + "),
    columns,
    treatment: partialR2(treatment, group, others),
    outcome: partialR2(geometry.outcome, group, [...others, treatment]),
  };
}

function columnsOf(geometry: Geometry, design: Design, term: string, name: string): string[] {
  const others = geometry.names.filter((other) => other !== term);
  if (others.includes(name)) return [name];
  const byTime = others.filter((other) => other.startsWith(`${name} × `));
  if (byTime.length > 0) return byTime;
  const dropped = design.droppedColumns.find((column) => column.name === name);
  throw new InputError({
    problem: name === term
      ? "The term cannot be its own benchmark"
      : dropped === undefined
      ? "The benchmark is not among the covariates of the regression"
      : `The benchmark was dropped from the regression: ${dropped.reason}`,
    column: name,
    remedy: others.length === 0
      ? "add covariates to the regression, or give no benchmarks"
      : `choose among ${others.slice(0, 12).join(", ")}`,
  });
}
