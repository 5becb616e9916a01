/** The solution that is used, as a line over δ, in pieces that are connected. */

export interface BranchPoint {
  readonly delta: number;
  readonly value: number;
}

/** Where the line ends (`to` is null), begins (`from` is null) or goes on at another solution. */
export interface BranchBreak {
  readonly delta: number;
  readonly from: number | null;
  readonly to: number | null;
}

export interface Branch {
  readonly pieces: readonly (readonly BranchPoint[])[];
  readonly breaks: readonly BranchBreak[];
}

/** What is looked at, in δ and in value: a step of the value counts as one when it is seen. */
export interface Frame {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

type Answer = (delta: number) => number | null;

const STEPS = 200;
/** Steps in value that are drawn as a line, as a share of the frame's height. */
const SEEN = 1 / 250;
/** Width in δ, as a share of the frame's, below which a step that is seen is no slope but a change of solution. */
const SUDDEN = 1e-9;

/**
 * The answer at many δ, more where it is steep. Between two answers that stay apart however close their δ, the line is broken: the
 * nearest solution has ended and another, farther out, has taken its place, or there is none.
 */
export function traceBranch(answer: Answer, { x: [low, high], y: [bottom, top] }: Frame): Branch {
  const [seen, sudden] = [SEEN * (top - bottom), SUDDEN * (high - low)];
  // Outside the frame nothing is seen: no steps there.
  const inFrame = (value: number) => Math.min(Math.max(value, bottom - seen), top + seen);
  const pieces: BranchPoint[][] = [[]];
  const breaks: BranchBreak[] = [];
  const go = (a: BranchPoint | null, b: BranchPoint | null, left: number, right: number): void => {
    if (a === null && b === null) return;
    const near = a !== null && b !== null &&
      Math.abs(inFrame(a.value) - inFrame(b.value)) <= seen;
    if (!near && right - left > sudden) {
      const middle = point((left + right) / 2, answer);
      go(a, middle, left, (left + right) / 2);
      go(middle, b, (left + right) / 2, right);
      return;
    }
    if (!near) {
      breaks.push({ delta: (left + right) / 2, from: a?.value ?? null, to: b?.value ?? null });
      pieces.push([]);
    }
    if (b !== null) pieces.at(-1)!.push(b);
  };
  let before = point(low, answer);
  if (before !== null) pieces[0].push(before);
  for (let k = 1; k <= STEPS; k++) {
    const [left, right] = [k - 1, k].map((i) => low + (high - low) * i / STEPS);
    const here = point(right, answer);
    go(before, here, left, right);
    before = here;
  }
  return { pieces: pieces.filter((piece) => piece.length > 0), breaks };
}

function point(delta: number, answer: Answer): BranchPoint | null {
  const value = answer(delta);
  return value === null ? null : { delta, value };
}

/** The parts of the pieces inside the frame, and how far the values run beyond it. */
export function cutToFrame(
  { pieces }: Branch,
  { y: [bottom, top] }: Frame,
): { readonly inside: BranchPoint[][]; readonly lowest: number; readonly highest: number } {
  const inside: BranchPoint[][] = [];
  let [lowest, highest] = [Infinity, -Infinity];
  for (const piece of pieces) {
    let open: BranchPoint[] | null = null;
    piece.forEach((here, k) => {
      lowest = Math.min(lowest, here.value);
      highest = Math.max(highest, here.value);
      const fits = here.value >= bottom && here.value <= top;
      const last = piece[k - 1];
      if (last !== undefined && fits !== (last.value >= bottom && last.value <= top)) {
        const edge = Math.max(last.value, here.value) > top ? top : bottom;
        const share = (edge - last.value) / (here.value - last.value);
        const crossing = { delta: last.delta + share * (here.delta - last.delta), value: edge };
        if (open === null) inside.push(open = [crossing]);
        else {
          open.push(crossing);
          open = null;
        }
      }
      if (!fits) return;
      if (open === null) inside.push(open = []);
      open.push(here);
    });
  }
  return { inside, lowest, highest };
}
