import { madeRows } from "./made.ts";

type Row = Record<string, number | string>;

const gaps = (rows: Row[]) => rows.filter((_, i) => i % 11 !== 4);
const change = (rows: Row[], f: (row: Row, i: number) => Row) =>
  rows.map((row, i) => ({ ...row, five: (7 * i + 3) % 5, ...f(row, i) }));

const TIMES = [-3.5, -1.25, 0, 0.75, 2.5, 10];

/** Made panels with what real ones have now and then; effects d and x, weights w, clusters unit, t, region, five. */
export const ODD_PANELS: Readonly<Record<string, Row[]>> = {
  "two pieces that share no period": change(
    gaps([
      ...madeRows(2),
      ...madeRows(3).map((row) => ({ ...row, unit: `z${row.unit}`, t: Number(row.t) + 100 })),
    ]),
    () => ({}),
  ),
  "weights from 1e-8 to 1e8": change(gaps(madeRows(4)), (_, i) => ({ w: 10 ** (i % 17 - 8) })),
  "negative and fractional times, mixed labels": change(gaps(madeRows(5)), ({ t, unit }) => {
    const number = Number(String(unit).slice(1));
    return { t: TIMES[Number(t) - 1], unit: number % 2 === 0 ? number : `${unit}` };
  }),
  "an outcome of 1e-12": change(gaps(madeRows(6)), ({ y }) => ({ y: Number(y) * 1e-12 })),
  "an outcome of 1e12": change(gaps(madeRows(6)), ({ y }) => ({ y: Number(y) * 1e12 })),
  "one treated unit": change(
    gaps(madeRows(7)),
    ({ unit, t }) => ({ d: unit === "u0" && Number(t) >= 4 ? 1 : 0 }),
  ),
};
