import { mainEffect } from "../../estimators/main-effect.ts";
import type { Estimate, Term } from "../../estimators/estimate.ts";
import { InputError } from "../../panel/errors.ts";
import { requireEstimate } from "../../inference/refits.ts";
import { attempt, type Outcome } from "../../panel/outcome.ts";
import type { PanelContext } from "../../panel/panel.ts";
import { formatP, formatSignificant } from "../../tables/format.ts";
import { type CellValue, Table, type TableColumn } from "../../tables/table.ts";

/** An estimate and the term of it that answers the question. */
export interface Answer {
  readonly estimate: Estimate;
  readonly term: Term;
}

/** The same question under one change: its answer, or the named reason why there is none. */
export interface Refit {
  readonly label: string;
  /** What the change tests, or asks the reader to believe. */
  readonly asks: string;
  readonly outcome: Outcome<Answer>;
}

/**
 * Puts the question once more.
 * @param name the term that answers. Default: the only effect, else "overall".
 */
export function refit(label: string, asks: string, fit: () => Estimate, name?: string): Refit {
  return { label, asks, outcome: attempt(() => answerOf(fit(), name)) };
}

/** The term of an estimate that answers. @throws InputError when it has no such term. */
export function answerOf(estimate: Estimate, name?: string): Answer {
  requireEstimate(estimate);
  return { estimate, term: mainEffect(estimate, name) };
}

export interface RefitsParts {
  /** What is asked, for captions. */
  readonly question: string;
  /** The question without any change. */
  readonly base: Refit;
  readonly changes: readonly Refit[];
  /** What the study found or decided that a reader must know. */
  readonly notes?: readonly string[];
  readonly citation?: string;
  readonly context?: PanelContext;
}

/** One question under several changes, the unchanged one beside them: what every placebo and threat returns. */
export class Refits {
  readonly question: string;
  readonly base: Refit;
  readonly changes: readonly Refit[];
  readonly notes: readonly string[];
  readonly citation: string | null;
  readonly context: PanelContext;

  /** @throws InputError when there is neither an unchanged answer nor any other. */
  constructor(parts: RefitsParts) {
    this.question = parts.question;
    this.base = parts.base;
    this.changes = parts.changes;
    this.notes = parts.notes ?? [];
    this.citation = parts.citation ?? null;
    this.context = parts.context ?? {};
    if (this.all.some(({ outcome }) => outcome.ok)) return;
    const { outcome } = this.base;
    throw new InputError({
      problem: `Nothing can be estimated: ${outcome.ok ? "" : outcome.reason}`,
      value: this.question,
      remedy: "make the unchanged estimate work first",
    });
  }

  /** The unchanged question, then every change. */
  get all(): readonly Refit[] {
    return [this.base, ...this.changes];
  }

  /** Changes with an answer. */
  get answered(): readonly (Refit & { readonly outcome: { ok: true; value: Answer } })[] {
    return this.changes.filter(isAnswered);
  }

  /** The change of that label. @throws InputError listing the labels there are. */
  refit(label: string): Refit {
    const found = this.all.find((item) => item.label === label);
    if (found !== undefined) return found;
    throw new InputError({
      problem: "There is no such refit",
      value: label,
      remedy: `choose one of ${this.all.map((item) => item.label).join("; ")}`,
    });
  }

  /** The answering term of a refit. @throws InputError with the reason where there is no answer. */
  term(label: string): Term {
    const { outcome } = this.refit(label);
    if (outcome.ok) return outcome.value.term;
    throw new InputError({
      problem: `It cannot be computed: ${outcome.reason}`,
      value: label,
      remedy: "see the reason",
    });
  }

  /** Columns between the estimate and the remark; none here. */
  protected extraColumns(): readonly TableColumn[] {
    return [];
  }

  protected extraCells(_refit: Refit): Record<string, CellValue> {
    return {};
  }

  /** One row per refit; reasons below. */
  toTable(): Table {
    const { provenance, source } = this.context;
    const answer = this.all.find(isAnswered)!.outcome.value;
    const level = `${100 * answer.estimate.design.confidenceLevel} %`;
    return new Table({
      caption: this.question,
      columns: [
        { key: "label", label: "Change" },
        { key: "estimate", label: "Estimate", format: digits },
        { key: "standardError", label: "Std. error", format: digits },
        { key: "low", label: `${level} from`, format: digits },
        { key: "high", label: "to", format: digits },
        { key: "pValue", label: "p", format: formatP },
        ...this.extraColumns(),
        { key: "units", label: "Units" },
        { key: "rows", label: "Rows" },
        { key: "asks", label: "It tests, or asks you to believe, that …" },
      ],
      rows: this.all.map((item) => ({ ...cellsOf(item), ...this.extraCells(item) })),
      ...(source === undefined ? {} : { source }),
      notes: [
        ...this.notes,
        ...this.all.flatMap(({ label, outcome }) =>
          outcome.ok ? [] : [`${label}: ${outcome.reason}`]
        ),
        ...(provenance === undefined ? [] : [`Figures: ${provenance}`]),
        ...(this.citation === null ? [] : [this.citation]),
      ],
    });
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toTable().toBundle();
  }
}

function isAnswered(
  item: Refit,
): item is Refit & { readonly outcome: { ok: true; value: Answer } } {
  return item.outcome.ok;
}

const digits = (value: number) => formatSignificant(value, 3);

function cellsOf({ label, asks, outcome }: Refit): Record<string, CellValue> {
  if (!outcome.ok) {
    return {
      label,
      estimate: null,
      standardError: null,
      low: null,
      high: null,
      pValue: null,
      units: null,
      rows: null,
      asks,
    };
  }
  const { term: { estimate, standardError, low, high, pValue }, estimate: { design } } =
    outcome.value;
  return {
    label,
    estimate,
    standardError,
    low,
    high,
    pValue,
    units: design.units,
    rows: design.observations,
    asks,
  };
}
