/**
 * `deno task study`: the computations of the notebooks on Peru's panel, or on a reader's own file, written as
 * tables (CSV, Markdown, LaTeX) and figures (SVG, PNG) into a folder.
 */
import { parseArgs } from "node:util";
import { basename, join } from "node:path";
import { InputError } from "../lib/panel/errors.ts";
import type { Panel } from "../lib/panel/panel.ts";
import { toPng } from "../lib/report/png.ts";
import { readCsv } from "../lib/study/csv.ts";
import type { StudyDesign } from "../lib/study/design.ts";
import { type StudyOutputs, studyOutputs } from "../lib/study/outputs.ts";
import { ownAssumptions } from "../lib/study/own-assumptions.ts";
import { ownStudy } from "../lib/study/own-study.ts";
import { assume, type AssumptionChanges } from "../lib/study/peru/assumptions.ts";
import { peruStudy } from "../lib/study/peru/study.ts";

const USAGE =
  `deno task study [-- --panel FILE.csv] [--assumptions FILE.json] [--to FOLDER] [--force]

  --panel        your own panel, one row per unit and time; without it, the study of Peru
  --assumptions  what to assume, as JSON; needed with --panel (README, "Your own data")
  --to           where to write, default: results
  --force        write into a folder that holds files already`;

interface Wishes {
  readonly panel?: string;
  readonly assumptions?: string;
  readonly to: string;
  readonly force: boolean;
}

function readWishes(args: string[]): Wishes {
  const values = parsed(args.filter((arg, i) => !(arg === "--" && i === 0)));
  if (values.help) {
    console.log(USAGE);
    Deno.exit(0);
  }
  return values as Wishes;
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        panel: { type: "string" },
        assumptions: { type: "string" },
        to: { type: "string", default: "results" },
        force: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new InputError({ problem: (error as Error).message, remedy: "see the options below" });
  }
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError({ problem: `There is no file ${path}`, remedy: "check the path" });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError({
      problem: `${path} is not valid JSON: ${(error as Error).message}`,
      remedy: "check quotes and commas near that place",
    });
  }
}

function prepare(wishes: Wishes): { panel: Panel; design: StudyDesign } {
  if (wishes.panel === undefined) {
    const changes = wishes.assumptions === undefined ? {} : readJson(wishes.assumptions);
    return peruStudy(assume(changes as AssumptionChanges));
  }
  if (wishes.assumptions === undefined) {
    throw new InputError({
      problem: "A panel of your own needs assumptions that say what its columns are",
      column: "--assumptions",
      remedy: 'write them as JSON; README, "Your own data", shows how',
    });
  }
  const own = ownAssumptions(readJson(wishes.assumptions));
  return ownStudy(readCsv(wishes.panel, basename(wishes.panel)).columns, own);
}

/** Refuses to write where anything would be overwritten. */
function requireRoom(folder: string, force: boolean): void {
  let entries: string[] = [];
  try {
    entries = [...Deno.readDirSync(folder)].map((entry) => entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (entries.length === 0 || force) return;
  throw new InputError({
    problem: `The folder ${folder} is not empty (${entries.slice(0, 3).join(", ")}${
      entries.length > 3 ? ", …" : ""
    })`,
    column: "--to",
    remedy: "choose another folder, or add --force to overwrite files of the same name",
  });
}

async function write(outputs: StudyOutputs, design: StudyDesign, folder: string): Promise<number> {
  // Everything is made before anything is written, so that a fault leaves no half a result behind.
  const files: [string, string | Uint8Array][] = [];
  for (const [name, table] of Object.entries(outputs.tables)) {
    files.push([`${name}.csv`, table.toCsv()], [`${name}.md`, table.toMarkdown()], [
      `${name}.tex`,
      table.toLatex(),
    ]);
  }
  for (const [name, figure] of Object.entries(outputs.figures)) {
    files.push([`${name}.svg`, figure.svg], [`${name}.png`, await toPng(figure)]);
  }
  files.push(["report.md", report(outputs, design)]);
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, content] of files) {
    const path = join(folder, name);
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
  }
  return files.length;
}

/** One page with everything on it, in the order of the notebooks. */
function report({ tables, figures, reasons }: StudyOutputs, design: StudyDesign): string {
  const names = [...new Set([...Object.keys(tables), ...Object.keys(figures)])].sort();
  return [
    `# ${design.title}`,
    "",
    `Source: ${design.source}`,
    "",
    ...design.assumptions.map((line) => `- ${line}`),
    "",
    ...names.flatMap((name) => [
      `## ${name}`,
      "",
      ...(name in figures ? [`![${figures[name].text}](${name}.svg)`, ""] : []),
      ...(name in tables ? [tables[name].toMarkdown()] : []),
    ]),
    ...(reasons.length === 0
      ? []
      : ["## What could not be computed", "", ...reasons.map((line) => `- ${line}`), ""]),
  ].join("\n");
}

async function main(): Promise<void> {
  const wishes = readWishes(Deno.args);
  requireRoom(wishes.to, wishes.force);
  const { panel, design } = prepare(wishes);
  for (const { step, rows, units, times } of panel.flow) {
    console.log(`${step}: ${rows} rows, ${units} units, ${times} periods`);
  }
  const outputs = studyOutputs(panel, design);
  const count = await write(outputs, design, wishes.to);
  for (const reason of outputs.reasons) console.log(`not computed: ${reason}`);
  console.log(`${count} files written to ${wishes.to}`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  Deno.exit(1);
}
