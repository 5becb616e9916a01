/** A linear map of a draw's weights, prepared so that one draw costs as little as it can. */
export interface LinearKernel {
  readonly rows: number;
  /** out = map · weights, for any weights. */
  multiply(weights: Float64Array, out: Float64Array): void;
  /** out = map · v with v_g = −1 where bit g of `words` is set and +1 elsewhere. */
  multiplySigns(words: Uint32Array, out: Float64Array): void;
}

/** Signs are looked up this many clusters at a time; with many clusters the tables must stay in cache. */
const TABLE_BITS = { few: 6, many: 4 };
export const FEW_CLUSTERS = 32;

/**
 * Prepares a rows × clusters map. Signs are multiplied by looking up the sums over groups of clusters that
 * were computed beforehand ("four Russians"; Arlazarov et al. 1970): G/6 additions a row instead of G products.
 */
export function linearKernel(map: Float64Array, clusters: number): LinearKernel {
  const rows = map.length / clusters;
  let tables: SignTables | null = null;
  return {
    rows,
    multiply(weights, out) {
      for (let i = 0, at = 0; i < rows; i++) {
        let sum = 0;
        for (let g = 0; g < clusters; g++) sum += map[at++] * weights[g];
        out[i] = sum;
      }
    },
    multiplySigns(words, out) {
      tables ??= signTables(map, rows, clusters);
      lookUp(tables, words, out);
    },
  };
}

interface SignTables {
  readonly rows: number;
  readonly bits: number;
  readonly groups: number;
  /** For group c and pattern p, `rows` sums from (c · 2^bits + p) · rows on. */
  readonly sums: Float64Array;
}

function signTables(map: Float64Array, rows: number, clusters: number): SignTables {
  const bits = clusters <= FEW_CLUSTERS ? TABLE_BITS.few : TABLE_BITS.many;
  const groups = Math.ceil(clusters / bits);
  const patterns = 1 << bits;
  const sums = new Float64Array(groups * patterns * rows);
  for (let c = 0; c < groups; c++) {
    for (let pattern = 0; pattern < patterns; pattern++) {
      const at = (c * patterns + pattern) * rows;
      for (let bit = 0; bit < bits; bit++) {
        const g = c * bits + bit;
        if (g >= clusters) break;
        const sign = (pattern >> bit) & 1 ? -1 : 1;
        for (let i = 0; i < rows; i++) sums[at + i] += sign * map[i * clusters + g];
      }
    }
  }
  return { rows, bits, groups, sums };
}

function lookUp({ rows, bits, groups, sums }: SignTables, words: Uint32Array, out: Float64Array) {
  const patterns = 1 << bits;
  for (let c = 0; c < groups; c++) {
    const at = (c * patterns + pattern(words, c * bits, bits)) * rows;
    if (c === 0) { for (let i = 0; i < rows; i++) out[i] = sums[at + i]; }
    else for (let i = 0; i < rows; i++) out[i] += sums[at + i];
  }
}

/** `bits` bits from bit `from` on; they may span two words. */
function pattern(words: Uint32Array, from: number, bits: number): number {
  const word = from >>> 5;
  const shift = from & 31;
  let value = words[word] >>> shift;
  if (shift + bits > 32 && word + 1 < words.length) value |= words[word + 1] << (32 - shift);
  return value & ((1 << bits) - 1);
}
