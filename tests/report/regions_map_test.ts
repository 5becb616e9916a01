import assert from "node:assert/strict";
import { neighbours, regionShapes } from "../../lib/report/regions-map.ts";
import { REGION_CODES, REGION_NAMES } from "../../lib/study/peru/regions.ts";
import { loadTable } from "../../lib/study/peru/tables.ts";

type Ring = [number, number][];

/** Outer rings only: none of the areas has a hole. */
function rings(code: string): Ring[] {
  const { geometry } = regionShapes().find((shape) => shape.id === code)!;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return (polygons as Ring[][]).map((polygon) => polygon[0]);
}

/** Ray casting: does a ring enclose the point? */
function encloses(ring: Ring, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[a, b], [c, d]] = [ring[i], ring[j]];
    if ((b > y) !== (d > y) && x < (c - a) * (y - b) / (d - b) + a) inside = !inside;
  }
  return inside;
}

Deno.test("the map has the 26 areas by name", () => {
  assert.deepEqual(regionShapes().map((shape) => shape.id).sort(), [...REGION_CODES]);
  for (const { id, properties } of regionShapes()) assert.equal(properties.name, REGION_NAMES[id]);
});

Deno.test("every region's own coordinates lie inside the outline that bears its code", () => {
  for (const { code, longitude, latitude } of loadTable("regions")) {
    if (longitude === null || latitude === null) continue;
    assert.ok(
      rings(code).some((ring) => encloses(ring, longitude, latitude)),
      `${code} ${REGION_NAMES[code]}`,
    );
  }
});

Deno.test("the capital, 12.046° S 77.043° W, lies in Lima Metropolitana", () => {
  assert.ok(rings("15A").some((ring) => encloses(ring, -77.043, -12.046)));
  assert.ok(!rings("15B").some((ring) => encloses(ring, -77.043, -12.046)));
});

Deno.test("neighbours are mutual, and those that every Peruvian knows", () => {
  const next = neighbours();
  for (const [code, others] of Object.entries(next)) {
    for (const other of others) assert.ok(next[other].includes(code));
  }
  assert.deepEqual(next["24"], ["20"]);
  assert.deepEqual(next["07"], ["15A"]);
  assert.ok(
    next["08"].includes("21") && next["15A"].includes("15B") && !next["24"].includes("15A"),
  );
});

Deno.test("borders are those of the map of Peru", () => {
  const next = neighbours();
  assert.deepEqual(Object.keys(next).sort(), [...REGION_CODES]);
  const named = (code: string) => next[code].map((other) => REGION_NAMES[other]).sort();
  assert.deepEqual(
    named("08"),
    ["Apurímac", "Arequipa", "Ayacucho", "Junín", "Madre de Dios", "Puno", "Ucayali"],
  );
  assert.deepEqual(named("14"), ["Cajamarca", "La Libertad", "Piura"]);
  assert.deepEqual(named("18"), ["Arequipa", "Puno", "Tacna"]);
  assert.deepEqual(named("15A"), ["Callao", "Lima Región"]);
  assert.ok(Object.values(next).every((others) => others.length > 0), "nobody is an island");
});

Deno.test("areas are neighbours when, and only when, their outlines share an edge", () => {
  const edges = new Map<string, Set<string>>();
  for (const code of REGION_CODES) {
    for (const ring of rings(code)) {
      for (let i = 1; i < ring.length; i++) {
        const [from, to] = [ring[i - 1].join(), ring[i].join()].sort();
        if (from === to) continue;
        const edge = `${from} ${to}`;
        edges.set(edge, (edges.get(edge) ?? new Set()).add(code));
      }
    }
  }
  const shared = new Set(
    [...edges.values()].filter((codes) => codes.size === 2).map((codes) =>
      [...codes].sort().join()
    ),
  );
  const listed = new Set(
    Object.entries(neighbours()).flatMap(([code, others]) =>
      others.map((other) => [code, other].sort().join())
    ),
  );
  assert.deepEqual([...shared].sort(), [...listed].sort());
});
