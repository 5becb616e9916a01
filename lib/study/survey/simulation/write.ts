import { exists } from "../exists.ts";
import { SIMULATED_MARK } from "../types.ts";
import { InputError } from "../../../panel/errors.ts";
import { checkKnown } from "../../../estimators/options.ts";
import { type FileLines, fileLines, type FileStyle, PLAIN_STYLE, quirkyStyle } from "./rows.ts";
import {
  completeOptions,
  requireSurveyYear,
  type SimulatedSurveyOptions,
  SIMULATION_OPTIONS,
  SURVEY_SCENARIO_WORDS,
  SURVEY_YEARS,
} from "./scenario.ts";
import { simulatedSource, simulateYear } from "./simulate.ts";
import { truthTable } from "./truth.ts";

export interface SimulatedFilesOptions extends SimulatedSurveyOptions {
  /** Default: all of the panel. */
  readonly years?: readonly number[];
  /** Write the files with INEI's quirks, which differ from year to year (`quirkyStyle`). Default false: plain CSV. */
  readonly quirks?: boolean;
  /** Folder that holds the scenarios. Default: data/simulated/enaho of the project, which git ignores. */
  readonly folder?: URL;
}

/** Goes up when the same options give other digits, so that old files are not taken for new ones. */
const VERSION = 2;
const HOME = new URL("../../../../data/simulated/enaho/", import.meta.url);

/**
 * The folder with the simulated files of a scenario under INEI's names, which are generated when they are not there yet:
 * `Enaho01-YYYY-100.csv`, `Sumaria-YYYY.csv` and `Enaho01a-YYYY-300.csv`, `truth.csv`, and the mark that says simulated.
 * A file appears under its name when it is complete.
 */
export async function simulatedSurveyFolder(options: SimulatedFilesOptions): Promise<URL> {
  const { years = SURVEY_YEARS, quirks = false, folder = HOME, ...rest } = options;
  checkKnown(rest, SIMULATION_OPTIONS, []);
  const complete = completeOptions(rest);
  checkFiles(years, quirks, folder);
  const { scenario, seed, households } = complete;
  const name = `${scenario}-${households}-${seed}-v${VERSION}${quirks ? "-quirks" : ""}/`;
  const home = new URL(name, folder);
  await Deno.mkdir(home, { recursive: true });
  await writeWhole(new URL(SIMULATED_MARK, home), [
    `These files are a ${simulatedSource(complete)}.\n`,
    `${SURVEY_SCENARIO_WORDS[scenario]}. What is true is in truth.csv.\n`,
  ]);
  for (const year of years) {
    const style = quirks ? quirkyStyle(year) : PLAIN_STYLE;
    const names = fileNames(year);
    if ((await Promise.all(names.map((file) => exists(new URL(file, home))))).every(Boolean)) {
      continue;
    }
    for (const file of fileLines(simulateYear(complete, year), style, seed)) {
      await writeWhole(new URL(file.name, home), chunks(file), style);
    }
  }
  if (!await exists(new URL("truth.csv", home))) {
    await writeWhole(new URL("truth.csv", home), [truthTable(scenario).toCsv()]);
  }
  return home;
}

function checkFiles(years: unknown, quirks: unknown, folder: unknown): void {
  const wrong = !Array.isArray(years) || years.length === 0
    ? { column: "years", value: years, remedy: "list years, as [2021, 2022]" }
    : typeof quirks !== "boolean"
    ? { column: "quirks", value: quirks, remedy: "use true or false" }
    : !(folder instanceof URL) || !folder.href.endsWith("/")
    ? { column: "folder", value: folder, remedy: 'use new URL("file:///…/"), ending in a slash' }
    : null;
  if (wrong !== null) {
    throw new InputError({
      problem: `The option ${wrong.column} has a value that it cannot have`,
      ...wrong,
    });
  }
  (years as unknown[]).forEach(requireSurveyYear);
}

export function fileNames(year: number): string[] {
  return [`Enaho01-${year}-100.csv`, `Sumaria-${year}.csv`, `Enaho01a-${year}-300.csv`];
}

const CHUNK_LINES = 8192;

/** Lines joined to blocks of about half a megabyte, so that no file is in memory as a whole. */
function* chunks({ lines }: FileLines): Iterable<string> {
  let block: string[] = [];
  for (const line of lines) {
    block.push(line);
    if (block.length < CHUNK_LINES) continue;
    yield block.join("\r\n") + "\r\n";
    block = [];
  }
  if (block.length > 0) yield block.join("\r\n") + "\r\n";
}

/** Writes beside and renames, so that a file that is there is whole. */
async function writeWhole(
  path: URL,
  blocks: Iterable<string>,
  style: FileStyle = PLAIN_STYLE,
): Promise<void> {
  const beside = new URL(`${path.href}.${crypto.randomUUID()}.tmp`);
  const file = await Deno.open(beside, { write: true, createNew: true });
  try {
    const writer = file.writable.getWriter();
    for (const block of blocks) await writer.write(encode(block, style));
    await writer.close();
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}

const UTF8 = new TextEncoder();

/** Text as bytes; every letter of the files fits into Latin-1. */
function encode(text: string, { encoding }: FileStyle): Uint8Array<ArrayBuffer> {
  if (encoding === "utf-8") return UTF8.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
