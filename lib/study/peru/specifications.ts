import type {
  SpecificationChoice,
  SpecificationGrid,
} from "../../diagnostics/specification-curve.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import type { StudyDesign } from "../design.ts";
import { assume, type Assumptions, OUTCOMES } from "./assumptions.ts";
import { OUTCOME_COLUMNS, peruStudy } from "./study.ts";

/** A grid for the study of Peru, with the panel that has every definition of treatment. */
export interface PeruSpecifications {
  readonly panel: Panel;
  readonly grid: SpecificationGrid;
  readonly design: StudyDesign;
}

export interface PeruSpecificationOptions {
  /** "group" (default): treated or not, in points. "dose": points for one interquartile range of it. */
  readonly treatment?: "group" | "dose";
  /** Default: the study's own outcome. Several share one curve, for all are in percentage points. */
  readonly outcomes?: readonly (typeof OUTCOMES)[number][];
}

/** The year whose doses the scale is taken of. */
const EXPOSURE_YEAR = 2021;
const AS_PUBLISHED = "as published";
const PANDEMIC = [2020, 2021];
const URBAN = ["07", "15A"];
const HUANCAVELICA = "09";

type Alternative = Partial<Pick<Assumptions, "treatment" | "rollOut">>;

/**
 * Several hundred defensible ways to ask the study's question: who counts as treated, which years, whether the
 * pandemic and which areas are in, weights, controls and trends. The first option of every axis is that of the
 * assumptions, which also set the widest window.
 */
export function peruSpecifications(
  assumptions: Assumptions = assume(),
  options: PeruSpecificationOptions = {},
): PeruSpecifications {
  const dosed = options.treatment === "dose";
  const outcomes = options.outcomes ?? [assumptions.outcome];
  const unknown = outcomes.find((outcome) => !OUTCOMES.includes(outcome));
  if (outcomes.length === 0 || unknown !== undefined) {
    throw new InputError({
      problem: "The outcomes of the curve are not valid",
      value: unknown ?? "none",
      remedy: `choose among ${OUTCOMES.join(", ")}`,
    });
  }
  const study = peruStudy(assumptions);
  const treatments = dosed ? doses(assumptions) : groups(assumptions);
  let panel = study.panel;
  const axis = treatments.map(({ label, alternative }): SpecificationChoice => {
    const column = `${dosed ? "dose" : "treated"}: ${label}`;
    const own = peruStudy(assume({ ...assumptions, ...alternative }));
    panel = panel.with(column, own.panel.numeric(own.design.treatment.path));
    // Thresholds and doses rest on assumed cells, whatever the study's own treatment does.
    const { provenance } = own.panel.context;
    if (provenance !== AS_PUBLISHED && provenance !== undefined) {
      panel = panel.about({ provenance });
    }
    return {
      label,
      treatment: column,
      ...(dosed ? { scale: (whole: Panel) => interquartile(whole, column, EXPOSURE_YEAR) } : {}),
    };
  });
  const axes: Record<string, readonly SpecificationChoice[]> = {
    Outcome: outcomes.map((outcome) => ({ label: OUTCOME_COLUMNS[outcome].label, outcome })),
    [dosed ? "Dose" : "Treated"]: axis,
    Years: years(assumptions, dosed ? [2016] : [2014, 2016]),
    Pandemic: pandemic(assumptions),
    Areas: areas(assumptions, dosed),
    Weights: weights(assumptions),
    "Controls × year": controls(assumptions),
    Trends: [{ label: "none" }, { label: "a line per region", trends: "unit" }],
  };
  return {
    panel,
    design: study.design,
    grid: {
      base: {
        ...(outcomes.length === 1 ? { outcome: outcomes[0] } : {}),
        unit: "percentage points",
        per: dosed
          ? `one interquartile range of the dose of ${EXPOSURE_YEAR}`
          : "being a region that IPT favoured",
      },
      // One option is no choice.
      axes: Object.fromEntries(Object.entries(axes).filter(([, list]) => list.length > 1)),
    },
  };
}

interface Treatment {
  readonly label: string;
  readonly alternative: Alternative;
}

