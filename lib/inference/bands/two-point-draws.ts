import { streams } from "../random.ts";
import { BLOCK, type DrawPlan } from "../wild/draws.ts";
import type { TwoPointDraw } from "../wild/weights.ts";

/** Groups of units whose sums over all patterns of two values are looked up together. */
const BITS = 4;
const PATTERNS = 1 << BITS;
const TABLES_PER_WORD = 32 / BITS;
/** Words of patterns summed in one pass over the draws; their tables (16 kB) stay in the innermost cache. */
const WORDS = 2;
/** Influence functions summed side by side, so that additions do not wait for each other; few are summed one by one. */
const WIDE = 8;
const FEW = 3;
/** Bits of draws held at once: 16 MB, unless that is too few draws to pay for the tables. */
const HELD_WORDS = 2 ** 22;
const FEWEST_HELD_DRAWS = 64;

/**
 * Σ over groups of v_g ψ_g for every influence function and draw, for weights of two values.
 *
 * The sums over four groups are computed beforehand for all 16 patterns and looked up ("four Russians"; Arlazarov et al.
 * 1970): a quarter of the additions and no product. Going through many draws with the tables of a few groups, and not through
 * all groups with one draw, keeps tables and sums in the cache. Every sum is made in the order of the groups, four at
 * a time, so it has the same digits however the work is cut.
 *
 * @param influence one array per estimate, one value per group.
 * @param held draws whose bits are held at once (by default what takes 16 MB); only time and memory depend on it.
 */
export function twoPointDraws(
  influence: readonly Float64Array[],
  plan: DrawPlan,
  weights: TwoPointDraw,
  held = heldDraws(influence[0].length),
): Float64Array[] {
  const groups = influence[0].length;
  const words = Math.ceil(groups / 32);
  const most = Math.min(held, BLOCK, plan.draws);
  const bits: DrawBits = { of: new Uint32Array(words * most), stride: most };
  const draw = new Uint32Array(words);
  const batches = batchesOf(influence, most);
  const tables = new Float64Array(WORDS * TABLES_PER_WORD * PATTERNS * WIDE);
  const drawn = influence.map(() => new Float64Array(plan.draws));
  const random = streams(plan.seed);
  for (let block = 0; block < plan.draws; block += BLOCK) {
    const source = random.next().value;
    const end = Math.min(block + BLOCK, plan.draws);
    for (let from = block; from < end; from += most) {
      const count = Math.min(most, end - from);
      for (let b = 0; b < count; b++) {
        weights.fill(source, draw, groups);
        for (let w = 0, at = b; w < words; w++, at += most) bits.of[at] = draw[w];
      }
      for (const { sums } of batches) sums.fill(0);
      for (let word = 0; word < words; word += WORDS) {
        const used = Math.min(WORDS, words - word);
        for (const { terms, width, sums } of batches) {
          makeTables(terms, width, word, used, weights.values, tables);
          const add = width === 1 ? addPatterns : addPatternsWide;
          add(tables, bits, word, used, count, sums);
        }
      }
      for (const { first, terms, width, sums } of batches) {
        for (let k = 0; k < terms.length; k++) {
          const out = drawn[first + k];
          for (let b = 0; b < count; b++) out[from + b] = sums[b * width + k];
        }
      }
    }
  }
  return drawn;
}

function heldDraws(groups: number): number {
  return Math.max(FEWEST_HELD_DRAWS, Math.floor(HELD_WORDS / Math.ceil(groups / 32)));
}

/** Bits of draws: those of word w and draw b at w · stride + b. */
interface DrawBits {
  readonly of: Uint32Array;
  readonly stride: number;
}

/** Influence functions that are summed side by side. */
interface Batch {
  readonly first: number;
  readonly terms: readonly Float64Array[];
  /** Places per draw, of which as many as there are terms are used. */
  readonly width: number;
  readonly sums: Float64Array;
}

