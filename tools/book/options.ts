/** Options of the book's commands, read and checked as those of the notebooks' commands are. */
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { InputError } from "../../lib/panel/errors.ts";

const FLAGS = {
  dir: "--dir FOLDER    where the notebooks are, default notebooks",
  to: "--to FOLDER     where the book goes, default build/book (what is there is replaced)",
  port: "--port N        port of the server, default 4173 (0: any free one)",
  "no-api": "--no-api        without the pages of the library's functions",
  stamp: "--stamp         mark the translations of these notebooks as those of the English of now",
  cell: "--cell ID       only this cell; may be given several times",
  help: "--help          this text",
} as const;

/** A flag of the book's commands. */
export type BookFlag = keyof typeof FLAGS;

/** Options, checked, with their defaults. */
export interface BookOptions {
  dir: string;
  to: string;
  port: number;
  api: boolean;
  stamp: boolean;
  cells: string[];
  help: boolean;
  /** Arguments that are no flags: names of notebooks. */
  names: string[];
}

/** The lines that explain a command. */
export function bookUsage(task: string, flags: readonly BookFlag[], names = ""): string {
  return [`deno task ${task}${names}`, ...flags.map((flag) => `  ${FLAGS[flag]}`)].join("\n");
}

/** Reads the command line. Throws InputError for an unknown flag, a needless argument and a port that is none. */
export function readBookOptions(
  args: readonly string[],
  task: string,
  flags: readonly BookFlag[],
  names = "",
): BookOptions {
  const options = Object.fromEntries(flags.map((flag) => [
    flag,
    flag === "help" || flag === "stamp" || flag === "no-api"
      ? { type: "boolean" as const }
      : { type: "string" as const, multiple: flag === "cell" },
  ]));
  try {
    const { values, positionals } = parseArgs({
      // "deno task x -- --flag" hands "--" on.
      args: args[0] === "--" ? args.slice(1) : [...args],
      options,
      allowPositionals: names !== "",
    });
    const given = values as Partial<Record<BookFlag, string | boolean | string[]>>;
    return {
      dir: resolve(String(given.dir ?? "notebooks")),
      to: resolve(String(given.to ?? "build/book")),
      port: portOf(given.port),
      api: given["no-api"] !== true,
      stamp: given.stamp === true,
      cells: (given.cell ?? []) as string[],
      help: given.help === true,
      names: positionals,
    };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({
      problem: (error as Error).message,
      remedy: `use only\n${bookUsage(task, flags, names)}`,
    });
  }
}

function portOf(value: unknown): number {
  if (value === undefined) return 4173;
  const port = Number(value);
  if (value !== "" && Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new InputError({
    problem: "not a port",
    column: "--port",
    value: String(value),
    remedy: "give a whole number from 0 to 65535, as in 4173",
  });
}
