import { type Refit, refit, Refits, type RefitsParts } from "../../diagnostics/placebos/refits.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { formatCount, formatSignificant } from "../../tables/format.ts";
import type { StudyDesign } from "../design.ts";
import { type EffectKind, studyEffect } from "../threats/effect.ts";
import {
  type Assumptions,
  type DoseMeasure,
  MEASURE_WORDS,
  MEASURES,
  type RollOutRule,
} from "./assumptions.ts";
import { buildDose, leadingList, type RollOutTables } from "./dose.ts";
import { type PeruStudy, rollOutTables } from "./study.ts";

/** One way to say how much roll-out a region got. */
export interface DoseDefinition {
  readonly measure: DoseMeasure;
  readonly rule: RollOutRule;
}

/** The effect under other definitions of the dose, per standard deviation of each. */
export class DoseDefinitions extends Refits {
  /** Every combination of measure and rule, with its answer. */
  readonly grid: readonly (DoseDefinition & { readonly refit: Refit })[];
  /** Lowest and highest estimate of the grid. */
  readonly low: number;
  readonly high: number;
  /** Combinations with p < 0.05. */
  readonly significant: number;

  constructor(
    parts: RefitsParts,
    grid: DoseDefinitions["grid"],
    found: Pick<DoseDefinitions, "low" | "high" | "significant">,
  ) {
    super(parts);
    this.grid = grid;
    this.low = found.low;
    this.high = found.high;
    this.significant = found.significant;
  }
}

const RULES = {
  unnamed: ["populatedCentres", "sparsePopulation", "population", "equal", "none"],
  misprints: ["asPrinted", "ignore"],
  targets: ["ignore", "use"],
  timing: ["endOfYear", "midYear"],
} as const;

const UNNAMED_WORDS: Readonly<Record<RollOutRule["unnamed"], string>> = {
  populatedCentres: "unnamed regions share by populated centres",
  sparsePopulation: "unnamed regions share by sparse population",
  population: "unnamed regions share by population",
  equal: "unnamed regions share equally",
  none: "unnamed regions get nothing",
};

const RULE_WORDS: Readonly<Record<keyof RollOutRule, (value: string) => string>> = {
  unnamed: (value) => UNNAMED_WORDS[value as RollOutRule["unnamed"]],
  misprints: (value) => value === "ignore" ? "without misprints" : "misprints as printed",
  targets: (value) => value === "use" ? "targets as if reached" : "without targets",
  timing: (value) => value === "midYear" ? "stock at mid-year" : "stock at the end of the year",
};

const LISTS = ["2021-12", "2022-06", "2022-12"] as const;
const EXPOSURE_YEAR = 2021;

/**
 * The effect under every published and assumed definition of the dose, each divided by the standard deviation of its own
 * exposure over areas (the dose of 2021; for a group, whether an area is in it), so that they can be compared.
 *
 * Rows change one thing at a time; `grid` holds every combination of measure and rule.
 */
export function doseDefinitions(
  study: PeruStudy,
  options: { readonly outcome?: string; readonly effect?: EffectKind } = {},
): DoseDefinitions {
  const { assumptions, panel, measure } = study;
  const tables = rollOutTables();
  const design: StudyDesign = {
    ...study.design,
    treatment: {
      kind: "dose",
      path: "scaled dose",
      exposure: "scaled exposure",
      group: "scaled exposure",
      unit: "standard deviation of exposure",
    },
  };
  const ask = (label: string, asks: string, make: () => Panel) =>
    refit(label, asks, () => {
      const sample = make();
      return studyEffect(sample, design, options).fit(sample);
    });
  const dosed = (definition: DoseDefinition) => () => withDose(panel, tables, definition);
  const own: DoseDefinition = { measure, rule: assumptions.rollOut };
  const asks = "this is how roll-out reached people";
  const base = ask(MEASURE_WORDS[measure], "the study's own definition", dosed(own));
  const changes = [
    ...oneChange(own).map(({ label, definition }) => ask(label, asks, dosed(definition))),
    ...MEASURES.flatMap((other) =>
      ([[1 / 2, "upper half"], [2 / 3, "upper third"]] as const).map(([share, words]) =>
        ask(
          `${words} by ${MEASURE_WORDS[other]}`,
          "only whether a region got much matters",
          () => withTop(panel, tables, { ...own, measure: other }, share, assumptions),
        )
      )
    ),
    ...LISTS.map((asOf) =>
      ask(
        `named as leading at ${asOf}`,
        "only whether a region was named matters",
        () => withGroup(panel, leadingList(tables.rollOut, asOf), assumptions),
      )
    ),
  ];
  const grid = allDefinitions().map((definition) => ({
    ...definition,
    refit: ask("", "", dosed(definition)),
  }));
  const found = grid.flatMap(({ refit: { outcome } }) => outcome.ok ? [outcome.value.term] : []);
  const [low, high] = [
    Math.min(...found.map(({ estimate }) => estimate)),
    Math.max(...found.map(({ estimate }) => estimate)),
  ];
  const significant = found.filter(({ pValue }) => pValue < 0.05).length;
  return new DoseDefinitions(
    {
      question: "Other definitions of the dose: effect of one standard deviation of each",
      base,
      changes,
      notes: [
        `Of ${formatCount(found.length)} combinations of measure and rule the effect runs from ` +
        `${formatSignificant(low, 2)} to ${
          formatSignificant(high, 2)
        }; ${significant} have p < 0.05.`,
        "Populated centres are not known for Lima Metropolitana, which the measure per centre leaves out.",
      ],
      context: panel.context,
    },
    grid,
    { low, high, significant },
  );
}

