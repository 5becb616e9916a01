import { stream } from "../../lib/inference/random.ts";
import {
  assertSameTerms,
  type Fit,
  FITS,
  panelOf,
  rollOut,
  type Row,
} from "../support/staggered.ts";

const rows = rollOut();
const panel = panelOf(rows);
const other = stream(99, 0);
const shift = new Map(rows.map(({ unit }) => [unit, 0]));
for (const unit of shift.keys()) shift.set(unit, 20 * other.normal());
const path = new Map(rows.map(({ year }) => [year, 0]));
for (const year of path.keys()) path.set(year, 10 * other.normal());
const mixed = <T>(items: readonly T[]): T[] => {
  const order = items.map((_, k) => k);
  other.shuffle(order);
  return order.map((k) => items[k]);
};
const shuffled = mixed(rows);
const labels = mixed([...shift.keys()]);
const label = new Map([...shift.keys()].map((unit, k) => [unit, `z ${labels[k]}`]));

const changed = (change: (row: Row) => Row) =>
  panelOf(rows.map((row) => ({ ...row, ...change(row) })));
const num = (value: number | string) => value as number;

/** Changes of the data that change no estimate, but for the scale of the outcome. */
const INVARIANCES: readonly {
  name: string;
  panel: () => ReturnType<typeof panelOf>;
  scale?: number;
}[] = [
  { name: "the order of rows", panel: () => panelOf(shuffled) },
  {
    name: "the names of units",
    panel: () => changed(({ unit }) => ({ unit: label.get(unit as string)! })),
  },
  {
    name: "unit effects",
    panel: () => changed(({ y, unit }) => ({ y: num(y) + shift.get(unit)! })),
  },
  {
    name: "period effects",
    panel: () => changed(({ y, year }) => ({ y: num(y) + path.get(year)! })),
  },
  { name: "a tenfold outcome", panel: () => changed(({ y }) => ({ y: 10 * num(y) })), scale: 10 },
  { name: "a tiny outcome", panel: () => changed(({ y }) => ({ y: 1e-6 * num(y) })), scale: 1e-6 },
  { name: "the outcome's sign", panel: () => changed(({ y }) => ({ y: -num(y) })), scale: -1 },
  {
    name: "spare columns",
    panel: () =>
      changed(({ year }) => ({ id: 1, group: "a", year2: num(year) ** 2, cohort_: 4, t: 3 })),
  },
  {
    name: "a shift of all years",
    panel: () =>
      changed(({ year, cohort }) => ({
        year: num(year) + 2000,
        cohort: cohort === 0 ? 0 : num(cohort) + 2000,
      })),
  },
];

for (const { name, fit } of FITS) {
  for (const { name: what, panel: make, scale } of INVARIANCES) {
    Deno.test(`${name}: ${what} changes nothing`, () => {
      assertSameTerms(fit(make()), fit(panel), what, { scale });
    });
  }
}

const weighted = FITS.filter((entry) => entry.weighted);

for (const { name, fit } of weighted) {
  Deno.test(`${name}: equal weights are no weights`, () => {
    assertSameTerms(fit(changed(() => ({ w: 2 })), { weights: "w" }), fit(panel), "w = 2");
  });
}

/** A weight of two for some units of every cohort, unevenly. */
const heavy = (unit: number | string) => Number(`${unit}`.split("-")[1]) < Number(`${unit}`[1]) + 2;

function assertWeightsCount({ fit }: Fit): void {
  const own = changed(({ unit }) => ({ w: heavy(unit) ? 2 : 1 }));
  const twice = rows.filter(({ unit }) => heavy(unit)).map((row) => ({
    ...row,
    unit: `${row.unit}'`,
  }));
  const expected = fit(panelOf([...rows, ...twice]));
  assertSameTerms(fit(own, { weights: "w" }), expected, "duplicated", { errors: false });
}

for (const entry of weighted) {
  Deno.test(`${entry.name}: a unit of weight two counts as two units`, () =>
    assertWeightsCount(entry));
}
