/** What studies are called in the Spanish of the notebooks' twins. A reader's own labels stay the reader's. */
import type { NamedColumn, StudyDesign } from "../../study/design.ts";
import { DEFAULT_DOSE_UNIT, DEFAULT_TITLE } from "../../study/own-assumptions.ts";
import type { Assumptions, CONTROLS, DoseMeasure, OUTCOMES } from "../../study/peru/assumptions.ts";
import type { DoseColumn } from "../data.ts";
import type { StudyWords } from "./study-words.ts";

type Named = Pick<NamedColumn, "label" | "unit">;

const OUTCOME_WORDS: Readonly<Record<(typeof OUTCOMES)[number], Named>> = {
  internet_use_pct: {
    label: "Personas que usan internet",
    unit: "% de la población de 6 y más años",
  },
  households_internet_pct: { label: "Hogares con internet", unit: "% de los hogares" },
  households_mobile_pct: { label: "Hogares con teléfono móvil", unit: "% de los hogares" },
};

const CONTROL_WORDS: Readonly<Record<(typeof CONTROLS)[number], string>> = {
  internet_use_2018: "Uso de internet en 2018",
  schooling_years: "Escolaridad",
  real_spending_2018: "Gasto real en 2018",
  hourly_income_2018: "Ingreso por hora en 2018",
  altitude_m: "Altitud",
  share_above_2500m: "Proporción por encima de 2,500 m",
  share_sparse: "Proporción en distritos dispersos",
  density_2017: "Densidad de población",
  hdi_2019: "Desarrollo humano 2019",
};

const DOSE_WORDS: Readonly<Record<DoseMeasure, Pick<DoseColumn, "label" | "unit">>> = {
  localitiesPer10000: {
    label: "localidades de IPT por 10,000 habitantes",
    unit: "localidad de IPT por 10,000 habitantes",
  },
  localitiesPerCentre: {
    label: "localidades de IPT por 100 centros poblados",
    unit: "localidad de IPT por 100 centros poblados",
  },
  peoplePer100: {
    label: "personas cubiertas por 100 habitantes",
    unit: "persona cubierta por 100 habitantes",
  },
};

/** What the explorer's readers see of the study, in Spanish. */
export function peruInSpanish({ treatment }: Assumptions, measure: DoseMeasure): StudyWords {
  const controls = Object.entries(CONTROL_WORDS).map(([column, label]) =>
    [column, { label, unit: "" }] as const
  );
  return {
    title: "Internet Para Todos y la conectividad en el Perú",
    source:
      "INEI (ENAHO), de segunda mano; conteos del despliegue tal como los publicó IPT; véase data/README.md",
    given: treatment.kind === "named"
      ? `Regiones nombradas como las de mayor despliegue, ${treatment.asOf}`
      : "Las regiones que nombra el cuaderno",
    treatedLabel: "favorecidas por IPT",
    controlLabel: "las demás regiones",
    dose: DOSE_WORDS[measure],
    columns: {
      ...OUTCOME_WORDS,
      population_2017: { label: "población de 2017", unit: "personas" },
      ...Object.fromEntries(controls),
    },
  };
}

/** The only word that the explorer itself gives a design. */
export const DESIGN_IN_SPANISH: StudyWords = { given: "Como lo define el estudio" };

/** And those that the library gives a reader's own file: its groups, and title and dose where the reader named none. */
export function ownInSpanish({ title, treatment }: StudyDesign): StudyWords {
  const unnamedDose = treatment.kind === "dose" && treatment.unit === DEFAULT_DOSE_UNIT;
  return {
    ...DESIGN_IN_SPANISH,
    ...(title === DEFAULT_TITLE ? { title: "Diferencias en diferencias con su panel" } : {}),
    ...(unnamedDose ? { dose: { label: "unidades de dosis", unit: "unidad de dosis" } } : {}),
    treatedLabel: "tratadas",
    controlLabel: "no tratadas",
  };
}
