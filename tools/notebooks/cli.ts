/** What the three commands share: options, signals, exit codes, and several notebooks at a time. */
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { InputError } from "../../lib/panel/errors.ts";
import { Interrupted } from "./errors.ts";
import { listNotebooks, selectNotebooks } from "./files.ts";

const DEFAULT_FOLDER = "notebooks";
const DEFAULT_TIMEOUT_S = 300;
const MOST_JOBS = 2;

const FLAGS = {
  only: {
    type: "string",
    multiple: true,
    help: "--only 03[,05]      only these notebooks, by name or by the first part of it",
  },
  dir: { type: "string", help: `--dir FOLDER        where they are, default ${DEFAULT_FOLDER}` },
  timeout: {
    type: "string",
    help: `--timeout SECONDS   for each cell, default ${DEFAULT_TIMEOUT_S}`,
  },
  jobs: {
    type: "string",
    help: `--jobs N            so many notebooks at a time, default ${MOST_JOBS} (1 on one core)`,
  },
  help: { type: "boolean", help: "--help              this text" },
} as const;

/** A flag of the commands. */
export type Flag = keyof typeof FLAGS;

/** The options of a command, checked, with their defaults. */
export interface Options {
  /** Absolute path of the folder of notebooks. */
  folder: string;
  /** Names of the notebooks asked for, in order; empty when the folder has none. */
  names: string[];
  timeoutMs: number;
  jobs: number;
  help: boolean;
}

/** Where a command writes, and what stops it. */
export interface Surroundings {
  print: (line: string) => void;
  printError: (line: string) => void;
  signal: AbortSignal;
}

/** The lines that explain the flags. */
export function usage(command: string, flags: readonly Flag[]): string {
  return [
    `deno run -A tools/notebooks/${command}.ts`,
    ...flags.map((flag) => `  ${FLAGS[flag].help}`),
  ]
    .join("\n");
}

/**
 * Reads the command line. Throws InputError for an unknown flag, an argument that is no flag, a number that is
 * none, a folder that is not there and a name that no notebook has.
 */
export async function readOptions(
  args: readonly string[],
  command: string,
  flags: readonly Flag[],
): Promise<Options> {
  const values = parseFlags(args, command, flags);
  const options = {
    folder: resolve(values.dir ?? DEFAULT_FOLDER),
    timeoutMs: 1000 * positive("--timeout", values.timeout, DEFAULT_TIMEOUT_S),
    jobs: Math.ceil(
      positive("--jobs", values.jobs, Math.min(MOST_JOBS, navigator.hardwareConcurrency)),
    ),
    help: values.help ?? false,
  };
  if (options.help) return { ...options, names: [] };
  const only = values.only?.flatMap((value) => value.split(",")).map((value) => value.trim());
  return { ...options, names: selectNotebooks(await listNotebooks(options.folder), only) };
}

/** The options, when there is something to run; otherwise throws InputError. */
export function demandNotebooks(options: Options): Options {
  if (options.names.length > 0) return options;
  throw new InputError({
    problem: "there are no notebooks (*.ipynb) in this folder",
    value: options.folder,
    remedy: "give their folder with --dir",
  });
}

interface Values {
  only?: string[];
  dir?: string;
  timeout?: string;
  jobs?: string;
  help?: boolean;
}

function parseFlags(args: readonly string[], command: string, flags: readonly Flag[]): Values {
  try {
    const options = Object.fromEntries(
      flags.map((flag) => {
        const { help: _help, ...option } = FLAGS[flag];
        return [flag, option];
      }),
    );
    // `deno task notebooks -- --only 03` hands the "--" on.
    const own = args[0] === "--" ? args.slice(1) : [...args];
    return parseArgs({ args: own, options, allowPositionals: false }).values as Values;
  } catch (error) {
    throw new InputError({
      problem: (error as Error).message.replace(/\.? To specify a positional.*$/s, ""),
      remedy: `use only\n${usage(command, flags)}`,
    });
  }
}

function positive(flag: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (value.trim() !== "" && Number.isFinite(number) && number > 0) return number;
  throw new InputError({
    problem: "not a number above zero",
    column: flag,
    value,
    remedy: "give one, as in 60",
  });
}

/** What became of one notebook. */
export type Outcome<T> = { name: string; value: T } | { name: string; error: unknown };

/**
 * Does the work for every notebook, `jobs` at a time, starting them in the given order. With `stopAtFirst`, an
 * error stops the others: those under way see the signal fire, those not begun get Interrupted as their error.
 */
export async function forEachNotebook<T>(
  names: readonly string[],
  work: (name: string, signal: AbortSignal) => Promise<T>,
  { jobs, stopAtFirst, signal }: { jobs: number; stopAtFirst: boolean; signal: AbortSignal },
): Promise<Outcome<T>[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const outcomes: Outcome<T>[] = [];
  let next = 0;
  const worker = async () => {
    while (next < names.length) {
      const index = next++;
      const name = names[index];
      try {
        if (either.aborted) throw new Interrupted();
        outcomes[index] = { name, value: await work(name, either) };
      } catch (error) {
        outcomes[index] = { name, error };
        if (stopAtFirst) stop.abort(new Interrupted());
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, names.length) }, worker));
  return outcomes;
}

const SIGNALS: Partial<Record<Deno.Signal, number>> = Deno.build.os === "windows"
  ? { SIGINT: 2, SIGBREAK: 21 }
  : { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * Runs a command as the program itself and ends the process: with its exit code, with 2 when its input was bad,
 * with 128 plus the number of the signal that stopped it.
 */
export async function asProgram(
  command: (surroundings: Surroundings) => Promise<number>,
): Promise<never> {
  const stop = new AbortController();
  let signalled: number | undefined;
  for (const [name, number] of Object.entries(SIGNALS)) {
    Deno.addSignalListener(name as Deno.Signal, () => {
      if (signalled === undefined) console.error(`stopped by ${name}`);
      signalled ??= number;
      stop.abort(new Interrupted());
    });
  }
  let code = 1;
  try {
    code = await command({ print: console.log, printError: console.error, signal: stop.signal });
  } catch (error) {
    if (error instanceof InputError) code = 2;
    console.error(error instanceof InputError ? `error: ${error.message}` : error);
  }
  Deno.exit(signalled === undefined ? code : 128 + signalled);
}

/** The first line of a cell that is not empty, shortened to fit on a line. */
export function firstLine(source: string, width = 60): string {
  const line = source.split("\n").find((candidate) => candidate.trim() !== "")?.trim() ?? "";
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** A duration as "0.4 s". */
export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** A number of things, as "1 cell" or "2 cells". */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
