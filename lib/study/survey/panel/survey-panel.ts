import { InputError } from "../../../panel/errors.ts";
import { Panel } from "../../../panel/panel.ts";
import { REGION_CODES, REGION_NAMES } from "../../peru/regions.ts";
import type { SurveyEstimates, SurveyRow } from "../estimation/result.ts";

export interface SurveyPanelOptions {
  /**
   * A panel of regions and years whose other columns (treatment, dose, covariates) come along: `peruStudy(…).panel`. Columns of
   * the same name as an outcome are kept as `published_…`. Default: none.
   */
  readonly base?: Panel;
  /** Regions that every year must have. Default: the study's 26. */
  readonly regions?: readonly string[];
}

/**
 * The panel of regions and years from survey estimates by region. For each outcome there are columns of its name (in percent, when
 * it is a share), `…_se` (standard error, same unit), `…_rows` (answers) and `…_effective` (answers over design effect), which
 * can be weights of an estimator.
 *
 * @throws InputError when a region is missing in a year or has no standard error: no partial panel is made.
 */
export function surveyPanel(
  outcomes: Readonly<Record<string, SurveyEstimates>>,
  options: SurveyPanelOptions = {},
): Panel {
  const names = Object.keys(outcomes);
  if (names.length === 0) {
    throw new InputError({
      problem: "There are no estimates",
      remedy: 'pass them by outcome: { internet_use_pct: surveyShare(…, { by: "region" }) }',
    });
  }
  const regions = options.regions ?? REGION_CODES;
  const years = commonYears(outcomes);
  const cells = years.flatMap((year) => regions.map((region) => ({ region, year })));
  const columns: Record<string, unknown[]> = {
    region: cells.map((cell) => cell.region),
    year: cells.map((cell) => cell.year),
  };
  for (const name of names) {
    const estimates = outcomes[name];
    const rows = completeRows(name, estimates, cells);
    const scale = estimates.kind === "share" ? 100 : 1;
    columns[name] = rows.map((row) => scale * row.estimate);
    columns[`${name}_se`] = rows.map((row) => scale * row.standardError!);
    columns[`${name}_rows`] = rows.map((row) => row.rows);
    columns[`${name}_effective`] = rows.map((row) => row.effectiveRows ?? NaN);
  }
  const made = Panel.fromColumns(columns, { unit: "region", time: "year" });
  const panel = options.base === undefined ? made : joined(made, options.base);
  const sources = [...new Set(names.map((name) => outcomes[name].source))];
  const simulated = names.some((name) => outcomes[name].provenance === "simulated");
  return panel.about({
    source: sources.join("; "),
    provenance: simulated ? "outcomes are simulated" : "outcomes estimated from microdata",
    notes: [
      ...(panel.context.notes ?? []),
      `${names.join(", ")}: survey estimates; sampling errors in the columns ending in _se`,
    ],
  });
}

function commonYears(outcomes: Readonly<Record<string, SurveyEstimates>>): number[] {
  const lists = Object.entries(outcomes).map(([name, estimates]) => {
    if (estimates.by.join() !== "region") {
      throw new InputError({
        problem: `The estimates are by ${estimates.by.join(" × ") || "nation"}, not by region`,
        column: name,
        remedy: 'estimate with { by: "region" }',
      });
    }
    return { name, years: [...new Set(estimates.rows.map((row) => row.year))].sort() };
  });
  const [first] = lists;
  const other = lists.find(({ years }) => years.join() !== first.years.join());
  if (other === undefined) return first.years;
  throw new InputError({
    problem: `${first.name} is there for ${first.years.join(", ")}, ${other.name} for ${
      other.years.join(", ")
    }`,
    column: other.name,
    remedy: "estimate the same years for every outcome",
  });
}

function completeRows(
  name: string,
  estimates: SurveyEstimates,
  cells: readonly { region: string; year: number }[],
): SurveyRow[] {
  const rows = new Map(estimates.rows.map((row) => [`${row.domain.region} ${row.year}`, row]));
  const found = cells.map(({ region, year }) => rows.get(`${region} ${year}`));
  const wrong = cells.flatMap(({ region, year }, i) => {
    const row = found[i];
    const place = `${REGION_NAMES[region] ?? region} ${year}`;
    if (row === undefined) return [`${place} (no cluster)`];
    return row.standardError === null ? [`${place} (no standard error)`] : [];
  });
  if (wrong.length === 0) return found as SurveyRow[];
  throw new InputError({
    problem: `The panel would have holes: ${wrong.slice(0, 5).join(", ")}${
      wrong.length > 5 ? ` and ${wrong.length - 5} more` : ""
    }`,
    column: name,
    remedy: "check that the files are whole, or name the regions that are to be used (regions)",
  });
}

/** The other columns of `base` for the cells of `made`. */
function joined(made: Panel, base: Panel): Panel {
  const rows = new Map(base.map(({ unit, time }) => `${unit} ${time}`).map((key, i) => [key, i]));
  const position = made.map(({ unit, time }) => rows.get(`${unit} ${time}`) ?? -1);
  const lost = position.flatMap((i, k) => i < 0 ? [k] : []);
  if (lost.length > 0) {
    throw new InputError({
      problem: "The survey has regions or years that the base panel has not",
      rows: made.describeRows(lost),
      remedy: "widen the window of the base panel, or estimate fewer years or regions",
    });
  }
  let panel = made.about(base.context);
  for (const name of base.columnNames) {
    if (name === base.unitName || name === base.timeName) continue;
    const values: readonly unknown[] | Float64Array = base.isNumeric(name)
      ? base.numeric(name)
      : base.text(name);
    const kept = made.has(name) ? `published_${name}` : name;
    panel = panel.with(kept, position.map((i) => values[i]));
  }
  return panel;
}
