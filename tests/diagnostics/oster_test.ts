import assert from "node:assert/strict";
import { oster, type OsterAdjusted, Panel, twfe } from "../../lib/mod.ts";
import { deltaFor, osterRoots, realRoots } from "../../lib/diagnostics/omitted/oster-roots.ts";
import { stream } from "../../lib/inference/random.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madeRows } from "../support/made.ts";
import { orthogonalColumns, TIMES, UNITS } from "../support/orthogonal.ts";

const ROWS = UNITS * TIMES;

interface Truth {
  readonly panel: Panel;
  readonly delta: number;
  readonly beta: number;
}

/** y = βx + 0.8 c₁ + 0.5 c₂ + h + e + fixed effects, with selection of x on c and on the hidden h, which is orthogonal to c. */
function selection(seed: number, beta: number, hidden: number, onHidden: number): Truth {
  const [c1, c2, h, u, e] = orthogonalColumns(seed, 5);
  const combine = (f: (i: number) => number) => Float64Array.from({ length: ROWS }, (_, i) => f(i));
  // Two controls that are related to each other.
  const second = combine((i) => 0.6 * c1[i] + 0.8 * c2[i]);
  const x = combine((i) => 0.5 * c1[i] + 0.3 * second[i] + onHidden * h[i] + u[i]);
  const panel = Panel.fromColumns({
    unit: combine((i) => Math.floor(i / TIMES)),
    t: combine((i) => i % TIMES),
    a: c1,
    b: second,
    h,
    x,
    y: combine((i) =>
      beta * x[i] + 0.8 * c1[i] + 0.5 * second[i] + hidden * h[i] + 0.7 * e[i] +
      Math.floor(i / TIMES) % 7 +
      (i % TIMES)
    ),
  }, { unit: "unit", time: "t" });
  // Observed index 0.8 c₁ + 0.5 (0.6 c₁ + 0.8 c₂) = 1.1 c₁ + 0.4 c₂; x has 0.68 c₁ + 0.24 c₂ of the controls.
  const [observed, withTreatment] = [1.1 ** 2 + 0.4 ** 2, 1.1 * 0.68 + 0.4 * 0.24];
  return { panel, beta, delta: (onHidden / hidden) * observed / withTreatment };
}

function regressions({ panel }: Truth) {
  const fit = (covariates: string[]) => twfe(panel, { outcome: "y", treatment: "x", covariates });
  return { short: fit([]), long: fit(["a", "b"]), full: fit(["a", "b", "h"]) };
}

const within = ({ regression }: ReturnType<typeof twfe>) =>
  1 - regression!.fit.squaredResiduals / regression!.fit.squaredOutcome;

for (
  const [beta, hidden, onHidden] of [[1, 0.6, 0.2], [0.4, 0.7, 0.35], [-0.5, 0.5, 0.5], [
    0.3,
    0.8,
    -0.2,
  ]]
) {
  Deno.test(`proportional selection in the moments: β = ${beta} is recovered, hidden ${hidden}, ${onHidden}`, () => {
    const truth = selection(3, beta, hidden, onHidden);
    const { short, long, full } = regressions(truth);
    assertClose(full.term("x").estimate, beta, 1e-10, "the full regression");
    const options = { term: "x", rMax: within(full), delta: truth.delta, beta };
    const found = oster(short, long, options);
    assert.ok(
      found.roots.some(({ value, admissible }) => admissible && Math.abs(value - beta) < 1e-8),
      JSON.stringify(found.roots),
    );
    assertClose(found.betaStar!, beta, 1e-8, "β*");
    assertClose(found.deltaForBeta!, truth.delta, 1e-8, "δ");
    // The same unobservables as a share of the variance about the mean.
    const outcome = truth.panel.numeric("y");
    const mean = outcome.reduce((sum, y) => sum + y, 0) / ROWS;
    const squares = outcome.reduce((sum, y) => sum + (y - mean) ** 2, 0);
    const overall = oster(short, long, {
      ...options,
      rSquared: "overall",
      rMax: 1 - full.regression!.fit.squaredResiduals / squares,
    });
    assertClose(overall.betaStar!, beta, 1e-8, "overall");
    assert.ok(overall.long.rSquared > found.long.rSquared);
  });
}

