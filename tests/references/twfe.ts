/**
 * Printed values of the reference implementation, fixest 0.14.2 under R 4.2.2, clustered by unit with its default
 * small-sample rule. Calls: feols(lemp ~ D | countyreal + year), feols(dins ~ post | stfips + year[, weights = ~W]),
 * feols(y ~ x1 + i(period, treat, 5) | id + period) and feols(y ~ x1 | id + period) on base_did.
 */
export const TWFE = {
  mpdta: { estimate: -0.036548936674067, standardError: 0.0132651554293389 },
  ehec: { estimate: 0.0703206738081224, standardError: 0.0074009937545819 },
  ehecWeighted: { estimate: 0.0740325119809331, standardError: 0.0131378729006773 },
  baseDid: {
    estimate: 0.977899691740021,
    iid: 0.0472860761902357,
    HC1: 0.0487996187733232,
    byUnit: 0.0457872590788868,
    twoWay: 0.0341771057762416,
  },
} as const;

/** Term, estimate and standard error of the base_did event study. */
export const BASE_DID_EVENTS: readonly (readonly [string, number, number])[] = [
  ["x1", 0.97349015126074157, 0.045678311764660667],
  ["treat × 1", -1.40304548628387504, 1.110266622905255129],
  ["treat × 2", -1.24751078444384511, 1.093144563417684179],
  ["treat × 3", -0.27320596224488725, 1.106935057760958685],
  ["treat × 4", -1.79572056399201418, 1.087973765366879286],
  ["treat × 6", 0.78445202831408345, 1.02838807490318751],
  ["treat × 7", 3.59889733159794156, 1.101563414439335808],
  ["treat × 8", 3.81176621201594124, 1.247501965774762578],
  ["treat × 9", 4.73142620090947474, 1.097112649347019575],
  ["treat × 10", 6.6062288418421037, 1.12049429944554535],
];
