import assert from "node:assert/strict";
import {
  callawaySantAnna,
  dcdhDynamic,
  type Estimate,
  etwfe,
  imputation,
  localProjections,
  type Panel,
  sunAbraham,
} from "../../lib/mod.ts";
import { panelOf, rollOut } from "../support/staggered.ts";

const DRAWS = 300;
const SEED = 20260801;
const COLUMNS = { outcome: "y", cohort: "cohort" } as const;
const COHORTS = [3, 5, 7];
const LAST = 8;

/** Effects differ by cohort and grow at the cohort's own pace. */
const effect = (cohort: number, since: number) => 0.4 * cohort + (0.5 - 0.05 * cohort) * since;
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean true effect at an event time over the cohorts seen there (they have equal sizes). */
const truthAt = (e: number) =>
  mean(COHORTS.filter((cohort) => cohort + e <= LAST).map((cohort) => effect(cohort, e)));
const EVENT_TIMES = [0, 1, 2, 3, 4, 5];
const CELLS = COHORTS.flatMap((cohort) =>
  EVENT_TIMES.filter((e) => cohort + e <= LAST).map((e) => effect(cohort, e))
);
/** Over all treated rows, and over event times. */
const [BY_ROW, BY_EVENT] = [mean(CELLS), mean(EVENT_TIMES.map(truthAt))];

interface Entry {
  readonly fit: (panel: Panel) => Estimate;
  /** The truth that its "overall" is for. */
  readonly overall: number;
}

const ENTRIES: Record<string, Entry> = {
  callawaySantAnna: {
    fit: (panel) => callawaySantAnna(panel, COLUMNS).aggregate("dynamic"),
    overall: BY_EVENT,
  },
  imputation: { fit: (panel) => imputation(panel, COLUMNS), overall: BY_ROW },
  sunAbraham: { fit: (panel) => sunAbraham(panel, COLUMNS), overall: BY_ROW },
  etwfe: { fit: (panel) => etwfe(panel, COLUMNS), overall: BY_ROW },
  localProjections: { fit: (panel) => localProjections(panel, COLUMNS), overall: BY_EVENT },
  dcdhDynamic: {
    fit: (panel) => dcdhDynamic(panel, { outcome: "y", treatment: "d" }),
    overall: BY_ROW,
  },
};

const NOISES = { "independent shocks": 0, "persistent shocks": 0.5 };

/** The same panels for every estimator, so that they are drawn once. */
const drawn = new Map<number, Panel[]>();
function panels(persistence: number): Panel[] {
  const known = drawn.get(persistence);
  if (known !== undefined) return known;
  const made = Array.from(
    { length: DRAWS },
    (_, k) => panelOf(rollOut({ seed: SEED, effect, persistence, cohorts: [...COHORTS, 0] }, k)),
  );
  drawn.set(persistence, made);
  return made;
}

/** Share of draws whose interval covers, and the mean error in standard errors of that mean. */
function record(terms: readonly { estimate: number; low: number; high: number }[], truth: number) {
  const covered = mean(terms.map(({ low, high }) => low <= truth && truth <= high ? 1 : 0));
  const errors = terms.map(({ estimate }) => estimate - truth);
  const spread = Math.sqrt(mean(errors.map((error) => (error - mean(errors)) ** 2)));
  return { covered, bias: mean(errors) / (spread / Math.sqrt(terms.length)), spread };
}

function assertCovers(estimates: readonly Estimate[], term: string, truth: number): void {
  const terms = estimates.map((estimate) => estimate.term(term));
  const { covered, bias, spread } = record(terms, truth);
  assert.ok(covered >= 0.9 && covered <= 0.985, `${term}: ${covered} of intervals cover ${truth}`);
  assert.ok(Math.abs(bias) < 4, `${term}: off by ${bias} standard errors of the mean`);
  const error = mean(terms.map(({ standardError }) => standardError));
  assert.ok(Math.abs(error / spread - 1) < 0.15, `${term}: errors ${error}, spread ${spread}`);
}

for (const [noise, persistence] of Object.entries(NOISES)) {
  for (const [name, { fit, overall }] of Object.entries(ENTRIES)) {
    Deno.test(`${name}: 95% intervals cover heterogeneous effects, ${noise}`, () => {
      const estimates = panels(persistence).map(fit);
      assertCovers(estimates, "overall", overall);
      assertCovers(estimates, "event time 0", truthAt(0));
      assertCovers(estimates, "event time 3", truthAt(3));
    });
  }
}
