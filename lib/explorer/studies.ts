/** What the explorer needs to know of a study, from whatever describes it. */
import type { Panel } from "../panel/panel.ts";
import type { NamedColumn, StudyDesign } from "../study/design.ts";
import type { OwnAssumptions } from "../study/own-assumptions.ts";
import { ownStudy } from "../study/own-study.ts";
import {
  assume,
  type Assumptions,
  CONTROLS,
  MEASURE_UNITS,
  MEASURE_WORDS,
} from "../study/peru/assumptions.ts";
import { REGION_CODES } from "../study/peru/regions.ts";
import { measureOf, peruDesign, peruStudy } from "../study/peru/study.ts";
import { attempt } from "../panel/outcome.ts";
import { halfwayThreshold } from "./choices.ts";
import type { DoseColumn, ExplorerStudy } from "./data.ts";
import { DESIGN_IN_SPANISH, ownInSpanish, peruInSpanish } from "./language/studies.ts";
import type { ExplorerState } from "./state.ts";

/** A panel with what may be chosen on it. */
export interface Described {
  readonly panel: Panel;
  readonly study: ExplorerStudy;
}

/** Describes the study of Peru, a design, or a reader's own columns. */
export function describe(
  panel: Panel,
  study: Assumptions | StudyDesign | OwnAssumptions,
): Described {
  if ("rollOut" in study) return { panel, study: peruExplorer(panel, study) };
  if ("treatedFrom" in study) return { panel, study: designExplorer(panel, study) };
  const columns = Object.fromEntries(panel.columnNames.map((name) => [
    name,
    // The unit's labels as they are: "01" is not 1.
    name === panel.unitName
      ? Array.from(panel.unit, (code) => panel.units[code])
      : panel.isNumeric(name)
      ? panel.numeric(name)
      : panel.text(name),
  ]));
  const own = ownStudy(columns, study);
  return {
    panel: own.panel,
    study: {
      ...designExplorer(own.panel, own.design),
      words: { es: ownInSpanish(own.design) },
    },
  };
}

const WORDS_OF_CONTROLS: Readonly<Record<string, string>> = {
  internet_use_2018: "Internet use in 2018",
  schooling_years: "Schooling",
  real_spending_2018: "Real spending in 2018",
  hourly_income_2018: "Hourly income in 2018",
  altitude_m: "Altitude",
  share_above_2500m: "Share above 2,500 m",
  share_sparse: "Share in sparse districts",
  density_2017: "Population density",
  hdi_2019: "Human development 2019",
};

function peruExplorer(panel: Panel, assumptions: Assumptions): ExplorerStudy {
  const { treatment } = assumptions;
  const measure = measureOf(assumptions);
  const design = peruDesign(assumptions, measure);
  const dose = doseColumn(panel, "dose", assumptions.firstTreatedYear, {
    label: MEASURE_WORDS[measure],
    unit: MEASURE_UNITS[measure],
  });
  const own = treatment.kind === "named" || treatment.kind === "regions";
  const year = dose?.times.includes(2021) ? 2021 : dose?.times[dose.times.length - 1] ?? 2021;
  return {
    design: design.treatment.kind === "group" && panel.has("cohort")
      ? { ...design, treatment: { ...design.treatment, cohort: "cohort" } }
      : design,
    given: treatment.kind === "named"
      ? `Regions named as leading, ${treatment.asOf}`
      : own
      ? "The regions that the notebook names"
      : null,
    dose,
    weights: panel.has("population_2017")
      ? [{ column: "population_2017", label: "population of 2017", unit: "people" }]
      : [],
    controls: CONTROLS.filter((name) => panel.has(name))
      .map((name) => ({ column: name, label: WORDS_OF_CONTROLS[name], unit: "" })),
    times: panel.times,
    timeName: panel.timeName,
    unitWord: "regions",
    map: panel.units.every((unit) => REGION_CODES.includes(String(unit))),
    recipe: recipeOf(panel, assumptions),
    words: { es: peruInSpanish(assumptions, measure) },
    defaults: {
      ...commonDefaults(panel, design),
      treatment: own ? "given" : treatment.kind === "dose" ? "dose" : "threshold",
      threshold: treatment.kind === "threshold" ? treatment.threshold : 12,
      year: treatment.kind === "threshold"
        ? treatment.year
        : treatment.kind === "dose"
        ? treatment.exposureYear
        : year,
      adoption: treatment.kind === "threshold" && treatment.adoption === "crossing"
        ? "crossing"
        : "common",
    },
  };
}

