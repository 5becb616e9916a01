import { factorSemidefinite, solveFactored } from "../../regression/semidefinite.ts";

/** A corner of the path: the solution at one penalty. Between corners it is a straight line in the penalty. */
export interface PathCorner {
  readonly penalty: number;
  readonly solution: Float64Array;
}

const TIE = 1e-11;

/**
 * All solutions of min ½ x'Hx + q'x + λ‖x‖₁, from the λ above which x = 0 down to λ = 0, corner by corner: exact up to rounding.
 * Coordinates that tie, or that come to zero together, are sorted out by a non-negative least-squares step.
 *
 * @param h p × p, row-major, positive definite; q p values.
 * Source: Osborne, Presnell & Turlach (2000), IMA Journal of Numerical Analysis 20; Efron et al. (2004), Annals of
 * Statistics 32, section 3.1; Lawson & Hanson (1974), chapter 23, for the ties.
 */
export function lassoPath(h: Float64Array, q: Float64Array): PathCorner[] {
  const p = q.length;
  const x = new Float64Array(p);
  const gradient = q.slice();
  let penalty = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = penalty;
  const corners: PathCorner[] = [{ penalty, solution: x.slice() }];
  for (let step = 0; penalty > TIE * scale && step < 100 * (p + 1); step++) {
    const tied = Array.from(
      x,
      (value, k) => value !== 0 || Math.abs(Math.abs(gradient[k]) - penalty) <= TIE * scale,
    );
    const signs = Array.from(x, (value, k) => -Math.sign(gradient[k]) || Math.sign(value));
    const direction = pathDirection(h, tied, signs, x);
    const moved = product(h, direction);
    let length = penalty;
    let leaving = -1;
    for (let k = 0; k < p; k++) {
      if (x[k] !== 0) {
        const at = -x[k] / direction[k];
        if (at > 0 && at < length) [length, leaving] = [at, k];
      } else if (direction[k] === 0) {
        // |gradient| reaches the falling penalty from either side; a tied one that stays at zero only from the other.
        for (const side of [1, -1]) {
          if (tied[k] && side === -signs[k]) continue;
          const gap = penalty - side * gradient[k];
          const closing = 1 + side * moved[k];
          if (closing > 0 && gap / closing < length) [length, leaving] = [gap / closing, -1];
        }
      }
    }
    for (let k = 0; k < p; k++) {
      x[k] += length * direction[k];
      gradient[k] += length * moved[k];
    }
    if (leaving >= 0) x[leaving] = 0;
    penalty -= length;
    corners.push({ penalty, solution: x.slice() });
  }
  return corners;
}

/**
 * dx/d(−λ): solves H_AA d_A = s_A over tied coordinates, where those still at zero may only move to their own side and those
 * left at zero must keep their gradient inside the penalty.
 */
function pathDirection(
  h: Float64Array,
  tied: readonly boolean[],
  signs: readonly number[],
  x: Float64Array,
): Float64Array {
  const p = x.length;
  const active = tied.map((is, k) => is && x[k] !== 0);
  let direction = solveOn(h, active, signs);
  for (let step = 0; step < 50 * (p + 1); step++) {
    const moved = product(h, direction);
    let [entering, most] = [-1, 1e-9];
    for (let k = 0; k < p; k++) {
      if (!tied[k] || active[k]) continue;
      const short = 1 - signs[k] * moved[k];
      if (short > most) [entering, most] = [k, short];
    }
    if (entering === -1) return direction;
    active[entering] = true;
    for (;;) {
      const next = solveOn(h, active, signs);
      // Back off to the first coordinate at zero that would move to the wrong side.
      let [share, blocked] = [1, -1];
      for (let k = 0; k < p; k++) {
        if (!active[k] || x[k] !== 0 || signs[k] * next[k] > 0) continue;
        const [from, to] = [signs[k] * direction[k], signs[k] * next[k]];
        const at = from <= 0 ? 0 : from / (from - to);
        if (at < share) [share, blocked] = [at, k];
      }
      direction = direction.map((value, k) => value + share * (next[k] - value));
      if (blocked === -1) break;
      direction[blocked] = 0;
      active[blocked] = false;
    }
  }
  return direction;
}

/** H_AA⁻¹ s_A, zero elsewhere. */
function solveOn(
  h: Float64Array,
  active: readonly boolean[],
  signs: readonly number[],
): Float64Array {
  const p = active.length;
  const chosen = [...active.keys()].filter((k) => active[k]);
  const own = Float64Array.from(chosen.flatMap((i) => chosen.map((j) => h[i * p + j])));
  const factor = factorSemidefinite(
    own,
    Float64Array.from(chosen, (k) => h[k * p + k]),
    1e-14,
  );
  const solved = Float64Array.from(chosen, (k) => signs[k]);
  solveFactored(factor, solved);
  const out = new Float64Array(p);
  chosen.forEach((k, i) => out[k] = solved[i]);
  return out;
}

function product(h: Float64Array, x: Float64Array): Float64Array {
  const p = x.length;
  return x.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += h[i * p + j] * x[j];
    return sum;
  });
}
