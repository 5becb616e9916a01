import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { Table } from "../tables/table.ts";
import { formatSignificant } from "../tables/format.ts";
import { Estimate, type EstimateParts } from "./estimate.ts";
import { type InfluenceCovariance, influenceCovariance, unitClusters } from "./influence.ts";
import { checkColumn, checkDistinct, checkKnown, checkOneOf } from "./options.ts";
import { type ControlAdjustment, controlAdjustment } from "./switching/controls.ts";
import { type EffectOptions, type Horizon, sideEffect } from "./switching/effects.ts";
import { combineSides, type HorizonEffect } from "./switching/combine.ts";
import { averageTotalEffect, withVariance } from "./switching/total.ts";
import { type TreatmentPaths, treatmentPaths } from "./switching/paths.ts";

export interface DcdhOptions {
  /** Column of the outcome. */
  outcome: string;
  /** Column of the treatment in each period: binary or any number, it may rise, fall and change again. */
  treatment: string;
  /** How many periods from the change on. Default: all that can be estimated. */
  effects?: number;
  /** How many placebos before the change. Default: all that can be estimated, at most as many as effects. */
  placebos?: number;
  /** True: effects per unit of treatment received since the change. Default false: effects of the path. */
  normalized?: boolean;
  /** Columns whose changes are controlled for. Default none. */
  covariates?: readonly string[];
  /** Column of positive weights; the outcome of rows without one is not used, counted. Default none. */
  weights?: string;
  /** Column, or columns, fixed within units to cluster by. Default: the unit. */
  cluster?: string | readonly string[];
  /** Units whose treatment rises ("in"), falls ("out") or both. Default both. */
  switchers?: "both" | "in" | "out";
  /** Compare with units that have not changed yet ("notYet", default) or that never change. */
  controlGroup?: "never" | "notYet";
  /** Column of groups (fixed within units) within which units are compared. Default none. */
  within?: string;
  /** True: only switchers observed at every horizon asked for. Default false. */
  sameSwitchers?: boolean;
  /** True keeps periods after a treatment has been both above and below its baseline. Default false. */
  keepBidirectional?: boolean;
  /** Level of the confidence intervals. Default 0.95. */
  confidenceLevel?: number;
}

const KNOWN: readonly (keyof DcdhOptions)[] = [
  "outcome",
  "treatment",
  "effects",
  "placebos",
  "normalized",
  "covariates",
  "weights",
  "cluster",
  "switchers",
  "controlGroup",
  "within",
  "sameSwitchers",
  "keepBidirectional",
  "confidenceLevel",
];

const CITATION =
  "de Chaisemartin & D'Haultfœuille (2024), Review of Economics and Statistics, eqs. 3–9 (DID_ℓ, normalised, average total effect)";

/** One horizon of the estimate: who is in it and how much treatment they received. */
export interface DcdhHorizon {
  /** Periods since the period of the change: ℓ − 1 for effect ℓ of the paper, −ℓ − 1 for placebo ℓ. */
  readonly eventTime: number;
  /** Unit × period cells compared: switchers and controls. */
  readonly observations: number;
  readonly switchers: number;
  readonly weightedSwitchers: number;
  /** Mean over switchers of the treatment received in excess of the baseline, summed since the change. */
  readonly cumulativeTreatment: number;
  /** Shares of that sum by lag: current period first. Empty for placebos. */
  readonly lagWeights: readonly number[];
}

/** An event study around the first change of a treatment. */
export class DcdhEstimate extends Estimate {
  readonly horizons: readonly DcdhHorizon[];

  constructor(parts: EstimateParts, horizons: readonly DcdhHorizon[]) {
    super(parts);
    this.horizons = horizons;
  }

