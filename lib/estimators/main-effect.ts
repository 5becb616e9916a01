import { InputError } from "../panel/errors.ts";
import type { Estimate, Term } from "./estimate.ts";

/** Name of the term in which estimators with many effects sum up what they found. */
const SUMMARY = "overall";

/**
 * The one effect that a question is about: the term named, else the only effect, else the estimate's "overall".
 *
 * @throws InputError, listing the effects, when several could be meant.
 */
export function mainEffect(estimate: Estimate, name?: string): Term {
  if (name !== undefined) return estimate.term(name);
  const { effects, terms, design } = estimate;
  if (effects.length === 1) return effects[0];
  // A reader's own column may have that name.
  const summary = design.covariates.includes(SUMMARY)
    ? undefined
    : terms.find((term) => term.name === SUMMARY);
  if (summary !== undefined) return summary;
  throw new InputError({
    problem: `The estimate has ${effects.length} effects and none is named`,
    column: "term",
    remedy: `choose one of ${effects.map((effect) => effect.name).join(", ")}`,
  });
}
