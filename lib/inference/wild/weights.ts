import { InputError } from "../../panel/errors.ts";
import type { RandomStream } from "../random.ts";

/**
 * Distributions of the bootstrap weights, all with mean 0 and variance 1: Rademacher (±1), Webb's six points
 * (±√(1/2), ±1, ±√(3/2); Webb 2023, Canadian Journal of Economics 56), Mammen's two points (Mammen 1993, Annals
 * of Statistics 21), standard normal.
 */
export type WeightDistribution = "rademacher" | "webb" | "mammen" | "normal";

const WEBB = [-Math.sqrt(1.5), -1, -Math.sqrt(0.5), Math.sqrt(0.5), 1, Math.sqrt(1.5)];
const ROOT5 = Math.sqrt(5);
const MAMMEN_LOW = (1 - ROOT5) / 2;
const MAMMEN_HIGH = (1 + ROOT5) / 2;
/** P(low) = (√5 + 1) / (2 √5), as a bound on 32 random bits. */
const MAMMEN_BOUND = Math.round(2 ** 32 * (ROOT5 + 1) / (2 * ROOT5));

/** Fills `weights` with one draw. */
export type WeightDraw = (random: RandomStream, weights: Float64Array) => void;

const DRAWS: Record<WeightDistribution, WeightDraw> = {
  rademacher(random, weights) {
    let word = 0;
    for (let g = 0; g < weights.length; g++) {
      if (g % 32 === 0) word = random.word();
      weights[g] = (word & 1) === 1 ? -1 : 1;
      word >>>= 1;
    }
  },
  webb(random, weights) {
    for (let g = 0; g < weights.length; g++) weights[g] = WEBB[random.integer(6)];
  },
  mammen(random, weights) {
    for (let g = 0; g < weights.length; g++) {
      weights[g] = random.word() < MAMMEN_BOUND ? MAMMEN_LOW : MAMMEN_HIGH;
    }
  },
  normal(random, weights) {
    for (let g = 0; g < weights.length; g++) weights[g] = random.normal();
  },
};

/** The draw of a distribution. @throws InputError naming the distributions there are. */
export function weightDraw(distribution: unknown): WeightDraw {
  if (typeof distribution === "string" && Object.hasOwn(DRAWS, distribution)) {
    return DRAWS[distribution as WeightDistribution];
  }
  throw new InputError({
    problem: "There is no such distribution of bootstrap weights",
    value: distribution,
    remedy: `use one of ${Object.keys(DRAWS).join(", ")}`,
  });
}

/** Weights of two values, drawn as bits: 32 groups a word, the first in the lowest bit. */
export interface TwoPointDraw {
  /** The weight where the bit is clear, and where it is set. */
  readonly values: readonly [number, number];
  /** Fills `words` with one draw for `groups` groups: the same random words as the draw of weights takes. */
  fill(random: RandomStream, words: Uint32Array, groups: number): void;
}

const TWO_POINTS: Partial<Record<WeightDistribution, TwoPointDraw>> = {
  rademacher: {
    values: [1, -1],
    fill(random, words) {
      for (let w = 0; w < words.length; w++) words[w] = random.word();
    },
  },
  mammen: {
    values: [MAMMEN_HIGH, MAMMEN_LOW],
    fill(random, words, groups) {
      words.fill(0);
      for (let g = 0; g < groups; g++) {
        if (random.word() < MAMMEN_BOUND) words[g >>> 5] |= 1 << (g & 31);
      }
    },
  },
};

/** How a distribution of two values is drawn as bits; null for the others. */
export function twoPointDraw(distribution: WeightDistribution): TwoPointDraw | null {
  return TWO_POINTS[distribution] ?? null;
}
