import { InputError } from "../panel/errors.ts";
import type { Estimate } from "../estimators/estimate.ts";
import type { EventEffects } from "./event-effects.ts";

/**
 * An estimate, or effects given by hand as typed arrays: plain lists, and a covariance as a list of rows, are read too.
 * @throws InputError when it is neither.
 */
export function readGiven(given: EventEffects | Estimate): EventEffects | Estimate {
  const found: unknown = given;
  if (typeof found !== "object" || found === null) throw noEvents(found);
  if ("terms" in found && "design" in found) return given;
  const events = found as { [K in keyof EventEffects]?: unknown };
  const { times, effects, covariance } = events;
  const lists = [times, effects, covariance];
  if (
    !("base" in events) || !lists.every((list) => Array.isArray(list) || ArrayBuffer.isView(list))
  ) {
    throw noEvents(Object.keys(events).join(", "));
  }
  return {
    ...given as EventEffects,
    times: Array.from(times as Iterable<number>),
    effects: Float64Array.from(effects as Iterable<number>),
    covariance: Float64Array.from(
      [...covariance as Iterable<number | Iterable<number>>].flatMap((row) =>
        typeof row === "object" && row !== null ? [...row] : [row]
      ),
    ),
  };
}

function noEvents(value: unknown): InputError {
  return new InputError({
    problem: "This is no event study",
    value,
    remedy: "pass an estimate by time, or { times, effects, covariance, base }",
  });
}
