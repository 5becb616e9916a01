import type { Estimate } from "../../estimators/estimate.ts";
import { checkFunction, checkKnown } from "../../estimators/options.ts";
import type { Label } from "../../panel/coding.ts";
import { InputError } from "../../panel/errors.ts";
import { attempt, type Outcome } from "../../panel/outcome.ts";
import type { Panel } from "../../panel/panel.ts";
import { freshName } from "../twfe-weights.ts";
import { type Adjacency, type Isolated, neighbourExposure, neighbourLists } from "./adjacency.ts";
import { answerOf, type Refit, refit, Refits, type RefitsParts } from "./refits.ts";

/** Who a unit is in a comparison that may spill over a border. */
export type Position = "treated" | "near" | "far";

export interface SpilloverOptions {
  /** Column of the treatment in every period: 0/1 or a dose, zero until treatment begins. */
  readonly treatment: string;
  readonly adjacency: Adjacency;
  /** Column of weights of neighbours in their mean exposure. Default: each counts once. */
  readonly weights?: string;
  /** Units that border none: refused (default), or their neighbours' exposure is zero. */
  readonly isolated?: Isolated;
}

/** The effect when treatment may spill over borders. */
export class Spillover extends Refits {
  /** Units by position: treated at some time, untreated beside one of these (near), untreated elsewhere (far). */
  readonly positions: ReadonlyMap<Label, Position>;

  constructor(parts: RefitsParts, positions: ReadonlyMap<Label, Position>) {
    super(parts);
    this.positions = positions;
  }

  /** Units of a position. */
  unitsOf(position: Position): Label[] {
    return [...this.positions].filter(([, found]) => found === position).map(([unit]) => unit);
  }
}

/** Each unit's position: treated at some time, untreated beside a unit treated at some time, or neither. */
export function positionsOf(
  panel: Panel,
  { treatment, adjacency }: Pick<SpilloverOptions, "treatment" | "adjacency">,
): ReadonlyMap<Label, Position> {
  const lists = neighbourLists(panel, adjacency);
  const values = panel.numeric(treatment);
  const treated = new Uint8Array(panel.units.length);
  for (let i = 0; i < panel.rows; i++) if (values[i] > 0) treated[panel.unit[i]] = 1;
  return new Map(
    panel.units.map((unit, u) => [
      unit,
      treated[u] === 1 ? "treated" : lists[u].some((v) => treated[v] === 1) ? "near" : "far",
    ]),
  );
}

/**
 * Spillovers: does treatment reach across borders, and what does that do to the effect?
 *
 * If it does, untreated neighbours are no clean control and the plain estimate is off by the mean spillover on controls.
 * Answers: the neighbours' mean exposure beside the own one (both effects); for a 0/1 treatment, spillovers on untreated
 * and on treated units apart (Butts's equation), the effect against far and against near controls only, and near against
 * far controls with the treated left out, which is the spillover itself. What nobody is left for keeps its reason.
 *
 * @param fit the estimator for one or several treatment columns:
 *   `(panel, treatments) => twfe(panel, { outcome, treatment: treatments, … })`.
 * @throws InputError when the adjacency is wrong or the plain estimate and all others cannot be computed.
 * Source: Butts (2023), arXiv:2105.03737v3, proposition 2.1; Clarke (2017), MPRA paper 81604.
 */
export function spilloverStudy(
  panel: Panel,
  fit: (panel: Panel, treatments: readonly string[]) => Estimate,
  options: SpilloverOptions,
): Spillover {
  checkKnown(options, ["treatment", "adjacency", "weights", "isolated"], ["treatment"]);
  checkFunction(
    "fit",
    fit,
    '(panel, treatments) => twfe(panel, { outcome: "…", treatment: treatments })',
  );
  const { treatment } = options;
  const positions = positionsOf(panel, options);
  const names = columnNames(panel);
  const exposed = neighbourExposure(
    neighbourExposure(panel, { ...shared(options), into: names.mean }),
    { ...shared(options), into: names.any, summary: "any" },
  );
  const binary = panel.numeric(treatment).every((v) => v === 0 || v === 1 || Number.isNaN(v));
  const plain = (rows: () => Panel, column = treatment) => () => fit(rows(), [column]);
  const among = (kept: readonly Position[]) => () => keep(exposed, positions, kept, binary);
  return new Spillover({
    question: `Spillovers of ${treatment} over borders`,
    base: refit("all controls", "nothing crosses a border", plain(() => exposed), treatment),
    changes: [
      ...bothExposures(exposed, fit, treatment, names),
      ...(binary ? apart(exposed, fit, treatment, names) : []),
      refit(
        "against far controls",
        "treatment reaches no further than the next unit",
        plain(among(["treated", "far"])),
        treatment,
      ),
      refit(
        "against near controls",
        "treatment does not reach the next unit, which is the likest",
        plain(among(["treated", "near"])),
        treatment,
      ),
      refit(
        "near against far controls",
        "no spillover: this effect should be zero",
        plain(among(["near", "far"]), binary ? names.any : names.mean),
      ),
    ],
    notes: positionNotes(positions),
    citation: "Butts (2023), arXiv:2105.03737v3; Clarke (2017), MPRA paper 81604",
    context: panel.context,
  }, positions);
}

