/**
 * The code of cells as `deno fmt` writes it.
 *
 * `deno fmt` itself is of no use on notebooks: in Deno 2.9.6 `deno fmt --check` refuses, with an empty difference,
 * every notebook it has not just written, and the formatter of Markdown takes lines of a formula that begin with
 * plus or minus for a list. So the code cells are formatted as modules, and the Markdown cells are left alone.
 */
import { join } from "node:path";

/**
 * Formats each source; one that is no TypeScript comes back as it is. `config` are the flags that choose the
 * settings. No line break is left at the end, which in a cell would show as an empty line.
 */
export async function formatSources(
  sources: readonly string[],
  config: readonly string[],
): Promise<string[]> {
  if (sources.length === 0) return [];
  const folder = await Deno.makeTempDir({ prefix: "notebook-format-" });
  try {
    const paths = sources.map((_, index) => join(folder, `${index}.ts`));
    for (const [index, path] of paths.entries()) await Deno.writeTextFile(path, sources[index]);
    // Its exit code is not of interest: it is an error when one cell is no TypeScript, and the others are done.
    await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", ...config, ...paths],
      stdout: "null",
      stderr: "null",
    }).output();
    return await Promise.all(paths.map(async (path) => (await Deno.readTextFile(path)).trimEnd()));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