function oneChange(own: DoseDefinition): { label: string; definition: DoseDefinition }[] {
  const measures = MEASURES.filter((measure) => measure !== own.measure).map((measure) => ({
    label: MEASURE_WORDS[measure],
    definition: { ...own, measure },
  }));
  const rules = (Object.keys(RULES) as (keyof RollOutRule)[]).flatMap((key) =>
    RULES[key].filter((value) => value !== own.rule[key]).map((value) => ({
      label: RULE_WORDS[key](value),
      definition: { ...own, rule: { ...own.rule, [key]: value } },
    }))
  );
  return [...measures, ...rules];
}

function allDefinitions(): DoseDefinition[] {
  return MEASURES.flatMap((measure) =>
    RULES.unnamed.flatMap((unnamed) =>
      RULES.misprints.flatMap((misprints) =>
        RULES.targets.flatMap((targets) =>
          RULES.timing.map((timing) => ({ measure, rule: { unnamed, misprints, targets, timing } }))
        )
      )
    )
  );
}

/** Dose by "code|year". */
function dosesOf(
  tables: RollOutTables,
  { measure, rule }: DoseDefinition,
): ReadonlyMap<string, number | null> {
  return new Map(
    buildDose(tables, measure, rule).map(({ code, year, dose }) => [`${code}|${year}`, dose]),
  );
}

function withDose(panel: Panel, tables: RollOutTables, definition: DoseDefinition): Panel {
  const doses = dosesOf(tables, definition);
  return scaled(
    panel,
    (unit, time) => doses.get(`${unit}|${time}`) ?? NaN,
    (unit) => doses.get(`${unit}|${EXPOSURE_YEAR}`) ?? NaN,
  );
}

/** The areas above a quantile of the dose of 2021, as a 0/1 treatment. */
function withTop(
  panel: Panel,
  tables: RollOutTables,
  definition: DoseDefinition,
  share: number,
  assumptions: Assumptions,
): Panel {
  const doses = dosesOf(tables, definition);
  const known = panel.units.flatMap((unit) => {
    const dose = doses.get(`${unit}|${EXPOSURE_YEAR}`) ?? null;
    return dose === null ? [] : [{ unit: String(unit), dose }];
  }).sort((a, b) => a.dose - b.dose);
  const top = known.slice(Math.ceil(share * known.length)).map(({ unit }) => unit);
  return withGroup(panel, top, assumptions);
}

function withGroup(
  panel: Panel,
  codes: readonly string[],
  { firstTreatedYear }: Assumptions,
): Panel {
  const member = (unit: unknown) => codes.includes(String(unit)) ? 1 : 0;
  return scaled(panel, (unit, time) => time >= firstTreatedYear ? member(unit) : 0, member);
}

/** Path and exposure divided by the standard deviation of the exposure over the panel's areas. */
function scaled(
  panel: Panel,
  path: (unit: unknown, time: number) => number,
  exposure: (unit: unknown) => number,
): Panel {
  const values = panel.units.map(exposure).filter((value) => !Number.isNaN(value));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) /
    (values.length - 1);
  if (!(variance > 0)) {
    throw new InputError({
      problem: "The exposure does not differ between areas",
      remedy: "choose another definition of the dose",
    });
  }
  const deviation = Math.sqrt(variance);
  return panel
    .with("scaled dose", (row) => path(row.unit, row.time) / deviation)
    .with("scaled exposure", (row) => exposure(row.unit) / deviation);
}
