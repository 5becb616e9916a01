import type { Measurement } from "./measure.ts";
import { measure } from "./measure.ts";
import { largePanel } from "./large-panel.ts";

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
