import type { RandomStream } from "../../../inference/random.ts";
import type { SimulatedRegion } from "./areas.ts";

/** One cluster of the sample. */
export interface SimulatedCluster {
  readonly urban: boolean;
  readonly estrato: number;
  readonly ubigeo: string;
  readonly households: number;
}

const URBAN_SIZE = 6;
const RURAL_SIZE = 8;

/** Households to interview in each region: by the square root of population, so that small regions are not lost. */
export function allocate(regions: readonly SimulatedRegion[], households: number): number[] {
  const roots = regions.map((region) => Math.sqrt(region.population));
  const total = roots.reduce((sum, root) => sum + root, 0);
  return roots.map((root) => households * root / total);
}

/** The clusters of one region, towns first: six households a cluster in towns, eight in the countryside, one more or less. */
export function drawClusters(
  region: SimulatedRegion,
  households: number,
  random: RandomStream,
): SimulatedCluster[] {
  const areas = [true, false].filter((urban) => urban || region.ruralShare > 0);
  return areas.flatMap((urban) => {
    const share = urban ? 1 - region.ruralShare : region.ruralShare;
    const size = urban ? URBAN_SIZE : RURAL_SIZE;
    const count = Math.max(2, Math.round(households * share / size));
    return Array.from({ length: count }, (_, k) => ({
      urban,
      estrato: stratumOf(region.code, urban, (k + 0.5) / count),
      ubigeo: districtOf(region.code, k),
      households: size - 1 + random.integer(3),
    }));
  });
}

/** Strata by size of place: towns 1 (Lima and Callao) and 2–5, countryside 6–8, in fixed proportions. Made up. */
function stratumOf(code: string, urban: boolean, position: number): number {
  if (!urban) return position < 0.4 ? 6 : position < 0.75 ? 7 : 8;
  if (code === "15A" || code === "07") return 1;
  return position < 0.35 ? 2 : position < 0.6 ? 3 : position < 0.8 ? 4 : 5;
}

/** Districts in turn: three provinces of two districts; Lima Metropolitana and Callao have one province. */
function districtOf(code: string, k: number): string {
  const one = code === "15A" || code === "07";
  const first = code === "15B" ? 2 : 1;
  const province = first + (one ? 0 : k % 3);
  const district = 1 + Math.floor(k / 3) % 2;
  return `${code.slice(0, 2)}${two(province)}${two(district)}`;
}

export function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** Geographic domain, 1–8, roughly: coast 1–3, highlands 4–6, jungle 7, Lima and Callao 8. */
const DOMINIO: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ["13", "14", "20", "24"],
    ["02", "15B"],
    ["04", "11", "18", "23"],
    ["06"],
    ["09", "10", "12", "19"],
    ["03", "05", "08", "21"],
    ["01", "16", "17", "22", "25"],
    ["07", "15A"],
  ].flatMap((codes, i) => codes.map((code) => [code, i + 1])),
);

export function dominioOf(code: string): number {
  return DOMINIO[code];
}
