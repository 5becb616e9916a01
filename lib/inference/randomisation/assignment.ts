import type { Panel } from "../../panel/panel.ts";
import { InputError } from "../../panel/errors.ts";

/** Which unit received which treatment path, as something that can be dealt out anew. */
export interface Assignment {
  /** Treatment of a type at a time: `paths[type * times + time]`. */
  readonly paths: Float64Array;
  readonly types: number;
  readonly times: number;
  /** Type of each unit as observed. */
  readonly observed: Int32Array;
  /** Stratum of each unit; paths are exchanged within strata only. */
  readonly stratum: Int32Array;
  readonly strata: number;
}

/** Builds the treatment of a row from what a unit was assigned. */
export type TreatmentFrom = (assigned: Readonly<Record<string, number>>, time: number) => number;

/**
 * The assignment behind a treatment column: units that share a path are of one type.
 *
 * @param permute columns fixed within units (an adoption date, a dose, a group); null to deal out the
 *   treatment's own path over time.
 * @param from how the columns make the treatment; needed with `permute`.
 * @throws InputError when paths cannot be moved (unbalanced panel), or `from` does not make the treatment.
 */
export function assignmentOf(
  panel: Panel,
  treatment: string,
  permute: readonly string[] | null,
  from: TreatmentFrom | null,
  strata: string | null,
): Assignment {
  const parts = permute === null ? pathTypes(panel, [treatment]) : keyTypes(panel, permute);
  const paths = parts.path ?? builtPaths(panel, treatment, permute ?? [], parts, from);
  return { paths, ...dealt(panel, parts, strata) };
}

/** An assignment of whole paths in one column or several that change hands together. */
export interface PathAssignment extends Assignment {
  /** A unit of each type: its rows hold the type's paths. */
  readonly examples: readonly number[];
}

/**
 * The assignment behind columns whose whole paths are dealt out together. `paths` holds those of the first column.
 *
 * @throws InputError when paths cannot be moved because the panel is unbalanced.
 */
export function pathAssignment(
  panel: Panel,
  columns: readonly string[],
  strata: string | null,
): PathAssignment {
  const parts = pathTypes(panel, columns);
  const examples = parts.example.map((row) => panel.unit[row]);
  return { paths: parts.path, examples, ...dealt(panel, parts, strata) };
}

function dealt(panel: Panel, parts: Types, strata: string | null): Omit<Assignment, "paths"> {
  const groups = strata === null ? null : panel.groups(strata);
  const stratum = groups === null
    ? new Int32Array(panel.units.length)
    : fixedWithin(panel, strata ?? "", (i) => groups.codes[i]);
  return {
    types: parts.count,
    times: panel.times.length,
    observed: parts.observed,
    stratum,
    strata: groups === null ? 1 : groups.levels.length,
  };
}

interface Types {
  readonly count: number;
  readonly observed: Int32Array;
  /** Paths, where the types are paths. */
  readonly path: Float64Array | null;
  /** A row of each type, where the types are values of columns. */
  readonly example: readonly number[];
}

function pathTypes(panel: Panel, columns: readonly string[]): Types & { path: Float64Array } {
  const T = panel.times.length;
  if (!panel.balanced) {
    throw new InputError({
      problem: "Treatment paths cannot change hands: not every unit is observed at every time " +
        `(${panel.rows} rows for ${panel.units.length} units and ${T} times)`,
      column: columns.join(", "),
      remedy:
        "balance the panel, or permute a column fixed within units and say with treatmentFrom how " +
        "it makes the treatment",
    });
  }
  const all = columns.map((name) => panel.numeric(name));
  const [values] = all;
  const seen = new Map<string, number>();
  const example: number[] = [];
  const observed = Int32Array.from(panel.units, (_, i) => {
    const key = all.map((column) => column.subarray(i * T, (i + 1) * T).join()).join(";");
    let type = seen.get(key);
    if (type === undefined) {
      seen.set(key, type = seen.size);
      example.push(i * T);
    }
    return type;
  });
  const path = new Float64Array(example.length * T);
  example.forEach((row, type) => path.set(values.subarray(row, row + T), type * T));
  return { count: example.length, observed, path, example };
}

