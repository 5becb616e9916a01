import assert from "node:assert/strict";
import fc from "fast-check";
import { frankWolfe, frankWolfeSteps } from "../../../lib/estimators/synthetic/frank-wolfe.ts";
import { type SimplexProblem, solveSimplex } from "../../../lib/estimators/synthetic/simplex.ts";
import { stream } from "../../../lib/inference/random.ts";
import { assertClose } from "../../support/close.ts";

function made(rows: number, columns: number, ridge: number, seed: number): SimplexProblem {
  const random = stream(seed, 0);
  const a = Float64Array.from({ length: rows * columns }, () => random.normal());
  const b = Float64Array.from({ length: rows }, () => random.normal());
  return { a, b, rows, columns, ridge };
}

function objective({ a, b, rows, columns, ridge }: SimplexProblem, x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    let error = -b[i];
    for (let j = 0; j < columns; j++) error += a[i * columns + j] * x[j];
    sum += error ** 2;
  }
  for (let j = 0; j < columns; j++) sum += ridge * x[j] ** 2;
  return sum;
}

/** An upper bound on how far x is above the minimum: the Frank–Wolfe gap. */
function gap(problem: SimplexProblem, x: Float64Array): number {
  const { a, b, rows, columns, ridge } = problem;
  const gradient = x.map((value) => 2 * ridge * value);
  for (let i = 0; i < rows; i++) {
    let error = -b[i];
    for (let j = 0; j < columns; j++) error += a[i * columns + j] * x[j];
    for (let j = 0; j < columns; j++) gradient[j] += 2 * error * a[i * columns + j];
  }
  const lowest = Math.min(...gradient);
  return x.reduce((sum, value, j) => sum + value * (gradient[j] - lowest), 0);
}

function assertSimplex(x: Float64Array): void {
  assert.ok(x.every((value) => value >= 0), `negative: ${x}`);
  assertClose(x.reduce((sum, value) => sum + value, 0), 1, 1e-14);
}

Deno.test("exact weights reach the minimum: the Frank–Wolfe gap closes", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(0, 1e-6, 0.1, 10),
      fc.nat(),
      (rows, columns, ridge, seed) => {
        const problem = made(rows, columns, ridge, seed);
        const x = solveSimplex(problem);
        assertSimplex(x);
        // Without a ridge, perfect fits are chosen among by one of 1e-9 of the largest column.
        assert.ok(
          gap(problem, x) < (ridge < 1e-5 ? 1e-7 : 1e-11) * (1 + objective(problem, x)),
          `gap ${gap(problem, x)}`,
        );
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});

Deno.test("exact weights against every face of the simplex, one by one", () => {
  for (let seed = 0; seed < 40; seed++) {
    const problem = made(6, 5, 0.05, seed);
    let best = Infinity;
    for (let face = 1; face < 32; face++) {
      best = Math.min(best, faceMinimum(problem, [0, 1, 2, 3, 4].filter((j) => face >> j & 1)));
    }
    assertClose(objective(problem, solveSimplex(problem)), best, 1e-11, `seed ${seed}`);
  }
});

/** The minimum over weights on some columns that sum to one; Infinity where one is negative. */
function faceMinimum(problem: SimplexProblem, columns: number[]): number {
  const { a, b, rows, ridge } = problem;
  const size = columns.length + 1;
  const system = columns.map((j) => [
    ...columns.map((k) => {
      let sum = j === k ? ridge : 0;
      for (let i = 0; i < rows; i++) sum += a[i * problem.columns + j] * a[i * problem.columns + k];
      return sum;
    }),
    1,
    a.reduce((sum, _, i) => i < rows ? sum + a[i * problem.columns + j] * b[i] : sum, 0),
  ]);
  system.push([...columns.map(() => 1), 0, 1]);
  for (let p = 0; p < size; p++) {
    const pivot = system.slice(p).reduce(
      (found, row, i) => Math.abs(row[p]) > Math.abs(system[found][p]) ? p + i : found,
      p,
    );
    [system[p], system[pivot]] = [system[pivot], system[p]];
    for (let i = 0; i < size; i++) {
      if (i === p) continue;
      const factor = system[i][p] / system[p][p];
      for (let k = p; k <= size; k++) system[i][k] -= factor * system[p][k];
    }
  }
  const x = new Float64Array(problem.columns);
  columns.forEach((j, k) => x[j] = system[k][size] / system[k][k]);
  return x.some((value) => value < -1e-12) ? Infinity : objective(problem, x);
}

Deno.test("duplicated columns share the weight of one, and nothing is lost", () => {
  const problem = made(8, 6, 0.2, 3);
  const twice: SimplexProblem = {
    ...problem,
    columns: 12,
    a: Float64Array.from(
      { length: 8 * 12 },
      (_, k) => problem.a[Math.floor(k / 12) * 6 + (k % 12) % 6],
    ),
    ridge: 2 * problem.ridge,
  };
  const [x, y] = [solveSimplex(problem), solveSimplex(twice)];
  x.forEach((value, j) => assertClose(y[j] + y[j + 6], value, 1e-9, `column ${j}`, 1));
});

Deno.test("of several perfect fits the one with the smallest weights is taken", () => {
  // Four columns, one row: 1 = x₁·0 + x₂·2 + x₃·0 + x₄·2 holds for every x₂ + x₄ = ½.
  const problem = {
    a: Float64Array.of(0, 2, 0, 2),
    b: Float64Array.of(1),
    rows: 1,
    columns: 4,
    ridge: 0,
  };
  for (const value of solveSimplex(problem)) assertClose(value, 0.25, 1e-6);
});

Deno.test("nothing to fit gives equal weights", () => {
  const zero = { a: new Float64Array(6), b: new Float64Array(2), rows: 2, columns: 3, ridge: 0 };
  assert.deepEqual([...solveSimplex(zero)], [1 / 3, 1 / 3, 1 / 3]);
});

Deno.test("Frank–Wolfe stays in the simplex, never rises, and comes near the exact minimum", () => {
  for (let seed = 0; seed < 20; seed++) {
    const problem = made(15, 10, 1, seed);
    const start = new Float64Array(10).fill(0.1);
    const x = frankWolfe(problem, start, 1e-8);
    assertSimplex(x);
    const exact = objective(problem, solveSimplex(problem));
    assert.ok(objective(problem, x) >= exact * (1 - 1e-12));
    assertClose(objective(problem, x), exact, 1e-3, `seed ${seed}`);
    let before = objective(problem, start);
    for (const maxSteps of [1, 2, 5, 20]) {
      const now = objective(problem, frankWolfeSteps(problem, { start, minDecrease: 0, maxSteps }));
      assert.ok(now <= before + 1e-12);
      before = now;
    }
  }
});
