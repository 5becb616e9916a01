import assert from "node:assert/strict";
import {
  callawaySantAnna,
  omittedVariable,
  type OmittedVariableOptions,
  Panel,
  twfe,
  withCovariance,
} from "../../lib/mod.ts";
import { biasOf, errorRatio, robustness } from "../../lib/diagnostics/omitted/formulas.ts";
import { stream } from "../../lib/inference/random.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

/** 30 units × 6 years; z confounds d and y, x and v are observed. */
function made(scale = 1): Panel {
  const random = stream(21, 0);
  const rows = Array.from({ length: 30 }, (_, u) => {
    const [level, w] = [random.normal(), 0.5 + random.uniform()];
    return Array.from({ length: 6 }, (_, t) => {
      const [x, v, z] = [random.normal(), random.normal(), random.normal()];
      const d = 0.4 * x + 0.5 * z + random.normal() + level;
      const y = scale * (level + 0.2 * t + 0.8 * d + 0.5 * x - 0.3 * v + 0.6 * z + random.normal());
      return { unit: u, t, x, v, z, d, y, w, cohort: u % 2 === 0 ? 3 : 0 };
    });
  }).flat();
  return Panel.fromRows(rows, { unit: "unit", time: "t" });
}

const FIT = { outcome: "y", treatment: "d" } as const;
const options = (more: object = {}): OmittedVariableOptions => ({ term: "d", ...more });

for (const weights of [undefined, "w"]) {
  Deno.test(`a covariate left out moves estimate and error by the formula, exactly (weights: ${weights})`, () => {
    const panel = made();
    const common = {
      ...FIT,
      covariance: "iid",
      ...(weights === undefined ? {} : { weights }),
    } as const;
    for (const omitted of ["z", "x", "v"]) {
      const others = ["x", "v", "z"].filter((name) => name !== omitted);
      const short = twfe(panel, { ...common, covariates: others });
      const long = twfe(panel, { ...common, covariates: [...others, omitted] });
      // The sample's own shares, from the regression that has the covariate.
      const { benchmark } = omittedVariable(long, options({ benchmarks: [omitted] })).bounds[0];
      const found = omittedVariable(short, options()).adjust(benchmark);
      const moved = short.term("d").estimate - long.term("d").estimate;
      assertClose(found.bias, Math.abs(moved), 1e-10, omitted);
      assertClose(found.standardError, long.term("d").standardError, 1e-10, omitted);
    }
  });
}

Deno.test("a group of covariates left out moves the error by the formula; interactions with years are a group", () => {
  const panel = made().with("base", (row) => Number(row.unit) % 7);
  const short = twfe(panel, { ...FIT, covariates: ["z"] });
  const long = twfe(panel, { ...FIT, covariates: ["z"], covariatesByTime: ["base"] });
  const { benchmark } = omittedVariable(long, options({ benchmarks: ["base"] })).bounds[0];
  assert.equal(benchmark.columns.length, 5);
  const [a, b] = [omittedVariable(short, options()), omittedVariable(long, options())];
  // Five columns take five degrees of freedom where the formula takes one.
  const ratio = errorRatio(benchmark, a.degreesOfFreedom) *
    Math.sqrt((a.degreesOfFreedom - 1) / b.degreesOfFreedom);
  assertClose(b.iidError, a.iidError * ratio, 1e-10);
});

Deno.test("robustness values are the least share that does it, by search over all confounders", () => {
  for (const [t, df, q] of [[4.2, 150, 1], [2.4, 40, 1], [4, 60, 0.5], [14, 8, 1], [1.2, 30, 1]]) {
    const f = q * t / Math.sqrt(df);
    for (const crit of [0, 2 / Math.sqrt(df - 1)]) {
      // In units of SE √df: does some confounder within r bring the excess over the null to the critical value?
      const enough = (r: number) => {
        for (let k = 0; k <= 4000; k++) {
          const confounder = { treatment: r, outcome: r * k / 4000 };
          const left = f - biasOf(confounder, 1, df) / Math.sqrt(df);
          if (left <= crit * errorRatio(confounder, df) * Math.sqrt((df - 1) / df)) return true;
        }
        return false;
      };
      let [low, high] = [0, 1 - 1e-9];
      for (let k = 0; k < 50; k++) {
        const middle = (low + high) / 2;
        if (enough(middle)) high = middle;
        else low = middle;
      }
      assertClose(robustness(f, crit), f <= crit ? 0 : high, 1e-6, `${t} ${df} ${crit}`, 1e-3);
    }
  }
});

