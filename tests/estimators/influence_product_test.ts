import assert from "node:assert/strict";
import { influenceCovariance, influenceProduct } from "../../lib/estimators/influence.ts";
import { assertClose } from "../support/close.ts";
import { numbers } from "../support/made.ts";

function functions(terms: number, units: number): Float64Array[] {
  const draw = numbers(terms + units);
  return Array.from(
    { length: terms },
    () => Float64Array.from({ length: units }, () => draw() - 0.5),
  );
}

Deno.test("brute force: products of influence functions, for any number of them and of units", () => {
  for (const terms of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13]) {
    for (const units of [1, 2, 511, 512, 513, 1300]) {
      const influence = functions(terms, units);
      const product = influenceProduct(influence);
      assert.equal(product.length, terms * terms);
      influence.forEach((left, a) =>
        influence.forEach((right, b) =>
          assertClose(
            product[a * terms + b],
            left.reduce((sum, value, i) => sum + value * right[i], 0),
            1e-12,
            `${terms} terms, ${units} units: ${a}, ${b}`,
            1,
          )
        )
      );
    }
  }
});

Deno.test("a product has the same digits whichever others are made beside it", () => {
  const influence = functions(11, 1300);
  const product = influenceProduct(influence);
  for (let a = 0; a < 11; a++) {
    assert.equal(influenceProduct([influence[a]])[0], product[a * 11 + a]);
    for (let b = 0; b < 11; b++) {
      assert.equal(influenceProduct([influence[a], influence[b]])[1], product[a * 11 + b]);
    }
  }
});

Deno.test("a variance alone is the one on the diagonal", () => {
  const influence = functions(5, 700);
  const codes = Int32Array.from({ length: 700 }, (_, i) => i % 30);
  const levels = Array.from({ length: 30 }, (_, k) => k);
  for (
    const clusters of [
      [{ name: "unit", codes: Int32Array.from(codes, (_, i) => i), levels: [...codes.keys()] }],
      [{ name: "area", codes, levels }],
    ]
  ) {
    const { matrix } = influenceCovariance(influence, clusters);
    influence.forEach((values, k) =>
      assert.equal(influenceCovariance([values], clusters).matrix[0], matrix[k * 5 + k])
    );
  }
});
