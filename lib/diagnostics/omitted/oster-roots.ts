/**
 * Oster's selection model in second moments: what the short and the long regression say about each other, and the equation that the
 * bias of the long one satisfies. All are sums of squares over the same rows, net of what both regressions have in common.
 */
export interface OsterMoments {
  /** Coefficients without and with the controls. */
  readonly short: number;
  readonly long: number;
  /** Squares of the treatment net of what both have, and net of the controls too. */
  readonly treatment: number;
  readonly treatmentNet: number;
  /** (R̃² − R°²) and (Rmax − R̃²) times the squares of the outcome. */
  readonly gained: number;
  readonly possible: number;
}

export interface OsterRoot {
  /** Coefficient with selection taken out. */
  readonly value: number;
  readonly admissible: boolean;
  /** Why it is not the answer. */
  readonly reason?: string;
}

/**
 * δ at which the coefficient would be `beta`; null where no finite δ gives it.
 * Source: Oster (2019), proposition 3.
 */
export function deltaFor(moments: OsterMoments, beta: number): number | null {
  const { treatment: sxx, treatmentNet: tau, gained, possible } = moments;
  const b = moments.short - moments.long;
  const nu = moments.long - beta;
  const cross = tau * (sxx - tau);
  const above = nu * gained * tau + nu * sxx * tau * b ** 2 + 2 * nu ** 2 * tau * b * sxx +
    nu ** 3 * cross;
  const below = possible * b * sxx + nu * possible * (sxx - tau) + nu ** 2 * tau * b * sxx +
    nu ** 3 * cross;
  const delta = above / below;
  return Number.isFinite(delta) ? delta : null;
}

/** A covariance of the treatment with the controls below this share of what the long regression shows is rounding. */
const UNRELATED = 1e-6;

/**
 * All coefficients that a degree of selection δ allows. ν = long − β solves
 * (δ − 1) τ (σ − τ) ν³ + (δ − 2) τ σ b ν² + (δ M (σ − τ) − G τ − τ σ b²) ν + δ M σ b = 0, quadratic for δ = 1 (b = short − long;
 * σ, τ squares of the treatment without and net of controls; G, M what the controls gained and what may remain).
 *
 * A root is admissible when the controls are related to the treatment as they seem to be: cov(X, Wω), σ b + ν (σ − τ), has the sign of
 * what the long regression shows, σ b (assumption 3). Nearest to the long coefficient first.
 * Source: Oster (2019), propositions 1 and 2 and assumption 3.
 */
export function osterRoots(moments: OsterMoments, delta: number): OsterRoot[] {
  const { treatment: sxx, treatmentNet: tau, gained, possible, long } = moments;
  const b = moments.short - long;
  const roots = realRoots(
    (delta - 1) * tau * (sxx - tau),
    (delta - 2) * tau * sxx * b,
    delta * possible * (sxx - tau) - gained * tau - tau * sxx * b * b,
    delta * possible * sxx * b,
  );
  return roots.toSorted((a, c) => Math.abs(a) - Math.abs(c)).map((nu) => {
    const [own, moved] = [sxx * b, nu * (sxx - tau)];
    // With one control a root of δ = 1 has exactly zero here: rounding must not choose a sign for it.
    const covariance = Math.abs(own + moved) <= UNRELATED * Math.abs(own) ? 0 : own + moved;
    const value = long - nu;
    return Math.sign(covariance) === Math.sign(b) ? { value, admissible: true } : {
      value,
      admissible: false,
      reason: covariance === 0
        ? "the controls would not be related to the treatment (assumption 3)"
        : "the controls would be related to the treatment the other way round (assumption 3)",
    };
  });
}

/**
 * Real roots of a x³ + b x² + c x + d, leading coefficients may be zero: bisection between the turning points, as the closed form
 * loses all digits where a is small (δ near 1).
 */
export function realRoots(a: number, b: number, c: number, d: number): number[] {
  if (a === 0) return quadraticRoots(b, c, d);
  const value = (x: number) => ((a * x + b) * x + c) * x + d;
  // Cauchy: no root is farther out.
  const bound = 1 + Math.max(Math.abs(b), Math.abs(c), Math.abs(d)) / Math.abs(a);
  const turns = quadraticRoots(3 * a, 2 * b, c).sort((x, y) => x - y);
  const ends = [-bound, ...turns, bound];
  const roots = ends.slice(1).flatMap((end, k) => {
    const start = ends[k];
    if (value(start) === 0) return [start];
    return value(start) * value(end) < 0 ? [bisect(value, start, end)] : [];
  });
  return [...new Set(roots)];
}

/** a x² + b x + c. */
function quadraticRoots(a: number, b: number, c: number): number[] {
  if (a === 0) return b === 0 ? [] : [-c / b];
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0) return [];
  // No subtraction of like numbers.
  const half = -(b + (b < 0 ? -1 : 1) * Math.sqrt(discriminant)) / 2;
  return half === 0 ? [0] : [half / a, c / half];
}

/** The root between two points where the values differ in sign, to the last digit. */
function bisect(value: (x: number) => number, start: number, end: number): number {
  let [low, high] = [start, end];
  const sign = Math.sign(value(low));
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    const here = value(middle);
    if (here === 0) return middle;
    if (Math.sign(here) === sign) low = middle;
    else high = middle;
  }
}
