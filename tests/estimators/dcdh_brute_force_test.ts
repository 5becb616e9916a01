import assert from "node:assert/strict";
import { callawaySantAnna, dcdhDynamic, type DcdhOptions, Panel } from "../../lib/mod.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { numbers } from "../support/made.ts";

interface Cell {
  unit: string;
  t: number;
  y: number | null;
  d: number;
  w: number;
  side: string;
  x: number;
}

const PERIODS = 7;

/** Rises, falls, doses, two baselines, changes back, missing outcomes and weights; 24 units. */
function cells(seed: number): Cell[] {
  const draw = numbers(seed);
  return Array.from({ length: 24 }, (_, u) => {
    const baseline = u % 2;
    const first = u % 4 === 3 ? Infinity : 3 + Math.floor(4 * draw());
    const step = (baseline === 1 && u % 3 === 0 ? -1 : 1) * (1 + Math.floor(3 * draw()));
    const level = 5 * draw();
    return Array.from({ length: PERIODS }, (_, k) => {
      const t = k + 1;
      const later = t >= first + 2 && u % 5 === 0 ? 0.5 : 1;
      return {
        unit: `u${u}`,
        t,
        y: draw() < 0.08 ? null : level + t + 0.4 * step * (t >= first ? 1 : 0) + draw(),
        d: t >= first ? baseline + step * later : baseline,
        w: 0.5 + draw(),
        side: u < 14 ? "a" : "b",
        x: draw(),
      };
    });
  }).flat();
}

interface Choice {
  readonly within?: boolean;
  readonly never?: boolean;
  readonly only?: 1 | -1;
  readonly same?: number;
}

/** DID_ℓ and what divides it, straight from the definitions: one switcher at a time. */
function byDefinition(rows: Cell[], length: number, placebo: boolean, choice: Choice) {
  const units = [...new Set(rows.map(({ unit }) => unit))];
  const cell = new Map(rows.map((row) => [`${row.unit} ${row.t}`, row]));
  const y = (unit: string, t: number) => cell.get(`${unit} ${t}`)?.y ?? NaN;
  const d = (unit: string, t: number) => cell.get(`${unit} ${t}`)!.d;
  const w = (unit: string, t: number) => cell.get(`${unit} ${t}`)!.w;
  const side = (unit: string) => cell.get(`${unit} 1`)!.side;
  const firstChange = (unit: string) => {
    for (let t = 2; t <= PERIODS; t++) if (d(unit, t) !== d(unit, 1)) return t;
    return Infinity;
  };
  let [effect, weight, received, current] = [0, 0, 0, 0];
  for (const g of units) {
    const first = firstChange(g);
    const t = first - 1 + length;
    const sign = Math.sign(d(g, PERIODS) - d(g, 1));
    if (t > PERIODS || (choice.only !== undefined && sign !== choice.only)) continue;
    const from = first - 1;
    const to = placebo ? first - 1 - length : t;
    const peers = units.filter((h) =>
      firstChange(h) > t && d(h, 1) === d(g, 1) && (!choice.within || side(h) === side(g)) &&
      (!choice.never || firstChange(h) === Infinity)
    );
    const change = (unit: string) => y(unit, to) - y(unit, from);
    const used = (unit: string) =>
      to >= 1 && !Number.isNaN(change(unit)) && !Number.isNaN(y(unit, t));
    const controls = peers.filter(used);
    if (!used(g) || controls.length === 0) continue;
    if (choice.same !== undefined) {
      const lasts = units.filter((h) =>
        d(h, 1) === d(g, 1) && (!choice.within || side(h) === side(g))
      )
        .map((h) => firstChange(h) - 1);
      const times = Array.from({ length: choice.same + 1 }, (_, k) => from + k);
      if (times.some((s) => s > PERIODS || Number.isNaN(y(g, s)))) continue;
      if (from + choice.same > Math.max(...lasts)) continue;
    }
    const total = controls.reduce((sum, h) => sum + w(h, t), 0);
    const mean = controls.reduce((sum, h) => sum + w(h, t) * change(h), 0) / total;
    effect += w(g, t) * sign * (change(g) - mean);
    weight += w(g, t);
    for (let s = first; s <= t; s++) received += w(g, t) * sign * (d(g, s) - d(g, 1));
    current += w(g, t) * sign * (d(g, t) - d(g, 1));
  }
  return { effect: effect / weight, weight, received: received / weight, current };
}

const CASES: Readonly<Record<string, [Partial<DcdhOptions>, Choice]>> = {
  "both sides": [{}, {}],
  "rises only": [{ switchers: "in" }, { only: 1 }],
  "falls only": [{ switchers: "out" }, { only: -1 }],
  "never changed as controls": [{ controlGroup: "never" }, { never: true }],
  "within sides": [{ within: "side" }, { within: true }],
  "the same switchers": [{ sameSwitchers: true, effects: 3 }, { same: 3 }],
};