const shared = ({ treatment, adjacency, weights, isolated }: SpilloverOptions) => ({
  exposure: treatment,
  adjacency,
  ...(weights === undefined ? {} : { weights }),
  ...(isolated === undefined ? {} : { isolated }),
});

function columnNames(panel: Panel) {
  return {
    mean: freshName(panel, "neighbours' exposure"),
    any: freshName(panel, "a treated neighbour"),
    onUntreated: freshName(panel, "spillover on untreated"),
    onTreated: freshName(panel, "spillover on treated"),
  };
}

type Names = ReturnType<typeof columnNames>;
type TreatmentsFit = (panel: Panel, treatments: readonly string[]) => Estimate;

function bothExposures(panel: Panel, fit: TreatmentsFit, own: string, { mean }: Names): Refit[] {
  const both = attempt(() => fit(panel, [own, mean]));
  return [
    read(both, "own, given neighbours' mean", "neighbours matter by their mean exposure", own),
    read(both, "neighbours' mean, given own", "no spillover: this effect should be zero", mean),
  ];
}

/** yᵢₜ = αᵢ + λₜ + τ D + γ₀ (1 − D) S + γ₁ D S, S whether a neighbour is treated (Butts 2023). */
function apart(panel: Panel, fit: TreatmentsFit, own: string, names: Names): Refit[] {
  const [d, s] = [panel.numeric(own), panel.numeric(names.any)];
  const both = panel
    .with(names.onUntreated, d.map((value, i) => (1 - value) * s[i]))
    .with(names.onTreated, d.map((value, i) => value * s[i]));
  const treatedRows = Array.from(d.keys()).filter((i) => d[i] === 1);
  const all = treatedRows.every((i) => s[i] === 1);
  const none = treatedRows.every((i) => s[i] === 0);
  const columns = [own, names.onUntreated, ...(all || none ? [] : [names.onTreated])];
  const found = attempt(() => fit(both, columns));
  const asks = "one treated neighbour is as good as several";
  return [
    all
      ? read(
        found,
        "own, with treated neighbours",
        `${asks}; it holds the spillover on treated`,
        own,
      )
      : read(found, "own, without treated neighbours", asks, own),
    read(found, "spillover on untreated", "no spillover: zero", names.onUntreated),
    all || none
      ? refusal(
        "spillover on treated",
        all
          ? "every treated unit borders another treated one, so that what it gets from there cannot be told from its own"
          : "no treated unit borders another treated one",
      )
      : read(found, "spillover on treated", "no spillover: zero", names.onTreated),
  ];
}

function refusal(label: string, reason: string): Refit {
  return { label, asks: "no spillover: zero", outcome: { ok: false, reason } };
}

function read(outcome: Outcome<Estimate>, label: string, asks: string, term: string): Refit {
  return {
    label,
    asks,
    outcome: outcome.ok ? attempt(() => answerOf(outcome.value, term)) : outcome,
  };
}

const WORDS: Readonly<Record<Position, { none: string; remedy: string }>> = {
  treated: { none: "nobody is treated", remedy: "check the treatment" },
  near: {
    none: "no untreated unit borders a treated one",
    remedy: "every control is a far one already",
  },
  far: {
    none: "every untreated unit borders a treated one",
    remedy: "use the neighbours' mean exposure instead, or a finer map",
  },
};

function keep(
  panel: Panel,
  positions: ReadonlyMap<Label, Position>,
  kept: readonly Position[],
  binary: boolean,
): Panel {
  const found = [...positions.values()];
  const empty = kept.find((position) => !found.includes(position));
  if (empty !== undefined) {
    const untreated = found.some((position) => position !== "treated");
    throw new InputError({
      problem: `There are no ${empty === "treated" ? "treated units" : `${empty} controls`}: ` +
        (untreated ? WORDS[empty].none : "every unit is treated, more or less"),
      remedy: untreated
        ? WORDS[empty].remedy
        : "use the neighbours' mean exposure, or a threshold above which a unit counts as treated",
    });
  }
  // With a dose the treated differ among themselves; otherwise each side of a comparison needs more than one unit.
  const lone = binary || !kept.includes("treated")
    ? kept.find((position) => found.filter((other) => other === position).length === 1)
    : undefined;
  if (lone !== undefined) {
    throw new InputError({
      problem:
        `There is only one ${lone === "treated" ? "treated unit" : `${lone} control`}, so its ` +
        "own shocks cannot be told from the difference",
      value: [...positions].find(([, position]) => position === lone)![0],
      remedy: "read the other comparisons",
    });
  }
  return panel.where(
    `${kept.join(" and ")} units`,
    ({ unit }) => kept.includes(positions.get(unit)!),
  );
}

function positionNotes(positions: ReadonlyMap<Label, Position>): string[] {
  const count = (wanted: Position) => [...positions.values()].filter((p) => p === wanted).length;
  const few = (["near", "far"] as const).filter((position) =>
    count(position) > 0 && count(position) < 6
  );
  return [
    `${count("treated")} treated units, ${count("near")} untreated beside one of them (near), ` +
    `${count("far")} untreated elsewhere (far).`,
    ...(few.length === 0 ? [] : [
      `Clustered errors against so few ${
        few.join(" or ")
      } units are too small: read the estimates, not their intervals.`,
    ]),
  ];
}
