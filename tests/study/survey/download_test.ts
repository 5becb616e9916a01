import assert from "node:assert/strict";
import { join } from "node:path";
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { archiveUrl, INEI_ARCHIVES } from "../../../lib/study/survey/download/archives.ts";
import {
  type DownloadOptions,
  downloadSurvey,
  downloadTable,
} from "../../../lib/study/survey/download/download.ts";
import { Unreachable } from "../../../lib/study/survey/download/transfer.ts";
import { readHouseholds, readPersons, readSummary } from "../../../lib/study/survey/files/read.ts";
import { MODULES } from "../../../lib/study/survey/files/spec.ts";
import { main, readWishes, readYears } from "../../../tools/enaho.ts";
import {
  csvOf,
  householdRows,
  latin1,
  personRows,
  summaryRows,
  withFiles,
} from "../../support/enaho.ts";
import { assertRefuses, assertRejects } from "../../support/errors.ts";
import { rangeAnswer, type RawServer, rawServer } from "../../support/raw-server.ts";

async function zipOf(files: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, content] of Object.entries(files)) {
    await zip.add(
      name,
      typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content),
    );
  }
  return zip.close();
}

/** The three archives of 2019, as INEI packs them: a folder, other papers beside the file. */
async function archivesOf2019(): Promise<Record<string, Uint8Array>> {
  return {
    "/687-Modulo01.zip": await zipOf({
      "687-Modulo01/Diccionario.pdf": "…",
      "687-Modulo01/Enaho01-2019-100.csv": latin1(csvOf(householdRows(2019))),
    }),
    "/687-Modulo03.zip": await zipOf({
      "687-Modulo03/ENAHO01A-2019-300.csv": csvOf(personRows(2019)),
      "687-Modulo03/ENAHO01A-2019-300A.csv": "other",
    }),
    "/687-Modulo34.zip": await zipOf({
      "Sumaria-2019.csv": csvOf(summaryRows(2019)),
      "Sumaria-2019-12g.csv": "other",
    }),
  };
}

type Serve = Record<string, Uint8Array>;

