import assert from "node:assert/strict";
import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { absorber } from "../../lib/regression/absorb.ts";
import type { FixedEffect } from "../../lib/regression/groups.ts";
import { leastSquares } from "../../lib/regression/least-squares.ts";

/** A small generator for test data only. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function effect(name: string, codes: number[], slope?: number[]): FixedEffect {
  const levels = [...new Set(codes)];
  const packed = Int32Array.from(codes, (code) => levels.indexOf(code));
  return {
    name,
    codes: packed,
    levels: levels.length,
    ...(slope === undefined ? {} : { slope: Float64Array.from(slope) }),
  };
}

/** The residual of a weighted regression on every dummy (and dummy × slope), by singular values: no shortcut. */
function bruteForce(
  effects: FixedEffect[],
  y: Float64Array,
  weights: Float64Array | null,
): number[] {
  const n = y.length;
  const columns = effects.flatMap(({ codes, levels, slope }) =>
    Array.from({ length: levels }, (_, level) => [
      Array.from(codes, (code) => code === level ? 1 : 0),
      ...(slope === undefined
        ? []
        : [Array.from(codes, (code, i) => code === level ? slope[i] : 0)]),
    ]).flat()
  );
  const root = (i: number) => weights === null ? 1 : Math.sqrt(weights[i]);
  const z = new Matrix(
    Array.from({ length: n }, (_, i) => columns.map((column) => root(i) * column[i])),
  );
  const right = Matrix.columnVector(Array.from(y, (value, i) => root(i) * value));
  const solution = new SingularValueDecomposition(z, { autoTranspose: true }).solve(right);
  const fitted = z.mmul(solution);
  return Array.from(y, (value, i) => value - fitted.get(i, 0) / root(i));
}

function assertSame(
  effects: FixedEffect[],
  n: number,
  draw: () => number,
  weights: Float64Array | null,
): string {
  const y = Float64Array.from({ length: n }, () => 10 * draw());
  const absorb = absorber(effects, weights);
  const ours = absorb.residualise(y);
  bruteForce(effects, y, weights).forEach((value, i) =>
    assert.ok(
      Math.abs(ours[i] - value) < 1e-8,
      `${absorb.method}: row ${i} ${ours[i]} against ${value}`,
    )
  );
  return absorb.method;
}

const balancedCodes = (units: number, times: number) => ({
  unit: Array.from({ length: units * times }, (_, i) => Math.floor(i / times)),
  time: Array.from({ length: units * times }, (_, i) => i % times),
});

Deno.test("balanced two-way has a closed form, also with weights constant within a unit or a period", () => {
  const { unit, time } = balancedCodes(7, 5);
  const draw = numbers(1);
  const effects = [effect("unit", unit), effect("time", time)];
  const perUnit = Array.from({ length: 7 }, () => 0.5 + draw());
  const perTime = Array.from({ length: 5 }, () => 0.5 + draw());
  for (const weights of [null, unit.map((u) => perUnit[u]), time.map((t) => perTime[t])]) {
    const method = assertSame(effects, 35, draw, weights && Float64Array.from(weights));
    assert.equal(method, "closed form: balanced two-way");
  }
});

Deno.test("weights that vary, gaps, three effects and trends agree with a regression on every dummy", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.boolean(), (seed, weighted) => {
      const draw = numbers(seed);
      const { unit, time } = balancedCodes(8, 6);
      const keep = unit.map((_, i) => i).filter(() => draw() > 0.2);
      const pick = (values: number[]) => keep.map((i) => values[i]);
      const region = unit.map((u, i) => (u % 3) * 10 + time[i] % 2);
      const weights = weighted ? Float64Array.from(keep, () => 0.1 + 3 * draw()) : null;
      const both = [effect("unit", pick(unit)), effect("time", pick(time))];
      assertSame(both, keep.length, draw, weights);
      assertSame([...both, effect("region", pick(region))], keep.length, draw, weights);
      assertSame([effect("unit", pick(unit), pick(time)), both[1]], keep.length, draw, weights);
      assertSame([both[0]], keep.length, draw, weights);
    }),
    { numRuns: 25, seed: 7 },
  );
});

