import type { Area, Point } from "./omitted-contours.ts";
import { FULL } from "./plot.ts";
import { textWidth } from "./svg.ts";

/** Size and margins of the plot that labels are placed in, in pixels. */
export const FRAME = {
  width: FULL,
  height: 440,
  left: 56,
  right: 24,
  top: 24,
  bottom: 46,
} as const;

const INNER = {
  width: FRAME.width - FRAME.left - FRAME.right,
  height: FRAME.height - FRAME.top - FRAME.bottom,
} as const;

/** A marked confounder. */
export interface Mark {
  /** In percent. */
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly kind: "bound" | "robustness" | "none";
}

/** In pixels from the plot's upper left corner; y is the middle. */
interface Box {
  readonly x: number;
  readonly right: number;
  readonly y: number;
}

export interface PlacedLabel {
  readonly mark: Mark;
  readonly dx: number;
  readonly dy: number;
  /** Whether the text ends at its mark. */
  readonly end: boolean;
  readonly box: Box;
}

/** Whether a level's label would be under that of a mark. */
export function covered(
  { x, y }: Point,
  labels: readonly PlacedLabel[],
  { x2, y2 }: Area,
): boolean {
  const left = INNER.width * x / x2;
  const top = INNER.height * (1 - y / y2);
  return labels.some(({ box, mark }) =>
    (Math.abs(box.y - top) < 14 && box.x < left + 24 && box.right > left - 24) ||
    Math.hypot(INNER.width * mark.x / x2 - left, INNER.height * (1 - mark.y / y2) - top) < 26
  );
}

/** Labels beside their marks, each at the first of several places where it covers no other; without a place, left out. */
export function placeLabels(marks: readonly Mark[], { x2, y2 }: Area): PlacedLabel[] {
  const boxes: Box[] = [];
  return marks.flatMap((mark) => {
    const x = INNER.width * mark.x / x2;
    const y = INNER.height * (1 - mark.y / y2);
    const length = textWidth(mark.label, 12.5);
    const end = x + 10 + length > INNER.width;
    for (const dy of [-10, 12, -25, 27, -40, -55, -70]) {
      const left = end ? x - 9 - length : x + 9;
      const box = { x: left, right: left + length, y: y + dy };
      const free = box.y > 6 && box.y < INNER.height - 6 &&
        boxes.every((other) =>
          Math.abs(other.y - box.y) > 14 || other.x > box.right || other.right < box.x
        );
      if (!free) continue;
      boxes.push(box);
      return [{ mark, dx: end ? -9 : 9, dy, end, box }];
    }
    return [];
  });
}
