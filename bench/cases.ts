import type { Measurement } from "./measure.ts";
import { measure } from "./measure.ts";
import { EXPLORER_CASES, explorerCase } from "./explorer-cases.ts";
import { HONEST_CASES, honestCase } from "./honest-cases.ts";
import { clusterPanel, largePanel } from "./large-panel.ts";
import { SYNTH_CASES, synthCase } from "./synth-cases.ts";
import { CURVE_CASES, curveCase } from "./curve-cases.ts";
import { BACON_CASES, baconCase } from "./bacon-cases.ts";
import { STAGGERED_CASES, staggeredCase } from "./staggered-cases.ts";
import { SURVEY_CASE, surveyCase } from "./survey-cases.ts";

/** Each case prepares what it needs, then measures; run one per process so that memory is its own. */
export const CASES: Record<string, () => Promise<Measurement>> = {
  "TWFE on ehec (46 × 12)": async () => {
    const { loadEhec, twfe } = await import("../lib/mod.ts");
    const panel = loadEhec();
    return measure(
      "TWFE on ehec (46 × 12)",
      () => twfe(panel, { outcome: "dins", treatment: "post" }),
      {
        most: 2000,
      },
    );
  },
  "TWFE, 1e6 rows, two regressors, clustered": async () => {
    const { twfe } = await import("../lib/estimators/twfe.ts");
    const panel = largePanel(100_000, 10);
    return measure(
      "TWFE, 1e6 rows, two regressors, clustered",
      () => twfe(panel, { outcome: "y", treatment: ["x1", "x2"] }),
    );
  },
  "assembly of the study": async () => {
    const { assume, peruStudy } = await import("../lib/mod.ts");
    return measure("assembly of the study", () => peruStudy(assume()));
  },
  "CV3 jackknife on ehec": async () => {
    const { covarianceOf, loadEhec, twfe } = await import("../lib/mod.ts");
    const estimate = twfe(loadEhec(), { outcome: "dins", treatment: "post" });
    return measure("CV3 jackknife on ehec", () => covarianceOf(estimate, { type: "CV3" }), {
      most: 1000,
    });
  },
  "wild bootstrap, 99,999 draws, G = 25": () =>
    wildCase("wild bootstrap, 99,999 draws, G = 25", 25, 99_999),
  "wild bootstrap, enumerated, G = 16": () =>
    wildCase("wild bootstrap, enumerated, G = 16", 16, 99_999),
  "randomisation, 10,000 schedules, 26 × 13": async () => {
    const { randomisationTest } = await import("../lib/mod.ts");
    const panel = clusterPanel(26, 13);
    const options = { outcome: "y", treatment: "d" };
    return measure(
      "randomisation, 10,000 schedules, 26 × 13",
      () => randomisationTest(panel, options, { seed: 1, draws: 10_000, confidenceSet: false }),
    );
  },
  ...Object.fromEntries(
    Object.keys(EXPLORER_CASES).map((name) => [name, () => explorerCase(name)]),
  ),
  ...Object.fromEntries(STAGGERED_CASES.map((row) => [row.name, () => staggeredCase(row)])),
  ...Object.fromEntries(
    STAGGERED_CASES.filter(({ panel, draws }) => panel.endsWith("e6") && draws === 0).map((row) => [
      `${row.name}, building the panel too`,
      () => staggeredCase(row, { building: true }),
    ]),
  ),
  ...Object.fromEntries(
    SYNTH_CASES.map((row) => [
      row.solver === "exact" ? row.name : `${row.name}, the package's steps`,
      () => synthCase(row),
    ]),
  ),
  ...Object.fromEntries(HONEST_CASES.map((row) => [row.name, () => honestCase(row)])),
  ...Object.fromEntries(CURVE_CASES.map((row) => [row.name, () => curveCase(row)])),
  ...Object.fromEntries(BACON_CASES.map((row) => [row.name, () => baconCase(row)])),
  [SURVEY_CASE]: surveyCase,
  "all notebooks": async () => {
    const run = async () => {
      const { success } = await new Deno.Command(Deno.execPath(), {
        args: ["task", "notebooks:check"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (!success) throw new Error("the notebook run failed: see deno task notebooks:check");
    };
    return await measure("all notebooks", run, { warmUp: 0, most: 3, seconds: 120 });
  },
};

async function wildCase(name: string, groups: number, draws: number): Promise<Measurement> {
  const { twfe, wildClusterBootstrap } = await import("../lib/mod.ts");
  const estimate = twfe(clusterPanel(groups, 12), {
    outcome: "y",
    treatment: "d",
    covariates: ["x"],
  });
  const options = { term: "d", draws, seed: 1, confidenceSet: false } as const;
  return measure(name, () => wildClusterBootstrap(estimate, options));
}
