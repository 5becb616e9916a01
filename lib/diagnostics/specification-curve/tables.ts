import { InputError } from "../../panel/errors.ts";
import { formatCount, formatP, formatSignificant } from "../../tables/format.ts";
import { type CellValue, Table } from "../../tables/table.ts";
import type { SpecificationCurve } from "./curve.ts";
import type { MissingSpecification } from "./specification.ts";
import { summarise } from "./summary.ts";

const digits = (value: number) => formatSignificant(value, 3);
const percent = (share: number) => `${Math.round(100 * share)} %`;

/** "576 specifications: median 1.2, from −3 to 7; 40 % above zero and significant, 2 % below". */
export function curveInWords({ summary, unit, per }: SpecificationCurve): string {
  const { count, median, lowest, highest, significantPositive, significantNegative } = summary;
  return `${formatCount(count)} specifications: median ${digits(median)}, from ${
    digits(lowest)
  } to ${digits(highest)} (${unit} for ${per}); ${
    percent(significantPositive)
  } significantly above zero, ${percent(significantNegative)} below`;
}

/** Every option in one line. */
export function curveTable(curve: SpecificationCurve): Table {
  const influence = new Map(curve.influence.axes.map((axis) => [axis.axis, axis]));
  const first = new Set<string>();
  const rows = curve.options.map((option): Record<string, CellValue> => {
    const repeated = first.has(option.axis);
    first.add(option.axis);
    const { alone, unique } = influence.get(option.axis)!;
    return {
      ...option,
      axis: repeated ? "" : option.axis,
      alone: repeated ? null : alone,
      unique: repeated ? null : unique,
    };
  });
  const even = curve.influence.axes.every(({ alone, unique }) => Math.abs(alone - unique) < 1e-9);
  return new Table({
    caption: curveInWords(curve),
    columns: [
      { key: "axis", label: "Choice" },
      { key: "option", label: "Option" },
      { key: "count", label: "Specifications", format: formatCount },
      { key: "median", label: "Median", format: digits },
      { key: "lowest", label: "Lowest", format: digits },
      { key: "highest", label: "Highest", format: digits },
      { key: "positive", label: "Above zero", format: percent },
      { key: "significantPositive", label: "… significantly", format: percent },
      { key: "significantNegative", label: "Significantly below", format: percent },
      { key: "alone", label: "Share of variance", format: percent, align: "right" },
      ...(even ? [] : [
        { key: "unique", label: "… its own", format: percent, align: "right" as const },
      ]),
    ],
    rows,
    ...(curve.context.source === undefined ? {} : { source: curve.context.source }),
    notes: curveNotes(curve),
  });
}

/** What the curve rests on, in lines: the study's own row, inference, what is missing and why. */
export function curveNotes(curve: SpecificationCurve): string[] {
  const { baseline, inference, influence, excluded, failed, context } = curve;
  return [
    "estimate" in baseline
      ? `The study's own specification: ${digits(baseline.estimate)} (standard error ${
        digits(baseline.standardError)
      }), number ${1 + curve.rows.indexOf(baseline)} from below.`
      : `The study's own specification has no estimate: ${baseline.reason}`,
    influence.additive === null
      ? "All estimates are the same."
      : `Share of variance: of the estimates, between the options of a choice; all choices together, without their ` +
        `interplay, ${percent(influence.additive)}.${strongest(curve)}`,
    ...inferenceNotes(curve),
    ...(inference === null || inference.incomplete === 0 ? [] : [
      `In ${inference.incomplete} draws some specification could not be computed and was left out.`,
    ]),
    ...missingNotes("excluded", excluded),
    ...missingNotes("could not be computed", failed),
    ...(context.provenance === undefined ? [] : [`Figures: ${context.provenance}`]),
  ];
}

function strongest({ influence: { interplay } }: SpecificationCurve): string {
  if (interplay.length === 0) return "";
  const [{ axes, share }] = interplay;
  return ` The strongest interplay: ${axes.join(" with ")}, another ${percent(share)}.`;
}

function inferenceNotes({ inference }: SpecificationCurve): string[] {
  if (inference === null) return [];
  const { tests, draws, seed, permuted, strata } = inference;
  const words = tests.map(({ statistic, observed, expected, pValue }) => {
    const write = statistic === "share significant" ? percent : digits;
    return `${statistic} ${write(observed)} (${write(expected)} in size under the null), p ${
      pValue < 0.001 ? "" : "= "
    }${formatP(pValue)}`;
  });
  return [
    `The whole curve, if treatment did nothing: ${words.join("; ")}. ${
      formatCount(draws)
    } draws, seed ${seed}: ${permuted.join(", ")} dealt out anew across units${
      strata === null ? "" : ` within ${strata}`
    }. Valid if roll-out was as good as random across units.`,
  ];
}

/** Counts by reason. */
function missingNotes(what: string, missing: readonly MissingSpecification[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of missing) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) =>
    `${count} ${count === 1 ? "combination" : "combinations"} ${what}: ${reason}`
  );
}

