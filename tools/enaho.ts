/** `deno task data:enaho`: downloads INEI's household survey into a folder. Needs a network; nothing else runs it. */
import { parseArgs } from "node:util";
import { InputError } from "../lib/panel/errors.ts";
import { INEI_ARCHIVES } from "../lib/study/survey/download/archives.ts";
import { type DownloadResult, downloadSurvey } from "../lib/study/survey/download/download.ts";
import { MODULES } from "../lib/study/survey/files/spec.ts";
import type { SurveyModule } from "../lib/study/survey/types.ts";

const USAGE =
  `deno task data:enaho -- --years 2011-2023 --to FOLDER [--modules households,persons,summary] [--code YEAR=NUMBER]
                     [--base ADDRESS] [--jobs 2] [--force]

  --years    years, as 2011-2023 or 2015,2019,2021
  --to       the folder to fill with Enaho01-YYYY-100.csv, Enaho01a-YYYY-300.csv, Sumaria-YYYY.csv
  --modules  which of the three, default all
  --code     INEI's number of a year's survey, where data/peru/enaho_archives.csv has none or an old one; may be repeated
  --base     where the archives are, with {code} or {year}, and {module};
             default ${INEI_ARCHIVES}
  --jobs     transfers at the same time, 1 to 4
  --force    download what is already there again

A transfer that was broken off goes on where it stopped when the command is run again.`;

interface Wishes {
  readonly years: readonly number[];
  readonly to: string;
  readonly modules: readonly SurveyModule[];
  readonly codes: Readonly<Record<number, number>>;
  readonly template?: string;
  readonly jobs: number;
  readonly force: boolean;
}

/** What the command line asks for. @throws InputError naming the option. */
export function readWishes(args: readonly string[]): Wishes | "help" {
  const values = parsed(args.filter((arg, i) => !(arg === "--" && i === 0)));
  if (values.help) return "help";
  return {
    years: readYears(required(values.years, "--years")),
    to: required(values.to, "--to"),
    modules: readModules(values.modules),
    codes: Object.fromEntries((values.code ?? []).map(readCode)),
    ...(values.base === undefined ? {} : { template: values.base }),
    jobs: Number(values.jobs),
    force: values.force,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        years: { type: "string" },
        to: { type: "string" },
        modules: { type: "string" },
        code: { type: "string", multiple: true },
        base: { type: "string" },
        jobs: { type: "string", default: "2" },
        force: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new InputError({ problem: (error as Error).message, remedy: "see --help" });
  }
}

function required(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw new InputError({ problem: `The option ${option} is missing`, remedy: "see --help" });
}

/** "2011-2013,2020" is 2011, 2012, 2013, 2020. */
export function readYears(text: string): number[] {
  const years = text.split(",").flatMap((part) => {
    const match = /^\s*(\d{4})(?:\s*[-–]\s*(\d{4}))?\s*$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? from);
    if (match === null || to < from) {
      throw new InputError({
        problem: "Years are written like 2011-2023 or 2015,2019",
        value: part,
        remedy: "correct the option --years",
      });
    }
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(years)];
}

function readModules(text: string | undefined): SurveyModule[] {
  const names = Object.keys(MODULES) as SurveyModule[];
  return (text?.split(",").map((name) => name.trim()) ?? names).map((name) => {
    const known = names.find((module) => module === name || MODULES[module].number === name);
    if (known !== undefined) return known;
    throw new InputError({
      problem: "There is no such module",
      value: name,
      remedy: `choose among ${names.join(", ")}`,
    });
  });
}

function readCode(text: string): [number, number] {
  const match = /^(\d{4})=(\d+)$/.exec(text);
  if (match !== null) return [Number(match[1]), Number(match[2])];
  throw new InputError({
    problem: "A code is written like 2025=1031",
    value: text,
    remedy: "correct the option --code",
  });
}

/** Runs the command; the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const wishes = readWishes(args);
    if (wishes === "help") {
      console.log(USAGE);
      return 0;
    }
    const results = await downloadSurvey({ ...wishes, onResult: say });
    return results.some(({ status }) => status === "failed") ? 1 : 0;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    return 1;
  }
}

function say({ file, status, rows, reason }: DownloadResult): void {
  console.log(
    status === "failed" ? `${file}: not downloaded. ${reason}` : `${file}: ${status}, ${rows} rows`,
  );
}

if (import.meta.main) Deno.exit(await main(Deno.args));
