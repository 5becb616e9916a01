/**
 * `deno task coverage`: how often does each procedure reject a true effect at 5 %? Panels are simulated from Peru's
 * design; blocks run on all cores and give the same digits on any number of them. Writes data/simulated/coverage.csv.
 */
import { parseArgs } from "node:util";
import { assume } from "../lib/study/peru/assumptions.ts";
import { peruStudy } from "../lib/study/peru/study.ts";
import { BLOCK_PANELS, type CoverageOptions } from "../lib/study/simulation/coverage.ts";
import { coverageOnAllCores } from "../lib/study/simulation/parallel.ts";
import { terminalProgress } from "../lib/study/show/progress.ts";
import { simulationModel } from "../lib/study/simulation/simulate.ts";
import { Table } from "../lib/tables/table.ts";

const { values } = parseArgs({
  options: {
    panels: { type: "string", default: "5000" },
    workers: { type: "string", default: String(navigator.hardwareConcurrency) },
    to: {
      type: "string",
      default: new URL("../data/simulated/coverage.csv", import.meta.url).pathname,
    },
  },
});

const SEED = 20261123;
const DESIGNS: readonly { readonly design: string; readonly options: CoverageOptions }[] = [
  { design: "no effect", options: { seed: SEED } },
  { design: "no effect, weighted by population", options: { seed: SEED, weighted: true } },
  { design: "no effect, trends not parallel", options: { seed: SEED, trends: "own" } },
  { design: "no effect, 12 areas", options: { seed: SEED, areas: 12 } },
];

const { panel, design } = peruStudy(assume());
const model = simulationModel(panel, design, "internet_use_pct", "population_2017");
const blocks = Math.ceil(Number(values.panels) / BLOCK_PANELS);

const rows = [];
for (const { design, options } of DESIGNS) {
  for (
    const { procedure, panels, rejected, failed } of await coverageOnAllCores(
      model,
      options,
      blocks,
      terminalProgress(design),
      Number(values.workers),
    )
  ) {
    const valid = panels - failed;
    const rate = rejected / valid;
    rows.push({
      design,
      procedure,
      panels,
      failed,
      rejected,
      rejection_pct: Number((100 * rate).toFixed(3)),
      monte_carlo_error_pct: Number((100 * Math.sqrt(rate * (1 - rate) / valid)).toFixed(3)),
    });
  }
}
const table = new Table({
  caption: "Simulated: how often each procedure rejects the true effect at 5 %",
  columns: Object.keys(rows[0]).map((key) => ({ key, label: key })),
  rows,
});
await Deno.writeTextFile(values.to, table.toCsv().replaceAll("\r\n", "\n"));
console.log(table.toText());
