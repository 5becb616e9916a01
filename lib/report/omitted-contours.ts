/** Lines of equal value over two shares, for a value that moves one way along the first. */
export interface Area {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * For each of many heights y, the x at which the value passes the level; the axis' end where it does not. Along x the value
 * moves one way only: both the estimate and t (a cos θ − b sin θ with R² = sin² θ).
 */
export function crossings(
  value: (x: number, y: number) => number,
  level: number,
  { x2, y2 }: Area,
): Point[] {
  const rows = 500;
  return Array.from({ length: rows + 1 }, (_, k) => {
    // Denser near zero, where lines run along the axis.
    const y = y2 * (k / rows) ** 2;
    const start = Math.sign(value(0, y) - level);
    if (Math.sign(value(x2, y) - level) === start) return { x: start === 0 ? 0 : Infinity, y };
    let [low, high] = [0, x2];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (Math.sign(value(middle, y) - level) === start) low = middle;
      else high = middle;
    }
    return { x: (low + high) / 2, y };
  });
}

/** The part of a line that is inside. */
export function inside(points: readonly Point[], { x2 }: Area): Point[] {
  return points.filter(({ x }) => x < x2);
}

/** Round levels, each with the place of its label: where it crosses the diagonal of the plot. */
export function heights(value: (x: number, y: number) => number, edge: number, { x2, y2 }: Area) {
  const steps = 400;
  const along = Array.from({ length: steps + 1 }, (_, k) => value(x2 * k / steps, y2 * k / steps));
  const [low, high] = [Math.min(...along), Math.max(...along)];
  const step = roundStep((high - low) / 8);
  const levels = Array.from(
    { length: Math.floor(high / step) - Math.ceil(low / step) + 1 },
    (_, k) => (Math.ceil(low / step) + k) * step,
  );
  return levels.flatMap((level) => {
    if (Math.abs(level - edge) < 0.2 * step) return [];
    const k = along.findIndex((here, i) =>
      i > 0 && (along[i - 1] - level) * (here - level) <= 0 && i < 0.97 * steps && i > 0.03 * steps
    );
    return k === -1 ? [] : [{ level, x: x2 * k / steps, y: y2 * k / steps }];
  });
}

/** 1, 2 or 5 times a power of ten, the next one up. */
function roundStep(wish: number): number {
  const power = 10 ** Math.floor(Math.log10(wish));
  return power * ([1, 2, 5].find((factor) => factor * power >= wish) ?? 10);
}
