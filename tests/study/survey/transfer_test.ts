import assert from "node:assert/strict";
import { join } from "node:path";
import { transfer, Unreachable } from "../../../lib/study/survey/download/transfer.ts";
import { withFiles } from "../../support/enaho.ts";
import { assertRejects } from "../../support/errors.ts";
import {
  rangeAnswer,
  type RawAnswer,
  type RawHandler,
  type RawServer,
  rawServer,
} from "../../support/raw-server.ts";

const FILE = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251);
const FAST = { pause: 0 };

/** The announced answer, of which only the first `bytes` come before the line is cut. */
function cut(answer: RawAnswer, bytes: number): RawAnswer {
  const body = answer.body ?? new Uint8Array();
  return {
    ...answer,
    headers: { "content-length": body.length, ...answer.headers },
    body: body.subarray(0, bytes),
  };
}

function withServer(
  handler: RawHandler,
  work: (server: RawServer, path: string, folder: string) => Promise<void>,
): Promise<void> {
  return withFiles({}, async (folder) => {
    const server = rawServer(handler);
    try {
      await work(server, join(folder, "a.zip"), folder);
    } finally {
      await server.close();
    }
  });
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("a whole transfer leaves the file and nothing else", () =>
  withServer((_path, headers) => rangeAnswer(FILE, headers), async ({ url }, path, folder) => {
    assert.equal(await transfer(`${url}/a.zip`, path, FAST), FILE.length);
    assert.deepEqual(Deno.readFileSync(path), FILE);
    assert.deepEqual(names(folder), ["a.zip"]);
  }));

Deno.test("a transfer that breaks off goes on where it stopped, and asks for the same file", () =>
  withServer(
    (_path, headers, count) =>
      count <= 2 ? cut(rangeAnswer(FILE, headers), 100_000) : rangeAnswer(FILE, headers),
    async ({ url, requests }, path) => {
      await transfer(`${url}/a.zip`, path, FAST);
      assert.deepEqual(Deno.readFileSync(path), FILE);
      assert.equal(requests.length, 3);
      const [, second, third] = requests.map(({ headers }) => headers);
      assert.match(second.range, /^bytes=\d+-$/);
      assert.equal(second["if-range"], '"1"');
      const start = (range: string) => Number(/\d+/.exec(range)![0]);
      assert.ok(start(second.range) > 0 && start(third.range) > start(second.range));
    },
  ));

Deno.test("broken off in one run, it is taken up in the next", () =>
  withServer(
    (_path, headers, count) =>
      count === 1 ? cut(rangeAnswer(FILE, headers), 100_000) : rangeAnswer(FILE, headers),
    async ({ url, requests }, path, folder) => {
      await assertRejects(
        () => transfer(`${url}/a.zip`, path, { tries: 1 }),
        "broke off because",
        "goes on where it stopped",
      );
      assert.deepEqual(names(folder), ["a.zip.part", "a.zip.part.json"]);
      await transfer(`${url}/a.zip`, path, { tries: 1 });
      assert.deepEqual(Deno.readFileSync(path), FILE);
      assert.equal(requests.length, 2);
    },
  ));

Deno.test("a server without ranges is asked for the whole again", () =>
  withServer(
    (_path, _headers, count) => {
      const whole = { status: "200 OK", body: FILE };
      return count === 1 ? cut(whole, 100_000) : whole;
    },
    async ({ url, requests }, path) => {
      await transfer(`${url}/a.zip`, path, FAST);
      assert.deepEqual(Deno.readFileSync(path), FILE);
      assert.equal(requests.length, 2);
    },
  ));

Deno.test("a file that changed meanwhile is not glued to the old part", () => {
  const newer = FILE.map((byte) => 255 - byte).subarray(0, 200_000);
  return withServer(
    (_path, headers, count) =>
      count === 1 ? cut(rangeAnswer(FILE, headers), 100_000) : rangeAnswer(newer, headers, '"2"'),
    async ({ url }, path) => {
      await transfer(`${url}/a.zip`, path, FAST);
      assert.deepEqual(Deno.readFileSync(path), newer);
    },
  );
});

Deno.test("a part that is already whole needs no more bytes; one that does not fit starts anew", () =>
  withServer((_path, headers) => rangeAnswer(FILE, headers), async ({ url }, path) => {
    const remember = JSON.stringify({ url: `${url}/a.zip`, validator: '"1"' });
    Deno.writeFileSync(`${path}.part`, FILE);
    Deno.writeTextFileSync(`${path}.part.json`, remember);
    await transfer(`${url}/a.zip`, path, FAST);
    assert.deepEqual(Deno.readFileSync(path), FILE);
    Deno.writeFileSync(`${path}.part`, new Uint8Array(FILE.length + 5));
    Deno.writeTextFileSync(`${path}.part.json`, remember);
    await transfer(`${url}/a.zip`, path, FAST);
    assert.deepEqual(Deno.readFileSync(path), FILE);
  }));

Deno.test("fewer bytes than announced, again and again, is an error that leaves no file", () =>
  withServer(
    () => cut({ status: "200 OK", body: FILE }, 1000),
    async ({ url, requests }, path, folder) => {
      await assertRejects(() => transfer(`${url}/a.zip`, path, FAST), "broke off 3 times");
      assert.equal(requests.length, 3);
      assert.ok(!names(folder).includes("a.zip"));
    },
  ));

Deno.test("more bytes than announced is an error that leaves nothing", () =>
  withServer(
    (_path, headers, count) =>
      count === 1 ? cut(rangeAnswer(FILE, headers), 100_000) : {
        ...rangeAnswer(FILE, headers),
        headers: { "content-range": `${headers.range.replace("=", " ")}299999/150000` },
      },
    async ({ url }, path, folder) => {
      await assertRejects(
        () => transfer(`${url}/a.zip`, path, FAST),
        "announced 150000 bytes",
        "sent 300000",
      );
      assert.deepEqual(names(folder), []);
    },
  ));

Deno.test("a busy server is tried again, a missing file is not", () =>
  withServer(
    (path, headers, count) =>
      path === "/none.zip"
        ? { status: "404 Not Found" }
        : path === "/closed.zip"
        ? { status: "403 Forbidden" }
        : count === 1
        ? { status: "503 Service Unavailable" }
        : rangeAnswer(FILE, headers),
    async ({ url, requests }, path, folder) => {
      await transfer(`${url}/a.zip`, path, FAST);
      assert.equal(requests.length, 2);
      await assertRejects(() => transfer(`${url}/none.zip`, `${path}2`, FAST), "no file at", "404");
      await assertRejects(() => transfer(`${url}/closed.zip`, `${path}2`, FAST), "403");
      assert.equal(requests.length, 4);
      assert.deepEqual(names(folder), ["a.zip"]);
    },
  ));

Deno.test("a server that falls silent is given up", () =>
  withServer(
    async (_path, headers, count) => {
      if (count === 1) await new Promise((resolve) => setTimeout(resolve, 400));
      return rangeAnswer(FILE, headers);
    },
    async ({ url, requests }, path) => {
      await transfer(`${url}/a.zip`, path, { pause: 0, patience: 0.1 });
      assert.equal(requests.length, 2);
    },
  ));

Deno.test("nobody there: one plain sentence, and not tried again", () =>
  withFiles({}, async (folder) => {
    const server = rawServer(() => ({ status: "200 OK" }));
    await server.close();
    await assert.rejects(
      () => transfer(`${server.url}/a.zip`, join(folder, "a.zip")),
      (error: unknown) =>
        error instanceof Unreachable && /could not be reached/.test(error.message) &&
        !error.message.includes("\n"),
    );
    assert.deepEqual(names(folder), []);
  }));