for (const [name, [options, choice]] of Object.entries(CASES)) {
  Deno.test(`effects, placebos and the average total effect by definition: ${name}`, () => {
    for (const seed of [1, 2, 3]) {
      const rows = cells(seed);
      const panel = Panel.fromRows(rows.map((row) => ({ ...row })), { unit: "unit", time: "t" });
      const given = {
        outcome: "y",
        treatment: "d",
        weights: "w",
        effects: 3,
        placebos: 2,
        ...options,
      };
      const plain = dcdhDynamic(panel, given);
      const normalized = dcdhDynamic(panel, { ...given, normalized: true });
      let [sum, received] = [0, 0];
      for (let length = 1; length <= 3; length++) {
        const { effect, weight, received: dose, current } = byDefinition(
          rows,
          length,
          false,
          choice,
        );
        const label = `event time ${length - 1}`;
        if (Number.isNaN(effect)) continue;
        sum += weight * effect;
        received += current;
        if (plain.terms.every((term) => term.name !== label)) continue;
        assertClose(plain.term(label).estimate, effect, 1e-10, `${label}, seed ${seed}`, 1);
        const scaled = normalized.term(label);
        assertClose(scaled.estimate, effect / dose, 1e-10, `${label} normalised`, 1);
        assertClose(scaled.statistic, plain.term(label).statistic * Math.sign(dose), 1e-10, "t", 1);
      }
      for (let length = 1; length <= 2; length++) {
        const label = `event time ${-length - 1}`;
        const { effect } = byDefinition(rows, length, true, choice);
        if (plain.terms.every((term) => term.name !== label)) continue;
        assertClose(plain.term(label).estimate, effect, 1e-10, `${label}, seed ${seed}`, 1);
      }
      assertClose(plain.term("overall").estimate, sum / received, 1e-10, "overall", 1);
    }
  });
}

Deno.test("a binary treatment that stays on: effects are Callaway and Sant'Anna's by event time", () => {
  const draw = numbers(9);
  const rows = Array.from({ length: 20 }, (_, u) => {
    const first = [3, 4, 6, 0][u % 4];
    const level = draw();
    return Array.from({ length: 7 }, (_, k) => ({
      unit: u,
      t: k + 1,
      first,
      d: first > 0 && k + 1 >= first ? 1 : 0,
      y: level + draw() + (first > 0 && k + 1 >= first ? k : 0),
    }));
  }).flat();
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const groupTime = callawaySantAnna(panel, {
    outcome: "y",
    cohort: "first",
    controlGroup: "notYet",
    basePeriod: "universal",
  });
  const events = groupTime.aggregate("dynamic");
  const estimate = dcdhDynamic(panel, { outcome: "y", treatment: "d" });
  for (let e = 0; e <= 4; e++) {
    const own = events.effects.find((term) => term.time === e)!;
    assertClose(estimate.term(`event time ${e}`).estimate, own.estimate, 1e-10, `${e}`, 1);
  }
});

Deno.test("rises and falls that cancel have no effect per unit of treatment, with the reason", () => {
  const rows = cells(1).map((row, i) => {
    const u = Math.floor(i / PERIODS);
    const path = [0, 0, 0, 1, -1, 2, 1];
    return { ...row, d: u < 8 ? path[row.t - 1] : 0, y: row.y ?? 1 };
  });
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  const options = { outcome: "y", treatment: "d", keepBidirectional: true, effects: 2 } as const;
  const estimate = dcdhDynamic(panel, { ...options, normalized: true, placebos: 0 });
  assert.deepEqual(estimate.terms.map(({ name }) => name), ["event time 0"]);
  const reasons = new Map(estimate.design.droppedColumns.map(({ name, reason }) => [name, reason]));
  assert.match(reasons.get("event time 1") ?? "", /cancel out/);
  assert.match(reasons.get("overall") ?? "", /cancel out/);
  const plain = dcdhDynamic(panel, { ...options, placebos: 0 });
  assert.deepEqual(plain.terms.map(({ name }) => name), ["event time 0", "event time 1"]);
});

Deno.test("outcomes without spread have no standard error, and say so", () => {
  const rows = cells(1).map((row) => ({
    ...row,
    d: Number(row.unit.slice(1)) < 9 && row.t > 3 ? 1 : 0,
  }));
  const exact = rows.map((row) => ({
    ...row,
    y: Number(row.unit.slice(1)) / 3 + 0.1 * row.t + row.d,
  }));
  const panel = Panel.fromRows(exact, { unit: "unit", time: "t" });
  const options = { outcome: "y", treatment: "d", weights: "w" };
  assertRefuses(() => dcdhDynamic(panel, options), "No standard error", "no variance", '"d"');
});

Deno.test("horizons beyond the panel are named once, not tried one by one", () => {
  const panel = Panel.fromRows(cells(1).map((row) => ({ ...row })), { unit: "unit", time: "t" });
  const estimate = dcdhDynamic(panel, {
    outcome: "y",
    treatment: "d",
    effects: 1e12,
    placebos: 1e12,
  });
  const names = estimate.design.droppedColumns.map(({ name }) => name);
  assert.ok(names.includes("event times 6 to 999999999999"), names.join());
  assert.ok(names.includes("event times -8 to -1000000000001"), names.join());
});

Deno.test("groups that change within a unit, and covariates that are the outcome or treatment, are refused", () => {
  const panel = Panel.fromRows(cells(1).map((row) => ({ ...row, odd: row.t % 2 })), {
    unit: "unit",
    time: "t",
  });
  const options = { outcome: "y", treatment: "d" };
  assertRefuses(() => dcdhDynamic(panel, { ...options, within: "odd" }), 'column "odd"', "(u0, 2)");
  for (const name of ["y", "d"]) {
    assertRefuses(() => dcdhDynamic(panel, { ...options, covariates: [name] }), `"${name}"`);
  }
});
