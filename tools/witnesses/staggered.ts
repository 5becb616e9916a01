/** Our side of staggered.py: estimates of the CSV files in a folder as JSON. Arguments: folder and names of panels. */
import {
  callawaySantAnna,
  dcdhDynamic,
  type Estimate,
  etwfe,
  imputation,
  localProjections,
  Panel,
  readCsv,
  stackedDid,
  sunAbraham,
  twoStage,
} from "../../lib/mod.ts";

type Terms = Record<string, readonly [number, number | null]>;

const TYPES = ["simple", "group", "dynamic", "calendar"] as const;
const BASE = { outcome: "y", cohort: "cohort" };

function termsOf(estimate: Estimate, prefix: string): Terms {
  return Object.fromEntries(
    estimate.terms.map((term) => [`${prefix}${term.name}`, [term.estimate, term.standardError]]),
  );
}

function groupTime(panel: Panel, controlGroup: "never" | "notYet", covariates: string[]): Terms {
  const estimate = callawaySantAnna(panel, { ...BASE, controlGroup, covariates });
  const averages = TYPES.map((type) => termsOf(estimate.aggregate(type), `${type}, `));
  return Object.assign(termsOf(estimate, ""), ...averages);
}

function averaged(
  estimate: Estimate & { aggregate: (type: "simple") => Estimate },
): Terms {
  return {
    ...termsOf(estimate, "dynamic, "),
    ...termsOf(estimate.aggregate("simple"), "simple, "),
  };
}

function estimates(panel: Panel): Record<string, Terms> {
  return {
    "C&S, never": groupTime(panel, "never", []),
    "C&S, never, dr with x": groupTime(panel, "never", ["x"]),
    "C&S, not yet": groupTime(panel, "notYet", []),
    "C&S, not yet, dr with x": groupTime(panel, "notYet", ["x"]),
    imputation: averaged(imputation(panel, BASE)),
    "two-stage": averaged(twoStage(panel, BASE)),
    "Sun & Abraham": averaged(sunAbraham(panel, BASE)),
    etwfe: averaged(etwfe(panel, BASE)),
    stacked: termsOf(stackedDid(panel, { ...BASE, window: { from: -2, to: 1 } }), "dynamic, "),
    "LP-DiD, variance-weighted": termsOf(
      localProjections(panel, { ...BASE, reweight: false }),
      "dynamic, ",
    ),
    "LP-DiD, reweighted": termsOf(localProjections(panel, BASE), "dynamic, "),
    dCDH: termsOf(
      dcdhDynamic(
        panel.with(
          "d",
          (row) => row.value("cohort") > 0 && row.time >= row.value("cohort") ? 1 : 0,
        ),
        { outcome: "y", treatment: "d", effects: 3, placebos: 1 },
      ),
      "dynamic, ",
    ),
  };
}

const [folder, ...names] = Deno.args;
const found = names.map((name) => {
  const { columns } = readCsv(`${folder}/${name}.csv`, name);
  return [name, estimates(Panel.fromColumns(columns, { unit: "unit", time: "time" }))];
});
console.log(JSON.stringify(Object.fromEntries(found)));
