import type { Label } from "../../panel/coding.ts";
import { checkKnown, checkOneOf } from "../../estimators/options.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";

/** The units that border each unit, by label. */
export type Adjacency =
  | Readonly<Record<string, readonly Label[]>>
  | ReadonlyMap<Label, readonly Label[]>;

/** What to do with units that border none. */
export type Isolated = "refuse" | "zero";

/** The adjacency of some units only: others and their borders are left out. */
export function restrictAdjacency(
  adjacency: Adjacency,
  units: readonly Label[],
): ReadonlyMap<string, readonly string[]> {
  const kept = new Set(units.map(String));
  return new Map(
    entriesOf(adjacency).filter(([unit]) => kept.has(unit)).map((
      [unit, others],
    ) => [unit, others.filter((other) => kept.has(other))]),
  );
}

/**
 * Positions of each unit's neighbours (panel order).
 * @throws InputError when a unit has no list, a list names a unit that the panel does not have, a unit borders itself, or a
 *   border is named from one side only.
 */
export function neighbourLists(panel: Panel, adjacency: Adjacency): readonly Int32Array[] {
  const entries = entriesOf(adjacency);
  const lists = new Map(entries.map(([unit, others]) => [unit, new Set(others)]));
  const position = new Map(panel.units.map((unit, u) => [String(unit), u]));
  requireKnown(panel, entries, position);
  const missing = panel.units.filter((unit) => !lists.has(String(unit)));
  refuse(missing.length > 0, "Units have no list of neighbours", missing, {
    remedy: "give each unit a list, an empty one where it borders nobody",
  });
  const own = entries.filter(([unit, others]) => others.includes(unit)).map(([unit]) => unit);
  refuse(own.length > 0, "A unit cannot be its own neighbour", own, {
    remedy: "take it out of its list",
  });
  const oneSided = entries.flatMap(([unit, others]) =>
    others.filter((other) => !lists.get(other)!.has(unit)).map((other) => `${unit} → ${other}`)
  );
  refuse(oneSided.length > 0, "A border is named from one side only", oneSided, {
    remedy: "add each unit to the list of the other",
  });
  return panel.units.map((unit) =>
    Int32Array.from(
      [...lists.get(String(unit))!].map((other) => position.get(other)!).sort(
        (a, b) => a - b,
      ),
    )
  );
}

function requireKnown(
  panel: Panel,
  entries: readonly (readonly [string, readonly string[]])[],
  position: ReadonlyMap<string, number>,
): void {
  const unknown = new Set(
    entries.flatMap(([unit, others]) => [unit, ...others]).filter((unit) => !position.has(unit)),
  );
  refuse(unknown.size > 0, "The adjacency names units that are not in the panel", [...unknown], {
    remedy:
      `use the labels of ${panel.unitName}, or restrictAdjacency(adjacency, panel.units) when ` +
      "units were left out of the panel on purpose",
  });
}

function refuse(
  wrong: boolean,
  problem: string,
  values: readonly unknown[],
  { remedy }: { remedy: string },
): void {
  if (!wrong) return;
  const shown = values.slice(0, 5).join(", ") + (values.length > 5 ? ", …" : "");
  throw new InputError({ problem, column: "adjacency", value: shown, remedy });
}

const EXAMPLE = { remedy: 'write { A: ["B"], B: ["A", "C"], C: ["B"] }' };

function entriesOf(adjacency: Adjacency): [string, string[]][] {
  const usable = typeof adjacency === "object" && adjacency !== null && !Array.isArray(adjacency);
  refuse(
    !usable,
    "The adjacency is not given as lists of neighbours by unit",
    [adjacency],
    EXAMPLE,
  );
  const entries = adjacency instanceof Map
    ? [...(adjacency as ReadonlyMap<Label, readonly Label[]>)]
    : Object.entries(adjacency as Readonly<Record<string, readonly Label[]>>);
  const wrong = entries.filter(([, others]) => !Array.isArray(others)).map(([unit]) => unit);
  refuse(wrong.length > 0, "The neighbours of a unit must be a list", wrong, EXAMPLE);
  return entries.map(([unit, others]) => [String(unit), others.map(String)]);
}

