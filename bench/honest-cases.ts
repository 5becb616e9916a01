import { measure, type Measurement } from "./measure.ts";
import type { PeerRun } from "./peer-run.ts";
import type { EventEffects, HonestOptions } from "../lib/mod.ts";

/** One row of the table: robust intervals of the first effect after treatment, under several bounds. */
export interface HonestCase {
  readonly name: string;
  readonly restriction: "relative magnitudes" | "smoothness";
  readonly method: "hybrid" | "flci" | "hybrid flci" | "conditional";
  readonly bounds: readonly number[];
}

/** Peers read ends off grids of 1,000 points where they do not solve for them; ours are solved for to 1e-7 of the error. */
export const HONEST_CASES: readonly HonestCase[] = [
  {
    name: "honest, relative magnitudes, C-LF, 5 M̄ × 1,000 points",
    restriction: "relative magnitudes",
    method: "hybrid",
    bounds: [0, 0.5, 1, 1.5, 2],
  },
  {
    name: "honest, smoothness, fixed length, 10 M",
    restriction: "smoothness",
    method: "flci",
    bounds: [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.1, 0.15, 0.2, 0.3],
  },
  {
    name: "honest, smoothness, C-F, 4 M × 1,000 points",
    restriction: "smoothness",
    method: "hybrid flci",
    bounds: [0, 0.1, 0.2, 0.3],
  },
];

/**
 * Profits after the French VAT cut for restaurants: an event study of four effects before and four after 2008.
 * Source: Benzarti & Carloni (2019), American Economic Journal: Economic Policy 11(1), as the package HonestDiD carries it.
 */
const TIMES = [2004, 2005, 2006, 2007, 2009, 2010, 2011, 2012];
const BASE = 2008;
const EFFECTS = [
  0.00669635180383921,
  0.0293450336903334,
  -0.00647297222167253,
  0.0730149894952774,
  0.195961117744446,
  0.312063902616501,
  0.239541545510292,
  0.126042500138283,
];
const COVARIANCE = [
  [0.000842835812363774],
  [0.00047686867765151, 0.000642542028799653],
  [0.000261805107584223, 0.000398742500692606, 0.000522994960192591],
  [0.000235422034165822, 0.00024355151981581, 0.000211768609005958, 0.000308959541143849],
  [
    0.000167637146660127,
    0.000220196030568331,
    0.000184072225238197,
    0.000119786607683636,
    0.000359970435965806,
  ],
  [
    0.000112870766315609,
    0.00018045911565423,
    0.000145852784044109,
    0.000133408131659962,
    0.000247881864197552,
    0.000426394981332123,
  ],
  [
    1.99281621462433e-05,
    3.84376508009154e-05,
    7.00519740348682e-05,
    0.000101633500889875,
    0.000174957924173214,
    0.000217143780901097,
    0.000488669786136597,
  ],
  [
    -0.000136826536618173,
    -2.96042198897339e-05,
    5.95299497945234e-05,
    0.000107905172626488,
    0.000165425692102872,
    0.000289274787064642,
    0.000380532204871997,
    0.000761739443987608,
  ],
];

export function benzartiCarloni(): EventEffects {
  const size = TIMES.length;
  return {
    times: TIMES,
    base: BASE,
    effects: Float64Array.from(EFFECTS),
    covariance: Float64Array.from(
      { length: size * size },
      (_, k) =>
        COVARIANCE[Math.max(Math.floor(k / size), k % size)][
          Math.min(Math.floor(k / size), k % size)
        ],
    ),
  };
}

/** Our side. */
export async function honestCase({ name, ...options }: HonestCase): Promise<Measurement> {
  const { honestBounds } = await import("../lib/mod.ts");
  const events = benzartiCarloni();
  const given: HonestOptions = options;
  return measure(name, () => honestBounds(events, given), { most: 2000 });
}

const PEERS = ["honestdid", "moderndid", "diff-diff"];

/** Each peer on each row. */
export const HONEST_PEER_RUNS: readonly PeerRun[] = HONEST_CASES.flatMap((row) =>
  PEERS.map((peer): PeerRun => ({
    case: row.name,
    peer,
    script: "honest_peers.py",
    args: [row.restriction, row.method, peer],
    columns: () => {
      const { times, base, effects, covariance } = benzartiCarloni();
      return {
        honest: {
          times: Float64Array.from(times),
          base: Float64Array.of(base),
          effects,
          covariance,
          bounds: Float64Array.from(row.bounds),
        },
      };
    },
  }))
);
