import assert from "node:assert/strict";
import { codeLabels } from "../../lib/panel/coding.ts";
import { Panel } from "../../lib/panel/panel.ts";
import { completeSample, positiveWeights, withoutSingletons } from "../../lib/panel/sample.ts";
import { assertRefuses } from "../support/errors.ts";

const keys = { unit: "u", time: "t" };
const rows = [
  { u: "b", t: 2, y: 4, label: "x" },
  { u: "a", t: 1, y: 1, label: "y" },
  { u: "b", t: 1, y: 3, label: "x" },
  { u: "a", t: 2, y: null, label: "" },
];

Deno.test("rows are sorted by unit and time, and remember where they came from", () => {
  const panel = Panel.fromRows(rows, keys);
  assert.deepEqual(panel.units, ["a", "b"]);
  assert.deepEqual(panel.times, [1, 2]);
  assert.deepEqual([...panel.numeric("y")], [1, NaN, 3, 4]);
  assert.deepEqual([...panel.inputRow], [1, 3, 2, 0]);
  assert.equal(panel.balanced, true);
  assert.deepEqual(panel.text("label"), ["y", "", "x", "x"]);
});

Deno.test("the order of the rows and of the columns changes nothing", () => {
  const shuffled = Panel.fromRows([rows[2], rows[0], rows[3], rows[1]], keys);
  const panel = Panel.fromRows(rows, keys);
  assert.deepEqual(shuffled.numeric("y"), panel.numeric("y"));
  assert.deepEqual(shuffled.unit, panel.unit);
});

Deno.test("numbers are read from text, booleans and big integers; codes of units stay as written", () => {
  const panel = Panel.fromColumns(
    {
      u: ["01", "02"],
      t: ["2019", "2019"],
      a: ["1.5", " "],
      b: [true, false],
      c: [3n, 4n],
      d: ["1,5", "2"],
    },
    keys,
  );
  assert.deepEqual(panel.units, ["01", "02"]);
  assert.deepEqual(panel.times, [2019]);
  assert.deepEqual([...panel.numeric("a")], [1.5, NaN]);
  assert.deepEqual([...panel.numeric("b"), ...panel.numeric("c")], [1, 0, 3, 4]);
  assertRefuses(
    () => panel.numeric("d"),
    "holds text",
    'column "d"',
    "row 0",
    '"1,5"',
    "decimal point",
  );
});

Deno.test("numeric units sort as numbers, and a gap makes the panel unbalanced", () => {
  const panel = Panel.fromColumns({ u: [10, 9, 10], t: [1, 1, 2] }, keys);
  assert.deepEqual(panel.units, [9, 10]);
  assert.equal(panel.balanced, false);
});

Deno.test("typed arrays are copied, and a panel never changes in place", () => {
  const y = Float64Array.of(1, 2);
  const panel = Panel.fromColumns({ u: [1, 2], t: [1, 1], y }, keys);
  y[0] = 99;
  assert.equal(panel.numeric("y")[0], 1);
  const more = panel.with("z", (row) => 2 * row.value("y"));
  assert.ok(!panel.has("z") && more.has("z"));
  assert.deepEqual([...more.numeric("z")], [2, 4]);
});

Deno.test("restrictions are recorded in the flow", () => {
  const panel = Panel.fromRows(rows, keys).where("second period", (row) => row.time === 2);
  assert.deepEqual(panel.flow.map(({ step, rows }) => [step, rows]), [["rows read", 4], [
    "second period",
    2,
  ]]);
  assert.deepEqual(panel.times, [2]);
  assertRefuses(() => panel.where("none", () => false), 'No row is left after "none"');
});

