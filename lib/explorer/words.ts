import type { Term } from "../estimators/estimate.ts";
import type { NamedColumn } from "../study/design.ts";
import { formatNumber, formatP, formatSignificant } from "../tables/format.ts";
import { ERROR_CHOICES } from "./choices.ts";
import type { ExplorerStudy } from "./data.ts";
import { refusalOf } from "./estimators.ts";
import type { BootstrapResult } from "./jobs.ts";
import { ENGLISH, type Phrases } from "./language/english.ts";
import type { Prepared } from "./prepare.ts";
import type { ExplorerState } from "./state.ts";

/** The outcome of a state with its words. */
export function outcomeOf({ design }: ExplorerStudy, { outcome }: ExplorerState): NamedColumn {
  return design.outcomes.find(({ column }) => column === outcome)!;
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
export function effectUnit(study: ExplorerStudy, state: ExplorerState, words: Phrases): string {
  return words.effectUnit(outcomeOf(study, state));
}

/** What one unit of treatment is: "for regions favoured by IPT", "for one more IPT locality per 10,000 inhabitants". */
export function treatmentWords(
  { treatment }: Pick<Prepared, "treatment">,
  study: ExplorerStudy,
  state: ExplorerState,
  { finding, units }: Phrases,
): string {
  if (treatment.kind === "dose") return finding.perDose(treatment.unit);
  const unitWord = units(study.unitWord);
  if (state.treatment !== "threshold") return finding.group(unitWord, treatment.treatedLabel);
  const when = state.adoption === "common" ? state.year : null;
  return finding.threshold(unitWord, state.threshold, study.dose!.label, when);
}

/** What the number is, in a sentence to stand under it. */
export function numberWords(
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
  words: Phrases,
): string {
  const { estimator, from, to, dropped } = state;
  return words.finding.sentence(
    outcomeOf(study, state).label,
    treatmentWords(prepared, study, state, words),
    words.estimators[estimator],
    words.window(from, to, dropped),
  );
}

/** The finding in an English sentence, without its intervals: for the static figure. */
export function headline(
  effect: Term,
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): string {
  const simulated = state.data === "real" ? "" : "Simulated data. ";
  return `${simulated}${outcomeOf(study, state).label}: ${signed(effect.estimate)} ` +
    `${effectUnit(study, state, ENGLISH)} ${treatmentWords(prepared, study, state, ENGLISH)}`;
}

/** How sure, in a sentence. Until a bootstrap has ended the interval is the clustered one, and says so. */
export function sureness(
  effect: Term,
  bootstrap: BootstrapResult | null,
  { errors }: ExplorerState,
  words: Phrases,
): string {
  const basis = ERROR_CHOICES[errors].bootstrap !== null && bootstrap === null
    ? words.notBootstrap(words.errors.own.words)
    : words.errors[errors].words;
  const { low, high, pValue } = bootstrap ?? effect;
  return words.finding.sure(intervalWords({ low, high }, words), pText(pValue), basis);
}

/** "−3.30 to 3.55". */
export function intervalWords(
  { low, high }: Pick<BootstrapResult, "low" | "high">,
  { interval, noEndFound, noIntervalFound }: Phrases,
): string {
  const end = (value: number | null) => value === null ? null : shortNumber(value);
  return low === null && high === null
    ? noIntervalFound
    : interval(end(low), end(high), noEndFound);
}

/** How the number came about, for the tried specifications and captions. */
export function specWords(study: ExplorerStudy, state: ExplorerState, words: Phrases): string {
  const { specification } = words;
  const label = (list: readonly NamedColumn[], column: string) =>
    list.find((item) => item.column === column)?.label ?? column;
  const parts = [
    words.estimators[state.estimator],
    words.window(state.from, state.to, state.dropped),
    state.treatment === "threshold"
      ? state.adoption === "crossing"
        ? specification.crossing(state.threshold)
        : specification.threshold(state.threshold, state.year)
      : state.treatment === "dose"
      ? specification.dose
      : (study.given ?? ""),
    ...(state.weights === "" ? [] : [specification.weighted(label(study.weights, state.weights))]),
    ...(state.controls.length === 0 ? [] : [
      specification.controls(
        state.controls.map((name) => label(study.controls, name)).join(", "),
      ),
    ]),
    words.errors[state.errors].words,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

/**
 * Why there is no estimate: the explorer's own refusal in the reader's language, the library's reason as it is.
 * `prepared`: whether the view's rows and treatment could be made.
 */
export function reasonWords(
  reason: string,
  prepared: boolean,
  state: ExplorerState,
  words: Phrases,
): string {
  const refusal = prepared ? refusalOf(state) : null;
  if (refusal === null) return words.given(reason);
  const estimator = words.estimators[state.estimator];
  return words.refused(words.refusals[refusal](estimator, state.controls.join(", ")));
}