function batchesOf(influence: readonly Float64Array[], draws: number): Batch[] {
  const batches: Batch[] = [];
  for (let first = 0; first < influence.length;) {
    const width = influence.length - first <= FEW ? 1 : WIDE;
    const terms = influence.slice(first, first + width);
    batches.push({ first, terms, width, sums: new Float64Array(draws * width) });
    first += terms.length;
  }
  return batches;
}

/** For each four groups from `word` on, and each pattern, the weighted sums of `terms`: patterns × width values. */
function makeTables(
  terms: readonly Float64Array[],
  width: number,
  word: number,
  words: number,
  [clear, set]: readonly [number, number],
  tables: Float64Array,
): void {
  const groups = terms[0].length;
  for (let table = 0; table < words * TABLES_PER_WORD; table++) {
    const g = word * 32 + table * BITS;
    for (let k = 0; k < terms.length; k++) {
      const values = terms[k];
      const first = g < groups ? values[g] : 0;
      const second = g + 1 < groups ? values[g + 1] : 0;
      const third = g + 2 < groups ? values[g + 2] : 0;
      const fourth = g + 3 < groups ? values[g + 3] : 0;
      for (let pair = 0, at = table * PATTERNS * width + k; pair < 4; pair++, at += width) {
        const two = (pair & 1 ? set : clear) * first + (pair & 2 ? set : clear) * second;
        const three = two + clear * third;
        const other = two + set * third;
        tables[at] = three + clear * fourth;
        tables[at + 4 * width] = other + clear * fourth;
        tables[at + 8 * width] = three + set * fourth;
        tables[at + 12 * width] = other + set * fourth;
      }
    }
  }
}

/** Adds the sums of each draw's patterns, for one influence function. */
function addPatterns(
  tables: Float64Array,
  { of, stride }: DrawBits,
  word: number,
  words: number,
  draws: number,
  sums: Float64Array,
): void {
  for (let b = 0; b < draws; b++) {
    let sum = sums[b];
    for (let w = 0, table = 0; w < words; w++) {
      let patterns = of[(word + w) * stride + b];
      for (let t = 0; t < TABLES_PER_WORD; t++, table += PATTERNS, patterns >>>= BITS) {
        sum += tables[table + (patterns & (PATTERNS - 1))];
      }
    }
    sums[b] = sum;
  }
}

/** Adds the sums of each draw's patterns, for eight influence functions: written out, so that sums stay in registers. */
function addPatternsWide(
  tables: Float64Array,
  { of, stride }: DrawBits,
  word: number,
  words: number,
  draws: number,
  sums: Float64Array,
): void {
  for (let b = 0, to = 0; b < draws; b++, to += WIDE) {
    let s0 = sums[to];
    let s1 = sums[to + 1];
    let s2 = sums[to + 2];
    let s3 = sums[to + 3];
    let s4 = sums[to + 4];
    let s5 = sums[to + 5];
    let s6 = sums[to + 6];
    let s7 = sums[to + 7];
    for (let w = 0, table = 0; w < words; w++) {
      let patterns = of[(word + w) * stride + b];
      for (let t = 0; t < TABLES_PER_WORD; t++, table += PATTERNS * WIDE, patterns >>>= BITS) {
        const at = table + (patterns & (PATTERNS - 1)) * WIDE;
        s0 += tables[at];
        s1 += tables[at + 1];
        s2 += tables[at + 2];
        s3 += tables[at + 3];
        s4 += tables[at + 4];
        s5 += tables[at + 5];
        s6 += tables[at + 6];
        s7 += tables[at + 7];
      }
    }
    sums[to] = s0;
    sums[to + 1] = s1;
    sums[to + 2] = s2;
    sums[to + 3] = s3;
    sums[to + 4] = s4;
    sums[to + 5] = s5;
    sums[to + 6] = s6;
    sums[to + 7] = s7;
  }
}