Deno.test("equal selection: two solutions, one admissible, and δ returns to 1", () => {
  // δ = 1 by the choice of selection on h.
  const hidden = 0.6;
  const equal = hidden * (1.1 * 0.68 + 0.4 * 0.24) / (1.1 ** 2 + 0.4 ** 2);
  const truth = selection(5, 0.7, hidden, equal);
  assertClose(truth.delta, 1, 1e-12);
  const { short, long, full } = regressions(truth);
  const found = oster(short, long, { term: "x", rMax: within(full) });
  assert.equal(found.roots.length, 2);
  assert.deepEqual(found.roots.filter(({ admissible }) => admissible).map(({ value }) => value), [
    found.betaStar,
  ]);
  assertClose(found.betaStar!, 0.7, 1e-9);
  const near = [1 - 1e-9, 1 + 1e-9].map((delta) =>
    oster(short, long, { term: "x", rMax: within(full), delta }).betaStar!
  );
  for (const value of near) assertClose(value, 0.7, 1e-6, "δ near 1");
});

Deno.test("another δ or Rmax is answered as if it had been asked for at once", () => {
  const { short, long } = regressions(selection(4, 0.5, 0.6, 0.3));
  const found = oster(short, long, { term: "x", beta: 0.2 });
  const answer = ({ delta, rMax, betaStar, reason, roots, deltaForBeta }: OsterAdjusted) => ({
    delta,
    rMax,
    betaStar,
    reason,
    roots,
    deltaForBeta,
  });
  assert.deepEqual(found.adjust(), answer(found));
  for (const selection of [{ delta: -0.4 }, { rMax: 0.95 }, { delta: 3, rMax: 0.9 }]) {
    const asked = oster(short, long, { term: "x", beta: 0.2, ...selection });
    assert.deepEqual(found.adjust(selection), answer(asked));
  }
  assert.equal(found.adjust({ delta: 0 }).betaStar, found.long.estimate);
  assertRefuses(() => found.adjust({ rMax: 0.01 }), "rMax", "above");
  assertRefuses(() => found.adjust({ delta: Infinity }), "delta");
  assertRefuses(() => found.adjust({ beta: 1 } as never), "beta");
});

Deno.test("every root has the δ that it was asked for", () => {
  const { short, long } = regressions(selection(4, 0.5, 0.6, 0.3));
  for (const delta of [-1.5, 0.3, 0.9, 1, 1.1, 2, 5]) {
    for (const { value } of oster(short, long, { term: "x", delta, rMax: 0.9 }).roots) {
      const back = oster(short, long, { term: "x", rMax: 0.9, beta: value }).deltaForBeta!;
      assertClose(back, delta, 1e-6, `root ${value}`);
    }
  }
});

const MTCARS = {
  short: -5.344471572722679,
  long: -4.358797200162686,
  treatment: 0.9573789677419355,
  treatmentNet: 0.3783444488886921,
  gained: 2.976214204124621,
  possible: 2.369502531144526,
};
const MTCARS_ROOTS: readonly [number, readonly number[]][] = [
  [1, [-7.0140951412594, -2.0001849388374]],
  [0.5, [-3.5136223224832]],
  [2, [-6.4061068629632]],
  [-1, [-5.3681729857854]],
];
const MTCARS_DELTA = 1.1511363308702;

// Printed by tools/witnesses/oster.R (R 4.2.2).
Deno.test("mtcars: solutions and δ as in R", () => {
  const moments = MTCARS;
  for (const [delta, values] of MTCARS_ROOTS) {
    const roots = osterRoots(moments, delta).map(({ value }) => value).sort((a, b) => a - b);
    assert.equal(roots.length, values.length);
    roots.forEach((value, i) => assertClose(value, values[i], 1e-8, `δ ${delta}`));
  }
  assertClose(deltaFor(moments, 0)!, MTCARS_DELTA, 1e-9);
});

Deno.test("roots of polynomials, leading zeros and all", () => {
  const sorted = (...c: [number, number, number, number]) => realRoots(...c).sort((a, b) => a - b);
  const check = (found: number[], expected: number[]) => {
    assert.equal(found.length, expected.length, found.join(", "));
    found.forEach((x, i) => assertClose(x, expected[i], 1e-9, "", 1e-3));
  };
  check(sorted(1, -6, 11, -6), [1, 2, 3]);
  check(sorted(2, 0, 0, -16), [2]);
  check(sorted(0, 1, -3, 2), [1, 2]);
  check(sorted(0, 1, 0, 1), []);
  check(sorted(0, 0, 2, -3), [1.5]);
  check(sorted(1e-12, 1, -3, 2).slice(1), [1, 2]);
});