/** The assumptions as changes from the defaults, when they lead to this very panel; else null. */
function recipeOf(panel: Panel, assumptions: Assumptions): ExplorerStudy["recipe"] {
  const again = attempt(() => peruStudy(assumptions).panel);
  if (!again.ok || !samePanel(panel, again.value)) return null;
  const defaults: Readonly<Record<string, unknown>> = assume();
  const changes = Object.fromEntries(
    Object.entries(assumptions).filter(([key, value]) =>
      JSON.stringify(value) !== JSON.stringify(defaults[key])
    ),
  );
  return { changes, measure: measureOf(assumptions) };
}

function samePanel(a: Panel, b: Panel): boolean {
  if (a.rows !== b.rows || a.units.join() !== b.units.join() || a.times.join() !== b.times.join()) {
    return false;
  }
  return b.columnNames.every((name) =>
    a.has(name) && a.isNumeric(name) === b.isNumeric(name) &&
    (b.isNumeric(name)
      ? a.numeric(name).every((value, i) => Object.is(value, b.numeric(name)[i]))
      : a.text(name).every((value, i) => value === b.text(name)[i]))
  );
}

function designExplorer(panel: Panel, design: StudyDesign): ExplorerStudy {
  const { treatment } = design;
  const dose = treatment.kind === "dose"
    ? doseColumn(panel, treatment.path, design.treatedFrom, {
      label: treatment.unit,
      unit: treatment.unit,
    })
    : null;
  return {
    design,
    given: treatment.kind === "group" ? "As the study defines it" : null,
    dose,
    weights: namedOnce([
      ...(design.weights === null ? [] : [named(design.weights)]),
      ...(design.alternativeWeights === null ? [] : [design.alternativeWeights]),
    ]),
    controls: namedOnce([
      ...[...design.covariatesByTime, ...design.alternativeControls].map(named),
      ...design.moderators,
    ]),
    times: panel.times,
    timeName: panel.timeName,
    unitWord: "units",
    map: false,
    recipe: null,
    words: { es: DESIGN_IN_SPANISH },
    defaults: {
      ...commonDefaults(panel, design),
      treatment: treatment.kind === "group" ? "given" : "dose",
      threshold: dose === null ? 1 : halfwayThreshold(dose.most),
      year: dose === null ? panel.times[panel.times.length - 1] : dose.times[dose.times.length - 1],
      adoption: "common",
    },
  };
}

function named(column: string): NamedColumn {
  return { column, label: column, unit: "" };
}

/** The first of those with one column: a label given later does not replace a plain name unless it has one. */
function namedOnce(columns: readonly NamedColumn[]): NamedColumn[] {
  const byColumn = new Map<string, NamedColumn>();
  for (const column of columns) {
    const known = byColumn.get(column.column);
    if (known === undefined || known.label === known.column) byColumn.set(column.column, column);
  }
  return [...byColumn.values()];
}

function commonDefaults(panel: Panel, design: StudyDesign) {
  return {
    data: "real",
    seed: 1,
    outcome: design.outcomes[0].column,
    base: design.basePeriod,
    from: panel.times[0],
    to: panel.times[panel.times.length - 1],
    dropped: [],
    weights: design.weights ?? "",
    controls: design.covariatesByTime,
    estimator: "twfe",
    errors: "own",
    draws: 9999,
    bound: 1,
  } satisfies Partial<ExplorerState>;
}

function doseColumn(
  panel: Panel,
  column: string,
  from: number,
  words: { label: string; unit: string },
): DoseColumn | null {
  if (!panel.has(column) || !panel.isNumeric(column)) return null;
  const values = panel.numeric(column).filter((value) => !Number.isNaN(value));
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const times = panel.times.filter((time) => time >= from);
  return most > 0 && times.length > 0 ? { column, ...words, times, most } : null;
}
