import type { Panel } from "../../panel/panel.ts";
import type { NamedColumn, StudyDesign } from "../design.ts";

/** The outcome's label and unit, or the column's name where the study does not know it. */
export function outcomeWords(design: StudyDesign, column: string): NamedColumn {
  return design.outcomes.find((outcome) => outcome.column === column) ??
    { column, label: column, unit: "" };
}

/** "People using the internet (% of population aged 6 and over)". */
export function withUnit({ label, unit }: NamedColumn): string {
  return unit === "" ? label : `${label} (${unit})`;
}

/** The unit of a difference of shares: percentage points. */
export function differenceUnit({ unit }: NamedColumn): string {
  return unit.startsWith("%") ? "percentage points" : unit === "" ? "units of the outcome" : unit;
}

/** Notes that every figure of a study carries: its assumptions, and what is not as published. */
export function studyNotes(panel: Panel, design: StudyDesign): string[] {
  const { provenance } = panel.context;
  return [
    `Assumed: ${design.assumptions.slice(0, 2).join("; ")}.`,
    ...(provenance === undefined || provenance === "as published"
      ? []
      : [`Figures: ${provenance}.`]),
  ];
}
