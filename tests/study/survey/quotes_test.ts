import assert from "node:assert/strict";
import { join } from "node:path";
import { inspectFile } from "../../../lib/study/survey/files/inspect.ts";
import { readHouseholds } from "../../../lib/study/survey/files/read.ts";
import { csvOf, householdRows, withFiles } from "../../support/enaho.ts";
import { assertRejects } from "../../support/errors.ts";

const NAME = "Enaho01-2019-100.csv";

Deno.test("a code whose quote closes in the middle of its cell is refused, not read as something else", () =>
  withFiles(
    { [NAME]: csvOf(householdRows(2019)).replace(",007,", ',"1"007,') },
    (folder) => assertRejects(() => readHouseholds(folder, 2019), "cannot be split into cells"),
  ));

Deno.test("letters outside ASCII in a code are told as they were read", () =>
  withFiles(
    { [NAME]: csvOf(householdRows(2019)).replace(",07,", ",ñ,").replace(",1,1,", ",Sí,1,") },
    (folder) => assertRejects(() => readHouseholds(folder, 2019), "no numbers", '"Sí"'),
  ));

Deno.test("quotes in the middle of cells are found, whole cells in quotes and doubled quotes are not", async () => {
  const inCell = (row: string) =>
    withFiles(
      { "a.csv": `a,b\n${row}\n2,y\n` },
      async (folder) => (await inspectFile(join(folder, "a.csv"))).quoteInCell,
    );
  for (const row of ['"1",x', '1,"x"', '"1","he ""said"" it"', '"","x,y"', '1,"two\nlines"']) {
    assert.equal(await inCell(row), false, row);
  }
  for (const row of ['"1"1,x', '1"",x', '1, "x"', '1,"x" ']) {
    assert.equal(await inCell(row), true, row);
  }
});

Deno.test("two inch marks far apart do not make one row of all between them", async () => {
  // With the text in the last column polars says nothing, and eleven rows were lost.
  const textLast = householdRows(2019).map(({ NOMBRE, ...row }) => ({ ...row, NOMBRE }));
  const rows = csvOf(textLast).trimEnd().split("\n");
  const marked = (text: string, ...lines: number[]) =>
    rows.map((row, i) => lines.includes(i + 1) ? row.replace("Ñahuimpuquio", text) : row).join(
      "\n",
    );
  for (const text of ['5" pipe', 'pipe of 5"', '"a"b"', 'a"""b', ' "a']) {
    for (const end of ["", "\n", "\n\n\n\n\n"]) {
      await withFiles(
        { [NAME]: marked(text, 30, 41) + end },
        (folder) =>
          assertRejects(
            () => readHouseholds(folder, 2019, { regions: [] }),
            "a quote in the middle of a cell",
            "line 30",
          ),
      );
    }
  }
  for (const text of ['"a ""pipe"" of 5"""', 'a "pipe"', '"two\nlines, one ""cell"""']) {
    await withFiles(
      { [NAME]: marked(text, 30, 41) },
      async (folder) => assert.equal((await readHouseholds(folder, 2019)).table.rows, 52),
    );
  }
});

Deno.test("lines within quoted cells are counted in the notes, for a missing quote makes rows of them", async () => {
  const text = csvOf(householdRows(2019));
  const notesOf = (changed: string) =>
    withFiles({ [NAME]: changed }, async (folder) => {
      const { table, notes } = await readHouseholds(folder, 2019, { regions: [] });
      return [table.rows, notes.filter((note) => note.includes("quoted cells go on")).join()];
    });
  assert.deepEqual(await notesOf(text + "\n\n"), [52, ""]);
  const [rows, note] = await notesOf(
    text.replace("Ñahui", '"\r\n""Ñahui\n').replace("io,", 'io",'),
  );
  assert.equal(rows, 52);
  assert.match(String(note), /: 2 /);
  const cells = text.split("\n").map((row, i) =>
    row.replace("Ñahuimpuquio", i === 9 ? '"opens' : i === 29 ? 'closes"' : "$&")
  );
  const [fewer, told] = await notesOf(cells.join("\n"));
  assert.equal(fewer, 32);
  assert.match(String(told), /: 20 /);
});
