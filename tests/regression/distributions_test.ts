import assert from "node:assert/strict";
import jstat from "jstat";
import { chiSquareUpper, fUpper, tInverse, tTwoSided } from "../../lib/regression/distributions.ts";
import { TAILS } from "../references/tails.ts";
import { assertClose } from "../support/close.ts";

for (const [name, x, a, b, exact] of TAILS) {
  Deno.test(`${name}(${a}${b === 0 ? "" : `, ${b}`}) beyond ${x} is right to ten digits`, () => {
    const value = name === "t"
      ? tTwoSided(x, a)
      : name === "F"
      ? fUpper(x, a, b)
      : chiSquareUpper(x, a);
    assertClose(value, exact, 1e-10);
  });
}

Deno.test("the tables reach down to p = 1e-12 and below", () => {
  assert.ok(Math.min(...TAILS.map(([, , , , p]) => p)) < 1e-12);
});

Deno.test("infinite degrees of freedom are the normal and chi-squared limits", () => {
  assertClose(tTwoSided(1.959963984540054, Infinity), 0.05, 1e-12);
  assertClose(tInverse(0.975, Infinity), 1.959963984540054, 1e-12);
  assertClose(fUpper(3, 4, Infinity), chiSquareUpper(12, 4), 1e-14);
});

Deno.test("quantiles invert the tails, at fractional degrees of freedom too", () => {
  for (const df of [1.7, 4.34, 25, 40.2, 499]) {
    for (const p of [0.6, 0.975, 0.9995]) {
      assertClose(tTwoSided(tInverse(p, df), df), 2 * (1 - p), 1e-9, `${df} ${p}`);
    }
  }
});

Deno.test("jStat agrees in the body, and only there", () => {
  for (const [t, df] of [[1, 5], [-2.5, 12], [3, 25]]) {
    assertClose(tTwoSided(t, df), 2 * jstat.jStat.studentt.cdf(-Math.abs(t), df), 1e-8);
  }
});
