/**
 * Enumerations by wildboottest 0.3.2 (numpy 1.26.4), printed by tools/witnesses/wild_bootstrap.py, which makes the
 * same data. Sums are over the |t*| of all sign vectors; no (n − 1)/(n − k) factor on either side.
 */
import assert from "node:assert/strict";
import { twfe } from "../../lib/estimators/twfe.ts";
import { wildClusterBootstrap } from "../../lib/inference/wild.ts";
import { wildTest } from "../../lib/inference/wild/bootstrap.ts";
import { FIXEST_RULE } from "../../lib/regression/small-sample.ts";
import { assertClose } from "../support/close.ts";
import { clusteredFit, madePanel } from "./wild-data.ts";

interface Witness {
  type: "11" | "13" | "31" | "33";
  impose: boolean;
  t: number;
  sumAbs: number;
  sumSquares: number;
  moreExtreme: number;
  asExtreme: number;
}

/** y ~ 1 + x + z, x tested, 8 clusters. */
const CLUSTERED: readonly Witness[] = [
  {
    type: "11",
    impose: true,
    t: -0.29177623712357303,
    sumAbs: 270.43835319357686,
    sumSquares: 445.3456265598779,
    moreExtreme: 208,
    asExtreme: 210,
  },
  {
    type: "11",
    impose: false,
    t: -0.29177623712357303,
    sumAbs: 260.1893982120939,
    sumSquares: 411.96186902408533,
    moreExtreme: 214,
    asExtreme: 214,
  },
  {
    type: "13",
    impose: true,
    t: -0.2232717807084232,
    sumAbs: 186.40762165068998,
    sumSquares: 208.95525508386055,
    moreExtreme: 204,
    asExtreme: 206,
  },
  {
    type: "13",
    impose: false,
    t: -0.2232717807084232,
    sumAbs: 179.22829520580015,
    sumSquares: 193.7311756496352,
    moreExtreme: 206,
    asExtreme: 206,
  },
  {
    type: "31",
    impose: true,
    t: -0.29177623712357303,
    sumAbs: 278.5914321928359,
    sumSquares: 468.15503161685467,
    moreExtreme: 212,
    asExtreme: 212,
  },
  {
    type: "31",
    impose: false,
    t: -0.29177623712357303,
    sumAbs: 298.7478750047636,
    sumSquares: 544.8254284303102,
    moreExtreme: 210,
    asExtreme: 210,
  },
  {
    type: "33",
    impose: true,
    t: -0.2232717807084232,
    sumAbs: 192.57592343346684,
    sumSquares: 220.8694053990417,
    moreExtreme: 204,
    asExtreme: 204,
  },
  {
    type: "33",
    impose: false,
    t: -0.2232717807084232,
    sumAbs: 211.05485234557455,
    sumSquares: 274.27714735141205,
    moreExtreme: 204,
    asExtreme: 204,
  },
];

/** y ~ d + x | unit + year, d tested, 7 units as clusters. */
const PANEL: readonly Witness[] = [
  {
    type: "11",
    impose: true,
    t: 6.507182730733869,
    sumAbs: 166.56180912821983,
    sumSquares: 453.942139070525,
    moreExtreme: 0,
    asExtreme: 2,
  },
  {
    type: "11",
    impose: false,
    t: 6.507182730733869,
    sumAbs: 129.9210568866324,
    sumSquares: 222.86042848039108,
    moreExtreme: 0,
    asExtreme: 0,
  },
  {
    type: "13",
    impose: true,
    t: 4.632245155295069,
    sumAbs: 130.60114792787414,
    sumSquares: 292.31669820240427,
    moreExtreme: 2,
    asExtreme: 4,
  },
  {
    type: "13",
    impose: false,
    t: 4.632245155295069,
    sumAbs: 97.37756340986547,
    sumSquares: 125.4864225126675,
    moreExtreme: 0,
    asExtreme: 0,
  },
  {
    type: "31",
    impose: true,
    t: 6.507182730733869,
    sumAbs: 176.42928942498185,
    sumSquares: 531.1267593254404,
    moreExtreme: 4,
    asExtreme: 4,
  },
  {
    type: "31",
    impose: false,
    t: 6.507182730733869,
    sumAbs: 142.38733315361827,
    sumSquares: 252.2828717118951,
    moreExtreme: 0,
    asExtreme: 0,
  },
  {
    type: "33",
    impose: true,
    t: 4.632245155295069,
    sumAbs: 139.87782645155755,
    sumSquares: 355.2552620439852,
    moreExtreme: 4,
    asExtreme: 4,
  },
  {
    type: "33",
    impose: false,
    t: 4.632245155295069,
    sumAbs: 102.06585895845899,
    sumSquares: 127.10784223248572,
    moreExtreme: 0,
    asExtreme: 0,
  },
];