async function withArchives(
  archives: Serve,
  work: (folder: string, options: DownloadOptions, server: RawServer) => Promise<void>,
): Promise<void> {
  const server = rawServer((path, headers) =>
    path in archives ? rangeAnswer(archives[path], headers) : { status: "404 Not Found" }
  );
  try {
    await withFiles({}, (folder) =>
      work(folder, {
        years: [2019],
        to: join(folder, "enaho"),
        template: `${server.url}/{code}-Modulo{module}.zip`,
        pause: 0,
      }, server));
  } finally {
    await server.close();
  }
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("archives become files that the readers take; what is there is not fetched again", async () => {
  await withArchives(await archivesOf2019(), async (_folder, options, server) => {
    const results = await downloadSurvey(options);
    assert.deepEqual(results.map(({ file, status, rows }) => [file, status, rows]), [
      ["Enaho01-2019-100.csv", "downloaded", 52],
      ["Enaho01a-2019-300.csv", "downloaded", 104],
      ["Sumaria-2019.csv", "downloaded", 52],
    ]);
    assert.deepEqual(names(options.to), [
      "Enaho01-2019-100.csv",
      "Enaho01a-2019-300.csv",
      "Sumaria-2019.csv",
    ]);
    assert.equal((await readHouseholds(options.to, 2019)).table.rows, 52);
    assert.equal((await readPersons(options.to, 2019)).table.rows, 104);
    assert.equal((await readSummary(options.to, 2019)).table.rows, 52);
    const again = await downloadSurvey(options);
    assert.ok(again.every(({ status }) => status === "already there"));
    assert.equal(server.requests.length, 3);
    const forced = await downloadSurvey({ ...options, force: true, modules: ["households"] });
    assert.equal(forced[0].status, "downloaded");
    assert.equal(server.requests.length, 4);
    assert.match(downloadTable(again).caption, /All 3 files are there/);
  });
});

Deno.test("an archive that is cut off, damaged, empty of CSV, or of another year or module leaves no file", async () => {
  const good = (await archivesOf2019())["/687-Modulo01.zip"];
  const damaged = good.slice();
  for (let i = 300; i < 320; i++) damaged[i] ^= 0xff;
  const cases: [string, Uint8Array, RegExp][] = [
    ["cut off", good.subarray(0, good.length - 40), /no whole zip archive/],
    ["half", good.subarray(0, good.length >> 1), /no whole zip archive/],
    ["damaged", damaged, /no whole zip archive/],
    ["a page", new TextEncoder().encode("<html>try later</html>"), /no whole zip archive/],
    ["Stata", await zipOf({ "Enaho01-2019-100.dta": "x" }), /holds no .* no CSV files/],
    ["2018", await zipOf({ "Enaho01-2018-100.csv": "x" }), /but Enaho01-2018-100.csv/],
    [
      "2018 inside",
      await zipOf({ "Enaho01-2019-100.csv": csvOf(householdRows(2018)) }),
      /taken for 2019, but its rows say 2018/,
    ],
    [
      "module 03",
      await zipOf({ "Enaho01-2019-100.csv": csvOf(personRows(2019)) }),
      /columns are those of module 03/,
    ],
    [
      "no weight",
      await zipOf({
        "Enaho01-2019-100.csv": csvOf(householdRows(2019)).replace("FACTOR07", "PESO"),
      }),
      /has no weight/,
    ],
    [
      "a cut file in a whole archive",
      await zipOf({ "Enaho01-2019-100.csv": csvOf(householdRows(2019)).slice(0, -70) }),
      /cut off/,
    ],
  ];
  for (const [what, archive, message] of cases) {
    await withArchives({ "/687-Modulo01.zip": archive }, async (_folder, options) => {
      const [result] = await downloadSurvey({ ...options, modules: ["households"] });
      assert.equal(result.status, "failed", what);
      assert.match(result.reason, message, what);
      assert.match(result.reason, /Remedy: /, what);
      assert.deepEqual(names(options.to), [], what);
    });
  }
});

Deno.test("a year that is not there does not stop the others", async () => {
  await withArchives(await archivesOf2019(), async (_folder, options) => {
    const results = await downloadSurvey({
      ...options,
      years: [2018, 2019],
      modules: ["households"],
    });
    assert.deepEqual(results.map(({ status }) => status), ["failed", "downloaded"]);
    assert.match(results[0].reason, /no file at .*634-Modulo01.zip \(the server answered 404\)/);
    assert.match(downloadTable(results).caption, /1 of 2 files could not be had/);
  });
});

Deno.test("a file that is there but wrong is reported, not replaced", async () => {
  await withArchives(await archivesOf2019(), async (_folder, options, server) => {
    Deno.mkdirSync(options.to);
    const path = join(options.to, "Enaho01-2019-100.csv");
    Deno.writeTextFileSync(path, csvOf(personRows(2019)));
    const [result] = await downloadSurvey({ ...options, modules: ["households"] });
    assert.equal(result.status, "failed");
    assert.equal(server.requests.length, 0);
    assert.equal(Deno.readTextFileSync(path), csvOf(personRows(2019)));
  });
});

Deno.test("no more transfers at a time than asked for", async () => {
  const archive = (await archivesOf2019())["/687-Modulo01.zip"];
  for (const jobs of [1, 3]) {
    const server = rawServer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { status: "200 OK", body: archive };
    });
    await withFiles({}, (folder) =>
      downloadSurvey({
        years: [2011, 2012, 2013, 2014, 2015, 2016],
        modules: ["households"],
        to: folder,
        template: `${server.url}/{year}-{module}.zip`,
        jobs,
      }));
    await server.close();
    assert.equal(server.most(), jobs);
  }
});

