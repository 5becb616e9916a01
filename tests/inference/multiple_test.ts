import assert from "node:assert/strict";
import { InputError } from "../../lib/panel/errors.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import { benjaminiHochberg, holm, romanoWolf, stepdown } from "../../lib/inference/multiple.ts";
import { assertClose } from "../support/close.ts";
import { share, widePanel } from "./wild-data.ts";

/** statsmodels 0.15.0 and pyfixest 0.60.0, printed by tools/witnesses/multiple_testing.py. */
const P_VALUES = [0.012, 0.2, 0.001, 0.04, 0.04, 0.8, 0.03];
const HOLM = [0.072, 0.4, 0.007, 0.16, 0.16, 0.8, 0.15];
const BH = [0.042, 0.23333333333333336, 0.007, 0.056, 0.056, 0.8, 0.056];
const STATISTICS = [2.1, -0.4, 1.5, -2.9];
const ROMANO_WOLF = [0.8955223880597015, 0.9203980099502488, 0.9203980099502488, 0.582089552238806];

Deno.test("statsmodels: Holm and Benjamini–Hochberg", () => {
  holm(P_VALUES).forEach((p, k) => assertClose(p, HOLM[k], 1e-12, `Holm ${k}`));
  benjaminiHochberg(P_VALUES).forEach((p, k) => assertClose(p, BH[k], 1e-12, `BH ${k}`));
});

Deno.test("pyfixest: Romano–Wolf step-down on the same draws", () => {
  const draws = STATISTICS.map((_, k) =>
    Float64Array.from({ length: 200 }, (_, b) => 7 * (share(b, 10 + k) - 0.5))
  );
  const { pValues, adjusted } = stepdown(STATISTICS, draws);
  adjusted.forEach((p, k) => assertClose(p, ROMANO_WOLF[k], 1e-12, `${k}`));
  pValues.forEach((p, k) => assert.ok(p <= adjusted[k]));
});

Deno.test("one hypothesis needs no adjustment, and order does not matter", () => {
  assert.deepEqual(holm([0.03]), [0.03]);
  assert.deepEqual(benjaminiHochberg([0.03]), [0.03]);
  const order = [4, 0, 6, 2, 5, 1, 3];
  const shuffled = order.map((i) => P_VALUES[i]);
  holm(shuffled).forEach((p, k) => assertClose(p, HOLM[order[k]], 1e-12));
  benjaminiHochberg(shuffled).forEach((p, k) => assertClose(p, BH[order[k]], 1e-12));
  assert.deepEqual(holm([0.9, 1, 0.6]), [1, 1, 1]);
});

const panel = widePanel(20)
  .with("y2", (row) => row.value("y") + 0.6 * row.value("x") + 0.3 * row.value("d"))
  .with("y3", (row) => row.value("wi"));
const estimates = ["y", "y2", "y3"].map((outcome) => twfe(panel, { outcome, treatment: "d" }));
const hypotheses = estimates.map((estimate) => ({ estimate, term: "d" }));

Deno.test("Romano–Wolf on several outcomes: between its own p and Bonferroni's, and repeatable", () => {
  const options = { seed: 3, draws: 1999 };
  const { rows, draws } = romanoWolf(hypotheses, options);
  assert.equal(draws, 1999);
  assert.deepEqual(romanoWolf(hypotheses, options).rows, rows);
  rows.forEach((row, k) => {
    assert.equal(row.name, `${["y", "y2", "y3"][k]}: d`);
    assertClose(row.statistic, estimates[k].term("d").statistic, 1e-12);
    assert.ok(row.bootstrapPValue <= row.adjusted);
    assert.ok(row.adjusted <= Math.min(1, 3 * row.bootstrapPValue + 0.01));
  });
});

Deno.test("the same hypothesis twice costs nothing: the dependence is kept", () => {
  const options = { seed: 3, draws: 1999 };
  const [alone] = romanoWolf([hypotheses[0]], options).rows;
  const twice = romanoWolf([hypotheses[0], hypotheses[0]], options).rows;
  assert.equal(alone.adjusted, alone.bootstrapPValue);
  twice.forEach((row) => assert.equal(row.adjusted, alone.adjusted));
});

Deno.test("units missing from one outcome keep their multiplier in the others", () => {
  const fewer = twfe(panel.where("without unit 4", (row) => row.unit !== 4), {
    outcome: "y2",
    treatment: "d",
  });
  const mixed = romanoWolf([hypotheses[0], { estimate: fewer, term: "d" }], {
    seed: 3,
    draws: 1999,
  });
  const whole = romanoWolf([hypotheses[0]], { seed: 3, draws: 1999 });
  assert.equal(mixed.rows[0].bootstrapPValue, whole.rows[0].bootstrapPValue);
});

Deno.test("coarser clusters and a null of its own", () => {
  const { rows, notes } = romanoWolf(
    [{ estimate: estimates[0], term: "d", null: estimates[0].term("d").estimate, name: "self" }],
    { seed: 1, draws: 199, cluster: "half" },
  );
  assert.deepEqual([rows[0].name, rows[0].statistic, rows[0].adjusted], ["self", 0, 1]);
  assert.match(notes[0], /one multiplier per half \(2\)/);
});

Deno.test("rejects what cannot be adjusted, naming row, value and remedy", () => {
  const refuse = (body: () => unknown, pattern: RegExp) =>
    assert.throws(body, (e) => e instanceof InputError && pattern.test(e.message));
  refuse(() => holm([]), /no p values/);
  refuse(() => holm([0.1, 1.2]), /not a probability.*row 1, value 1.2/);
  refuse(() => benjaminiHochberg([NaN]), /not a probability.*row 0/);
  refuse(() => romanoWolf([], { seed: 1 }), /no hypotheses/);
  refuse(() => romanoWolf(hypotheses, { seed: 1, draws: 0 }), /draws must be/);
  refuse(() => romanoWolf(hypotheses, {} as never), /seed is not given/);
  refuse(() => romanoWolf([{ estimate: estimates[0], term: "q" }], { seed: 1 }), /no such term/);
});
