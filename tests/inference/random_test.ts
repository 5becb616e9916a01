import assert from "node:assert/strict";
import { InputError } from "../../lib/panel/errors.ts";
import { requireDraws, requireSeed, stream, streams } from "../../lib/inference/random.ts";

const MASK = (1n << 64n) - 1n;
const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (64n - k))) & MASK;

/** xoroshiro128+ 1.0 as Blackman and Vigna publish it (constants 24, 16, 37), in 64-bit integers. */
class Published {
  constructor(public s0: bigint, public s1: bigint) {}

  next(): bigint {
    const { s0, s1 } = this;
    const mixed = s0 ^ s1;
    this.s0 = rotate(s0, 24n) ^ mixed ^ ((mixed << 16n) & MASK);
    this.s1 = rotate(mixed, 37n);
    return (s0 + s1) & MASK;
  }

  /** 2⁶⁴ steps at once, by the published polynomial. */
  jump(): void {
    let [t0, t1] = [0n, 0n];
    for (const word of [0xdf900294d8f554a5n, 0x170865df4b3201fcn]) {
      for (let bit = 0n; bit < 64n; bit++) {
        if ((word >> bit) & 1n) [t0, t1] = [t0 ^ this.s0, t1 ^ this.s1];
        this.next();
      }
    }
    [this.s0, this.s1] = [t0, t1];
  }
}

function published(seed: number, k: number): Published {
  const low = BigInt(~seed >>> 0);
  const generator = new Published((0xffffffffn << 32n) | low, BigInt(seed >>> 0) << 32n);
  for (let jump = 0; jump <= k; jump++) generator.jump();
  return generator;
}

Deno.test("streams are xoroshiro128+ and its jumps, as published", () => {
  for (const [seed, k] of [[1, 0], [20260101, 0], [4294967295, 2], [0, 5]]) {
    const [ours, theirs] = [stream(seed, k), published(seed, k)];
    for (let i = 0; i < 50; i++) {
      assert.equal(BigInt(ours.word()), theirs.next() & 0xffffffffn, `seed ${seed}, stream ${k}`);
    }
  }
});

Deno.test("fixed digits", () => {
  const source = stream(1, 0);
  assert.equal(source.word(), 3124026799);
  assert.equal(source.uniform(), 0.3127701744573629);
  assert.equal(source.integer(6), 4);
  assert.equal(source.normal(), 0.5716551012312);
  const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  stream(7, 3).shuffle(items);
  assert.deepEqual(items, [7, 8, 3, 5, 9, 4, 1, 2, 6, 0]);
});

Deno.test("streams in turn are the numbered streams, and differ", () => {
  const turn = streams(9, 2);
  for (let k = 2; k < 6; k++) {
    const [a, b] = [turn.next().value, stream(9, k)];
    assert.deepEqual([a.word(), a.word()], [b.word(), b.word()]);
  }
  const first = Array.from({ length: 200 }, (_, k) => stream(9, k).word());
  assert.equal(new Set(first).size, 200);
});

Deno.test("uniforms fill [0, 1) evenly and in steps of 2⁻⁵³", () => {
  const source = stream(5, 0);
  const bins = new Float64Array(20);
  let fine = 0;
  for (let i = 0; i < 40_000; i++) {
    const u = source.uniform();
    assert.ok(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53));
    bins[Math.floor(20 * u)]++;
    if ((u * 2 ** 53) % 2 === 1) fine++;
  }
  const chi = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
  assert.ok(chi < 45, `χ²(19) = ${chi}`);
  assert.ok(Math.abs(fine - 20_000) < 500, "the last bit is used");
});

Deno.test("integers have no modulo bias, even where 2³² is far from a multiple", () => {
  const source = stream(6, 0);
  const below = 3 * 2 ** 30;
  let upper = 0;
  for (let i = 0; i < 30_000; i++) {
    const value = source.integer(below);
    assert.ok(Number.isInteger(value) && value >= 0 && value < below);
    if (value >= 2 ** 30) upper++;
  }
  // By plain modulo the share would be 1/2 instead of 2/3.
  assert.ok(Math.abs(upper / 30_000 - 2 / 3) < 0.012);
});

Deno.test("normals have the moments of the normal", () => {
  const source = stream(8, 0);
  const moments = [0, 0, 0, 0];
  for (let i = 0; i < 50_000; i++) {
    const z = source.normal();
    moments.forEach((_, k) => moments[k] += z ** (k + 1) / 50_000);
  }
  // Variances of z, z², z³, z⁴: 1, 2, 15, 96.
  [[0, 1], [1, 2], [0, 15], [3, 96]].forEach(([value, variance], k) => {
    assert.ok(Math.abs(moments[k] - value) < 4 * Math.sqrt(variance / 50_000), `moment ${k + 1}`);
  });
});

Deno.test("every permutation is as likely, and the range is respected", () => {
  const counts = new Map<string, number>();
  const source = stream(10, 0);
  for (let i = 0; i < 24_000; i++) {
    const items = [9, 1, 2, 3, 4, 9];
    source.shuffle(items, 1, 5);
    assert.deepEqual([items[0], items[5]], [9, 9]);
    counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 150);
});

Deno.test("seeds and draws that are not whole numbers in range are refused by name", () => {
  for (const seed of [undefined, null, "1", 1.5, -1, 2 ** 32, NaN]) {
    assert.throws(
      () => requireSeed(seed),
      (e) => e instanceof InputError && /seed/.test(e.message),
    );
  }
  for (const draws of [0, -5, 2.5, NaN, "99", 1e9]) {
    assert.throws(
      () => requireDraws(draws),
      (e) => e instanceof InputError && /draws/.test(e.message),
    );
  }
  assert.equal(requireSeed(0), 0);
  assert.equal(requireDraws(1), 1);
});
