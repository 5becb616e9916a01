import assert from "node:assert/strict";
import { assume, Panel, peruStudy, twfe, twfeWeights, type WeightsType } from "../../lib/mod.ts";
import { stream } from "../../lib/inference/random.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

const PERIODS = 7;

interface MadeRow {
  unit: string;
  t: number;
  dose: number;
  x: number;
  w: number;
  /** Effect per unit of dose: changes with unit and time. */
  effect: number;
  y: number;
  /** The same with an effect that is the unit's own. */
  stable: number;
}

/** 14 units with doses that start, grow and fall at different times; outcomes without noise. */
function madeRows(): MadeRow[] {
  const random = stream(11, 0);
  return Array.from({ length: 14 }, (_, u) => {
    const [level, own, start] = [random.normal(), 1 + random.normal(), 2 + (u % 5)];
    return Array.from({ length: PERIODS }, (_, k) => {
      const t = k + 1;
      const dose = t < start || u === 0 ? 0 : Math.round(8 * random.uniform()) / 2;
      const [x, effect] = [random.normal(), 1 + random.normal()];
      const rest = level + 0.3 * t * t + 0.8 * x;
      return {
        unit: `u${u}`,
        t,
        dose,
        x,
        w: 0.5 + random.uniform(),
        effect,
        y: rest + effect * dose,
        stable: rest + own * dose,
      };
    });
  }).flat();
}

const OWN = (() => {
  const rows = madeRows();
  const effect = new Map<string, number>();
  for (const { unit, stable, dose, t, x } of rows) {
    const start = rows.find((row) => row.unit === unit && row.dose === 0)!;
    if (dose > 0 && !effect.has(unit)) {
      const untreated = start.stable + 0.3 * (t * t - start.t * start.t) + 0.8 * (x - start.x);
      effect.set(unit, (stable - untreated) / dose);
    }
  }
  return effect;
})();

const panelOf = (rows: readonly object[]) =>
  Panel.fromRows(rows as Record<string, unknown>[], { unit: "unit", time: "t" });

for (const type of ["feTR", "fdTR", "feS", "fdS"] as const) {
  Deno.test(`${type}: the estimate is the weighted sum of effects, for a dose with covariates and weights`, () => {
    const rows = madeRows();
    const outcome = type.endsWith("TR") ? "y" : "stable";
    const effects = new Map(rows.map((row) => [`${row.unit} ${row.t}`, row.effect]));
    const holes = rows.filter(({ unit, t }) => !(unit === "u3" && t === 4) && unit !== "u9");
    for (const some of [rows, holes]) {
      for (const weights of [undefined, "w"]) {
        const found = twfeWeights(panelOf(some), {
          outcome,
          treatment: "dose",
          covariates: ["x"],
          type,
          ...(weights === undefined ? {} : { weights }),
        });
        const sum = found.cells.reduce(
          (total, { unit, time, weight }) =>
            total +
            weight * (type.endsWith("TR") ? effects.get(`${unit} ${time}`)! : OWN.get(`${unit}`)!),
          0,
        );
        assertClose(sum, found.estimate, 1e-10, type);
        for (const key of ["weight", "share"] as const) {
          assertClose(found.cells.reduce((total, cell) => total + cell[key], 0), 1, 1e-12, key);
        }
      }
    }
  });
}

Deno.test("the estimate is that of the regression, with covariates and weights", () => {
  const panel = panelOf(madeRows());
  const options = { outcome: "y", treatment: "dose", covariates: ["x"], weights: "w" };
  const fit = twfe(panel, options);
  assertClose(twfeWeights(panel, options).estimate, fit.term("dose").estimate, 1e-11);
});

Deno.test("a cohort column and its 0/1 path have the same weights", () => {
  const panel = panelOf(madeRows())
    .with("first", (row) => row.unit === "u0" ? 0 : 2 + (Number(String(row.unit).slice(1)) % 5))
    .with(
      "on",
      (row) => row.unit !== "u0" && row.time >= 2 + (Number(String(row.unit).slice(1)) % 5) ? 1 : 0,
    );
  for (const type of ["feTR", "feS"] as const) {
    const cohorts = twfeWeights(panel, { outcome: "y", cohort: "first", type });
    const units = twfeWeights(panel, { outcome: "y", treatment: "on", type });
    assertClose(cohorts.estimate, units.estimate, 1e-12);
    assertClose(cohorts.zeroSensitivity!, units.zeroSensitivity!, 1e-12);
    for (const cell of cohorts.cells) {
      const own = units.cells.filter(({ unit, time }) =>
        time === cell.time && 2 + (Number(String(unit).slice(1)) % 5) === cell.cohort
      );
      assert.equal(own.length, cell.rows);
      assertClose(own.reduce((sum, { weight }) => sum + weight, 0), cell.weight, 1e-10, "", 1);
    }
  }
});