  /** Who is in each horizon. */
  horizonTable(): Table {
    return new Table({
      caption: "Switchers and cells behind each event time",
      columns: [
        { key: "eventTime", label: "Event time" },
        { key: "switchers", label: "Switchers" },
        { key: "weightedSwitchers", label: "Weighted", format: formatSignificant },
        { key: "observations", label: "Cells" },
        { key: "cumulativeTreatment", label: "Treatment received", format: formatSignificant },
      ],
      rows: this.horizons.map(({ lagWeights: _, ...row }) => ({ ...row })),
      notes: this.describe(),
    });
  }
}

/**
 * Event-study effects of a treatment that need not be binary and may change more than once: each unit is compared, from
 * the period before its first change on, with units of the same baseline treatment that have not changed yet.
 *
 * Terms: "event time e" (e = ℓ − 1 for the paper's effect ℓ; placebos e = −2, −3, … against the same base −1) and
 * "overall", the average total effect per unit of treatment. Effects are those of the treatment path actually followed
 * against staying at the baseline; `normalized` divides by the treatment received. Horizons without a variance, or that
 * would divide by treatment that cancels out, are in `design.droppedColumns` with the reason.
 *
 * @throws InputError when no effect can be estimated (nobody changes while others of the same baseline stay), or an
 * option or column is wrong.
 * Source: de Chaisemartin & D'Haultfœuille (2024), Review of Economics and Statistics: eq. 3 (DID_{g,ℓ}), 5 (DID_ℓ),
 * section 3.3 (normalised), 3.4 (average total effect), 4 (placebos), web appendix (variance, covariates).
 */
export function dcdhDynamic(panel: Panel, options: DcdhOptions): DcdhEstimate {
  checkOptions(options);
  const paths = treatmentPaths(panel, {
    outcome: options.outcome,
    treatment: options.treatment,
    covariates: options.covariates ?? [],
    weights: options.weights,
    within: options.within,
    keepBidirectional: options.keepBidirectional ?? false,
  });
  const clusters = unitClusters(panel, options.cluster);
  const covariates = options.covariates ?? [];
  const adjustment = covariates.length === 0 ? null : controlAdjustment(paths, covariates);
  const settings: EffectOptions = {
    clusters: clusters[0].levels.length === paths.units ? null : clusters[0],
    neverOnly: options.controlGroup === "never",
    eligible: options.sameSwitchers === true ? sameSwitchers(paths, options.effects) : null,
    adjustment,
  };
  const estimate = (horizon: Horizon) => horizonEffect(paths, horizon, settings, options);
  const most = paths.periods - 1;
  const effects = estimateAll(options.effects ?? most, most, false, estimate);
  if (effects.found.length === 0) throw nothingToCompare(options);
  const asked = options.placebos ?? effects.found.length;
  const placebos = estimateAll(asked, most, true, estimate);
  return assemble(paths, { effects, placebos, adjustment }, clusters, options);
}

function checkOptions(options: DcdhOptions): void {
  checkKnown(options, KNOWN, ["outcome", "treatment"]);
  checkColumn("within", options.within);
  checkOneOf("switchers", options.switchers, ["both", "in", "out"]);
  checkOneOf("controlGroup", options.controlGroup, ["never", "notYet"]);
  for (const name of ["normalized", "sameSwitchers", "keepBidirectional"] as const) {
    checkOneOf(name, options[name], [true, false]);
  }
  checkDistinct(options.covariates ?? [], [options.outcome, options.treatment]);
  checkCount("effects", options.effects, 1);
  checkCount("placebos", options.placebos, 0);
}

function checkCount(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw new InputError({
    problem: `${name} must be a whole number of at least ${least}`,
    column: name,
    value,
    remedy: "leave it out to estimate all that can be estimated",
  });
}

/** Horizons that were asked for: those found, and those without anyone to compare. */
interface Horizons {
  readonly found: readonly HorizonEffect[];
  readonly missing: readonly Horizon[];
  /** Horizons asked for beyond what the periods of the panel could show: first and last, if any. */
  readonly beyond: { readonly from: number; readonly to: number; readonly most: number } | null;
}

