import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { twfe } from "../../lib/estimators/twfe.ts";
import { frameFromEstimate, frameFromPanel, panelFromFrame } from "../../lib/study/frame.ts";
import { assertRefuses } from "../support/errors.ts";

const frame = pl.DataFrame({
  region: ["b", "a", "a", "b", "c", "c"],
  year: [2001, 2001, 2002, 2002, 2001, 2002],
  y: [1.5, 2, null, 4, 5, 7],
  treated: [false, false, false, true, false, false],
  n: [1n, 2n, 3n, 4n, 5n, 6n],
  note: ["x", null, "z", "w", "v", "u"],
});
const keys = { unit: "region", time: "year" };

Deno.test("a DataFrame becomes a panel: integers, booleans and nulls included", () => {
  const panel = panelFromFrame(frame, keys);
  assert.deepEqual(panel.units, ["a", "b", "c"]);
  assert.deepEqual([...panel.numeric("y")], [2, NaN, 1.5, 4, 5, 7]);
  assert.deepEqual([...panel.numeric("treated")], [0, 0, 0, 1, 0, 0]);
  assert.deepEqual([...panel.numeric("n")], [2, 3, 1, 4, 5, 6]);
  assert.deepEqual(panel.text("note"), ["", "z", "x", "w", "v", "u"]);
});

Deno.test("a panel becomes a DataFrame and comes back the same", () => {
  const panel = panelFromFrame(frame, keys);
  const back = panelFromFrame(frameFromPanel(panel), keys);
  for (const name of ["y", "treated", "n"]) {
    assert.deepEqual(back.numeric(name), panel.numeric(name));
  }
  assert.deepEqual(back.text("note"), panel.text("note"));
});

Deno.test("a key column that is not there is named", () => {
  assertRefuses(
    () => panelFromFrame(frame, { unit: "county", time: "year" }),
    '"county"',
    "region, year",
  );
});

Deno.test("an estimate's terms become a DataFrame", () => {
  const rows = [1, 2, 3, 4].flatMap((u) =>
    [1, 2, 3].map((t) => ({ u, t, d: u < 3 && t > 1 ? 1 : 0, y: u * t + (u * t) % 3 }))
  );
  const panel = panelFromFrame(pl.DataFrame(rows), { unit: "u", time: "t" });
  const estimate = twfe(panel, { outcome: "y", treatment: "d" });
  const terms = frameFromEstimate(estimate);
  assert.deepEqual(terms.columns.slice(0, 3), ["name", "estimate", "standardError"]);
  assert.equal(terms.getColumn("estimate").get(0), estimate.term("d").estimate);
});
