import { InputError } from "../../panel/errors.ts";
import { Panel } from "../../panel/panel.ts";
import { requireShares } from "../../panel/treatment.ts";
import type { NamedColumn, StudyDesign, StudyTreatment } from "../design.ts";
import { withExposure } from "../exposure.ts";
import { panelFromFrame } from "../frame.ts";
import type { JoinStep } from "../show/sample.ts";
import { assemble } from "./assembly.ts";
import {
  type Assumptions,
  describeAssumptions,
  type DoseMeasure,
  MEASURE_UNITS,
  OUTCOMES,
} from "./assumptions.ts";
import { buildDose, type DoseCell, type RollOutTables, treatedRegions } from "./dose.ts";
import { REGION_NAMES } from "./regions.ts";
import { loadTable } from "./tables.ts";

/** The study of Peru, assembled under some assumptions. */
export interface PeruStudy {
  readonly assumptions: Assumptions;
  /** Areas × years, restricted to the window. Columns are described in data/README.md. */
  readonly panel: Panel;
  readonly design: StudyDesign;
  /** The dose of every area and year, also outside the window. */
  readonly dose: readonly DoseCell[];
  readonly measure: DoseMeasure;
  readonly joins: readonly JoinStep[];
}

export const OUTCOME_COLUMNS: Readonly<Record<(typeof OUTCOMES)[number], NamedColumn>> = {
  internet_use_pct: {
    column: "internet_use_pct",
    label: "People using the internet",
    unit: "% of population aged 6 and over",
  },
  households_internet_pct: {
    column: "households_internet_pct",
    label: "Households with internet",
    unit: "% of households",
  },
  households_mobile_pct: {
    column: "households_mobile_pct",
    label: "Households with a mobile phone",
    unit: "% of households",
  },
};

const MODERATORS: readonly NamedColumn[] = [
  { column: "internet_use_2018", label: "Internet use in 2018", unit: "% of population" },
  { column: "schooling_years", label: "Schooling", unit: "years, adults, 2019" },
  { column: "income_per_head_2019", label: "Income per head", unit: "soles a month, 2019" },
  { column: "altitude_m", label: "Altitude of the population", unit: "m" },
  { column: "share_sparse", label: "Living in sparse districts", unit: "share of population" },
];

export const PERU_SOURCE =
  "INEI (ENAHO), read second-hand; roll-out counts as IPT published them; see data/README.md";

/** Reads the tables that the dose is built from. */
export function rollOutTables(): RollOutTables {
  return {
    rollOut: loadTable("ipt_rollout"),
    national: loadTable("ipt_national"),
    regions: loadTable("regions"),
  };
}

/** Assembles the panel and the design of the study under the given assumptions. */
export function peruStudy(assumptions: Assumptions): PeruStudy {
  const { treatment } = assumptions;
  const tables = rollOutTables();
  const measure = measureOf(assumptions);
  const dose = buildDose(tables, measure, assumptions.rollOut);
  const treated = treatedRegions(tables, assumptions);
  requireTreated(treated, assumptions);
  requireStart(treated, assumptions);
  const { frame, steps } = assemble(dose);
  const whole = panelFromFrame(frame.rename({ code: "region" }), { unit: "region", time: "year" })
    .about({
      source: PERU_SOURCE,
      provenance: treatment.kind === "dose" || treatment.kind === "threshold"
        ? "outcomes as published; part of the dose is assumed (see notebook 01)"
        : "as published",
      assumptions: describeAssumptions(assumptions),
    });
  for (const outcome of OUTCOMES) requireShares(whole, outcome);
  const panel = withTreatment(restrict(whole, assumptions), treated, assumptions);
  return {
    assumptions,
    panel,
    design: peruDesign(assumptions, measure),
    dose,
    measure,
    joins: steps,
  };
}

/** The measure of the dose column: the treatment's own, or localities per 10,000 inhabitants. */
export function measureOf({ treatment }: Assumptions): DoseMeasure {
  return treatment.kind === "threshold" || treatment.kind === "dose"
    ? treatment.measure
    : "localitiesPer10000";
}

