import assert from "node:assert/strict";
import { eventStudy } from "../../lib/estimators/event-study.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import {
  covarianceOf,
  type CovarianceSpec,
  withCovariance,
} from "../../lib/inference/covariance.ts";
import { clusterBlocks } from "../../lib/inference/few-clusters/blocks.ts";
import { leaveOneOut, leaveTwoOut } from "../../lib/inference/few-clusters/jackknife.ts";
import { clusterLeverage } from "../../lib/inference/few-clusters/leverage.ts";
import { inferenceTable } from "../../lib/inference/table.ts";
import { wildClusterBootstrap } from "../../lib/inference/wild.ts";
import { loadEhec } from "../../lib/study/medicaid.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel } from "../support/made.ts";
import { factorPanel } from "../support/synthetic.ts";

const ehec = twfe(loadEhec(), { outcome: "dins", treatment: "post" });
const error = (spec: CovarianceSpec) => withCovariance(ehec, spec).term("post").standardError;

Deno.test("ehec: few-cluster standard errors as printed (clubSandwich 0.5.8, summclust, fixest 0.14.2; R 4.2.2)", () => {
  assertClose(error({ type: "CR0" }), 0.00723995658528641);
  assertClose(error({ type: "CR1", rule: "G/(G − 1)" }), 0.00731995853420901);
  assertClose(error({ type: "CR1" }), 0.0074009937545819);
  assertClose(error({ type: "CR2" }), 0.00739582332099826);
  assertClose(error({ type: "CV3" }), 0.00747262442097389);
  assertClose(error({ type: "CV3J" }), 0.00747262436935506);
  assert.equal(
    withCovariance(ehec, { type: "CR2" }).term("post").degreesOfFreedom.toFixed(1),
    "40.2",
  );
});

Deno.test("ehec: North Dakota moves the estimate most", () => {
  const { fit, panel } = ehec.regression!;
  const refits = leaveOneOut(clusterBlocks(fit, panel.groups("stfips")));
  assert.ok(refits.ok);
  const moves = refits.estimates.map((beta) => Math.abs(beta[0] - fit.coefficients[0]));
  const most = moves.indexOf(Math.max(...moves));
  assert.equal(String(refits.clusters[most]), "38");
  assertClose(moves[most], 0.00212090217192029);
});

const panel = madePanel(8);
const made = twfe(panel, { outcome: "y", treatment: "d", covariates: ["x"], weights: "w" });
const blocksOf = (estimate: typeof made, cluster: string) =>
  clusterBlocks(estimate.regression!.fit, estimate.regression!.panel.groups(cluster));

Deno.test("the jackknife's closed form is what refitting gives, weighted, units and regions left out", () => {
  for (const cluster of ["unit", "region"]) {
    const refits = leaveOneOut(blocksOf(made, cluster));
    assert.ok(refits.ok);
    refits.clusters.forEach((label, g) => {
      const rest = panel.where(
        "refit",
        (row) => String(cluster === "unit" ? row.unit : row.value("region")) !== String(label),
      );
      const refit = twfe(rest, { outcome: "y", treatment: "d", covariates: ["x"], weights: "w" });
      assertClose(refits.estimates[g][0], refit.term("d").estimate, 1e-9, `${cluster} ${label}`);
      assertClose(refits.estimates[g][1], refit.term("x").estimate, 1e-9, `${cluster} ${label}`);
    });
  }
});

Deno.test("leaving two out is what refitting gives", () => {
  const { low, lowWithout } = leaveTwoOut(blocksOf(made, "unit"), 0);
  const rest = panel.where("refit", (row) => !lowWithout.includes(row.unit));
  const refit = twfe(rest, { outcome: "y", treatment: "d", covariates: ["x"], weights: "w" });
  assertClose(low, refit.term("d").estimate, 1e-9);
});

Deno.test("leverage adds up to the parameters, partial leverage to one", () => {
  const plain = twfe(panel, { outcome: "y", treatment: "d", covariates: ["x"] });
  const { leverage, partialLeverage, effectiveClusters } = clusterLeverage(
    blocksOf(plain, "unit"),
    0,
  );
  assertClose(leverage.reduce((a, b) => a + b, 0), 2 + 12 + 6 - 1, 1e-10);
  assertClose(partialLeverage.reduce((a, b) => a + b, 0), 1, 1e-12);
  assert.ok(effectiveClusters > 1 && effectiveClusters <= 12);
});

