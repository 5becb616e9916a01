import {
  BAND_DRAWS,
  BAND_SEED,
  BOOTSTRAP_SEED,
  ERROR_CHOICES,
  ESTIMATOR_CHOICES,
} from "./choices.ts";
import { attempt } from "../panel/outcome.ts";
import { AVERAGE, eventEstimate, treatedTime } from "./compute.ts";
import type { ExplorerStudy } from "./data.ts";
import { type EstimatorCall, eventCall, mainCall } from "./estimators.ts";
import { bootstrapSteps } from "./jobs.ts";
import { comment, literal } from "./literal.ts";
import { MADE_COHORT, type Prepared, windowWords } from "./prepare.ts";
import type { ExplorerState } from "./state.ts";

/** Lines of a cell, and the names it takes from the library. */
interface Draft {
  readonly names: Set<string>;
  readonly lines: string[];
}

/**
 * The notebook cell that computes a view's numbers again: the headline is its last expression. For the study of Peru it
 * starts from `assume`; for other panels it uses the notebook's own `panel` and `design`. What the view has none of, an
 * event study or a bootstrap, is left out, and a comment says why.
 */
export function viewCode(prepared: Prepared, study: ExplorerStudy, state: ExplorerState): string {
  const draft: Draft = { names: new Set(), lines: [] };
  // Assumptions must hold together as a study's do; where a view's need not, its panel is made in steps.
  const baseKept = state.base >= state.from && state.base <= state.to &&
    !state.dropped.includes(state.base);
  const panel = state.data === "real" && study.recipe !== null && baseKept
    ? peruPanel(draft, study, state)
    : madePanel(draft, prepared, study, state);
  const effect = effectLines(draft, panel, prepared, study, state);
  if (effect !== null) draft.lines.push(`${effect};`);
  const names = [...draft.names].sort((a, b) => a.localeCompare(b, "en"));
  return [`import { ${names.join(", ")} } from "../lib/mod.ts";`, "", ...draft.lines, ""].join(
    "\n",
  );
}

/** The Peru panel under changed assumptions. */
function peruPanel({ names, lines }: Draft, study: ExplorerStudy, state: ExplorerState): string {
  const { changes, measure } = study.recipe!;
  const { defaults } = study;
  const changed: Record<string, unknown> = {
    ...changes,
    outcome: state.outcome,
    firstYear: state.from,
    lastYear: state.to,
    yearsDropped: state.dropped.filter((time) => time >= state.from && time <= state.to),
    baseYear: state.base,
    controls: [...state.controls],
    weights: state.weights === "" ? "none" : "population",
  };
  // What the study did not have and the view does not need is left to its default.
  for (const key of ["yearsDropped", "controls"]) {
    if ((changed[key] as unknown[]).length === 0) delete changed[key];
  }
  for (const [key, value] of [["weights", "none"], ["firstYear", 2011], ["lastYear", 2023]]) {
    if (changed[key as string] === value) delete changed[key as string];
  }
  if (state.treatment === "threshold") {
    const { threshold, year, adoption } = state;
    changed.treatment = { kind: "threshold", measure, threshold, year, adoption };
  } else if (state.treatment === "dose") {
    changed.treatment = { kind: "dose", measure, exposureYear: state.year };
  } else if (defaults.treatment !== "given") delete changed.treatment;
  names.add("assume").add("peruStudy");
  lines.push(`const assumptions = assume(${literal(changed)});`);
  lines.push("const { panel } = peruStudy(assumptions);");
  return "panel";
}