Deno.test("panels in two pieces that never meet are handled", () => {
  const unit = [0, 0, 1, 1, 2, 2, 3, 3];
  const time = [0, 1, 0, 1, 2, 3, 2, 3];
  assertSame([effect("unit", unit), effect("time", time)], 8, numbers(3), null);
});

Deno.test("many outer effects go by conjugate gradients and agree with a direct solve", () => {
  const draw = numbers(5);
  const n = 9000;
  const codes = (levels: number) => Array.from({ length: n }, () => Math.floor(levels * draw()));
  const [a, b] = [effect("a", codes(1500)), effect("b", codes(1200))];
  const y = Float64Array.from({ length: n }, () => draw());
  const absorb = absorber([a, b], null);
  assert.match(absorb.method, /conjugate gradients/);
  const residual = absorb.residualise(y);
  for (const { codes, levels } of [a, b]) {
    const sums = new Float64Array(levels);
    residual.forEach((value, i) => sums[codes[i]] += value);
    assert.ok(Math.max(...sums.map(Math.abs)) < 1e-9, "residuals must sum to zero in every level");
  }
});

Deno.test("collinear, constant and absorbed columns are dropped by name, with the reason", () => {
  const { unit, time } = balancedCodes(5, 4);
  const draw = numbers(9);
  const x = Float64Array.from(unit, () => draw());
  const fit = leastSquares({
    outcome: Float64Array.from(unit, () => draw()),
    names: ["x", "unit level", "constant", "twice x", "z"],
    regressors: [
      x,
      Float64Array.from(unit),
      x.map(() => 3),
      Float64Array.from(x, (value, i) => 2 * value + time[i]),
      Float64Array.from(unit, () => draw()),
    ],
    effects: [effect("unit", unit), effect("time", time)],
    weights: null,
  });
  assert.deepEqual(fit.names, ["x", "z"]);
  assert.deepEqual(fit.dropped, [
    { name: "unit level", reason: "absorbed by the fixed effects" },
    { name: "constant", reason: "constant" },
    { name: "twice x", reason: "collinear with x", repeats: ["x"] },
  ]);
});

Deno.test("a collinear column names what it repeats, not what that is correlated with", () => {
  const draw = numbers(4);
  const [a, b, c] = Array.from(
    { length: 3 },
    () => Float64Array.from({ length: 40 }, () => draw()),
  );
  const near = a.map((value, i) => value + 0.3 * b[i]);
  const { dropped } = leastSquares({
    outcome: c,
    names: ["a", "near", "b", "2 near", "a + b"],
    regressors: [a, near, b, near.map((value) => 2 * value), a.map((value, i) => value + b[i])],
    effects: [],
    weights: null,
  });
  assert.deepEqual(dropped.map(({ name, repeats }) => [name, repeats?.join()]), [
    ["b", "a,near"],
    ["2 near", "near"],
    ["a + b", "a,near"],
  ]);
});

Deno.test("weights so far apart that conjugate gradients fail are solved directly, and said", () => {
  const draw = numbers(3);
  const [units, times] = [1300, 1010];
  const pairs = Array.from({ length: 2 * units }, (_, i) => {
    const u = Math.floor(i / 2);
    return [u, i % 2 === 0 ? u % times : Math.floor(draw() * times)];
  });
  const weights = Float64Array.from(pairs, () => 10 ** (16 * draw() - 8));
  const effects = [
    { name: "unit", codes: Int32Array.from(pairs, ([u]) => u), levels: units },
    { name: "time", codes: Int32Array.from(pairs, ([, t]) => t), levels: times },
  ];
  const own = Float64Array.from(pairs, ([u, t]) => Math.sin(u) + Math.cos(t));
  const absorb = absorber(effects, weights);
  const left = absorb.residualise(own);
  assert.match(absorb.method, /Cholesky \(conjugate gradients did not converge\)/);
  // What the effects explain leaves nothing where the weight is; light rows may keep a little.
  const share = left.reduce((sum, e, i) => sum + weights[i] * e ** 2, 0) /
    own.reduce((sum, y, i) => sum + weights[i] * y ** 2, 0);
  assert.ok(share < 1e-14, `share ${share}`);
});