Deno.test("rescaling outcome and dose, relabelling and permuting change nothing but the scale", () => {
  const rows = madeRows();
  const options = { outcome: "y", treatment: "dose" };
  const found = twfeWeights(panelOf(rows), options);
  const changed = twfeWeights(
    panelOf(rows.map((row) => ({ ...row, y: 10 * row.y + 3, dose: row.dose / 4 })).reverse()),
    options,
  );
  assertClose(changed.estimate, 40 * found.estimate, 1e-10);
  assertClose(changed.negative, found.negative, 1e-10);
  assert.equal(changed.negativeCells, found.negativeCells);
  assertClose(changed.zeroSensitivity!, 40 * found.zeroSensitivity!, 1e-10);
  found.cells.forEach((cell, i) => assertClose(changed.cells[i].weight, cell.weight, 1e-9, "", 1));
});

Deno.test("one adoption date: weights are shares, and no spread of effects can do harm", () => {
  const panel = panelOf(madeRows()).with(
    "on",
    (row) => Number(String(row.unit).slice(1)) < 5 && row.time >= 4 ? 1 : 0,
  );
  const found = twfeWeights(panel, { outcome: "y", treatment: "on" });
  assert.equal(found.zeroSensitivity, null);
  assert.equal(found.signSensitivity, null);
  assert.equal(found.negativeCells, 0);
  const notes = found.toTable().notes.join("\n");
  assert.match(notes, /Weights equal shares/);
  assert.match(notes, /No pair of unit and period has negative weight/);
});

Deno.test("Peru's dose: which regions and years count negatively", () => {
  const { panel } = peruStudy(
    assume({ treatment: { kind: "dose", measure: "localitiesPer10000" } }),
  );
  const outcome = panel.columnNames.find((name) => name.includes("internet")) ??
    panel.columnNames[0];
  const found = twfeWeights(panel, { outcome, treatment: "dose" });
  assertClose(found.cells.reduce((sum, { weight }) => sum + weight, 0), 1, 1e-12);
  assert.ok(found.cells.every(({ treatment }) => treatment > 0));
  const table = found.toTable();
  assert.equal(table.rows.length, new Set(found.cells.map(({ unit }) => unit)).size);
  assertClose(
    table.rows.reduce((sum, row) => sum + Number(row.negative ?? 0), 0),
    found.negative,
    1e-10,
    "by region",
    1e-12,
  );
});

Deno.test("rows with a missing treatment are dropped and counted", () => {
  const rows = madeRows();
  const gaps = rows.map((row, i) => i % 17 === 3 ? { ...row, dose: null } : row);
  const found = twfeWeights(panelOf(gaps), { outcome: "y", treatment: "dose" });
  assert.equal(found.droppedRows[0].count, 6);
  assert.match(found.toTable().notes.join("\n"), /6 rows left out, dose missing/);
});

Deno.test("bad input is refused with the column", () => {
  const panel = panelOf(madeRows());
  const use = (options: object) => () => twfeWeights(panel, { outcome: "y", ...options } as never);
  assertRefuses(use({ treatment: "nothing" }), "nothing");
  assertRefuses(use({}), "cohort", "treatment");
  assertRefuses(use({ treatment: "dose", cohort: "t" }), "once");
  assertRefuses(use({ treatment: "dose", type: "fe" }), "type", "feTR");
  assertRefuses(use({ treatment: "dose", covariates: "x" }), "covariates", "list");
  assertRefuses(use({ treatment: "dose", covariates: ["dose"] }), "dose");
  const one = panel.with("same", () => 1).with("year", (row) => row.time)
    .with("minus", (row) => -row.value("dose")).with("zero", (row) => row.value("w") - 0.6);
  for (const type of ["feTR", "feS", "fdTR", "fdS"] as const) {
    const refused = (treatment: string) => () =>
      twfeWeights(one, { outcome: "y", treatment, type: type as WeightsType });
    assertRefuses(refused("same"), "same", "not defined");
    assertRefuses(refused("year"), "year", "not defined");
  }
  assertRefuses(() => twfeWeights(one, { outcome: "y", treatment: "minus" }), "minus");
  assertRefuses(
    () => twfeWeights(one, { outcome: "y", treatment: "dose", weights: "zero" }),
    "zero",
    "above zero",
  );
});