function keyTypes(panel: Panel, columns: readonly string[]): Types {
  const values = columns.map((name) => panel.numeric(name));
  values.forEach((column, k) => fixedWithin(panel, columns[k], (i) => column[i]));
  const seen = new Map<string, number>();
  const example: number[] = [];
  const observed = new Int32Array(panel.units.length).fill(-1);
  for (let i = 0; i < panel.rows; i++) {
    if (observed[panel.unit[i]] !== -1) continue;
    const key = values.map((column) => column[i]).join();
    let type = seen.get(key);
    if (type === undefined) {
      seen.set(key, type = seen.size);
      example.push(i);
    }
    observed[panel.unit[i]] = type;
  }
  return { count: example.length, observed, path: null, example };
}

function builtPaths(
  panel: Panel,
  treatment: string,
  columns: readonly string[],
  { example, observed }: Types,
  from: TreatmentFrom | null,
): Float64Array {
  if (from === null) {
    throw new InputError({
      problem: "How the permuted columns make the treatment is not given",
      column: treatment,
      value: columns.join(", "),
      remedy: 'pass treatmentFrom, as in (unit, year) => year >= unit["cohort"] ? 1 : 0',
    });
  }
  const T = panel.times.length;
  const paths = new Float64Array(example.length * T);
  example.forEach((row, type) => {
    const assigned = Object.fromEntries(columns.map((name) => [name, panel.numeric(name)[row]]));
    panel.times.forEach((time, t) => paths[type * T + t] = from(assigned, time));
  });
  const impossible = paths.findIndex((value) => !Number.isFinite(value));
  if (impossible >= 0) {
    const [type, t] = [Math.floor(impossible / T), impossible % T];
    throw new InputError({
      problem: `treatmentFrom gives no finite number at time ${panel.times[t]} for what ${
        panel.units[panel.unit[example[type]]]
      } was assigned`,
      column: treatment,
      value: paths[impossible],
      remedy: "give a treatment for every assignment at every time, also where it is not observed",
    });
  }
  const values = panel.numeric(treatment);
  const wrong: number[] = [];
  for (let i = 0; i < panel.rows; i++) {
    const built = paths[observed[panel.unit[i]] * T + panel.time[i]];
    if (!(Math.abs(built - values[i]) <= 1e-9 * Math.max(1, Math.abs(values[i])))) wrong.push(i);
  }
  if (wrong.length > 0) {
    throw new InputError({
      problem: "treatmentFrom does not make the observed treatment",
      column: treatment,
      rows: panel.describeRows(wrong),
      value: paths[observed[panel.unit[wrong[0]]] * T + panel.time[wrong[0]]],
      remedy: `correct treatmentFrom, or the columns ${columns.join(", ")}`,
    });
  }
  return paths;
}

/** One value per unit of something that must not vary within units. */
function fixedWithin(panel: Panel, name: string, value: (row: number) => number): Int32Array {
  const result = new Int32Array(panel.units.length);
  const first = new Float64Array(panel.units.length);
  const seen = new Uint8Array(panel.units.length);
  const changes: number[] = [];
  for (let i = 0; i < panel.rows; i++) {
    const unit = panel.unit[i];
    if (!seen[unit]) {
      seen[unit] = 1;
      first[unit] = result[unit] = value(i);
    } else if (!Object.is(first[unit], value(i))) changes.push(i);
  }
  if (changes.length === 0) return result;
  throw new InputError({
    problem: "The column must not vary within units",
    column: name,
    rows: panel.describeRows(changes),
    remedy: "use a column with one value per unit",
  });
}
