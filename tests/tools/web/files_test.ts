import assert from "node:assert/strict";
import { join } from "node:path";
import { fileResponse } from "../../../tools/web/files.ts";

async function withSite(test: (get: (path: string) => Promise<Response>) => Promise<void>) {
  const outer = await Deno.makeTempDir({ prefix: "site-" });
  const folder = join(outer, "site");
  try {
    await Deno.mkdir(join(folder, "en"), { recursive: true });
    await Deno.writeTextFile(join(outer, "secret.txt"), "secret");
    await Deno.writeTextFile(join(folder, "en", "index.html"), "<p>page</p>");
    await Deno.writeTextFile(join(folder, "a b.js"), "1;");
    await test((path) =>
      fileResponse(folder, `http://127.0.0.1${path}`, (html) => html.replace("page", "changed"))
    );
  } finally {
    await Deno.remove(outer, { recursive: true });
  }
}

Deno.test("files are served with their type, pages as rewritten, folders by their index", async () => {
  await withSite(async (get) => {
    const page = await get("/en/");
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(await page.text(), "<p>changed</p>");
    const script = await get("/a%20b.js?x=1");
    assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
    assert.equal(await script.text(), "1;");
    const folder = await get("/en");
    assert.deepEqual([folder.status, folder.headers.get("location")], [301, "/en/"]);
    const elsewhere = await get("//en");
    assert.deepEqual([elsewhere.status, elsewhere.headers.get("location")], [301, "/en/"]);
  });
});

Deno.test("nothing outside of the folder is served", async () => {
  await withSite(async (get) => {
    for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/en/..%2f..%2fsecret.txt", "/%"]) {
      const answer = await get(path);
      assert.ok(answer.status >= 400, path);
      assert.ok(!(await answer.text()).includes("secret"), path);
    }
    assert.equal((await get("/en/index.html/x")).status, 404);
  });
});
