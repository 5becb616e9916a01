/** The pages of the public functions, which `deno doc` makes from the doc comments. */
import { join, relative } from "node:path";
import type { Site } from "./site.ts";

const BINARY = /\.(?:woff2?|ttf|png|ico)$/;

/** Puts the documentation of `lib/mod.ts` under `api/`. Throws with what `deno doc` said when it fails. */
export async function addApi(site: Site, root: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "api-" });
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["doc", "--html", "--name=Internet Para Todos", `--output=${folder}`, "lib/mod.ts"],
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) {
      throw new Error(
        `deno doc could not document lib/mod.ts:\n${new TextDecoder().decode(stderr)}`,
      );
    }
    for (const path of (await files(folder)).sort()) {
      const name = relative(folder, path).replaceAll("\\", "/");
      const content = BINARY.test(name)
        ? await Deno.readFile(path)
        : adapt(name, await Deno.readTextFile(path));
      site.set(`api/${name}`, content);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Says the language of a page, leads back to the book, gives an empty icon, so that no browser asks for one, and names
 * files where `deno doc` names folders, which do not open from disk.
 */
function adapt(name: string, text: string): string {
  if (!name.endsWith(".html")) return text;
  const book = `${"../".repeat(name.split("/").length)}en/index.html`;
  return text
    .replaceAll(/(href=")((?:\.\.?\/)+)(")/g, "$1$2index.html$3")
    .replaceAll("from &quot;.&quot;;", "from &quot;../lib/mod.ts&quot;;")
    .replace(/<html(?=[\s>])/, '<html lang="en"')
    .replace("<head>", '<head>\n  <link rel="icon" href="data:,">')
    .replace(
      /(<nav id="topnav">[\s\S]*?<ul class="breadcrumbs">)/,
      `$1\n  <li style="font-size:1rem;font-weight:400"><a href="${book}" class="contextLink">← Contents</a></li>\n  <li>/</li>`,
    );
}

async function files(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await files(path));
    else found.push(path);
  }
  return found;
}