Deno.test("clusters of one row: CR2 is HC2 and CR3 is HC3", () => {
  const rows = panel.with("row", (row) => `${row.unit} ${row.time}`);
  const estimate = twfe(rows, {
    outcome: "y",
    treatment: "d",
    covariates: ["x"],
    covariance: "HC1",
  });
  const pairs = [["CR2", "HC2"], ["CR3", "HC3"]] as const;
  for (const [clustered, robust] of pairs) {
    const a = covarianceOf(estimate, { type: clustered, cluster: "row" }).matrix;
    const b = covarianceOf(estimate, { type: robust }).matrix;
    a.forEach((value, i) => assertClose(value, b[i], 1e-9, clustered, Math.abs(b[0])));
  }
});

Deno.test("all covariances scale with the outcome and ignore the scale of weights", () => {
  const specs: CovarianceSpec[] = [
    { type: "HC3" },
    { type: "CR2" },
    { type: "CV3" },
    { type: "CR2", cluster: "region" },
    { type: "Newey–West", lags: 1 },
    { type: "Driscoll–Kraay", lags: 1 },
  ];
  const scaled = twfe(
    panel.with("y", (row) => 1e5 * row.value("y")).with("w", (row) => 1e-13 * row.value("w")),
    {
      outcome: "y",
      treatment: "d",
      covariates: ["x"],
      weights: "w",
    },
  );
  for (const spec of specs) {
    const [a, b] = [withCovariance(made, spec).term("d"), withCovariance(scaled, spec).term("d")];
    assertClose(b.standardError, 1e5 * a.standardError, 1e-9, JSON.stringify(spec));
    assertClose(b.degreesOfFreedom, a.degreesOfFreedom, 1e-8, JSON.stringify(spec));
  }
});

Deno.test("a covariance put on an estimate changes its words, its clusters and the bootstrap's default", () => {
  const byRegion = withCovariance(made, { type: "CR2", cluster: "region" });
  assert.match(
    byRegion.describe().join("\n"),
    /CR2 clustered by region \(4\); small sample: bias-reduced/,
  );
  assert.equal(wildClusterBootstrap(byRegion, { term: "d", seed: 1, draws: 99 }).cluster, "region");
  assert.match(
    withCovariance(made, { type: "CR1", rule: "Stata" }).describe().join("\n"),
    /CR1 \(Stata\) clustered by unit \(12\)/,
  );
});

Deno.test("a cluster that holds all treated units has no jackknife, by name, and a warned CR2", () => {
  const block = panel.with("block", (row) => row.value("g") === 1 ? "treated" : `c${row.unit}`);
  const estimate = twfe(block, { outcome: "y", treatment: "d", cluster: "block" });
  assertRefuses(
    () => withCovariance(estimate, { type: "CV3" }),
    "without block treated there is no estimate of d",
  );
  assert.match(
    withCovariance(estimate, { type: "CR2" }).describe().join("\n"),
    /not bias-reduced for block treated/,
  );
  const table = inferenceTable(estimate, { seed: 1, draws: 99 });
  const row = table.rows.find(({ procedure }) => procedure.startsWith("cluster jackknife"))!;
  assert.match(row.reason!, /cannot be computed, because without block treated/);
  assert.ok("reason" in table.dependence);
  for (const { low, high, pValue } of table.rows) {
    for (const value of [low, high, pValue]) assert.ok(value === null || Number.isFinite(value));
  }
});

Deno.test("sums by period that are zero by construction are no variance: an event study under Driscoll–Kraay or wide Conley", () => {
  const placed = factorPanel({ cohorts: { 9: 4 }, controls: 6 })
    .with("g", (row) => row.value("first") > 0 ? 1 : 0)
    .with("lat", () => 1)
    .with("lon", (row) => row.time / 10);
  const events = eventStudy(placed, { outcome: "y", exposure: "g", reference: placed.times[0] });
  const everybody = { latitude: "lat", longitude: "lon", cutoff: 30_000 };
  for (
    const spec of [
      { type: "Driscoll–Kraay", lags: 1 },
      { type: "Conley", ...everybody },
      { type: "CR1", cluster: placed.timeName },
    ] as const
  ) {
    assertRefuses(
      () => withCovariance(events, spec),
      events.effects[0].name,
      "sum to zero",
      placed.timeName,
    );
  }
  assert.ok(withCovariance(made, { type: "Driscoll–Kraay", lags: 1 }).term("d").standardError > 0);
});