Deno.test("scale of treatment and outcome does not matter; Rmax defaults to 1.3 × R²", () => {
  const truth = selection(6, 0.5, 0.6, 0.3);
  const { short, long } = regressions(truth);
  const found = oster(short, long, { term: "x" });
  assertClose(found.rMax, Math.min(1, 1.3 * within(long)), 1e-12);
  const panel = truth.panel.with("y", (row) => 100 * row.value("y") + 7).with(
    "x",
    (row) => row.value("x") / 8,
  );
  const other = regressions({ ...truth, panel });
  const scaled = oster(other.short, other.long, { term: "x" });
  assertClose(scaled.betaStar!, 800 * found.betaStar!, 1e-8);
  assertClose(scaled.deltaForBeta!, found.deltaForBeta!, 1e-8);
  const table = found.toTable();
  assert.equal(table.rows.length, 4);
  assert.match(table.notes.join("\n"), /net of fixed effects/);
});

Deno.test("bad input is refused", () => {
  const truth = selection(7, 0.5, 0.6, 0.3);
  const { short, long } = regressions(truth);
  const use = (more: object) => () => oster(short, long, { term: "x", ...more } as never);
  assertRefuses(use({ rMax: 0.01 }), "rMax", "above");
  assertRefuses(use({ rMax: 1.2 }), "rMax");
  assertRefuses(use({ delta: NaN }), "delta");
  assertRefuses(use({ term: "a" }), "a");
  assertRefuses(use({ rSquared: "adjusted" }), "rSquared");
  assertRefuses(use({ bounds: 1 }), "bounds");
  assertRefuses(() => oster(long, short, { term: "x" }), "lacks");
  assertRefuses(() => oster(long, long, { term: "x" }), "no controls");
  const { panel } = truth;
  const fewer = twfe(panel.where("some", (row) => Number(row.unit) > 3), {
    outcome: "y",
    treatment: "x",
  });
  assertRefuses(() => oster(fewer, long, { term: "x" }), "rows");
  const other = twfe(panel.with("z", (row) => row.value("y") ** 2), {
    outcome: "z",
    treatment: "x",
  });
  assertRefuses(() => oster(other, long, { term: "x" }), "differ in outcome");
  const unrelated = panel.with("x", panel.numeric("h").slice());
  assertRefuses(
    () =>
      oster(
        twfe(unrelated, { outcome: "y", treatment: "x" }),
        twfe(unrelated, { outcome: "y", treatment: "x", covariates: ["a"] }),
        { term: "x" },
      ),
    "not related",
  );
});

Deno.test("controls that hardly matter: which root is admissible is no question of rounding", () => {
  const rows = madeRows(3);
  const twice = rows.flatMap((row) => [row, { ...row, unit: `${row.unit} again` }]);
  const found = [rows, twice].flatMap((all) =>
    [1, 1e-6, 10].map((scale) => {
      const keys = { unit: "unit", time: "t" };
      const panel = Panel.fromRows(
        all.map((row) => ({ ...row, y: scale * Number(row.y) })),
        keys,
      );
      const options = { outcome: "y", treatment: "d" };
      const [short, long] = [
        twfe(panel, options),
        twfe(panel, { ...options, covariates: ["x"] }),
      ];
      return oster(short, long, { term: "d" }).betaStar! / scale;
    })
  );
  // With one control σ b + ν (σ − τ) is zero at the near root; the far one is left.
  for (const value of found) assertClose(value / found[0], 1, 1e-6, "β*");
  assert.ok(found[0] > 3000);
});

Deno.test("one control, equal selection: the planted coefficient is the admissible root", () => {
  const random = stream(12, 0);
  let tried = 0;
  while (tried < 500) {
    // Y = βX + γw + u with w, u independent; cov(X, u)/var(u) = cov(X, γw)/var(γw).
    const [beta, gamma, c] = [random.normal(), random.normal(), 0.9 * (2 * random.uniform() - 1)];
    const variance = 2 * random.uniform();
    const q = variance * c / gamma;
    const net = 1 - c * c;
    if (!(variance > q * q / net)) continue;
    tried++;
    const moments = {
      short: beta + gamma * c + q,
      long: beta + q / net,
      treatment: 1,
      treatmentNet: net,
      gained: gamma ** 2 - (gamma * c + q) ** 2 + q * q / net,
      possible: variance - q * q / net,
    };
    const [found, ...others] = osterRoots(moments, 1).filter(({ admissible }) => admissible);
    assert.equal(others.length, 0);
    assertClose(found.value, beta, 1e-6 * (1 + Math.abs(beta)), "β");
  }
});