Deno.test("keys: missing, repeated or not there", () => {
  assertRefuses(
    () => Panel.fromRows(rows, { unit: "region", time: "t" }),
    "unit column",
    '"region"',
    "u, t, y, label",
  );
  assertRefuses(
    () => Panel.fromRows([...rows, rows[1]], keys),
    "more than once",
    "rows 1, 4",
    '"a, 1"',
  );
  assertRefuses(
    () => Panel.fromRows([{ u: null, t: 1 }, { u: "a", t: 1 }], keys),
    "label is missing",
    'column "u"',
    "row 0",
  );
  assertRefuses(
    () => Panel.fromRows([{ u: "a", t: "first" }], keys),
    "finite numbers",
    'column "t"',
    '"first"',
  );
  assertRefuses(
    () => Panel.fromRows([{ u: "a", t: "" }, { u: "a", t: 1 }], keys),
    'column "t"',
    "row 0",
  );
  assertRefuses(() => Panel.fromRows([], keys), "unit column does not exist");
  assertRefuses(
    () => Panel.fromColumns({ u: [1, 2], t: [1] }, keys),
    "differ in length",
    'column "t"',
  );
});

Deno.test("columns: not there, of the wrong length, or a key", () => {
  const panel = Panel.fromRows(rows, keys);
  assertRefuses(() => panel.numeric("z"), "no such column", '"z"', "u, t, y, label");
  assertRefuses(() => panel.with("z", [1]), "1 values but the panel has 4 rows");
  assertRefuses(() => panel.with("u", [1, 2, 3, 4]), "cannot be replaced");
});

Deno.test("groups can be crossed", () => {
  const crossed = Panel.fromRows(rows, keys).crossedGroups(["u", "t"]);
  assert.deepEqual([...crossed.codes], [0, 1, 2, 3]);
  assert.equal(crossed.levels[3], "b × 2");
});

Deno.test("rows without a value are dropped, counted and named", () => {
  const { panel, drops } = completeSample(Panel.fromRows(rows, keys), ["y"]);
  assert.equal(panel.rows, 3);
  assert.deepEqual(drops, [{ reason: "y missing", count: 1, rows: ["3 (a, 2)"] }]);
});

Deno.test("an infinite value is refused where it is used", () => {
  const panel = Panel.fromColumns({ u: [1, 2], t: [1, 1], y: [1, Infinity] }, keys);
  assertRefuses(
    () => completeSample(panel, ["y"]),
    "infinite values",
    'column "y"',
    "row 1 (2, 1)",
  );
});

Deno.test("weights must be there and above zero", () => {
  const panel = (w: (number | null)[]) => Panel.fromColumns({ u: [1, 2], t: [1, 1], w }, keys);
  for (const w of [[1, 0], [1, -2], [1, null]]) {
    assertRefuses(() => positiveWeights(panel(w), "w"), "above zero", 'column "w"', "row 1 (2, 1)");
  }
});

Deno.test("rows alone in a fixed effect go, and so do those that this leaves alone", () => {
  const panel = Panel.fromColumns({ u: [1, 1, 2, 2, 3], t: [1, 2, 1, 2, 3] }, keys);
  const { panel: left, drops } = withoutSingletons(panel, ["u", "t"]);
  assert.equal(left.rows, 4);
  assert.deepEqual([drops[0].count, drops[0].rows], [1, ["4 (3, 3)"]]);
});

Deno.test("labels of both kinds sort in one order whatever the input's: numbers by size, then text", () => {
  const units = [2, 10, "1a"];
  const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
  for (const order of orders) {
    const rows = order.map((k) => ({ unit: units[k], t: 1 }));
    assert.deepEqual(Panel.fromRows(rows, { unit: "unit", time: "t" }).units, units);
  }
});

Deno.test("a unit written as number here and as text there is refused, not counted twice", () => {
  const rows = [{ unit: 1, t: 1 }, { unit: "1", t: 2 }, { unit: 2, t: 1 }];
  const keys = { unit: "unit", time: "t" };
  assertRefuses(() => Panel.fromRows(rows, keys), 'column "unit"', "row 1", "as a number");
});

Deno.test("big integers beyond 2⁵³ stay apart, and labels that are records are refused", () => {
  const keys = { unit: "unit", time: "t" };
  const big = [9007199254740993n, 9007199254740992n].map((unit) => ({ unit, t: 1 }));
  assert.equal(Panel.fromRows(big, keys).units.length, 2);
  const records = [{ unit: { code: 1 }, t: 1 }, { unit: { code: 2 }, t: 1 }];
  assertRefuses(
    () => Panel.fromRows(records, keys),
    'column "unit"',
    "rows 0, 1",
    "number or text",
  );
});

