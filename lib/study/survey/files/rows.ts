/** Rows by their number. Plain loops: `from`, `filter` and `map` of typed arrays take ten times as long. */

/** Those of some rows that are so. */
export function rowsWhere(rows: Int32Array, is: (row: number) => boolean): Int32Array {
  const found = new Int32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) if (is(rows[i])) found[count++] = rows[i];
  return count === rows.length ? found : found.slice(0, count);
}

/** The values of some rows. */
export function taken(values: Float64Array, rows: Int32Array): Float64Array {
  const result = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = values[rows[i]];
  return result;
}

/** Whether no number occurs twice, for whole numbers of 0 and more. A table of places: sorting takes five times as long. */
export function areDifferent(numbers: Float64Array): boolean {
  const bits = Math.ceil(Math.log2(2 * numbers.length + 2));
  const table = new Float64Array(2 ** bits).fill(-1);
  for (let i = 0; i < numbers.length; i++) {
    // Fibonacci hashing: the first bits of a product with 2³² over the golden ratio.
    let place = Math.imul(numbers[i], 0x9e3779b1) >>> (32 - bits);
    while (table[place] !== -1) {
      if (table[place] === numbers[i]) return false;
      place = place + 1 === table.length ? 0 : place + 1;
    }
    table[place] = numbers[i];
  }
  return true;
}