function estimateAll(
  count: number,
  most: number,
  placebo: boolean,
  estimate: (horizon: Horizon) => HorizonEffect | null,
): Horizons {
  const found: HorizonEffect[] = [];
  const missing: Horizon[] = [];
  for (let length = 1; length <= Math.min(count, most); length++) {
    const effect = estimate({ length, placebo });
    if (effect === null) missing.push({ length, placebo });
    else found.push(effect);
  }
  return { found, missing, beyond: count > most ? { from: most + 1, to: count, most } : null };
}

function horizonEffect(
  paths: TreatmentPaths,
  horizon: Horizon,
  settings: EffectOptions,
  options: DcdhOptions,
): HorizonEffect | null {
  const wanted = options.switchers ?? "both";
  const sides = ([1, -1] as const).filter((side) =>
    wanted === "both" || (wanted === "in") === (side === 1)
  );
  const found = sides.map((side) => sideEffect(paths, horizon, side, settings));
  return combineSides(paths, horizon, found.filter((effect) => effect !== null));
}

/** Units whose outcome is observed from the period before their change through all effects. */
function sameSwitchers(paths: TreatmentPaths, effects: number | undefined): Uint8Array {
  if (effects === undefined) {
    throw new InputError({
      problem: "sameSwitchers needs the number of effects",
      column: "sameSwitchers",
      remedy: "give effects, the number of horizons over which the same units are followed",
    });
  }
  const { units: n, firstChange, lastControl, group, outcome } = paths;
  return Uint8Array.from(firstChange, (change, i) => {
    if (change - 1 + effects > lastControl[group[i]]) return 0;
    for (let t = change - 1; t <= change - 1 + effects; t++) {
      if (Number.isNaN(outcome[t * n + i])) return 0;
    }
    return 1;
  });
}

function nothingToCompare(options: DcdhOptions): InputError {
  return new InputError({
    problem:
      "No effect can be estimated: no unit's treatment changes while another with the same baseline treatment stays",
    column: options.treatment,
    remedy:
      "if baselines are continuous, group them; if all units change at once, there is nobody to compare them with",
  });
}

interface Found {
  readonly effects: Horizons;
  readonly placebos: Horizons;
  readonly adjustment: ControlAdjustment | null;
}

function assemble(
  paths: TreatmentPaths,
  { effects, placebos, adjustment }: Found,
  clusters: ReturnType<typeof unitClusters>,
  options: DcdhOptions,
): DcdhEstimate {
  const { dropped, usable } = withVariance(
    paths,
    [...placebos.found].reverse().concat(effects.found),
    options.normalized === true,
  );
  const normal = (effect: HorizonEffect) =>
    options.normalized === true ? effect.cumulativeTreatment : 1;
  const average = averageTotalEffect(paths, effects.found);
  const total = average.ok ? average : null;
  const influence = [
    ...usable.map((effect) => effect.influence.map((value) => value / normal(effect))),
    ...(total === null ? [] : [total.influence]),
  ];
  requireTerms(influence, dropped, options);
  const matrix = influenceCovariance(influence, clusters);
  const names = usable.map(({ eventTime }) => `event time ${eventTime}`);
  // By default all horizons are tried: only those that were asked for by number are missed.
  const absent = [
    ...(options.effects === undefined ? [] : describeMissing(effects, false)),
    ...(options.placebos === undefined ? [] : describeMissing(placebos, true)),
  ];
  const cells = new Set(effects.found.flatMap((effect) => [...effect.cells]));
  const parts: EstimateParts = {
    names: [...names, ...(total === null ? [] : ["overall"])],
    estimates: [
      ...usable.map((effect) => effect.estimate / normal(effect)),
      ...(total === null ? [] : [total.estimate]),
    ],
    covariance: matrix.matrix,
    influence,
    times: [...usable.map(({ eventTime }) => eventTime), ...(total === null ? [] : [undefined])],
    citation: CITATION,
    panel: paths.panel,
    design: dcdhDesign(paths, options, {
      effects: names,
      observations: cells.size,
      droppedColumns: [
        ...dropped,
        ...absent,
        ...(average.ok ? [] : [{ name: "overall", reason: average.reason }]),
      ],
      matrix,
      notes: adjustment === null ? [] : adjustment.notes,
    }),
  };
  const all = [...placebos.found].reverse().concat(effects.found);
  return new DcdhEstimate(parts, all.map(describeHorizon));
}

