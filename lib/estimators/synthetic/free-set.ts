/** The weights that are not held at zero, with the Cholesky factor of their block of G, grown row by row. */
export class FreeSet {
  readonly members: number[] = [];
  readonly #rows: Float64Array[] = [];
  readonly #gram: Float64Array;
  readonly #size: number;
  readonly #inside: Uint8Array;

  constructor(gram: Float64Array, size: number) {
    this.#gram = gram;
    this.#size = size;
    this.#inside = new Uint8Array(size);
  }

  has(j: number): boolean {
    return this.#inside[j] === 1;
  }

  /** False where the column is a combination of those inside. */
  add(j: number): boolean {
    const k = this.members.length;
    const row = new Float64Array(k + 1);
    for (let i = 0; i < k; i++) {
      const other = this.#rows[i];
      let sum = this.#gram[j * this.#size + this.members[i]];
      for (let m = 0; m < i; m++) sum -= row[m] * other[m];
      row[i] = sum / other[i];
    }
    let pivot = this.#gram[j * this.#size + j];
    for (let m = 0; m < k; m++) pivot -= row[m] ** 2;
    if (!(pivot > 0)) return false;
    row[k] = Math.sqrt(pivot);
    this.#rows.push(row);
    this.members.push(j);
    this.#inside[j] = 1;
    return true;
  }

  /** Takes the k-th member out and factors those after it again. */
  remove(k: number): void {
    const later = this.members.splice(k);
    this.#rows.length = k;
    for (const j of later) this.#inside[j] = 0;
    for (const j of later.slice(1)) this.add(j);
  }

  clear(): void {
    this.members.length = 0;
    this.#rows.length = 0;
    this.#inside.fill(0);
  }

  /** The weights that minimise over the members with Σ x = 1, from the gradient at zero. */
  minimum(gradient: Float64Array): Float64Array {
    return this.#solveWithSum(gradient, 1);
  }

  /** The move d that minimises over the members with Σ d = 0: G d = μ1 − g. */
  direction(gradient: Float64Array): Float64Array {
    return this.#solveWithSum(gradient, 0);
  }

  #solveWithSum(gradient: Float64Array, sum: number): Float64Array {
    const steepest = Float64Array.from(this.members, (j) => -gradient[j]);
    const level = new Float64Array(this.members.length).fill(1);
    this.#solve(steepest);
    this.#solve(level);
    let [a, b] = [-sum, 0];
    for (let k = 0; k < level.length; k++) {
      a += steepest[k];
      b += level[k];
    }
    for (let k = 0; k < level.length; k++) steepest[k] -= a / b * level[k];
    return steepest;
  }

  #solve(v: Float64Array): void {
    const rows = this.#rows;
    for (let i = 0; i < v.length; i++) {
      let sum = v[i];
      for (let m = 0; m < i; m++) sum -= rows[i][m] * v[m];
      v[i] = sum / rows[i][i];
    }
    for (let i = v.length - 1; i >= 0; i--) {
      let sum = v[i];
      for (let m = i + 1; m < v.length; m++) sum -= rows[m][i] * v[m];
      v[i] = sum / rows[i][i];
    }
  }
}
