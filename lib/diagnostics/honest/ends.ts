import { FARTHEST, type PointTest } from "./conditional.ts";

/** From the lowest to the highest accepted value, in standard errors from the estimate; infinite where no end was found. */
export interface Ends {
  readonly low: number;
  readonly high: number;
}

/** Scanned distance, in standard errors, up to NEAR from where a scan starts; farther on it grows point by point. */
const STEP = 0.05;
const NEAR = 20;
const GROWTH = 1.05;
const EXACT = 1e-7;

/**
 * The lowest and highest accepted value of a test, joined with those already known. The accepted values of a conditional test
 * need not be an interval, so each end is scanned for from outside, where the first stage sets ends, and then bisected.
 */
export function extendEnds(test: PointTest, known: Ends | null): Ends | null {
  const left = test.left();
  if (left === null) return known;
  if (known !== null && left.low >= known.low && left.high <= known.high) return known;
  return Number.isFinite(left.low) && Number.isFinite(left.high)
    ? withinFirstStage(test, left, known)
    : unlimited(test, known);
}

function withinFirstStage(test: PointTest, left: Ends, known: Ends | null): Ends | null {
  const accepts = (x: number) => !test.rejects(x);
  const low = firstAccepted(accepts, left.low, Math.min(left.high, known?.low ?? Infinity));
  if (low === null && known === null) {
    // Nothing on the scan: the value that the moments like best is the last that can be accepted.
    const best = leastStatistic(test, left);
    if (!accepts(best)) return null;
    return { low: bisect(accepts, best, best - STEP), high: bisect(accepts, best, best + STEP) };
  }
  const from = low === null ? known!.low : Math.min(low, known?.low ?? Infinity);
  const high = firstAccepted(accepts, left.high, known?.high ?? from);
  return { low: from, high: Math.max(high ?? from, known?.high ?? -Infinity) };
}

/** The first accepted value on a scan, moved back to where rejection ends; null where the scan reaches `until` first. */
function firstAccepted(
  accepts: (x: number) => boolean,
  from: number,
  until: number,
): number | null {
  const side = until < from ? -1 : 1;
  let previous = from;
  for (let moved = 0, step = STEP; moved <= side * (until - from); moved += step) {
    const x = from + side * moved;
    if (accepts(x)) return moved === 0 ? x : bisect(accepts, x, previous);
    previous = x;
    if (moved > NEAR) step *= GROWTH;
  }
  return null;
}

function unlimited(test: PointTest, known: Ends | null): Ends | null {
  const accepts = (x: number) => !test.rejects(x);
  const inside = acceptedPoint(accepts, 0) ??
    acceptedPoint(accepts, leastStatistic(test, { low: -FARTHEST, high: FARTHEST }));
  if (inside === null) return known;
  return {
    low: Math.min(edgeFrom(accepts, inside, -1), known?.low ?? Infinity),
    high: Math.max(edgeFrom(accepts, inside, 1), known?.high ?? -Infinity),
  };
}

/** Some accepted value, nearest to `around` first; null where none is found. */
function acceptedPoint(accepts: (x: number) => boolean, around: number): number | null {
  for (let step = STEP, x = 0; x < FARTHEST; x += step) {
    if (accepts(around + x)) return around + x;
    if (accepts(around - x)) return around - x;
    if (x > NEAR) step *= GROWTH;
  }
  return null;
}

const SCAN = 24;

/** The outermost accepted value on one side: scanned outward, then bisected. */
function edgeFrom(accepts: (x: number) => boolean, from: number, side: 1 | -1): number {
  let last = from;
  let step = 1;
  for (;;) {
    let next = NaN;
    for (let k = 1; k <= SCAN; k++) {
      const x = last + side * step * k / 4;
      if (accepts(x)) next = x;
    }
    if (Number.isNaN(next)) return bisect(accepts, last, last + side * step / 4);
    last = next;
    step *= 1.5;
    if (Math.abs(last) > FARTHEST) return side * Infinity;
  }
}

/** The accepted end of a stretch between an accepted and a rejected value. */
function bisect(accepts: (x: number) => boolean, accepted: number, rejected: number): number {
  let [inner, outer] = [accepted, rejected];
  while (Math.abs(outer - inner) > EXACT) {
    const middle = (inner + outer) / 2;
    if (middle === inner || middle === outer) break;
    if (accepts(middle)) inner = middle;
    else outer = middle;
  }
  return inner;
}

/** Where the convex η̂(θ) is least, by golden section. */
function leastStatistic(test: PointTest, within: Ends): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let { low, high } = within;
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atA, atB] = [test.statistic(a), test.statistic(b)];
  for (let k = 0; k < 80; k++) {
    if (atA <= atB) {
      [high, b, atB] = [b, a, atA];
      a = high - ratio * (high - low);
      atA = test.statistic(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + ratio * (high - low);
      atB = test.statistic(b);
    }
  }
  return (low + high) / 2;
}
