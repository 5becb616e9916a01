/** Studies and views that the explorer's tests share. */
import { explore, type Explorer } from "../../lib/explorer/explore.ts";
import type { ExplorerData } from "../../lib/explorer/data.ts";
import { type ExplorerState, readFields } from "../../lib/explorer/state.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { loadEhec } from "../../lib/study/medicaid.ts";
import { ownAssumptions } from "../../lib/study/own-assumptions.ts";
import { assume, type Assumptions } from "../../lib/study/peru/assumptions.ts";
import { peruStudy } from "../../lib/study/peru/study.ts";

export const assumptions: Assumptions = assume();
export const peru = peruStudy(assumptions);
export const data: ExplorerData = explore(peru.panel, assumptions).data;

/** Fields of a view, as in a link. */
export type View = Readonly<Record<string, string>>;

/** Views that between them use every control. */
export const VIEWS: readonly View[] = [
  {},
  { outcome: "households_internet_pct" },
  { outcome: "households_mobile_pct", weights: "population_2017" },
  { treatment: "threshold", threshold: "6" },
  { treatment: "threshold", threshold: "12", year: "2022", weights: "population_2017" },
  { treatment: "threshold", threshold: "3.5", adoption: "crossing" },
  {
    treatment: "threshold",
    threshold: "5",
    adoption: "crossing",
    to: "2021",
    estimator: "callaway",
  },
  { treatment: "dose" },
  { treatment: "dose", year: "2022", estimator: "events", base: "2017" },
  { from: "2013", to: "2022", base: "2016", estimator: "events" },
  { dropped: "2020,2021" },
  { dropped: "2012,2020", estimator: "trends" },
  { controls: "internet_use_2018,altitude_m" },
  { controls: "schooling_years", weights: "population_2017", estimator: "imputation" },
  { controls: "altitude_m", estimator: "callaway" },
  { estimator: "sunab", controls: "hdi_2019" },
  { estimator: "etwfe", treatment: "threshold", threshold: "8", adoption: "crossing" },
  { estimator: "lpdid" },
  { estimator: "dcdh", treatment: "threshold", threshold: "4", adoption: "crossing" },
  { estimator: "trends", outcome: "households_internet_pct" },
  { errors: "CR2" },
  { errors: "CV3", treatment: "dose" },
  { errors: "HC1", estimator: "events" },
  { errors: "iid" },
  { errors: "dk", dropped: "2011" },
  { errors: "wild", draws: "999" },
  { errors: "wildS", draws: "999", treatment: "threshold", threshold: "10" },
  { errors: "wild", draws: "999", estimator: "events", base: "2015" },
  { data: "none", seed: "7" },
  { data: "constant", seed: "3", estimator: "imputation" },
  { data: "growing", seed: "12", from: "2014", estimator: "events" },
  { data: "trends", seed: "5", treatment: "threshold", threshold: "7" },
  { data: "mystery", seed: "42", estimator: "callaway" },
];

/** The state that fields describe; they must be right. */
export function stateOf(view: View, of: ExplorerData = data): ExplorerState {
  const { state, problems } = readFields(Object.entries(view), of.study);
  if (problems.length > 0) throw new Error(problems.join(" "));
  return state;
}

/** The Medicaid panel as a reader's own study: staggered, unweighted, without a map. */
export function medicaid(): Explorer {
  const own = ownAssumptions({
    source: "Carey, Miller & Wherry (2020), by way of moderndid 0.2.0",
    unit: "stfips",
    time: "year",
    outcomes: [{ column: "dins", label: "Insured adults", unit: "share" }],
    treatment: { kind: "cohort", column: "yexp2" },
    weights: "W",
  });
  return explore(loadEhec(), own);
}

/** An explorer with this text in every place that a reader's data fill: a unit, labels, title and source. */
export function explorerOf(text: string): Explorer {
  const rows = ["a", "b", text, "d", "e"].flatMap((unit, u) =>
    [1, 2, 3, 4, 5].map((time) => ({ unit, time, y: u * time + (u * 7 + time * 3) % 5, g: u % 2 }))
  );
  return explore(
    Panel.fromRows(rows, { unit: "unit", time: "time" }),
    ownAssumptions({
      title: text,
      source: text,
      unit: "unit",
      time: "time",
      outcomes: [{ column: "y", label: text, unit: text }],
      treatment: { kind: "group", column: "g", firstTreatedTime: 3 },
    }),
  );
}
