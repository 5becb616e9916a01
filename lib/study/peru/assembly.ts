import pl from "nodejs-polars";
import type { DataFrame } from "nodejs-polars";
import { InputError } from "../../panel/errors.ts";
import type { JoinStep } from "../show/sample.ts";
import type { DoseCell } from "./dose.ts";
import { loadTable } from "./tables.ts";

export interface Assembled {
  /** One row per area and year. */
  readonly frame: DataFrame;
  readonly steps: readonly JoinStep[];
}

/** IPE counts Lima Metropolitana and Callao as one area: both take its figures. */
export const IPE_CODE: Readonly<Record<string, string>> = { "07": "15C", "15A": "15C" };

/** Joins outcomes, region characteristics, baselines and dose into one frame of areas × years. */
export function assemble(dose: readonly DoseCell[]): Assembled {
  const steps: JoinStep[] = [];
  const join = (left: DataFrame, right: DataFrame, on: string[], name: string) => {
    const result = checkedJoin(left, right, on, name);
    steps.push(result.step);
    return result.frame;
  };
  const outcomes = pl.DataFrame(loadTable("region_year").filter((row) => row.code !== "00"));
  let frame = outcomes.rename({ region: "area" });
  frame = join(frame, regionColumns(), ["code"], "characteristics of regions");
  frame = join(frame, baselines(), ["code"], "baselines of 2018");
  frame = join(frame, doseColumns(dose), ["code", "year"], "roll-out");
  return { frame, steps };
}

/** A left join that fails when it changes the number of rows. */
function checkedJoin(
  left: DataFrame,
  right: DataFrame,
  on: string[],
  name: string,
): { frame: DataFrame; step: JoinStep } {
  const repeated = right.height - right.select(...on).unique().height;
  if (repeated > 0) {
    throw new InputError({
      problem: `The table "${name}" has ${repeated} repeated keys, so the join would multiply rows`,
      column: on.join(", "),
      remedy: "keep one row per key",
    });
  }
  const unmatched = left.join(right, { on, how: "anti" }).height;
  const frame = left.join(right, { on, how: "left" });
  return {
    frame,
    step: {
      joined: name,
      by: on.join(", "),
      rowsBefore: left.height,
      rowsAfter: frame.height,
      unmatched,
    },
  };
}

function regionColumns(): DataFrame {
  return pl.DataFrame(
    loadTable("regions").map((row) => ({
      code: row.code,
      population_2017: row.population_2017,
      populated_centres: row.populated_centres,
      altitude_m: row.population_weighted_altitude_m,
      share_above_2500m: row.population_share_above_2500m,
      share_sparse: row.population_share_in_sparse_districts,
      density_2017: row.population_2017 / row.area_km2,
      schooling_years: row.schooling_years_25plus_2019,
      income_per_head_2019: row.income_per_head_soles_2019,
      hdi_2019: row.hdi_2019,
      poverty_2018: row.poverty_2018_group_midpoint_pct,
      latitude: row.latitude,
      longitude: row.longitude,
    })),
  );
}

/** What a region was like in the last year before IPT. */
function baselines(): DataFrame {
  const use = loadTable("region_year").filter((row) => row.year === 2018 && row.code !== "00");
  const ipe = loadTable("region_year_ipe").filter((row) => row.year === 2018);
  return pl.DataFrame(use.map(({ code, internet_use_pct }) => {
    const other = ipe.find((row) => row.code === (IPE_CODE[code] ?? code));
    return {
      code,
      internet_use_2018: internet_use_pct,
      real_spending_2018: other?.real_spending_per_head_soles_month ?? null,
      hourly_income_2018: other?.hourly_income_soles ?? null,
    };
  }));
}

function doseColumns(dose: readonly DoseCell[]): DataFrame {
  return pl.DataFrame(dose.map((cell) => ({
    code: cell.code,
    year: cell.year,
    ipt_count: cell.count,
    dose: cell.dose,
    dose_provenance: cell.provenance,
    dose_reason: cell.reason,
  })));
}