Deno.test("without a network the command says so in one line, with exit code 1, and writes no file", async () => {
  const server = rawServer(() => ({ status: "200 OK" }));
  await server.close();
  await withFiles({}, async (folder) => {
    const template = `${server.url}/{code}-{module}.zip`;
    await assert.rejects(
      () => downloadSurvey({ years: [2019, 2020], to: folder, template }),
      Unreachable,
    );
    const said: string[] = [];
    const { error } = console;
    console.error = (text: string) => void said.push(text);
    try {
      const code = await main(["--", "--years", "2011-2023", "--to", folder, "--base", template]);
      assert.equal(code, 1);
    } finally {
      console.error = error;
    }
    assert.equal(said.length, 1);
    assert.match(said[0], /^127\.0\.0\.1:\d+ could not be reached \([^\n]*\)\. Remedy: [^\n]*$/);
    assert.deepEqual(names(folder), []);
  });
});

Deno.test("the command returns 0 when all is there and 1 when something is missing", async () => {
  await withArchives(await archivesOf2019(), async (_folder, { to, template }) => {
    const said: string[] = [];
    const { log } = console;
    console.log = (text: string) => void said.push(text);
    try {
      const args = ["--to", to, "--base", template!];
      assert.equal(await main(["--years", "2019", ...args]), 0);
      assert.equal(await main(["--years", "2018-2019", "--modules", "01", ...args]), 1);
    } finally {
      console.log = log;
    }
    assert.equal(said.length, 5);
    assert.ok(said.includes("Enaho01-2019-100.csv: downloaded, 52 rows"));
    assert.ok(
      said.some((line) => line.startsWith("Enaho01-2018-100.csv: not downloaded. There is")),
    );
  });
});

Deno.test("addresses: INEI's, a year's own code, a template of one's own", () => {
  assert.equal(
    archiveUrl(MODULES.persons, 2019),
    INEI_ARCHIVES.replace("{code}", "687").replace("{module}", "03"),
  );
  assert.match(archiveUrl(MODULES.summary, 2025, { codes: { 2025: 1031 } }), /1031-Modulo34/);
  assertRefuses(() => archiveUrl(MODULES.summary, 2025), "2025", "2011–2024", "--code 2025=NUMBER");
  for (const template of ["http://x/{code}.zip", "http://x/{module}.zip", "x/{code}{module}"]) {
    assertRefuses(() => archiveUrl(MODULES.summary, 2019, { template }), "{module}");
  }
  for (const scheme of ["ftp://x", "file:///x"]) {
    const template = `${scheme}/{code}-{module}.zip`;
    assertRefuses(() => archiveUrl(MODULES.summary, 2019, { template }), "http or https", scheme);
  }
});

Deno.test("options of the command", async () => {
  assert.deepEqual(readYears("2011-2013, 2020"), [2011, 2012, 2013, 2020]);
  assertRefuses(() => readYears("2013-2011"), "2013-2011", "--years");
  assertRefuses(() => readYears("all"), "all");
  assert.equal(readWishes(["--help"]), "help");
  assertRefuses(() => readWishes(["--to", "x"]), "--years is missing");
  assertRefuses(() => readWishes(["--years", "2019"]), "--to is missing");
  const base = ["--years", "2019", "--to", "x"];
  assertRefuses(() => readWishes([...base, "--modules", "02"]), "no such module", "households");
  assertRefuses(() => readWishes([...base, "--code", "2025"]), "2025=1031");
  assertRefuses(() => readWishes([...base, "--wrong"]), "--wrong");
  await withFiles(
    {},
    (folder) =>
      assertRejects(() => downloadSurvey({ years: [2019], to: folder, jobs: 9 }), "1 to 4"),
  );
});

Deno.test("a folder that cannot be made, or has no name, is one line and no stack", async () => {
  await withFiles({ "taken": "a file" }, async (folder) => {
    const said: string[] = [];
    const { error } = console;
    console.error = (text: string) => void said.push(text);
    try {
      assert.equal(await main(["--years", "2019", "--to", join(folder, "taken")]), 1);
      assert.equal(await main(["--years", "2019", "--to", " "]), 1);
    } finally {
      console.error = error;
    }
    assert.equal(said.length, 2);
    assert.match(said[0], /^The folder [^\n]*taken cannot be made[^\n]*--to[^\n]*$/);
    assert.match(said[1], /^No folder is named[^\n]*--to[^\n]*$/);
    assert.equal(await Deno.readTextFile(join(folder, "taken")), "a file");
  });
});
