import { twfe } from "../../estimators/twfe.ts";
import type { Estimate } from "../../estimators/estimate.ts";
import { type CovarianceSpec, withCovariance } from "../../inference/covariance.ts";
import { stream } from "../../inference/random.ts";
import { randomisationTest } from "../../inference/randomisation.ts";
import { wildClusterBootstrap } from "../../inference/wild.ts";
import type { Panel } from "../../panel/panel.ts";
import { simulatePanel, type SimulationModel, type SimulationOptions } from "./simulate.ts";

/** How often a procedure rejected the true effect, over how many panels. */
export interface Rejections {
  readonly procedure: string;
  readonly panels: number;
  readonly rejected: number;
  /** Panels in which the procedure could not be computed. */
  readonly failed: number;
}

export interface CoverageOptions extends SimulationOptions {
  readonly seed: number;
  /** Weight regressions by the model's weights. Default false. */
  readonly weighted?: boolean;
  /** Draws of each bootstrap and randomisation test. Default 399. */
  readonly draws?: number;
  /** Level of the tests. Default 0.05. */
  readonly level?: number;
}

/** Panels that one block draws: a block is the unit of work, so results do not depend on who computes it. */
export const BLOCK_PANELS = 50;

const FORMULAS: readonly (readonly [string, CovarianceSpec])[] = [
  ["iid", { type: "iid" }],
  ["HC1", { type: "HC1" }],
  ["CR1, t(G − 1)", { type: "CR1" }],
  ["CR2, Satterthwaite", { type: "CR2" }],
  ["CV3, t(G − 1)", { type: "CV3" }],
  ["Driscoll–Kraay, 2 lags", { type: "Driscoll–Kraay", lags: 2 }],
];

/** The p value of the true effect under every procedure, for one panel. */
function trueEffectPValues(
  panel: Panel,
  effect: number,
  options: CoverageOptions,
  seed: number,
): Map<string, number> {
  const regression = {
    outcome: "z",
    treatment: "treated",
    ...(options.weighted ? { weights: "weight" } : {}),
  };
  // Testing the true effect on y is testing zero on y less the effect.
  const centred = panel.with("z", (row) => row.value("y") - effect * row.value("treated"));
  const estimate = twfe(centred, regression);
  const p = new Map<string, number>();
  const record = (name: string, compute: () => number) => {
    try {
      p.set(name, compute());
    } catch {
      p.set(name, NaN);
    }
  };
  for (const [name, spec] of FORMULAS) {
    record(name, () => withCovariance(estimate, spec).term("treated").pValue);
  }
  for (const type of ["11", "31"] as const) {
    record(
      `wild bootstrap, WCR-${type === "11" ? "C" : "S"}`,
      () => wild(estimate, type, true, options, seed),
    );
  }
  record("wild bootstrap, WCU-C", () => wild(estimate, "11", false, options, seed));
  record(
    "randomisation, studentised",
    () =>
      randomisationTest(centred, regression, {
        draws: options.draws ?? 399,
        seed,
        confidenceSet: false,
      }).pValue,
  );
  return p;
}

function wild(
  estimate: Estimate,
  type: "11" | "31",
  impose: boolean,
  options: CoverageOptions,
  seed: number,
): number {
  return wildClusterBootstrap(estimate, {
    term: "treated",
    type,
    impose,
    seed,
    draws: options.draws ?? 399,
    confidenceSet: false,
  }).pValue;
}

/** Rejections in one block of panels. The block's number and the seed fix every digit. */
export function coverageBlock(
  model: SimulationModel,
  options: CoverageOptions,
  block: number,
): Rejections[] {
  const random = stream(options.seed, block);
  const level = options.level ?? 0.05;
  const counts = new Map<string, { rejected: number; failed: number }>();
  for (let i = 0; i < BLOCK_PANELS; i++) {
    const { panel, effect } = simulatePanel(model, options, random);
    for (const [name, p] of trueEffectPValues(panel, effect, options, random.word())) {
      const count = counts.get(name) ?? { rejected: 0, failed: 0 };
      if (Number.isNaN(p)) count.failed++;
      else if (p < level) count.rejected++;
      counts.set(name, count);
    }
  }
  return [...counts].map(([procedure, count]) => ({ procedure, panels: BLOCK_PANELS, ...count }));
}

/** Adds blocks up. */
export function addRejections(blocks: readonly (readonly Rejections[])[]): Rejections[] {
  const total = new Map<string, { panels: number; rejected: number; failed: number }>();
  for (const { procedure, panels, rejected, failed } of blocks.flat()) {
    const sum = total.get(procedure) ?? { panels: 0, rejected: 0, failed: 0 };
    sum.panels += panels;
    sum.rejected += rejected;
    sum.failed += failed;
    total.set(procedure, sum);
  }
  return [...total].map(([procedure, sum]) => ({ procedure, ...sum }));
}

/** A small study in one go: `blocks` × 50 panels. */
export function coverageStudy(
  model: SimulationModel,
  options: CoverageOptions,
  blocks: number,
): Rejections[] {
  return addRejections(
    Array.from({ length: blocks }, (_, block) => coverageBlock(model, options, block)),
  );
}
