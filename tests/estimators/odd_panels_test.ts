import assert from "node:assert/strict";
import { eventStudy, Panel, twfe } from "../../lib/mod.ts";
import { ODD_REFERENCES } from "../references/odd-panels.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel, madeRows } from "../support/made.ts";
import { ODD_PANELS } from "../support/odd-panels.ts";

const KEYS = { unit: "unit", time: "t" };
const spec = { outcome: "y", treatment: "d" };

for (const [name, { beta, se }] of Object.entries(ODD_REFERENCES)) {
  Deno.test(`80-digit arithmetic: ${name}`, () => {
    const panel = Panel.fromRows(ODD_PANELS[name], KEYS);
    for (const [kind, errors] of Object.entries(se)) {
      const covariance = kind === "iid" || kind === "HC1"
        ? { covariance: kind } as const
        : { cluster: kind.split("+") };
      const { terms } = twfe(panel, { ...spec, covariates: ["x"], weights: "w", ...covariance });
      terms.forEach((term, k) => {
        assertClose(term.estimate, beta[k], 1e-8, `${kind} ${term.name}`);
        assertClose(term.standardError, errors[k], 1e-8, `${kind} ${term.name} error`);
      });
    }
  });
}

Deno.test("an outcome that the fixed effects explain has no effect and no error, balanced or not, at any level", () => {
  const explained = (level: number) =>
    madeRows().map((row) => ({
      ...row,
      d: Number(row.d),
      y: level + 0.1 * Number(String(row.unit).slice(1)) + 0.1 * Number(row.t),
    }));
  for (const level of [0, 1e9]) {
    const rows = explained(level);
    for (const some of [rows, rows.filter((_, i) => i % 11 !== 5)]) {
      const panel = Panel.fromRows(some, KEYS);
      assertRefuses(() => twfe(panel, spec), "fits perfectly");
      assertRefuses(() => twfe(panel, { ...spec, weights: "w" }), "fits perfectly");
    }
  }
  const effect = explained(1e9).map((row) => ({ ...row, y: row.y + 2 * row.d }));
  assertRefuses(() => twfe(Panel.fromRows(effect, KEYS), spec), "fits perfectly");
});

Deno.test("an effect far smaller than the outcome's level is still estimated", () => {
  const far = madePanel().with("y", (row) => 1e6 + row.value("y"));
  assertClose(
    twfe(far, spec).term("d").estimate,
    twfe(madePanel(), spec).term("d").estimate,
    1e-8,
    "offset",
  );
});

Deno.test("a first treated time of 0 is refused where times run through 0: it could mean never", () => {
  const rows = madeRows().map((row) => ({
    ...row,
    g: Number(row.g),
    t: Number(row.t) - 4,
    first: row.g === 1 ? 0 : null,
  }));
  const options = { outcome: "y", cohort: "first" };
  assertRefuses(
    () => eventStudy(Panel.fromRows(rows, KEYS), options),
    'column "first"',
    "value 0",
    "from -3 to 2",
  );
  const shifted = rows.map((row) => ({ ...row, t: row.t + 4, first: row.g === 1 ? 4 : null }));
  assert.ok(eventStudy(Panel.fromRows(shifted, KEYS), options).terms.length > 0);
  const minus = shifted.map((row) => ({ ...row, first: row.g === 1 ? -Infinity : null }));
  assertRefuses(
    () => eventStudy(Panel.fromRows(minus, KEYS), options),
    "minus infinity",
    '"first"',
  );
});
