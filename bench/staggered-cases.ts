import { measure, type Measurement } from "./measure.ts";
import type { PeerRun } from "./peer-run.ts";
import { buildPanel, STAGGERED_PANELS, staggeredPanel } from "./staggered-panel.ts";

/** One row of the table: group-time effects of one panel and their four averages, with 999 draws for a band or without. */
export interface StaggeredCase {
  readonly name: string;
  readonly panel: string;
  readonly covariate: boolean;
  readonly draws: number;
}

const SIZES: Record<string, string> = {
  mpdta: "mpdta (500 × 5)",
  ehec: "ehec (46 × 12)",
  "1e6": "1e6 rows (1e5 × 10)",
  "2e6": "2e6 rows (2e5 × 10)",
};

/** Rows of the staggered table. ehec has no covariate; its smallest cohorts could not carry one. */
export const STAGGERED_CASES: readonly StaggeredCase[] = Object.entries(SIZES).flatMap((
  [panel, size],
) =>
  [
    { covariate: false, draws: 0 },
    { covariate: true, draws: 0 },
    { covariate: false, draws: 999 },
  ].filter(({ covariate }) => !(covariate && panel === "ehec")).map((row) => ({
    name: `C&S, ${size}${row.covariate ? ", dr with a covariate" : ""}${
      row.draws > 0 ? `, ${row.draws} draws` : ""
    }`,
    panel,
    ...row,
  }))
);

const TYPES = ["simple", "group", "dynamic", "calendar"] as const;

/** Our side: cells and four averages; with draws, a band of the cells and of each average. */
export async function staggeredCase(
  { name, panel: source, covariate, draws }: StaggeredCase,
  { building = false } = {},
): Promise<Measurement> {
  const { callawaySantAnna, multiplierBand } = await import("../lib/mod.ts");
  const columns = building ? STAGGERED_PANELS[source]() : null;
  const built = building ? null : staggeredPanel(source);
  const estimateAll = () => {
    const panel = built ?? buildPanel(columns!);
    const estimate = callawaySantAnna(panel, {
      outcome: "y",
      cohort: "cohort",
      controlGroup: "never",
      method: "dr",
      covariates: covariate ? ["x"] : [],
    });
    const all = [estimate, ...TYPES.map((type) => estimate.aggregate(type))];
    return draws === 0 ? all : all.map((each) => multiplierBand(each, { draws, seed: 1 }));
  };
  const measured = await measure(name, estimateAll, { most: 1000 });
  return building ? { ...measured, runner: "ours, building the panel too" } : measured;
}

/** The peers of every case; they start from the same columns. */
export const STAGGERED_PEER_RUNS: readonly PeerRun[] = STAGGERED_CASES.flatMap((
  { name, panel, covariate, draws },
) =>
  ["moderndid", "csdid", "diff-diff"].map((peer) => ({
    case: name,
    peer,
    script: "staggered_peers.py",
    args: [panel, covariate ? "1" : "0", String(draws), peer],
    columns: () => ({ [panel]: STAGGERED_PANELS[panel]() }),
  }))
);