interface Outcome {
  statistic: number;
  pValue: number;
  bootstrapStatistics: Float64Array;
}

function compare(witness: Witness, run: (ties: "count" | "strict") => Outcome): void {
  const label = `type ${witness.type}, impose ${witness.impose}`;
  const [counted, strict] = [run("count"), run("strict")];
  const sizes = counted.bootstrapStatistics.map(Math.abs);
  assertClose(counted.statistic, witness.t, 1e-9, label);
  assertClose(sizes.reduce((sum, t) => sum + t, 0), witness.sumAbs, 1e-9, label);
  assertClose(sizes.reduce((sum, t) => sum + t * t, 0), witness.sumSquares, 1e-9, label);
  assert.equal(counted.pValue, witness.asExtreme / sizes.length, label);
  assert.equal(strict.pValue, witness.moreExtreme / sizes.length, label);
}

Deno.test("wildboottest: every variant on a regression with a constant", () => {
  const { fit, clusters } = clusteredFit();
  const restrictions = { rows: [Float64Array.of(0, 1, 0)], values: [0], labels: ["x"] };
  for (const witness of CLUSTERED) {
    compare(witness, (ties) =>
      wildTest(fit, clusters, restrictions, {
        type: witness.type,
        impose: witness.impose,
        distribution: "rademacher",
        draws: 999,
        seed: 1,
        ties,
        confidenceLevel: 0.95,
        confidenceSet: false,
        smallSample: { ...FIXEST_RULE, parameters: false },
      }));
  }
});

Deno.test("wildboottest: every variant on a panel with absorbed unit and period effects", () => {
  const estimate = twfe(madePanel(), { outcome: "y", treatment: "d", covariates: ["x"] });
  for (const { type, impose, ...numbers } of PANEL) {
    compare({ type, impose, ...numbers }, (ties) =>
      wildClusterBootstrap(estimate, {
        term: "d",
        type,
        impose,
        seed: 1,
        ties,
        smallSample: { parameters: false },
      }));
  }
});

/**
 * pyfixest 0.60.0 (tools/witnesses/refits.py), feols("y ~ x + z") clustered: t of x under CRV1 with its default
 * rule, and under CRV3 without any factor, to which CV3's (G − 1)/G is added here.
 */
const PYFIXEST_T = {
  "11": -0.28550074578840595,
  "13": -0.20885162688646003 * Math.sqrt(8 / 7),
} as const;

Deno.test("pyfixest: the statistic itself, CV1 and CV3", () => {
  const { fit, clusters } = clusteredFit();
  const restrictions = { rows: [Float64Array.of(0, 1, 0)], values: [0], labels: ["x"] };
  for (const type of ["11", "13"] as const) {
    const { statistic } = wildTest(fit, clusters, restrictions, {
      type,
      impose: true,
      distribution: "rademacher",
      draws: 999,
      seed: 1,
      ties: "count",
      confidenceLevel: 0.95,
      confidenceSet: false,
      smallSample: FIXEST_RULE,
    });
    assertClose(statistic, PYFIXEST_T[type], 1e-9, type);
  }
});
