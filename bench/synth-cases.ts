import { Panel } from "../lib/panel/panel.ts";
import { stream } from "../lib/inference/random.ts";
import { measure, type Measurement } from "./measure.ts";
import type { PeerRun } from "./peer-run.ts";

/** One row of the table: a made panel of units with two common factors, and one kind of error. */
export interface SynthCase {
  readonly name: string;
  readonly panel: string;
  readonly inference: "placebo" | "jackknife";
  readonly solver: "exact" | "frank-wolfe";
}

interface Size {
  readonly units: number;
  readonly treated: number;
  readonly periods: number;
  readonly before: number;
}

const SIZES: Record<string, Size> = {
  "39x31": { units: 39, treated: 3, periods: 31, before: 19 },
  "500x40": { units: 500, treated: 50, periods: 40, before: 30 },
};

const DRAWS = 200;

/** The size of California's panel with three treated units, and a larger one. */
export const SYNTH_CASES: readonly SynthCase[] = [
  ["39x31", "placebo", "exact"],
  ["39x31", "placebo", "frank-wolfe"],
  ["39x31", "jackknife", "exact"],
  ["39x31", "jackknife", "frank-wolfe"],
  ["500x40", "jackknife", "exact"],
  ["500x40", "jackknife", "frank-wolfe"],
].map(([panel, inference, solver]) => ({
  name: `SDiD, ${panel.replace("x", " × ")}, ${inference}${
    inference === "placebo" ? ` (${DRAWS})` : ""
  }`,
  panel,
  inference: inference as SynthCase["inference"],
  solver: solver as SynthCase["solver"],
}));

export function synthColumns(name: string): Record<string, Float64Array> {
  const { units, treated, periods, before } = SIZES[name];
  const random = stream(1970, 0);
  const factors = Array.from({ length: periods }, (_, t) => [t + random.normal(), random.normal()]);
  const rows = units * periods;
  const [unit, time, y, d] = Array.from({ length: 4 }, () => new Float64Array(rows));
  for (let u = 0; u < units; u++) {
    const [level, slope, load] = [100 + 20 * random.normal(), random.normal(), random.normal()];
    for (let t = 0; t < periods; t++) {
      const i = u * periods + t;
      [unit[i], time[i]] = [u, 1970 + t];
      d[i] = u >= units - treated && t >= before ? 1 : 0;
      y[i] = level + slope * factors[t][0] + 3 * load * factors[t][1] - 10 * d[i] +
        3 * random.normal();
    }
  }
  return { unit, time, y, d };
}

/** Our side: the effect with its event times and the error of each. */
export async function synthCase(
  { name, panel, inference, solver }: SynthCase,
): Promise<Measurement> {
  const { syntheticDid } = await import("../lib/mod.ts");
  const built = Panel.fromColumns(synthColumns(panel), { unit: "unit", time: "time" });
  const options = {
    outcome: "y",
    treatment: "d",
    inference,
    solver,
    draws: DRAWS,
    seed: 1,
  } as const;
  const measured = await measure(name, () => syntheticDid(built, options), { most: 500 });
  return solver === "exact" ? measured : { ...measured, runner: "ours, the package's steps" };
}

/** The peers have one way to the weights: once per row, not per solver. */
export const SYNTH_PEER_RUNS: readonly PeerRun[] = SYNTH_CASES
  .filter(({ solver }) => solver === "exact")
  .flatMap(({ name, panel, inference }) =>
    ["synthdid-py", "diff-diff"].map((peer) => ({
      case: name,
      peer,
      script: "synth_peers.py",
      args: [panel, inference, String(DRAWS), peer],
      columns: () => ({ [panel]: synthColumns(panel) }),
    }))
  );