Deno.test("at the robustness value the estimate is nothing, and at the other the interval touches zero", () => {
  for (const standardError of ["iid", "own"] as const) {
    const fit = twfe(made(), { ...FIT, covariates: ["x"] });
    const found = omittedVariable(fit, options({ standardError }));
    const at = (r: number) => found.adjust({ treatment: r, outcome: r });
    assertClose(at(found.robustnessValue).estimate, 0, 1e-12, "estimate", 1);
    assertClose(at(found.robustnessValueAlpha).low, 0, 1e-12, "interval", 1);
    const extreme = { treatment: found.extremeRobustness, outcome: 1 };
    assertClose(found.adjust(extreme).estimate, 0, 1e-12, "extreme", 1);
    assert.equal(found.adjust(extreme).statistic, null);
    assertClose(found.extremeRobustness, found.partialR2, 1e-12);
  }
});

Deno.test("with the estimate's own errors the other robustness value changes and the first does not", () => {
  const fit = twfe(made(), { ...FIT, covariates: ["x"] });
  const iid = omittedVariable(fit, options());
  const own = omittedVariable(fit, options({ standardError: "own" }));
  assert.equal(own.standardError, fit.term("d").standardError);
  assert.equal(own.robustnessValue, iid.robustnessValue);
  assert.notEqual(own.robustnessValueAlpha, iid.robustnessValueAlpha);
  assert.equal(own.partialR2, iid.partialR2);
  const classical = omittedVariable(
    withCovariance(fit, { type: "iid" }),
    options({ standardError: "own" }),
  );
  assertClose(classical.standardError, iid.iidError, 1e-11);
  assert.match(iid.toTable().notes.join("\n"), /CR1 clustered by unit \(30\)/);
  assert.match(own.toTable().notes.join("\n"), /approximation/);
});

Deno.test("scale, order of rows and unit effects do not matter", () => {
  const bounds = (panel: Panel) =>
    omittedVariable(
      twfe(panel, { ...FIT, covariates: ["x", "v"] }),
      options({ benchmarks: ["x", ["v", "x"]] }),
    );
  const [a, b] = [bounds(made()), bounds(made(100).with("y2", () => 0))];
  const shifted = bounds(made().with("y", (row) => row.value("y") + Number(row.unit)));
  for (const other of [b, shifted]) {
    assertClose(other.partialR2, a.partialR2, 1e-10);
    assertClose(other.robustnessValueAlpha, a.robustnessValueAlpha, 1e-10);
    other.bounds.forEach((bound, i) => {
      const own = a.bounds[i];
      assert.ok(bound.reason === undefined && own.reason === undefined);
      assertClose(bound.outcome, own.outcome, 1e-9);
      assertClose(bound.statistic!, own.statistic!, 1e-9);
    });
  }
});

Deno.test("a bound that cannot be has a reason, and one above 100 % is capped", () => {
  const fit = twfe(made(), { ...FIT, covariates: ["x", "z"] });
  const found = omittedVariable(fit, options({ benchmarks: ["z"], kd: [1, 50], ky: [1000, 1] }));
  const [capped, impossible] = found.bounds;
  assert.ok(capped.reason === undefined && capped.capped && capped.outcome === 1);
  assert.match(impossible.reason!, /all of the treatment/);
  const table = found.toTable();
  assert.equal(table.rows.length, 3);
  assert.match(String(table.rows[2].remark), /all of the treatment/);
});

Deno.test("bad input is refused", () => {
  const panel = made();
  const fit = twfe(panel, { ...FIT, covariates: ["x"] });
  const use = (more: object, of = fit) => () => omittedVariable(of, options(more) as never);
  assertRefuses(use({ term: "nothing" }), "nothing");
  assertRefuses(use({ term: undefined }), "term");
  assertRefuses(use({ benchmarks: ["v"] }), "v", "not among");
  assertRefuses(use({ benchmarks: ["d"] }), "own benchmark");
  assertRefuses(use({ benchmarks: [[]] }), "benchmarks");
  assertRefuses(use({ benchmarks: "x" }), "list");
  assertRefuses(use({ q: 0 }), "q must be");
  assertRefuses(use({ q: NaN }), "q must be");
  assertRefuses(use({ alpha: 1 }), "alpha");
  assertRefuses(use({ kd: [-1] }), "kd");
  assertRefuses(use({ kd: [1, 2], ky: [1] }), "kd and ky");
  assertRefuses(use({ standardError: "HC1" }), "standardError");
  assertRefuses(use({ strength: 1 }), "strength");
  for (
    const wrong of [{ treatment: 1, outcome: 0 }, { treatment: 0.1, outcome: 1.1 }, {
      treatment: NaN,
      outcome: 0,
    }]
  ) {
    assertRefuses(() => omittedVariable(fit, options()).adjust(wrong), "out of range");
  }
  const twice = twfe(panel.with("x2", (row) => 2 * row.value("x")), {
    ...FIT,
    covariates: ["x", "x2"],
  });
  assertRefuses(use({ benchmarks: ["x2"] }, twice), "x2", "collinear");
  const cells = callawaySantAnna(panel, { outcome: "y", cohort: "cohort" });
  assertRefuses(use({ term: cells.terms[0].name }, cells), "no single regression");
});