/** Refuses a region that crosses its threshold before the year in which treatment is said to start. */
function requireStart(
  treated: ReadonlyMap<string, number>,
  { firstTreatedYear }: Assumptions,
): void {
  const early = [...treated].filter(([, year]) => year < firstTreatedYear);
  if (early.length === 0) return;
  const first = Math.min(...early.map(([, year]) => year));
  throw new InputError({
    problem: `The assumption firstTreatedYear is not valid: ${
      early.map(([code, year]) => `${REGION_NAMES[code]} (${year})`).join(", ")
    } cross the threshold earlier`,
    value: firstTreatedYear,
    remedy: `set firstTreatedYear to ${first} and baseYear before it`,
  });
}

function requireTreated(
  treated: ReadonlyMap<string, number>,
  { treatment, areasLeftOut }: Assumptions,
): void {
  const left = [...treated.keys()].filter((code) => !areasLeftOut.includes(code));
  if (left.length > 0) return;
  throw new InputError({
    problem: "Nobody is treated under these assumptions",
    value: JSON.stringify(treatment),
    remedy: treatment.kind === "threshold" ? "lower the threshold" : "leave fewer areas out",
  });
}

function restrict(whole: Panel, a: Assumptions): Panel {
  const window = whole.where(
    `years ${a.firstYear}–${a.lastYear}${
      a.yearsDropped.length === 0 ? "" : ` without ${a.yearsDropped.join(", ")}`
    }`,
    (row) =>
      row.time >= a.firstYear && row.time <= a.lastYear && !a.yearsDropped.includes(row.time),
  );
  if (a.areasLeftOut.length === 0) return window;
  const names = a.areasLeftOut.map((code) => REGION_NAMES[code]).join(", ");
  return window.where(`without ${names}`, (row) => !a.areasLeftOut.includes(String(row.unit)));
}

function withTreatment(panel: Panel, treated: ReadonlyMap<string, number>, a: Assumptions): Panel {
  const from = (code: unknown) => treated.get(String(code)) ?? Infinity;
  const grouped = panel
    .with("favoured", (row) => from(row.unit) < Infinity ? 1 : 0)
    .with("treated", (row) => row.time >= from(row.unit) ? 1 : 0)
    .with("cohort", (row) => from(row.unit));
  if (a.treatment.kind !== "dose") return grouped;
  return withExposure(grouped, "dose", a.treatment.exposureYear);
}

/** The design that the assumptions make, for the panel of `peruStudy`. */
export function peruDesign(
  a: Assumptions,
  measure: DoseMeasure = measureOf(a),
): StudyDesign {
  const others = OUTCOMES.filter((outcome) => outcome !== a.outcome);
  return {
    title: "Internet Para Todos and connectivity in Peru",
    outcomes: [a.outcome, ...others].map((outcome) => OUTCOME_COLUMNS[outcome]),
    treatment: treatmentOf(a, measure),
    basePeriod: a.baseYear,
    treatedFrom: a.firstTreatedYear,
    weights: a.weights === "population" ? "population_2017" : null,
    alternativeWeights: a.weights === "population"
      ? null
      : { column: "population_2017", label: "population of 2017", unit: "people" },
    covariates: [],
    covariatesByTime: a.controls,
    alternativeControls: a.controls.length > 0 ? [] : ["internet_use_2018", "altitude_m"],
    cluster: "region",
    moderators: MODERATORS,
    questionedTimes: [2020, 2021].filter((year) =>
      !a.yearsDropped.includes(year) && year <= a.lastYear
    ),
    questionedUnits: ["07", "15A"].filter((code) => !a.areasLeftOut.includes(code)),
    unitLabels: REGION_NAMES,
    source: PERU_SOURCE,
    assumptions: describeAssumptions(a),
  };
}

function treatmentOf(a: Assumptions, measure: DoseMeasure): StudyTreatment {
  if (a.treatment.kind === "dose") {
    return {
      kind: "dose",
      path: "dose",
      exposure: "exposure",
      group: "exposure group",
      unit: MEASURE_UNITS[measure],
    };
  }
  return {
    kind: "group",
    group: "favoured",
    path: "treated",
    treatedLabel: "favoured by IPT",
    controlLabel: "other regions",
  };
}
