import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { cohortDesign } from "../../panel/treatment.ts";

/** The columns that say who is treated when: one or both. */
export interface TreatmentColumns {
  /** First treated time, fixed within units (missing, 0 or Infinity: never). */
  readonly cohort?: string;
  /** Treatment in every period: 0/1 or a dose, zero until treatment begins. */
  readonly path?: string;
}

/**
 * First treated time of each unit (panel order), Infinity for never: from `cohort`, or the first time at which `path` is
 * not zero.
 * @throws InputError when neither column is given, the two disagree, or nobody is treated.
 */
export function treatmentStarts(panel: Panel, { cohort, path }: TreatmentColumns): Float64Array {
  if (cohort === undefined && path === undefined) {
    throw new InputError({
      problem: "Who is treated when is not given",
      column: "cohort, path",
      remedy: "name the column of first treated times (cohort), of the treatment (path), or both",
    });
  }
  const fromPath = path === undefined ? null : pathStarts(panel, path);
  const starts = cohort === undefined ? fromPath! : cohortDesign(panel, cohort).cohort;
  if (fromPath !== null && cohort !== undefined) {
    requireSame(panel, starts, fromPath, cohort, path!);
  }
  if (starts.some((start) => start !== Infinity)) return starts;
  throw new InputError({
    problem: "Nobody is treated",
    column: cohort ?? path,
    remedy: "check the column, and the window",
  });
}

function pathStarts(panel: Panel, path: string): Float64Array {
  const values = panel.numeric(path);
  const starts = new Float64Array(panel.units.length).fill(Infinity);
  for (let i = panel.rows - 1; i >= 0; i--) {
    if (values[i] !== 0 && !Number.isNaN(values[i])) {
      starts[panel.unit[i]] = panel.times[panel.time[i]];
    }
  }
  return starts;
}

/** A cohort after the unit's last row shows no treatment in the path: that is no disagreement. */
function requireSame(
  panel: Panel,
  starts: Float64Array,
  fromPath: Float64Array,
  cohort: string,
  path: string,
): void {
  const last = new Float64Array(panel.units.length);
  for (let i = 0; i < panel.rows; i++) last[panel.unit[i]] = panel.times[panel.time[i]];
  const wrong = panel.units.filter((_, u) =>
    fromPath[u] === Infinity ? starts[u] <= last[u] : starts[u] > fromPath[u]
  );
  if (wrong.length === 0) return;
  throw new InputError({
    problem: `The columns ${cohort} and ${path} disagree on when units are first treated`,
    column: `${cohort}, ${path}`,
    value: wrong.join(", "),
    remedy: "give one of them, or correct the other",
  });
}

/**
 * The panel as if treatment had begun `periods` units of time earlier: cohorts move back, and a unit's treatment at t is
 * what it was at t + periods. A 0/1 path stays 1; a dose later than the unit's last row is not known (missing).
 */
export function shiftTreatment(panel: Panel, columns: TreatmentColumns, periods: number): Panel {
  const starts = treatmentStarts(panel, columns);
  if (!Number.isFinite(periods)) {
    throw new InputError({
      problem: "The periods by which treatment is moved must be a number",
      column: "periods",
      value: periods,
      remedy: "give the units of time, for example 2",
    });
  }
  if (periods === 0) return panel;
  let shifted = panel;
  if (columns.cohort !== undefined) {
    shifted = shifted.with(
      columns.cohort,
      Float64Array.from(panel.unit, (unit) => starts[unit] - periods),
    );
  }
  if (columns.path === undefined) return shifted;
  return shifted.with(columns.path, shiftedPath(panel, columns.path, starts, periods));
}

function shiftedPath(
  panel: Panel,
  path: string,
  starts: Float64Array,
  periods: number,
): Float64Array {
  const values = panel.numeric(path);
  const isOn = (i: number) => panel.times[panel.time[i]] >= starts[panel.unit[i]];
  const absorbing = values.every((value, i) => value === (isOn(i) ? 1 : 0));
  const at = new Map<string, number>();
  values.forEach((value, i) => at.set(`${panel.unit[i]}|${panel.times[panel.time[i]]}`, value));
  return values.map((_, i) => {
    const [unit, time] = [panel.unit[i], panel.times[panel.time[i]] + periods];
    if (time < starts[unit]) return 0;
    return absorbing ? 1 : at.get(`${unit}|${time}`) ?? NaN;
  });
}

/**
 * The panel without the last `periods` units of time before treatment, in which units may have reacted already: what is
 * left compares treated periods with periods before that. With one start for all, these periods go for every unit; with
 * several, each treated unit loses its own (use callawaySantAnna's `anticipation` there: it needs whole paths).
 */
export function withoutAnticipation(
  panel: Panel,
  columns: TreatmentColumns,
  periods: number,
): Panel {
  const starts = treatmentStarts(panel, columns);
  if (!(periods >= 0)) {
    throw new InputError({
      problem: "The periods of anticipation must be zero or more",
      value: periods,
      remedy: "use 0, 1 or 2",
    });
  }
  if (periods === 0) return panel;
  const distinct = new Set(starts.filter((start) => start !== Infinity));
  const [common] = distinct.size === 1 ? distinct : [null];
  const codes = new Map(panel.units.map((unit, u) => [unit, u]));
  return panel.where(
    `without the ${periods} ${panel.timeName} before treatment`,
    ({ unit, time }) => {
      const start = common ?? starts[codes.get(unit)!];
      return time < start - periods || time >= start;
    },
  );
}