/** The study's own group first, then the lists and thresholds that it is not. */
function groups({ treatment }: Assumptions): Treatment[] {
  const all: Treatment[] = [
    ...(["2021-12", "2022-12"] as const).map((asOf) => ({
      label: `named at the end of ${asOf.slice(0, 4)}`,
      alternative: { treatment: { kind: "named", asOf } as const },
    })),
    ...[6, 12].map((threshold) => ({
      label: `${threshold} localities per 10,000`,
      alternative: {
        treatment: {
          kind: "threshold",
          measure: "localitiesPer10000",
          threshold,
          year: 2021,
          adoption: "common",
        } as const,
      },
    })),
  ];
  if (treatment.kind === "dose") return all;
  const own = all.findIndex(({ alternative }) =>
    JSON.stringify(alternative.treatment) === JSON.stringify(treatment)
  );
  const first = own === -1
    ? { label: "as assumed", alternative: { treatment } }
    : all.splice(own, 1)[0];
  return [first, ...all];
}

/** Two measures, and two rules for regions that IPT never named. */
function doses({ rollOut }: Assumptions): Treatment[] {
  const rules = [...new Set([rollOut.unnamed, "populatedCentres", "none"] as const)].slice(0, 2);
  const words = { localitiesPer10000: "localities per 10,000", peoplePer100: "people per 100" };
  return (Object.keys(words) as (keyof typeof words)[]).flatMap((measure) =>
    rules.map((unnamed) => ({
      label: `${words[measure]}, ${unnamed === "none" ? "unnamed: zero" : "unnamed: share"}`,
      alternative: {
        treatment: { kind: "dose", measure, exposureYear: EXPOSURE_YEAR } as const,
        rollOut: { ...rollOut, unnamed },
      },
    }))
  );
}

/**
 * From the lower to the upper quartile of a dose over regions in one year. Not its standard deviation, which is that of
 * one region whose count looks misprinted (Huancavelica).
 */
function interquartile(panel: Panel, column: string, year: number): number {
  const values = panel.numeric(column).filter((value, i) =>
    panel.times[panel.time[i]] === year && !Number.isNaN(value)
  ).sort();
  const quartile = (share: number) => {
    const at = share * (values.length - 1);
    const below = Math.floor(at);
    return values[below] + (at - below) * ((values[below + 1] ?? values[below]) - values[below]);
  };
  return quartile(0.75) - quartile(0.25);
}

function years({ firstYear, baseYear }: Assumptions, starts: readonly number[]) {
  return [
    { label: `from ${firstYear}` },
    ...starts.filter((year) => year > firstYear && year <= baseYear).map((year) => ({
      label: `from ${year}`,
      sample: (panel: Panel) => panel.where(`from ${year}`, (row) => row.time >= year),
    })),
  ];
}

function pandemic({ yearsDropped, lastYear }: Assumptions): SpecificationChoice[] {
  const left = PANDEMIC.filter((year) => year <= lastYear && !yearsDropped.includes(year));
  return [
    { label: "in" },
    ...(left.length === 0 ? [] : [{
      label: `without ${left.join(" and ")}`,
      sample: (panel: Panel) =>
        panel.where(`without ${left.join(" and ")}`, (row) => !left.includes(row.time)),
    }]),
  ];
}

function areas({ areasLeftOut }: Assumptions, dosed: boolean): SpecificationChoice[] {
  const without = (label: string, codes: readonly string[]) =>
    codes.every((code) => areasLeftOut.includes(code)) ? [] : [{
      label,
      sample: (panel: Panel) => panel.where(label, (row) => !codes.includes(String(row.unit))),
    }];
  return [
    { label: areasLeftOut.length === 0 ? "all" : "as assumed" },
    ...without("without Lima and Callao", URBAN),
    // Its count looks misprinted and is three times the next: a dose rests on it, a group does not.
    ...(dosed ? without("without Huancavelica", [HUANCAVELICA]) : []),
  ];
}

function weights({ weights }: Assumptions): SpecificationChoice[] {
  const every = { label: "every region once", weights: undefined };
  const people = { label: "by population", weights: "population_2017" };
  return weights === "none" ? [every, people] : [people, every];
}

function controls({ controls }: Assumptions): SpecificationChoice[] {
  const sets: { label: string; covariatesByTime: readonly string[] }[] = [
    { label: "none", covariatesByTime: [] },
    { label: "internet use of 2018", covariatesByTime: ["internet_use_2018"] },
    { label: "altitude and schooling", covariatesByTime: ["altitude_m", "schooling_years"] },
  ];
  const same = (set: readonly string[]) => set.join() === controls.join();
  return [
    sets.find(({ covariatesByTime }) => same(covariatesByTime)) ??
      { label: "as assumed", covariatesByTime: controls },
    ...sets.filter(({ covariatesByTime }) => !same(covariatesByTime)),
  ];
}