/** Two axes crossed: the median of every cell, with the share of its results that are significant. */
export function crossTable(curve: SpecificationCurve, rows: string, columns: string): Table {
  const [down, across] = [rows, columns].map((name) => {
    const axis = curve.axes.find((axis) => axis.name === name);
    if (axis !== undefined) return axis.options.map(({ label }) => label);
    throw new InputError({
      problem: "There is no such axis",
      value: name,
      remedy: `choose among ${curve.axes.map((axis) => axis.name).join(", ")}`,
    });
  });
  const level = 1 - curve.confidenceLevel;
  const cell = (row: string, column: string) => {
    const points = curve.where({ [rows]: row, [columns]: column });
    if (points.length === 0) return null;
    const { median, significantPositive, significantNegative } = summarise(points, level);
    return `${digits(median)} (${percent(significantPositive + significantNegative)})`;
  };
  return new Table({
    caption:
      `Median estimate (share significant) by ${rows} and ${columns}; ${curve.unit} for ${curve.per}`,
    columns: [
      { key: "option", label: rows },
      ...across.map((label) => ({ key: `column ${label}`, label, align: "right" as const })),
    ],
    rows: down.map((option) => ({
      option,
      ...Object.fromEntries(across.map((label) => [`column ${label}`, cell(option, label)])),
    })),
    ...(curve.context.source === undefined ? {} : { source: curve.context.source }),
    notes: curveNotes(curve).slice(-1).filter((note) => note.startsWith("Figures:")),
  });
}

/** The tests of the whole curve, with what they assume. */
export function testTable(curve: SpecificationCurve): Table {
  const { inference } = curve;
  if (inference === null) {
    throw new InputError({
      problem: "The curve was not tested as a whole",
      column: "permutation",
      remedy: "pass for example permutation: { seed: 1, draws: 499 }",
    });
  }
  const { tests, draws, seed, permuted, strata, incomplete, citation } = inference;
  const write = (statistic: string, value: number) =>
    statistic === "share significant" ? percent(value) : digits(value);
  return new Table({
    caption: `The whole curve of ${
      formatCount(curve.rows.length)
    } specifications, if treatment did nothing`,
    columns: [
      { key: "statistic", label: "Statistic" },
      { key: "observed", label: "Observed", align: "right" },
      { key: "expected", label: "Typical size under the null", align: "right" },
      { key: "pValue", label: "p", format: formatP },
    ],
    rows: tests.map(({ statistic, observed, expected, pValue }) => ({
      statistic,
      observed: write(statistic, observed),
      expected: write(statistic, expected),
      pValue,
    })),
    ...(curve.context.source === undefined ? {} : { source: curve.context.source }),
    notes: [
      `${formatCount(draws)} draws, seed ${seed}: ${
        permuted.join(", ")
      } dealt out anew across units${
        strata === null ? "" : ` within ${strata}`
      }, every specification run again in each.`,
      "Share significant: with the sign that most estimates have. All tests are two-sided.",
      "Valid if who was treated, when and how much was as good as random across units; parallel trends are not enough.",
      ...(incomplete === 0 ? [] : [
        `In ${incomplete} draws some specification could not be computed and was left out.`,
      ]),
      citation,
    ],
  });
}

export function rowsTable(curve: SpecificationCurve): Table {
  const axes = curve.axes.map(({ name }) => name);
  return new Table({
    caption: curveInWords(curve),
    columns: [
      ...axes.map((name) => ({ key: `choice ${name}`, label: name, align: "left" as const })),
      { key: "estimate", label: "Estimate", format: digits },
      { key: "standardError", label: "Std. error", format: digits },
      { key: "pValue", label: "p", format: formatP },
      { key: "observations", label: "Rows" },
      { key: "clusters", label: "Clusters" },
    ],
    rows: curve.rows.map((row) => ({
      ...Object.fromEntries(axes.map((name) => [`choice ${name}`, row.choices[name]])),
      estimate: row.estimate,
      standardError: row.standardError,
      pValue: row.pValue,
      observations: row.observations,
      clusters: row.clusters,
    })),
    ...(curve.context.source === undefined ? {} : { source: curve.context.source }),
    notes: curveNotes(curve),
  });
}

const NUMBERS = [
  "estimate",
  "standardError",
  "statistic",
  "degreesOfFreedom",
  "pValue",
  "low",
  "high",
  "observations",
  "droppedRows",
  "units",
  "clusters",
] as const;

export function curveFrame({ axes, rows }: SpecificationCurve) {
  const columns: Record<string, (string | number | null)[]> = {};
  const taken: readonly string[] = NUMBERS;
  for (const { name } of axes) {
    columns[taken.includes(name) ? `choice ${name}` : name] = rows.map(({ choices }) =>
      choices[name]
    );
  }
  for (const key of NUMBERS) columns[key] = rows.map((row) => row[key]);
  return columns;
}