Deno.test("a missing label of a group is named by the reader's row, unit and time", () => {
  const rows = ["b", "a", "a", "b"].map((unit, i) => ({ unit, t: i, group: i === 3 ? null : 1 }));
  const panel = Panel.fromRows(rows, { unit: "unit", time: "t" });
  assertRefuses(() => panel.groups("group"), 'column "group"', "row 3 (b, 3)");
});

Deno.test("what is no list of records, or no record of columns, is refused", () => {
  const keys = { unit: "unit", time: "t" };
  const wrong = <T>(value: unknown) => value as T;
  for (const rows of [undefined, null, "abc", { unit: 1 }]) {
    assertRefuses(() => Panel.fromRows(wrong(rows), keys), "not a list");
  }
  assertRefuses(() => Panel.fromRows(wrong([{ unit: 1, t: 1 }, null]), keys), "row 1", "null");
  for (const columns of [undefined, [{ unit: 1 }]]) {
    assertRefuses(() => Panel.fromColumns(wrong(columns), keys), "not a record of lists");
  }
  assertRefuses(
    () => Panel.fromColumns(wrong({ unit: [1], t: 1 }), keys),
    'column "t"',
    "not a list",
  );
  assertRefuses(() => Panel.fromRows([{ unit: 1, t: 1 }], wrong(undefined)), "are not given");
  assertRefuses(
    () => Panel.fromRows([{ unit: 1, t: 1 }], { unit: "t", time: "t" }),
    "same column",
    '"t"',
  );
});

Deno.test("a column or a choice of rows that is not given is refused, and so is what is no panel", () => {
  const panel = Panel.fromRows([{ unit: 1, t: 1, y: 1 }], { unit: "unit", time: "t" });
  const wrong = <T>(value: unknown) => value as T;
  assertRefuses(() => panel.with("q", wrong(null)), 'column "q"', "0 values");
  assertRefuses(
    () => panel.where(wrong((row: unknown) => row === 1), wrong(undefined)),
    "not given",
  );
  assertRefuses(() => completeSample(wrong([{ y: 1 }]), ["y"]), "not a panel");
});

Deno.test("numbers in a typed array are coded as the same numbers in a list, whole, close together or not", () => {
  const series: number[][] = [
    [3, 1, 2, 3, -4],
    [-0, 0, 5, 0],
    [7],
    [],
    [2011.5, 2011, 2011.5],
    [1, 10 ** 9, 5],
    [2 ** 53, 2 ** 53 + 2, 1],
    [1e300, -1e300, 1e300],
    [Infinity, 1, -Infinity],
  ];
  for (const values of series) {
    const typed = codeLabels("u", Float64Array.from(values));
    assert.deepEqual(typed, codeLabels("u", values), String(values));
    assert.deepEqual(Array.from(typed.codes, (k) => typed.levels[k]), values.map((v) => v + 0));
  }
  assertRefuses(() => codeLabels("u", Float64Array.of(1, NaN, 2)), "label is missing", "1");
});

Deno.test("a panel from typed columns is that from records, sorted or not, and its columns are its own", () => {
  const records = [2, 1, 3].flatMap((u) => [12, 10, 11].map((t) => ({ u, t, y: 100 * u + t })));
  const column = (name: "u" | "t" | "y") => Float64Array.from(records, (row) => row[name]);
  const typed = Panel.fromColumns({ u: column("u"), t: column("t"), y: column("y") }, keys);
  const plain = Panel.fromRows(records, keys);
  assert.deepEqual(
    [typed.units, typed.times, typed.unit, typed.time, typed.inputRow],
    [plain.units, plain.times, plain.unit, plain.time, plain.inputRow],
  );
  assert.deepEqual(typed.numeric("y"), plain.numeric("y"));
  const sorted = { u: typed.numeric("u"), t: typed.numeric("t"), y: typed.numeric("y").slice() };
  const again = Panel.fromColumns(sorted, keys);
  assert.deepEqual([again.unit, again.time], [typed.unit, typed.time]);
  sorted.y[0] = -1;
  assert.deepEqual(again.numeric("y"), typed.numeric("y"));
});
