import { formatSignificant } from "../../tables/format.ts";
import { Table } from "../../tables/table.ts";
import type { EventEffects } from "../event-effects.ts";
import type { HonestBounds } from "../honest.ts";
import type { HonestMethod, HonestRestriction, Settings } from "./options.ts";
import type { EventWindow } from "./target.ts";

export const METHOD_WORDS: Readonly<Record<HonestMethod, string>> = {
  flci: "fixed length (FLCI)",
  hybrid: "conditional, least-favourable hybrid (C-LF)",
  "hybrid flci": "conditional, fixed-length hybrid (C-F)",
  conditional: "conditional",
};

/** "M" for smoothness, "M̄" for restrictions relative to the time before treatment. */
export function boundSymbol(restriction: HonestRestriction): string {
  return restriction === "smoothness" ? "M" : "M̄";
}

/** Everything about the computation that a reader must know. */
export function honestNotes(
  events: EventEffects,
  { base, times, post, period, regular }: EventWindow,
  { method, restriction, draws, seed }: Settings,
): string[] {
  const { degreesOfFreedom } = events;
  const from = times[times.length - post];
  const between = times.slice(base + 1, times.length - post);
  return [
    `treatment from ${from}${
      events.treatedFrom === undefined
        ? ", the first time after the base period (give treatedFrom if it began later)"
        : ""
    }; effects are measured against ${events.base}`,
    ...(between.length === 0 ? [] : [
      `${between.join(", ")}: after the base period but before treatment, so counted as before`,
    ]),
    "normal quantiles, with the covariance taken as known, as in the paper" +
    (degreesOfFreedom === undefined || degreesOfFreedom === Infinity
      ? ""
      : `: with few clusters too short (the estimate's own intervals use t(${
        Number(degreesOfFreedom.toFixed(1))
      }))`),
    ...(method === "hybrid"
      ? [`first stage at a tenth of the level, ${draws} draws, seed ${seed}`]
      : method === "hybrid flci"
      ? ["first stage at a tenth of the level"]
      : []),
    ...(method === "flci"
      ? []
      : ["ends are the lowest and highest value that the test accepts; it may reject between"]),
    ...spacingNotes(restriction, period, regular),
  ];
}

function spacingNotes(restriction: HonestRestriction, period: number, regular: boolean): string[] {
  if (!regular) {
    const what = restriction === "relative magnitudes"
      ? "changes between observed times are taken per"
      : "changes of slope between observed times are taken per distance of their midpoints, in units of";
    return [`times are not evenly spaced: ${what} period of ${period}, the smallest step`];
  }
  return restriction === "smoothness" && period !== 1
    ? [`M is per period of ${period} units of time`]
    : [];
}

export function honestTable(bounds: HonestBounds): Table {
  const { restriction, shape, method, confidenceLevel, original, intervals } = bounds;
  const end = (value: number | null, open: string) =>
    value === null ? open : formatSignificant(value);
  const assumed = [restriction, shape.sign && `departures ${shape.sign}`, shape.monotone]
    .filter((part) => part !== undefined).join(", ");
  return new Table({
    caption: `Robust ${Number((100 * confidenceLevel).toFixed(6))} % intervals, ${assumed}; ${
      METHOD_WORDS[method]
    }`,
    columns: [
      { key: "bound", label: boundSymbol(restriction) },
      { key: "low", label: "Low" },
      { key: "high", label: "High" },
      { key: "reason", label: "Remark" },
    ],
    rows: [
      {
        bound: "parallel trends",
        low: end(original.low, ""),
        high: end(original.high, ""),
        reason: "",
      },
      ...intervals.map(({ bound, low, high, reason, empty }) => ({
        bound: formatSignificant(bound),
        low: end(low, empty ? "none" : "open"),
        high: end(high, empty ? "none" : "open"),
        reason: reason ?? "",
      })),
    ],
    notes: [...bounds.notes, bounds.citation],
  });
}