Deno.test("zero by construction stays zero where the outcome's level dwarfs what varies", () => {
  const high = factorPanel({ cohorts: { 9: 4 }, controls: 6 })
    .with("g", (row) => row.value("first") > 0 ? 1 : 0)
    .with("high", (row) => 1e6 + 1e-6 * row.value("y"));
  const events = eventStudy(high, { outcome: "high", exposure: "g", reference: high.times[0] });
  for (
    const spec of [
      { type: "Driscoll–Kraay", lags: 1 },
      { type: "CR1", cluster: high.timeName },
    ] as const
  ) assertRefuses(() => withCovariance(events, spec), "sum to zero");
  // What is no zero is still computed there.
  const [plain, moved] = ["y", "high"].map((outcome) =>
    withCovariance(
      eventStudy(high, { outcome, exposure: "g", reference: high.times[0] }),
      { type: "CR2" },
    ).terms[0].standardError
  );
  assertClose(moved / plain, 1e-6, 1e-3, "errors shrink with the outcome");
});

Deno.test("bad specifications are named", () => {
  const wrong = (spec: Record<string, unknown>, ...parts: string[]) =>
    assertRefuses(() => covarianceOf(made, spec as unknown as CovarianceSpec), ...parts);
  wrong({ type: "CR9" }, "no such covariance", '"CR9"', "CV3J");
  wrong({ type: "CR2", clutser: "region" }, "CR2 has no such option", '"clutser"', "cluster");
  wrong({ type: "HC2", cluster: "region" }, "HC2 has no such option", "leave it out");
  wrong({ type: "CR1", rule: "areg" }, "rule of CR1", '"areg"', "Stata");
  wrong({ type: "Newey–West", lags: 6 }, "from 0 to 5", "value 6");
  wrong({ type: "Driscoll–Kraay", lags: -1 }, "from 0 to 5");
  wrong({ type: "Conley", latitude: "x", longitude: "x", cutoff: 0 }, "above zero", '"cutoff"');
  wrong(
    { type: "Conley", latitude: "y", longitude: "lon", cutoff: 9, kernel: "gauss" },
    '"gauss"',
    "uniform, bartlett",
  );
  const placed = twfe(panel.with("lat", (row) => row.unit === "u1" ? 99 : 1), {
    outcome: "y",
    treatment: "d",
  });
  assertRefuses(
    () => covarianceOf(placed, { type: "Conley", latitude: "lat", longitude: "lat", cutoff: 5 }),
    "beyond ±90 degrees",
    "(u1, 1)",
  );
  const one = twfe(panel.with("one", () => 1), { outcome: "y", treatment: "d" });
  assertRefuses(
    () => covarianceOf(one, { type: "CR2", cluster: "one" }),
    "only one cluster",
    '"one"',
  );
});

Deno.test("one effect under every procedure: the rule, a row each, and the same digits every time", () => {
  const options = { outcome: "y", treatment: "d" };
  const estimate = twfe(panel, options);
  const make = () =>
    inferenceTable(estimate, { seed: 5, draws: 999, randomise: { panel, options } });
  const table = make();
  assert.ok(table.rule.length > 20 && table.rows.length >= 14);
  assert.deepEqual(make(), table);
  const half = table.rows.find(({ procedure }) => procedure.includes("CR1"))!;
  assertClose(half.standardError!, estimate.term("d").standardError, 1e-12);
});

Deno.test("the bootstrap's t is the estimate's own, whatever its small-sample rule", () => {
  const estimate = twfe(panel, {
    outcome: "y",
    treatment: "d",
    smallSample: { parameters: false },
  });
  const { statistic } = wildClusterBootstrap(estimate, { term: "d", seed: 1, draws: 99 });
  assertClose(statistic, estimate.term("d").statistic, 1e-10);
});