export interface NeighbourExposureOptions {
  /** Column of the treatment or dose whose spread is asked about. */
  readonly exposure: string;
  readonly adjacency: Adjacency;
  /**
   * "mean" (default): the mean over neighbours, each counting once or by `weights`. "any": 1 when a neighbour's exposure
   * is not zero.
   */
  readonly summary?: "mean" | "any";
  /** Column of weights of the neighbours: population. */
  readonly weights?: string;
  /** Units that border none: refused (default), or given zero. */
  readonly isolated?: Isolated;
  /** Name of the new column. Default: "neighbours' " and the exposure. */
  readonly into?: string;
}

/**
 * Adds what a unit's neighbours were exposed to in the same period. Where it is not known for some neighbour it is missing
 * (for "any": unless a known neighbour is exposed).
 * @throws InputError when the adjacency is wrong (see `neighbourLists`) or, by default, a unit borders none.
 * Source: the exposure of Butts (2023), arXiv:2105.03737v3.
 */
export function neighbourExposure(panel: Panel, options: NeighbourExposureOptions): Panel {
  checkKnown(
    options,
    ["exposure", "adjacency", "summary", "weights", "isolated", "into"],
    ["exposure"],
  );
  checkOneOf("summary", options.summary, ["mean", "any"]);
  checkOneOf("isolated", options.isolated, ["refuse", "zero"]);
  const { exposure, adjacency, summary = "mean", isolated = "refuse" } = options;
  const lists = neighbourLists(panel, adjacency);
  const alone = panel.units.filter((_, u) => lists[u].length === 0);
  if (isolated === "refuse") {
    refuse(alone.length > 0, "Units border none, so their neighbours have no exposure", alone, {
      remedy: 'leave them out, or say isolated: "zero"',
    });
  }
  const values = panel.numeric(exposure);
  const weights = options.weights === undefined ? null : neighbourWeights(panel, options.weights);
  const width = panel.times.length;
  const rowOf = new Int32Array(panel.units.length * width).fill(-1);
  for (let i = 0; i < panel.rows; i++) rowOf[panel.unit[i] * width + panel.time[i]] = i;
  const out = new Float64Array(panel.rows);
  for (let i = 0; i < panel.rows; i++) {
    const rows = lists[panel.unit[i]].map((u) => rowOf[u * width + panel.time[i]]);
    out[i] = summary === "any" ? anyOf(rows, values) : meanOf(rows, values, weights);
  }
  const into = options.into ?? `neighbours' ${exposure}`;
  return panel.with(into, out);
}

/** Missing weights leave a mean unknown; weights that are not above zero are refused. */
function neighbourWeights(panel: Panel, column: string): Float64Array {
  const weights = panel.numeric(column);
  const wrong = [...weights.keys()].filter((i) => weights[i] <= 0 || weights[i] === Infinity);
  if (wrong.length === 0) return weights;
  throw new InputError({
    problem: "Weights of neighbours must be above zero and finite",
    column,
    rows: panel.describeRows(wrong),
    value: weights[wrong[0]],
    remedy: "correct the weight, or leave it blank where it is not known",
  });
}

function anyOf(rows: Int32Array, values: Float64Array): number {
  let unknown = false;
  for (const row of rows) {
    if (row < 0 || Number.isNaN(values[row])) unknown = true;
    else if (values[row] !== 0) return 1;
  }
  return unknown ? NaN : 0;
}

function meanOf(rows: Int32Array, values: Float64Array, weights: Float64Array | null): number {
  let [sum, total] = [0, 0];
  for (const row of rows) {
    const weight = row < 0 ? NaN : weights === null ? 1 : weights[row];
    sum += weight * (row < 0 ? NaN : values[row]);
    total += weight;
  }
  return rows.length === 0 ? 0 : sum / total;
}