function describeMissing({ missing, beyond }: Horizons, placebo: boolean) {
  const time = (length: number) => placebo ? -length - 1 : length - 1;
  return [
    ...missing.map(({ length }) => ({
      name: `event time ${time(length)}`,
      reason: "no switcher is observed together with units that have not changed",
    })),
    ...(beyond === null ? [] : [{
      name: `event times ${time(beyond.from)} to ${time(beyond.to)}`,
      reason: `the panel has only ${beyond.most + 1} periods`,
    }]),
  ];
}

function requireTerms(
  influence: readonly Float64Array[],
  dropped: readonly { readonly name: string; readonly reason: string }[],
  options: DcdhOptions,
): void {
  if (influence.length > 0 && influence.every((values) => values.some((value) => value !== 0))) {
    return;
  }
  throw new InputError({
    problem: `No standard error can be computed: ${
      dropped.map(({ name, reason }) => `${name}: ${reason}`).join("; ")
    }`,
    column: options.treatment,
    remedy: "use more units per date of change and baseline, or fewer clusters of units in one",
  });
}

function describeHorizon(effect: HorizonEffect): DcdhHorizon {
  return {
    eventTime: effect.eventTime,
    observations: effect.cells.length,
    switchers: effect.switchers,
    weightedSwitchers: effect.weight,
    cumulativeTreatment: effect.cumulativeTreatment,
    lagWeights: effect.lagWeights,
  };
}

interface DesignOwn {
  readonly effects: readonly string[];
  readonly observations: number;
  readonly droppedColumns: readonly { name: string; reason: string }[];
  readonly matrix: InfluenceCovariance;
  readonly notes: readonly string[];
}

function dcdhDesign(paths: TreatmentPaths, options: DcdhOptions, own: DesignOwn) {
  const { panel } = paths;
  const within = options.within === undefined ? "" : ` and ${options.within}`;
  const who = options.controlGroup === "never" ? "that never change" : "that have not changed yet";
  return {
    estimator: "de Chaisemartin–D'Haultfœuille event study",
    formula:
      `change of ${options.outcome} since the period before ${options.treatment} first changes${
        (options.covariates ?? []).map((name) => ` + ${name}`).join("")
      }`,
    outcome: options.outcome,
    effects: own.effects,
    covariates: options.covariates ?? [],
    fixedEffects: [],
    weights: options.weights ?? null,
    comparison:
      `units whose ${options.treatment} changes against units of the same baseline${within} ${who}`,
    basePeriod: -1,
    observations: own.observations,
    units: panel.units.length,
    times: panel.times.length,
    unitName: panel.unitName,
    unitLabels: panel.units,
    droppedRows: paths.droppedRows,
    droppedColumns: own.droppedColumns,
    covariance: {
      type: "from influence functions,",
      clusters: own.matrix.clusters,
      smallSample: "√(n/(n − 1)) within cohorts",
      repair: own.matrix.repair,
    },
    degreesOfFreedom: Infinity,
    confidenceLevel: options.confidenceLevel ?? 0.95,
    computation: "means by baseline and period",
    notes: [
      ...(panel.context.notes ?? []),
      ...paths.notes,
      "observations: unit × period cells that at least one effect compares",
      options.normalized === true
        ? "effects per unit of treatment received since the change"
        : "effects of the treatment path followed, against staying at the baseline",
      "overall: average total effect per unit of treatment",
      ...own.notes,
    ],
    context: panel.context,
  };
}
