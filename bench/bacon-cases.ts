import type { PeerRun } from "./peer-run.ts";
import { measure, type Measurement } from "./measure.ts";
import { madeStaggered, type StaggeredColumns } from "./staggered-panel.ts";
import { Panel } from "../lib/panel/panel.ts";

/** Rows of the decompositions: what is taken apart, and whether a peer can do it. */
export interface BaconCase {
  readonly name: string;
  readonly work: "bacon" | "covariates" | "weights";
  readonly peer: boolean;
}

const PANEL = "bacon";

export const BACON_CASES: readonly BaconCase[] = [
  { name: "Bacon, 2e5 rows (1e4 × 20)", work: "bacon", peer: true },
  { name: "Bacon, 2e5 rows, two covariates", work: "covariates", peer: false },
  { name: "Bacon, weights by unit, 2e5 rows", work: "weights", peer: true },
];

export const BACON_PEER_RUNS: readonly PeerRun[] = BACON_CASES.filter(({ peer }) => peer).map((
  { name, work },
) => ({
  case: name,
  peer: "diff-diff",
  script: "bacon_peers.py",
  args: [PANEL, work],
  columns: () => ({ [PANEL]: baconColumns() }),
}));

/** The made roll-out at 1e4 × 20, with two covariates that vary over time and the 0/1 path. */
function baconColumns(): StaggeredColumns {
  const columns = madeStaggered(10_000, 20);
  const each = (f: (i: number) => number) => Float64Array.from(columns.y, (_, i) => f(i));
  return {
    ...columns,
    a: each((i) => Math.sin(i)),
    b: each((i) => Math.cos(3 * i) * columns.time[i]),
    on: each((i) => columns.cohort[i] > 0 && columns.time[i] >= columns.cohort[i] ? 1 : 0),
  };
}

export async function baconCase({ name, work }: BaconCase): Promise<Measurement> {
  const { baconDecomposition, twfeWeights } = await import("../lib/mod.ts");
  const panel = Panel.fromColumns(baconColumns(), { unit: "unit", time: "time" });
  const common = { outcome: "y", cohort: "cohort" };
  const runs = {
    bacon: () => baconDecomposition(panel, common),
    covariates: () => baconDecomposition(panel, { ...common, covariates: ["a", "b"] }),
    weights: () => twfeWeights(panel, { outcome: "y", treatment: "on" }),
  };
  return await measure(name, runs[work]);
}
