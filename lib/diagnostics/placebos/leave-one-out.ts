import type { Term } from "../../estimators/estimate.ts";
import { checkKnown, checkOneOf } from "../../estimators/options.ts";
import { type Fit, requireFit } from "../../inference/refits.ts";
import { InputError } from "../../panel/errors.ts";
import type { Panel } from "../../panel/panel.ts";
import { formatSignificant } from "../../tables/format.ts";
import { answerOf, type Refit, refit, Refits, type RefitsParts } from "./refits.ts";

export interface LeaveOneOutOptions {
  /** Column whose groups are left out in turn: the unit (default), the time, a region. */
  readonly by?: string;
  /** How many groups are left out at once: 1 (default) or 2 (every pair). */
  readonly size?: 1 | 2;
  /** Names shown for groups, by label. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Default: the only effect, else "overall". */
  readonly term?: string;
}

/** The effect without each group in turn. */
export class LeaveOneOut extends Refits {
  /** How many groups are left out at once. */
  readonly size: 1 | 2;
  /** The group (or pair) without which the estimate moves most, and by how much; null where nothing can be refitted. */
  readonly influential: { readonly label: string; readonly change: number } | null;
  /** Lowest and highest estimate among the refits. */
  readonly low: { readonly label: string; readonly estimate: number } | null;
  readonly high: { readonly label: string; readonly estimate: number } | null;
  /** Groups without which the estimate has the other sign. */
  readonly signChanges: readonly string[];
  /** Groups without which the verdict at the estimate's own level changes. */
  readonly verdictChanges: readonly string[];

  constructor(
    parts: RefitsParts,
    size: 1 | 2,
    found: Pick<LeaveOneOut, "influential" | "low" | "high" | "signChanges" | "verdictChanges">,
  ) {
    super(parts);
    this.size = size;
    this.influential = found.influential;
    this.low = found.low;
    this.high = found.high;
    this.signChanges = found.signChanges;
    this.verdictChanges = found.verdictChanges;
  }
}

/**
 * Refits without each unit (or time, or group of a column; or every pair) and says whether the answer hangs on one.
 *
 * Everything is refitted, with its own standard error, so it is right for any estimator. Where a regression is behind the
 * estimate and only the estimates without clusters are wanted, `inferenceTable` has them by closed form.
 *
 * @throws InputError when there are fewer than three groups, or the estimate of the whole panel cannot be computed.
 * Source: Cook (1977), Technometrics 19; MacKinnon, Nielsen & Webb (2023), Journal of Econometrics 232.
 */
export function leaveOneOut(
  panel: Panel,
  fit: Fit,
  options: LeaveOneOutOptions = {},
): LeaveOneOut {
  checkKnown(options, ["by", "size", "labels", "term"], []);
  requireFit(fit);
  checkOneOf("size", options.size, [1, 2]);
  const by = options.by ?? panel.unitName;
  const groups = panel.groups(by);
  const count = groups.levels.length;
  if (count < 3) {
    throw new InputError({
      problem: "To leave groups out in turn there must be at least three",
      column: by,
      value: count,
      remedy: "use a finer column",
    });
  }
  const name = (g: number) =>
    options.labels?.[String(groups.levels[g])] ?? String(groups.levels[g]);
  const left: number[][] = (options.size ?? 1) === 1
    ? groups.levels.map((_, g) => [g])
    : groups.levels.flatMap((_, g) => groups.levels.slice(g + 1).map((_, k) => [g, g + 1 + k]));
  const base: Refit = {
    label: "All",
    asks: "every group belongs in the comparison",
    outcome: { ok: true, value: answerOf(fit(panel), options.term) },
  };
  const changes = left.map((out) => {
    const label = `without ${out.map(name).join(" and ")}`;
    const rows = Int32Array.from(panel.unit.keys()).filter((i) => !out.includes(groups.codes[i]));
    return refit(
      label,
      "the answer does not hang on it",
      () => fit(panel.take(rows, label)),
      options.term,
    );
  });
  const found = summary(base, changes);
  return new LeaveOneOut(
    {
      question: `Leaving out each ${options.size === 2 ? `pair of ${by}` : by} in turn`,
      base,
      changes,
      notes: leaveNotes(found, changes),
      citation: "MacKinnon, Nielsen & Webb (2023)",
      context: panel.context,
    },
    options.size ?? 1,
    found,
  );
}

type Summary = Pick<
  LeaveOneOut,
  "influential" | "low" | "high" | "signChanges" | "verdictChanges"
>;

function summary(base: Refit, changes: readonly Refit[]): Summary {
  const whole = base.outcome.ok ? base.outcome.value : null;
  const found = changes.flatMap(({ label, outcome }) =>
    outcome.ok ? [{ label, term: outcome.value.term }] : []
  );
  if (whole === null || found.length === 0) {
    return { influential: null, low: null, high: null, signChanges: [], verdictChanges: [] };
  }
  const level = 1 - whole.estimate.design.confidenceLevel;
  const change = (term: Term) => term.estimate - whole.term.estimate;
  const extreme = (better: (a: Term, b: Term) => boolean) => {
    const best = found.reduce((a, b) => better(b.term, a.term) ? b : a);
    return { label: best.label, estimate: best.term.estimate };
  };
  const most = found.reduce((a, b) => Math.abs(change(b.term)) > Math.abs(change(a.term)) ? b : a);
  const labelsOf = (differs: (term: Term) => boolean) =>
    found.filter(({ term }) => differs(term)).map(({ label }) => label);
  return {
    influential: { label: most.label, change: change(most.term) },
    low: extreme((a, b) => a.estimate < b.estimate),
    high: extreme((a, b) => a.estimate > b.estimate),
    signChanges: labelsOf((term) => Math.sign(term.estimate) !== Math.sign(whole.term.estimate)),
    verdictChanges: labelsOf((term) => term.pValue < level !== whole.term.pValue < level),
  };
}

function leaveNotes(found: Summary, changes: readonly Refit[]): string[] {
  const { influential, low, high, signChanges, verdictChanges } = found;
  if (influential === null || low === null || high === null) return [];
  const digits = (value: number) => formatSignificant(value, 3);
  const several = (labels: readonly string[]) =>
    labels.length === 0
      ? "never"
      : labels.length <= 5
      ? labels.join("; ")
      : `${labels.length} of ${changes.length} times`;
  return [
    `From ${digits(low.estimate)} (${low.label}) to ${
      digits(high.estimate)
    } (${high.label}); it moves ` +
    `most ${influential.label} (by ${digits(influential.change)}).`,
    `The sign changes: ${several(signChanges)}. Whether p is below the level changes: ${
      several(verdictChanges)
    }.`,
  ];
}
