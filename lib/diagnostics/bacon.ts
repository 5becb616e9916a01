import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import { checkDistinct, checkKnown, checkNames } from "../estimators/options.ts";
import { twoByTwos } from "./bacon/comparisons.ts";
import { groupUnits, meansByGroup, requireBalance } from "./bacon/groups.ts";
import { baconTable } from "./bacon/table.ts";
import {
  BACON_TYPES,
  type BaconCell,
  type BaconDecomposition,
  type BaconPart,
} from "./bacon/types.ts";
import { type ControlledParts, controlledParts } from "./bacon/with-covariates.ts";

export type { BaconCell, BaconDecomposition, BaconPart, BaconType } from "./bacon/types.ts";

export interface BaconOptions {
  /** Column of the outcome. */
  readonly outcome: string;
  /** Column of the first treated time; missing, 0 and Infinity mean never. */
  readonly cohort: string;
  /** Columns that vary over time. Default none. */
  readonly covariates?: readonly string[];
}

/**
 * Goodman-Bacon decomposition of the two-way fixed effects estimate of a treatment that stays on, in a balanced panel: all
 * two-by-two comparisons with their weights. Comparisons of later with earlier treated units use treated units as controls.
 *
 * With covariates a pair of cohorts is one comparison (the treatment net of covariates changes in every period, so it cannot
 * be split by who is treated), and a part of the estimate comes from units of one cohort whose covariates differ: `within`.
 * `estimate` = between.weight × between.estimate + within.weight × within.estimate is the two-way estimate with covariates.
 *
 * @throws InputError when the panel is not balanced, a column has gaps, the covariates predict the treatment, or no two
 *   groups can be compared.
 * Source: Goodman-Bacon (2021), Journal of Econometrics 225, theorem 1; section 5.2 for covariates.
 */
export function baconDecomposition(panel: Panel, options: BaconOptions): BaconDecomposition {
  checkKnown(options, ["outcome", "cohort", "covariates"], ["outcome", "cohort"]);
  const covariates = checkNames("covariates", options.covariates);
  checkDistinct(covariates, [options.outcome]);
  requireBalance(panel, [options.outcome, ...covariates]);
  const grouping = groupUnits(panel, options.cohort);
  const parts: ControlledParts = covariates.length > 0
    ? controlledParts(panel, options, covariates, grouping)
    : {
      cells: twoByTwos(
        grouping.groups,
        meansByGroup(panel, grouping, panel.numeric(options.outcome)),
        panel.times,
      ),
      within: null,
      dropped: [],
    };
  const total = parts.cells.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) {
    throw new InputError({
      problem: "No two groups differ in when they are treated, so there is nothing to compare",
      column: options.cohort,
      remedy: "give each unit's first treated time; blank, 0 or Infinity for never",
    });
  }
  const cells = parts.cells.map((cell) => ({ ...cell, weight: cell.weight / total }));
  const between = { weight: 1 - (parts.within?.weight ?? 0), estimate: sumOf(cells) };
  const found = {
    estimate: sumOf(parts.within === null ? [between] : [between, parts.within]),
    cells,
    between,
    within: parts.within,
    types: byType(cells),
    covariates,
    droppedColumns: parts.dropped,
  };
  return { ...found, toTable: () => baconTable(found, panel.context) };
}

function sumOf(parts: readonly BaconPart[]): number {
  return parts.reduce((sum, { weight, estimate }) => sum + weight * estimate, 0);
}

function byType(cells: readonly BaconCell[]): BaconDecomposition["types"] {
  return BACON_TYPES.flatMap((type) => {
    const own = cells.filter((cell) => cell.type === type);
    if (own.length === 0) return [];
    const weight = own.reduce((sum, cell) => sum + cell.weight, 0);
    return [{ type, weight, estimate: sumOf(own) / weight }];
  });
}
