import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { InputError } from "../panel/errors.ts";

/**
 * Reproducible random numbers: xoroshiro128+ (Blackman & Vigna 2021, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47:4), as implemented by pure-rand. Only integer arithmetic and exactly rounded
 * operations are used, so a seed gives the same digits in every engine.
 */
export interface RandomStream {
  /** 32 random bits, as an integer in 0 … 2³² − 1. */
  word(): number;
  /** A uniform number in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number;
  /** A uniform integer in 0 … below − 1, without modulo bias; `below` at most 2³². */
  integer(below: number): number;
  /** A standard normal number, by the inverse distribution function of one uniform. */
  normal(): number;
  /** Shuffles `items[from … to)` in place (Fisher & Yates; Durstenfeld 1964, algorithm 235). */
  shuffle(items: { [index: number]: number; length: number }, from?: number, to?: number): void;
}

const WORDS = 2 ** 32;
const HALF_STEP = 2 ** -54;

type Xoroshiro = ReturnType<typeof xoroshiro128plus>;

function streamOf(generator: Xoroshiro): RandomStream {
  const word = () => generator.next() >>> 0;
  const uniform = () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
  const integer = (below: number) => {
    const limit = WORDS - (WORDS % below);
    let drawn = word();
    while (drawn >= limit) drawn = word();
    return drawn % below;
  };
  return {
    word,
    uniform,
    integer,
    normal: () => normalQuantile(uniform() + HALF_STEP, 0, 1),
    shuffle(items, from = 0, to = items.length) {
      for (let last = to - 1; last > from; last--) {
        const chosen = from + integer(last - from + 1);
        [items[last], items[chosen]] = [items[chosen], items[last]];
      }
    },
  };
}

/**
 * Stream number `k` of a seed: the generator `k + 1` jumps of 2⁶⁴ numbers ahead, so that streams never
 * overlap and a block of work depends on (seed, block) only, whoever computes it.
 *
 * @param seed an integer in 0 … 2³² − 1.
 */
export function stream(seed: number, k: number): RandomStream {
  return streams(seed, k).next().value;
}

/** The streams k, k + 1, … of a seed, one jump each (see `stream`). */
export function* streams(seed: number, k = 0): Generator<RandomStream, never, void> {
  const generator = xoroshiro128plus(requireSeed(seed) | 0);
  for (let jump = 0; jump < k; jump++) generator.jump();
  for (;;) {
    generator.jump();
    yield streamOf(generator.clone());
  }
}

/** The seed, when it is one. @throws InputError naming what was given instead. */
export function requireSeed(seed: unknown): number {
  if (typeof seed === "number" && Number.isInteger(seed) && seed >= 0 && seed < WORDS) return seed;
  throw new InputError({
    problem: seed === undefined
      ? "The option seed is not given, so the draws could not be repeated"
      : "The option seed must be a whole number from 0 to 2³² − 1",
    value: seed,
    remedy: "pass for example seed: 20260101, and keep it with the results",
  });
}

/** The number of draws, when it is one. @throws InputError naming what was given instead. */
export function requireDraws(draws: unknown, most = 10_000_000): number {
  if (typeof draws === "number" && Number.isInteger(draws) && draws >= 1 && draws <= most) {
    return draws;
  }
  throw new InputError({
    problem: `The option draws must be a whole number from 1 to ${most}`,
    value: draws,
    remedy: "use 9999 or more, so that (draws + 1) × the level of the test is a whole number",
  });
}
