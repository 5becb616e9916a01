import { leadingList, regionalPaths } from "./dose.ts";
import { decimalDate } from "./path.ts";
import { REGION_CODES, REGION_NAMES } from "./regions.ts";
import { DOUBTFUL_FIGURES, publishedCounts } from "./rollout.ts";
import type { RollOutRule } from "./assumptions.ts";
import type { RollOutTables } from "./dose.ts";

/** Two published figures, or a figure and our rule, that do not agree. */
export interface Tension {
  readonly kind: string;
  readonly what: string;
  readonly treatedAs: string;
}

/** Every disagreement found among the published roll-out figures and the rule built on them. */
export function tensions(tables: RollOutTables, rule: RollOutRule): Tension[] {
  return [
    ...DOUBTFUL_FIGURES.map((figure): Tension => ({
      kind: "looks misprinted",
      what: `${figure.reason} (${figure.asOf})`,
      treatedAs: rule.misprints === "asPrinted" ? "used as printed" : "left out",
    })),
    ...falls(tables, rule),
    ...rivals(tables, rule),
    ...unnamedAboveList(tables, rule),
    {
      kind: "arithmetic",
      what:
        "16,700 localities at the end of 2022 are announced as 28 % more than a year before; 16,700 / 13,485 is 24 %",
      treatedAs: "both counts used, the percentage not",
    },
  ];
}

function falls(tables: RollOutTables, rule: RollOutRule): Tension[] {
  const counts = publishedCounts(tables.rollOut, "localities", rule).filter((row) =>
    row.unused === null
  );
  return REGION_CODES.flatMap((code) => {
    const own = counts.filter((row) => row.code === code).sort((a, b) => a.date - b.date);
    return own.slice(1).flatMap((row, i): Tension[] =>
      row.count >= own[i].count ? [] : [{
        kind: "falls",
        what: `${REGION_NAMES[code]}: ${own[i].count} at ${
          own[i].asOf
        }, ${row.count} at ${row.asOf}`,
        treatedAs: "used as printed: the dose falls too",
      }]
    );
  });
}

function rivals(tables: RollOutTables, rule: RollOutRule): Tension[] {
  return publishedCounts(tables.rollOut, "localities", rule)
    .filter((row) => row.unused !== null && row.unused.includes("lists nine"))
    .map((row) => ({
      kind: "two sources",
      what: `${
        REGION_NAMES[row.code]
      } at ${row.asOf}: ${row.count} in ${row.source}, another figure in the list of nine`,
      treatedAs: "the list is used",
    }));
}

/** Regions that a list of the nine leading ones leaves out, yet that our rule puts above its ninth. */
function unnamedAboveList(tables: RollOutTables, rule: RollOutRule): Tension[] {
  const paths = regionalPaths(tables, "localities", rule);
  return ["2021-12", "2022-06", "2022-12"].flatMap((asOf) => {
    const list = leadingList(tables.rollOut, asOf);
    const counts = list.map((code) => ({ code, ...paths(code, decimalDate(asOf)) }));
    const ninth = counts.reduce((least, item) => item.count < least.count ? item : least);
    return REGION_CODES.flatMap((code): Tension[] => {
      const { count } = paths(code, decimalDate(asOf));
      return list.includes(code) || count <= ninth.count ? [] : [{
        kind: "rule above list",
        what:
          `${REGION_NAMES[code]} is not among the nine of ${asOf}, whose last has ${
            Math.round(ninth.count)
          } ` +
          `(${REGION_NAMES[ninth.code]}); the rule gives it ${Math.round(count)}`,
        treatedAs: "the rule stands: whether the lists are complete is not known",
      }];
    });
  });
}
