import { InputError } from "../../../panel/errors.ts";
import { SurveyEstimates } from "./result.ts";

/** Estimates of one variable from several years, when these are read one after the other. */
export function stackEstimates(parts: readonly SurveyEstimates[]): SurveyEstimates {
  if (parts.length === 0) {
    throw new InputError({ problem: "There are no estimates", remedy: "pass one a year" });
  }
  const [first] = parts;
  const other = parts.find((part) =>
    part.variable !== first.variable || part.kind !== first.kind ||
    part.by.join() !== first.by.join() || part.confidenceLevel !== first.confidenceLevel ||
    part.method !== first.method
  );
  if (other !== undefined) {
    throw new InputError({
      problem: `Estimates of ${inWords(first)} cannot be stacked with ${inWords(other)}`,
      remedy: "stack the same variable, estimated with the same options",
    });
  }
  const years = parts.flatMap((part) => part.covariances.map(({ year }) => year));
  const twice = years.find((year, k) => years.indexOf(year) !== k);
  if (twice !== undefined) {
    throw new InputError({
      problem: "A year is there more than once",
      value: twice,
      remedy: "pass every year once",
    });
  }
  return new SurveyEstimates({
    ...first,
    rows: parts.flatMap((part) => part.rows),
    covariances: parts.flatMap((part) => part.covariances),
    notes: [...new Set(parts.flatMap((part) => part.notes))],
    provenance: parts.some((part) => part.provenance === "simulated") ? "simulated" : "published",
    source: joinSources(parts.map((part) => part.source)),
  });
}

function inWords({ variable, kind, by, confidenceLevel, method }: SurveyEstimates): string {
  return `${variable} (${kind}) by ${by.join(" × ") || "nation"}, ${100 * confidenceLevel} %${
    method === undefined ? "" : `, ${method}`
  }`;
}

/** One file a year would fill the line: the first and the last stand for the others. */
function joinSources(sources: readonly string[]): string {
  const distinct = [...new Set(sources)];
  return distinct.length <= 2
    ? distinct.join("; ")
    : `${distinct[0]} … ${distinct[distinct.length - 1]} (${distinct.length} files)`;
}
