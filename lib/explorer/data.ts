import { Panel } from "../panel/panel.ts";
import type { NamedColumn, StudyDesign } from "../study/design.ts";
import type { LanguageCode } from "./language/language.ts";
import type { StudyWords } from "./language/study-words.ts";
import type { ExplorerState } from "./state.ts";

/** A dose from which the reader can make a treatment. */
export interface DoseColumn {
  readonly column: string;
  /** "IPT localities per 10,000 inhabitants". */
  readonly label: string;
  /** One unit of it, after "one more". */
  readonly unit: string;
  /** Times at which the dose may be read. */
  readonly times: readonly number[];
  /** Largest dose there is, for the slider. */
  readonly most: number;
}

/** What the explorer knows about a study: the design, and what a reader may choose. */
export interface ExplorerStudy {
  readonly design: StudyDesign;
  /** How treatment is described when it is left as the study has it; null when the study has none of its own. */
  readonly given: string | null;
  readonly dose: DoseColumn | null;
  readonly weights: readonly NamedColumn[];
  readonly controls: readonly NamedColumn[];
  readonly times: readonly number[];
  /** How a time is called: "year", or as the panel names its times. */
  readonly timeName: string;
  /** How units are called, plural: "regions". */
  readonly unitWord: string;
  /** Units are the areas of the map. */
  readonly map: boolean;
  readonly defaults: ExplorerState;
  /** Its words in other languages; where there are none its own stand. */
  readonly words?: Readonly<Partial<Record<Exclude<LanguageCode, "en">, StudyWords>>>;
  /** How a cell gets the panel that is explored; null: it has `panel` and `design` already. */
  readonly recipe: PeruRecipe | null;
}

/** The assumptions that the explored panel of Peru was made under, as a reader would write them. */
export interface PeruRecipe {
  readonly changes: Readonly<Record<string, unknown>>;
  readonly measure: string;
}

/** Numbers as JSON has them: null where missing, text where infinite. */
type PackedNumber = number | null | "Infinity" | "-Infinity";

type PackedColumn =
  | { readonly kind: "numeric"; readonly values: readonly PackedNumber[] }
  | { readonly kind: "text"; readonly values: readonly string[] }
  /** One value per unit. */
  | { readonly kind: "fixed"; readonly values: readonly PackedNumber[] };

export interface PackedPanel {
  readonly unitName: string;
  readonly timeName: string;
  readonly units: readonly (string | number)[];
  readonly times: readonly number[];
  /** Codes of each row's unit and time. */
  readonly unit: readonly number[];
  readonly time: readonly number[];
  readonly columns: Readonly<Record<string, PackedColumn>>;
  readonly context: Panel["context"];
}

/** Everything that goes into the page besides the code. */
export interface ExplorerData {
  readonly study: ExplorerStudy;
  readonly panel: PackedPanel;
}

/** The columns of a panel as JSON; every number comes back to the last bit. */
export function packPanel(panel: Panel, columns: readonly string[]): PackedPanel {
  return {
    unitName: panel.unitName,
    timeName: panel.timeName,
    units: panel.units,
    times: panel.times,
    unit: [...panel.unit],
    time: [...panel.time],
    columns: Object.fromEntries(
      [...new Set(columns)].map((name) => [name, packColumn(panel, name)]),
    ),
    context: panel.context,
  };
}

function packColumn(panel: Panel, name: string): PackedColumn {
  if (!panel.isNumeric(name)) return { kind: "text", values: panel.text(name) };
  const values = panel.numeric(name);
  const byUnit = new Float64Array(panel.units.length);
  panel.unit.forEach((unit, i) => byUnit[unit] = values[i]);
  const fixed = values.every((value, i) => Object.is(value, byUnit[panel.unit[i]]));
  return fixed
    ? { kind: "fixed", values: Array.from(byUnit, packNumber) }
    : { kind: "numeric", values: Array.from(values, packNumber) };
}

function packNumber(value: number): PackedNumber {
  if (Number.isNaN(value)) return null;
  if (value === Infinity) return "Infinity";
  return value === -Infinity ? "-Infinity" : value;
}

function unpackNumber(value: PackedNumber): number {
  return value === null ? NaN : Number(value);
}

/** The panel again, with the packed columns. */
export function unpackPanel(packed: PackedPanel): Panel {
  const columns: Record<string, ArrayLike<unknown>> = {
    [packed.unitName]: packed.unit.map((code) => packed.units[code]),
    [packed.timeName]: packed.time.map((code) => packed.times[code]),
  };
  for (const [name, column] of Object.entries(packed.columns)) {
    if (column.kind === "text") columns[name] = column.values;
    else if (column.kind === "numeric") {
      columns[name] = Float64Array.from(column.values, unpackNumber);
    } else {columns[name] = Float64Array.from(packed.unit, (code) =>
        unpackNumber(column.values[code]));}
  }
  return Panel.fromColumns(columns, { unit: packed.unitName, time: packed.timeName })
    .about(packed.context);
}