/** The steps from the notebook's panel to the view's. */
function madePanel(
  { names, lines }: Draft,
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): string {
  if (study.recipe === null) lines.push("// panel and design are those that explore was given");
  else {
    names.add("assume").add("peruStudy");
    lines.push(`const { panel, design } = peruStudy(assume(${literal(study.recipe.changes)}));`);
  }
  let current = "panel";
  const step = (name: string, value: string) => {
    lines.push(`const ${name} = ${value};`);
    current = name;
  };
  if (state.data !== "real") {
    names.add("simulateScenario");
    const options = { outcome: state.outcome, scenario: state.data, seed: state.seed };
    step("simulated", `simulateScenario(${current}, design, ${literal(options)}).panel`);
  }
  const window = () => {
    const { from, to, dropped } = state;
    const whole = study.times[0] === from && study.times[study.times.length - 1] === to;
    if (whole && dropped.length === 0) return;
    const kept = `time >= ${from} && time <= ${to}` +
      (dropped.length === 0 ? "" : ` && !${literal([...dropped])}.includes(time)`);
    const words = JSON.stringify(windowWords(from, to, dropped));
    step("sample", `${current}.where(${words}, ({ time }) => ${kept})`);
  };
  if (state.treatment === "threshold") {
    names.add("thresholdTreatment");
    const rule = {
      dose: study.dose!.column,
      threshold: state.threshold,
      from: study.design.treatedFrom,
      ...(state.adoption === "common" ? { at: state.year } : { crossingUntil: state.to }),
    };
    step("treated", `thresholdTreatment(${current}, ${literal(rule)})`);
  } else if (prepared.cohort === MADE_COHORT && ESTIMATOR_CHOICES[state.estimator].staggered) {
    names.add("cohortsFromPath");
    lines.push(
      `const { cohort } = cohortsFromPath(${current}, ${JSON.stringify(prepared.treatment.path)});`,
    );
    step(
      "dated",
      `${current}.with(${
        JSON.stringify(MADE_COHORT)
      }, Array.from(${current}.unit, (unit) => cohort[unit]))`,
    );
  }
  window();
  if (state.treatment === "dose") {
    names.add("withExposure");
    step(
      "exposed",
      `withExposure(${current}, ${JSON.stringify(study.dose!.column)}, ${state.year})`,
    );
  }
  return current;
}

/** The estimates and what is inferred from them; returns the name of the headline, null where there is none. */
function effectLines(
  { names, lines }: Draft,
  panel: string,
  prepared: Prepared,
  study: ExplorerStudy,
  state: ExplorerState,
): string | null {
  const { spec, bootstrap } = ERROR_CHOICES[state.errors];
  const called = (call: EstimatorCall) => {
    names.add(call.name);
    const text = `${call.name}(${panel}, ${literal(call.options)})${
      call.dynamic === true ? '.aggregate("dynamic")' : ""
    }`;
    if (spec === null) return text;
    names.add("withCovariance");
    return `withCovariance(${text}, ${literal(spec)})`;
  };
  const main = mainCall(prepared, study, state);
  const from = treatedTime(study, state);
  const events = attempt(() => eventEstimate(prepared, study, state));
  if (events.ok) lines.push(`const events = ${called(eventCall(prepared, study, state))};`);
  else if (main !== null) lines.push(comment(`No event study: ${events.reason}`));
  else {
    lines.push(comment(`Cannot be computed: ${events.reason}`));
    return null;
  }
  if (main !== null) lines.push(`const effect = ${called(main)};`);
  else {
    names.add("averageEffect");
    lines.push(`const effect = averageEffect(events, (time) => time >= ${from}, "${AVERAGE}");`);
  }
  if (events.ok) {
    names.add("supTBand");
    lines.push(
      `const band = supTBand(events, ${literal({ draws: BAND_DRAWS, seed: BAND_SEED })});`,
    );
  }
  const bootstrapped = bootstrap === null
    ? null
    : attempt(() => bootstrapSteps(prepared, study, { ...state, draws: 1 }).next());
  if (bootstrapped !== null && !bootstrapped.ok) {
    lines.push(comment(`No bootstrap: ${bootstrapped.reason}`));
  } else if (bootstrap !== null) {
    names.add("wildClusterBootstrap");
    const options = { type: bootstrap, draws: state.draws, seed: BOOTSTRAP_SEED };
    if (main === null) {
      lines.push(
        `const after = events.effects.filter(({ time }) => time !== undefined && time >= ${from});`,
        "const weights = Object.fromEntries(after.map(({ name }) => [name, 1 / after.length]));",
        `const bootstrap = wildClusterBootstrap(events, { weights, ...${literal(options)} });`,
      );
    } else {
      const term = prepared.treatment.path;
      lines.push(
        `const bootstrap = wildClusterBootstrap(effect, ${literal({ term, ...options })});`,
      );
    }
  }
  if (!events.ok) return "effect";
  names.add("eventEffects").add("honestBounds");
  lines.push(
    "// How far parallel trends may fail: run honest() for the interval of the average effect.",
    "const honest = () => {",
    "  const { times, base } = eventEffects(events);",
    `  const treated = times.filter((time) => time > base && time >= ${from}).length;`,
    "  return honestBounds(events, {",
    `    bounds: [${state.bound}],`,
    `    weights: times.filter((time) => time > base).map((time) => time >= ${from} ? 1 / treated : 0),`,
    "  });",
    "};",
  );
  return "effect";
}
