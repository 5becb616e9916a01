/** INEI's survey files, year by year and module by module, into a folder that the readers take. */
import { join } from "node:path";
import { InputError } from "../../../panel/errors.ts";
import { Table } from "../../../tables/table.ts";
import { exists } from "../exists.ts";
import type { SurveyModule } from "../types.ts";
import { MODULES, type ModuleSpec } from "../files/spec.ts";
import { type ArchivePlaces, archiveUrl } from "./archives.ts";
import { removeIfThere, transfer, type TransferOptions, Unreachable } from "./transfer.ts";
import { unpackModule, verifyModuleFile } from "./unpack.ts";

export interface DownloadOptions extends ArchivePlaces, TransferOptions {
  readonly years: readonly number[];
  /** Default: all three. */
  readonly modules?: readonly SurveyModule[];
  /** The folder to fill; made when it is not there. */
  readonly to: string;
  /** Transfers at the same time, 1–4. Default 2. */
  readonly jobs?: number;
  /** Downloads what is already there again. Default false. */
  readonly force?: boolean;
  /** Told after each file. */
  readonly onResult?: (result: DownloadResult) => void;
}

export interface DownloadResult {
  readonly year: number;
  readonly module: SurveyModule;
  readonly file: string;
  readonly status: "downloaded" | "already there" | "failed";
  readonly rows: number | null;
  /** Why it failed, with the remedy; "" otherwise. */
  readonly reason: string;
}

/** Transfers and unpacked files on their way; a dot keeps it out of the readers' sight. */
const UNDERWAY = ".partial";

/**
 * Downloads, resumes, checks, unpacks and verifies. A file appears in the folder under INEI's name only when it is whole
 * and of the right module and year.
 *
 * @returns one result a year and module; a file that fails does not stop the others.
 * @throws Unreachable when the server cannot be reached: then nothing else is tried. InputError for an impossible option.
 */
export async function downloadSurvey(options: DownloadOptions): Promise<DownloadResult[]> {
  const { years, modules = ["households", "persons", "summary"], to, jobs = 2 } = options;
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 4) {
    throw new InputError({
      problem: "The number of transfers at the same time must be 1 to 4",
      value: jobs,
      remedy: "leave it out for 2",
    });
  }
  const wanted = years.flatMap((year) =>
    modules.map((module) => ({ year, spec: MODULES[module] }))
  );
  // Every address is known before anything is transferred.
  const tasks = wanted.map((task) => ({ ...task, url: archiveUrl(task.spec, task.year, options) }));
  await makeFolder(to);
  const stop = new AbortController();
  try {
    return await inPool(tasks, jobs, stop, async (task) => {
      const result = await oneFile(task, { ...options, signal: stop.signal });
      options.onResult?.(result);
      return result;
    });
  } finally {
    await removeWhenEmpty(join(to, UNDERWAY));
  }
}

/** The folder to fill and the one for what is underway. */
async function makeFolder(to: string): Promise<void> {
  if (to.trim() === "") {
    throw new InputError({
      problem: "No folder is named to put the files in",
      value: to,
      remedy: "name one with --to",
    });
  }
  try {
    await Deno.mkdir(join(to, UNDERWAY), { recursive: true });
  } catch (error) {
    throw new InputError({
      problem: `The folder ${to} cannot be made or written to (${
        error instanceof Error ? error.message.replace(/: mkdir .*/, "") : error
      })`,
      remedy: "name another folder with --to",
    });
  }
}

interface Task {
  readonly year: number;
  readonly spec: ModuleSpec;
  readonly url: string;
}

async function oneFile(task: Task, options: DownloadOptions): Promise<DownloadResult> {
  const { year, spec } = task;
  const file = `${spec.fileName(year)}.csv`;
  const base = { year, module: spec.module, file, reason: "" };
  try {
    const present = join(options.to, file);
    if (!options.force && await exists(present)) {
      const { rows } = await verifyModuleFile(present, spec, year);
      return { ...base, status: "already there", rows };
    }
    const rows = await fetchAndUnpack(task, file, options);
    return { ...base, status: "downloaded", rows };
  } catch (error) {
    if (!(error instanceof InputError) || error instanceof Unreachable) throw error;
    return { ...base, status: "failed", rows: null, reason: error.message };
  }
}

async function fetchAndUnpack(
  { year, spec, url }: Task,
  file: string,
  options: DownloadOptions,
): Promise<number> {
  const archive = join(options.to, UNDERWAY, `${year}-Modulo${spec.number}.zip`);
  const folder = join(options.to, UNDERWAY, `${year}-Modulo${spec.number}`);
  await transfer(url, archive, options);
  try {
    await Deno.mkdir(folder, { recursive: true });
    const unpacked = join(folder, file);
    await unpackModule(archive, spec, year, unpacked);
    const { rows } = await verifyModuleFile(unpacked, spec, year);
    await Deno.rename(unpacked, join(options.to, file));
    return rows;
  } finally {
    // A whole archive that is no good would be no better the next time.
    await removeIfThere(archive);
    await removeIfThere(folder);
  }
}

/** Runs work on every item, at most `size` at a time, and keeps their order. The first error stops the rest. */
async function inPool<T, R>(
  items: readonly T[],
  size: number,
  stop: AbortController,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const errors: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && errors.length === 0) {
      const index = next++;
      try {
        results[index] = await work(items[index]);
      } catch (error) {
        errors.push(error);
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: size }, worker));
  if (errors.length > 0) throw errors[0];
  return results;
}

async function removeWhenEmpty(folder: string): Promise<void> {
  for await (const _ of Deno.readDir(folder)) return;
  await removeIfThere(folder);
}

/** What was downloaded and what was not. */
export function downloadTable(results: readonly DownloadResult[]): Table {
  const failed = results.filter(({ status }) => status === "failed");
  return new Table({
    caption: failed.length === 0
      ? `All ${results.length} files are there`
      : `${failed.length} of ${results.length} files could not be had`,
    columns: [
      { key: "year", label: "Year" },
      { key: "file", label: "File" },
      { key: "status", label: "Status" },
      { key: "rows", label: "Rows" },
      { key: "reason", label: "Why not" },
    ],
    rows: results.map(({ year, file, status, rows, reason }) => ({
      year,
      file,
      status,
      rows,
      reason,
    })),
    source: "INEI, Encuesta Nacional de Hogares",
  });
}
