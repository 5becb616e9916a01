/**
 * Checks the types of the notebooks' code, lints it and sees whether it is formatted, as `deno check`,
 * `deno lint` and `deno fmt` do for modules:
 * `deno run -A tools/notebooks/typecheck.ts [--only 03,05] [--dir FOLDER]`.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { asProgram, count, type Flag, readOptions, type Surroundings, usage } from "./cli.ts";
import { type CellSource, type ExtractedModule, extractModule } from "./extract.ts";
import { configFlags, readNotebookFile } from "./files.ts";
import { formatSources } from "./format.ts";
import { numberedCells, parseNotebook } from "./nbformat.ts";

const FLAGS: Flag[] = ["only", "dir", "help"];
// A function in a cell stands at the top of the cell, though in a block of the module.
const LINT_EXCEPTIONS = ["no-inner-declarations"];

interface Module extends ExtractedModule {
  name: string;
  path: string;
  cells: CellSource[];
}

/** The command; returns its exit code. Throws InputError for bad options and files that are no notebooks. */
export async function typecheck(args: readonly string[], around: Surroundings): Promise<number> {
  const options = await readOptions(args, "typecheck", FLAGS);
  if (options.help) {
    around.print(usage("typecheck", FLAGS));
    return 0;
  }
  if (options.names.length === 0) {
    around.print("there are no notebooks, so there is nothing to check");
    return 0;
  }
  const folder = await Deno.makeTempDir({ prefix: "notebook-cells-" });
  try {
    const modules: Module[] = [];
    for (const name of options.names) modules.push(await writeModule(options.folder, name, folder));
    const config = await configFlags(options.folder);
    const found = [
      ...modules.flatMap(describeProblems),
      ...await typeErrors(modules, config, around.signal),
      ...await lintErrors(modules, config, around.signal),
      ...await unformatted(modules, config),
    ];
    for (const text of found) around.printError(text);
    around.print(
      `${count(modules.length, "notebook")} checked, ${
        found.length === 0 ? "all is well" : "see above"
      }`,
    );
    return found.length === 0 ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeModule(notebooks: string, name: string, folder: string): Promise<Module> {
  const file = await readNotebookFile(notebooks, name);
  const cells = numberedCells(parseNotebook(file.content, file.path))
    .map(({ number, cell }) => ({ number, source: cell.source }));
  const extracted = extractModule(cells, pathToFileURL(join(notebooks, "/")).href);
  const path = join(folder, `${name}.ts`);
  await Deno.writeTextFile(path, extracted.text);
  return { ...extracted, name, path, cells };
}

function describeProblems({ name, problems }: Module): string[] {
  return problems.map(({ cell, line, message }) =>
    `${name}.ipynb, cell ${cell}, line ${line}: ${message}`
  );
}

async function typeErrors(
  modules: Module[],
  config: string[],
  signal: AbortSignal,
): Promise<string[]> {
  const { success, stdout, stderr } = await deno(
    ["check", ...config, ...modules.map(({ path }) => path)],
    signal,
  );
  if (success) return [];
  const text = `${stdout}${stderr}`.split("\n").filter((line) => !/^(Check|Download) /.test(line))
    .join("\n").trim();
  // What is no type error, such as a cell that cannot be parsed, hides the type errors of the other notebooks.
  if (modules.length > 1 && !/^TS\d+ \[ERROR\]/m.test(text)) {
    const each: string[] = [];
    for (const module of modules) each.push(...await typeErrors([module], config, signal));
    return each;
  }
  return [inNotebooks(text, modules)];
}

/** The text with each place in a module written as the place in the notebook that it comes from. */
export function inNotebooks(text: string, modules: readonly Module[]): string {
  return modules.reduce((sofar, module) => {
    const place = new RegExp(
      `${RegExp.escape(pathToFileURL(module.path).href)}:(\\d+):(\\d+)`,
      "g",
    );
    return sofar.replace(place, (_, line, column) => placeOf(module, Number(line), Number(column)));
  }, text);
}

function placeOf({ name, origins }: Module, line: number, column: number): string {
  const origin = origins[Math.min(line, origins.length) - 1];
  const place = `${name}.ipynb, cell ${origin.cell}, line ${origin.line}`;
  return origin.exact ? `${place}, column ${column}` : place;
}

interface LintReport {
  diagnostics: {
    filename: string;
    range?: { start: { line: number; col: number } };
    message: string;
    code: string;
    hint?: string | null;
  }[];
  errors: { file_path: string; message: string }[];
}

async function lintErrors(
  modules: Module[],
  config: string[],
  signal: AbortSignal,
): Promise<string[]> {
  const exceptions = `--rules-exclude=${LINT_EXCEPTIONS.join(",")}`;
  const { success, stdout, stderr } = await deno(
    ["lint", ...config, exceptions, "--json", ...modules.map(({ path }) => path)],
    signal,
  );
  if (success) return [];
  const report = parseReport(stdout);
  if (report === undefined) return [inNotebooks(`${stdout}${stderr}`.trim(), modules)];
  const found = report.diagnostics.map(({ filename, range, message, code, hint }) => {
    const module = modules.find(({ path }) => pathToFileURL(path).href === filename);
    const place = module === undefined || range === undefined
      ? filename
      : placeOf(module, range.start.line, range.start.col + 1);
    return `${place}: ${code}: ${message}${hint ? ` (${hint})` : ""}`;
  });
  // What the linter cannot parse is among the type errors already, with its place.
  const unread = report.errors.filter(({ file_path }) =>
    !modules.some(({ path }) => path === file_path)
  );
  return [...found, ...unread.map(({ file_path, message }) => `${file_path}: ${message}`)];
}

function parseReport(text: string): LintReport | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function unformatted(modules: Module[], config: string[]): Promise<string[]> {
  const cells = modules.flatMap(({ name, cells }) => cells.map((cell) => ({ name, ...cell })));
  const formatted = await formatSources(cells.map(({ source }) => source), config);
  return cells
    .filter(({ source }, index) => source !== formatted[index])
    .map(({ name, number }) =>
      `${name}.ipynb, cell ${number}: not formatted (deno run -A tools/notebooks/fmt.ts does it)`
    );
}

async function deno(args: string[], signal: AbortSignal) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0" },
    signal,
  }).output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

if (import.meta.main) await asProgram((around) => typecheck(Deno.args, around));
