import type { Term } from "../estimators/estimate.ts";
import type { NamedColumn } from "../study/design.ts";
import { differenceUnit } from "../study/show/words.ts";
import { formatNumber, formatP, formatSignificant } from "../tables/format.ts";
import { ERROR_CHOICES, ESTIMATOR_CHOICES } from "./choices.ts";
import type { ExplorerStudy } from "./data.ts";
import type { BootstrapResult } from "./jobs.ts";
import type { Prepared } from "./prepare.ts";
import { windowWords } from "./prepare.ts";
import type { ExplorerState } from "./state.ts";

/** The outcome of a state with its words. */
export function outcomeOf({ design }: ExplorerStudy, { outcome }: ExplorerState): NamedColumn {
  return design.outcomes.find(({ column }) => column === outcome)!;
}

/** With a capital first letter. */
export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** A number with its sign, to as many decimals as its size asks for. */
export function signed(value: number): string {
  const text = shortNumber(value);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** Two decimals below ten, one above; more for small numbers. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 10) return formatNumber(value, 1);
  if (size >= 0.1 || size < 1e-12) return formatNumber(value, 2);
  return formatSignificant(value, 2);
}

/** "p = 0.03", "p < 0.001". */
export function pText(value: number): string {
  const text = formatP(value);
  return text.startsWith("<") ? `p ${text}` : `p = ${text}`;
}

/** "percentage points". */
export function effectUnit(study: ExplorerStudy, state: ExplorerState): string {
  return differenceUnit(outcomeOf(study, state));
}

/** What one unit of treatment is: "favoured by IPT", "one more IPT locality per 10,000 inhabitants". */
export function treatmentWords(
  { treatment }: Pick<Prepared, "treatment">,
  study: ExplorerStudy,
  state: ExplorerState,
): string {
  if (treatment.kind === "dose") return `for one more ${treatment.unit}`;
  if (state.treatment === "threshold") {
    const when = state.adoption === "common" ? ` in ${state.year}` : "";
    return `for ${study.unitWord} with at least ${state.threshold} ${study.dose!.label}${when}`;
  }
  return `for ${study.unitWord} ${treatment.treatedLabel}`;
}

/** What the number is, in a sentence to stand under it. */
export function numberWords(
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): string {
  const { estimator, from, to, dropped } = state;
  return `${outcomeOf(study, state).label}: the difference ${
    treatmentWords(prepared, study, state)
  }. ${ESTIMATOR_CHOICES[estimator].label}, ${windowWords(from, to, dropped)}.`;
}

/** The finding in a sentence, without its intervals. */
export function headline(
  effect: Term,
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): string {
  const simulated = state.data === "real" ? "" : "Simulated data. ";
  return `${simulated}${outcomeOf(study, state).label}: ${signed(effect.estimate)} ` +
    `${effectUnit(study, state)} ${treatmentWords(prepared, study, state)}`;
}

/** How sure, in a sentence. Until a bootstrap has ended the interval is the clustered one, and says so. */
export function sureness(
  effect: Term,
  bootstrap: BootstrapResult | null,
  state: ExplorerState,
): string {
  const choice = ERROR_CHOICES[state.errors];
  const words = choice.bootstrap !== null && bootstrap === null
    ? `${ERROR_CHOICES.own.words}, not the bootstrap`
    : choice.words;
  const { low, high, pValue } = bootstrap ?? effect;
  return `95 % interval ${intervalWords({ low, high })}, ${pText(pValue)} (${words})`;
}

/** "−3.30 to 3.55". */
export function intervalWords({ low, high }: Pick<BootstrapResult, "low" | "high">): string {
  const end = (value: number | null) => value === null ? "no end found" : shortNumber(value);
  return low === null && high === null ? "no interval found" : `${end(low)} to ${end(high)}`;
}

/** How the number came about, for the tried specifications and captions. */
export function specWords(study: ExplorerStudy, state: ExplorerState): string {
  const label = (list: readonly NamedColumn[], column: string) =>
    list.find((item) => item.column === column)?.label ?? column;
  const parts = [
    ESTIMATOR_CHOICES[state.estimator].label,
    windowWords(state.from, state.to, state.dropped),
    state.treatment === "threshold"
      ? `threshold ${state.threshold}${
        state.adoption === "crossing" ? ", crossing" : ` in ${state.year}`
      }`
      : state.treatment === "dose"
      ? "dose"
      : (study.given ?? ""),
    ...(state.weights === "" ? [] : [`weighted by ${label(study.weights, state.weights)}`]),
    ...(state.controls.length === 0
      ? []
      : [`controls: ${state.controls.map((name) => label(study.controls, name)).join(", ")}`]),
    ERROR_CHOICES[state.errors].words,
  ];
  return parts.filter((part) => part !== "").join("; ");
}
