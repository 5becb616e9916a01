/** A study's own words in a language other than the one it was written in. */
import type { NamedColumn, StudyTreatment } from "../../study/design.ts";
import type { DoseColumn, ExplorerStudy } from "../data.ts";
import type { LanguageCode } from "./language.ts";

/** What a reader sees of a study; what is left out stays as the study has it. */
export interface StudyWords {
  readonly title?: string;
  readonly source?: string;
  /** Treatment as the study has it. */
  readonly given?: string;
  readonly treatedLabel?: string;
  readonly controlLabel?: string;
  readonly dose?: Pick<DoseColumn, "label" | "unit">;
  /** Outcomes, weights and controls, by column. */
  readonly columns?: Readonly<Record<string, Pick<NamedColumn, "label" | "unit">>>;
}

/** The study as readers of a language see it. Columns, numbers and what code needs stay. */
export function studyIn(language: LanguageCode, study: ExplorerStudy): ExplorerStudy {
  const words = language === "en" ? undefined : study.words?.[language];
  if (words === undefined) return study;
  const { design, dose } = study;
  const named = (columns: readonly NamedColumn[]) =>
    columns.map((column) => ({ ...column, ...words.columns?.[column.column] }));
  return {
    ...study,
    given: study.given === null ? null : words.given ?? study.given,
    dose: dose === null ? null : { ...dose, ...words.dose },
    weights: named(study.weights),
    controls: named(study.controls),
    design: {
      ...design,
      title: words.title ?? design.title,
      source: words.source ?? design.source,
      outcomes: named(design.outcomes),
      treatment: treatmentIn(words, design.treatment),
    },
  };
}

function treatmentIn(words: StudyWords, treatment: StudyTreatment): StudyTreatment {
  if (treatment.kind === "dose") return { ...treatment, unit: words.dose?.unit ?? treatment.unit };
  return {
    ...treatment,
    treatedLabel: words.treatedLabel ?? treatment.treatedLabel,
    controlLabel: words.controlLabel ?? treatment.controlLabel,
  };
}
