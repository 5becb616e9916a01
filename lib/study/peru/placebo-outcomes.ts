import type { PlaceboOutcome } from "../../diagnostics/placebos/outcomes.ts";
import type { Panel } from "../../panel/panel.ts";
import { IPE_CODE } from "./assembly.ts";
import { loadTable } from "./tables.ts";

/** Outcomes that rural 4G should hardly move within a few years, with the years that they cover. */
export const PLACEBO_OUTCOMES: readonly PlaceboOutcome[] = [
  {
    column: "electricity_pct",
    label: "Electricity in households, to 2020",
    asks: "no mast brings electricity; but both follow rural programmes",
  },
  {
    column: "clean_cooking_pct",
    label: "Cooking with clean fuels, to 2019",
    asks: "4G does not change stoves within a year",
  },
  {
    column: "safe_sanitation_pct",
    label: "Safe sanitation, to 2019",
    asks: "4G lays no sewers",
  },
  {
    column: "health_insured_pct",
    label: "Health insurance, to 2019",
    asks: "the state's insurance is not enrolled in over the internet within a year",
  },
  {
    column: "pension_insured_pct",
    label: "Pension insurance, to 2019",
    asks: "formal work does not follow 4G within a year",
  },
  {
    column: "secondary_completion_pct",
    label: "Secondary school completed, 2015 to 2023",
    asks: "4G moves schooling slowly, if at all",
  },
  {
    column: "formality_pct",
    label: "Formal employment, 2015 to 2023",
    asks: "4G moves formality slowly; the pandemic moved it too",
  },
  {
    column: "log_real_gdp",
    label: "Log real GDP, 2015 to 2023",
    asks: "mines and harvests move it, not rural 4G; the pandemic did too",
  },
];

const IPE_COLUMNS = ["secondary_completion_pct", "formality_pct", "log_real_gdp"] as const;
const SDG_COLUMNS = [
  "pension_insured_pct",
  "health_insured_pct",
  "clean_cooking_pct",
  "safe_sanitation_pct",
] as const;

/**
 * The panel with the placebo outcomes that its own table does not have; missing outside their years. IPE's figures for
 * Lima Metropolitana and Callao together stand under Lima Metropolitana only, so that they count once.
 */
export function withPlaceboOutcomes(panel: Panel): Panel {
  const ipe = new Map(loadTable("region_year_ipe").map((row) => [`${row.code}|${row.year}`, row]));
  const sdg = new Map(loadTable("sdg_outcomes").map((row) => [`${row.code}|${row.year}`, row]));
  let out = panel;
  for (const column of IPE_COLUMNS) {
    out = out.with(column, ({ unit, time }) => {
      const code = unit === "07" ? "" : IPE_CODE[String(unit)] ?? String(unit);
      return ipe.get(`${code}|${time}`)?.[column] ?? NaN;
    });
  }
  for (const column of SDG_COLUMNS) {
    out = out.with(column, ({ unit, time }) => sdg.get(`${unit}|${time}`)?.[column] ?? NaN);
  }
  return out;
}
