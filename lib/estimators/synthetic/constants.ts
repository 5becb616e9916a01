import type { EstimateParts } from "../estimate.ts";

/** Leaves out terms that cannot vary: all time weight on one period makes its effect zero by construction. */
export function withoutConstants(
  parts: EstimateParts,
  reason: (k: number) => string,
): EstimateParts {
  const size = parts.names.length;
  const variance = (k: number) => parts.covariance[k * size + k];
  const most = parts.names.reduce((found, _, k) => Math.max(found, variance(k)), 0);
  const varies = (k: number) => k === 0 || variance(k) > 1e-18 * most;
  const kept = [...parts.names.keys()].filter(varies);
  if (kept.length === size) return parts;
  const out = [...parts.names.keys()].filter((k) => !varies(k));
  const names = kept.map((k) => parts.names[k]);
  return {
    ...parts,
    names,
    estimates: kept.map((k) => parts.estimates[k]),
    covariance: Float64Array.from(
      kept.flatMap((a) => kept.map((b) => parts.covariance[a * size + b])),
    ),
    influence: kept.map((k) => parts.influence[k]),
    times: kept.map((k) => parts.times?.[k]),
    design: {
      ...parts.design,
      effects: names.slice(1),
      droppedColumns: out.map((k) => ({ name: parts.names[k], reason: reason(k) })),
    },
  };
}
