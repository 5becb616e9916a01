/** Finds a year's file of a module in a folder, under INEI's names. */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../../../panel/errors.ts";
import { exists } from "../exists.ts";
import { SIMULATED_MARK, type SurveyProvenance, type SurveySource } from "../types.ts";
import { conversion } from "./inspect.ts";
import type { ModuleSpec } from "./spec.ts";

export interface Located {
  readonly path: string;
  readonly provenance: SurveyProvenance;
}

const DEPTH = 3;

/**
 * @throws InputError when there is none (it lists the years that are there), more than one, only a Stata or SPSS
 *   version (it says how to convert), or the year in a file's name is another than was asked for.
 */
export async function locate(
  source: SurveySource,
  spec: ModuleSpec,
  year: number,
): Promise<Located> {
  const path = source instanceof URL ? fileURLToPath(source) : source;
  const stat = await statOf(path);
  if (!stat.isDirectory) {
    checkName(path, spec, year);
    return { path: readable(path), provenance: await provenanceOf(path) };
  }
  const files = await filesBelow(path, DEPTH);
  const ours = files.flatMap((file) => {
    const found = yearOf(file, spec);
    return found === null ? [] : [{ file, year: found }];
  });
  const matching = ours.filter((file) => file.year === year).map(({ file }) => file);
  const csv = matching.filter((file) => /\.csv$/i.test(file));
  if (csv.length === 1) return { path: csv[0], provenance: await provenanceOf(csv[0]) };
  if (csv.length > 1) {
    throw new InputError({
      problem: `There is more than one file of ${spec.title} for ${year}: ${csv.join(", ")}`,
      remedy: "keep one of them, or name the file instead of the folder",
    });
  }
  if (matching.length > 0) return { path: readable(matching[0]), provenance: "published" };
  const years = [...new Set(ours.map((file) => file.year))].sort();
  throw new InputError({
    problem: `There is no ${spec.fileName(year)}.csv in ${path}` +
      (years.length === 0 ? "" : ` (years of this module found: ${years.join(", ")})`),
    remedy:
      `download it (deno task data:enaho -- --years ${year} --to ${path}), or check the folder`,
  });
}

async function statOf(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError({
      problem: `There is no file or folder ${path}`,
      remedy: "check the path",
    });
  }
}

/** Stata and SPSS files are not read: no reader for them that works here was found. */
function readable(path: string): string {
  const ending = /\.(dta|sav|zsav)$/i.exec(path)?.[1].toLowerCase();
  if (ending === undefined) return path;
  const name = nameOf(path);
  throw new InputError({
    problem: `${name} is a ${ending === "dta" ? "Stata" : "SPSS"} file, which is not read here`,
    remedy: conversion(name),
  });
}

/** The year in a file's name, null when it is no file of this module. */
function yearOf(path: string, spec: ModuleSpec): number | null {
  const [, stem, ending] = /^(.*)\.([^.]+)$/.exec(nameOf(path)) ?? [];
  if (stem === undefined || !/^(csv|dta|sav|zsav)$/i.test(ending)) return null;
  const match = spec.filePattern.exec(stem);
  return match === null ? null : Number(match[1]);
}

function checkName(path: string, spec: ModuleSpec, year: number): void {
  const named = yearOf(path, spec);
  if (named === null || named === year) return;
  throw new InputError({
    problem: `${nameOf(path)} is a file of ${named}, but ${year} was asked for`,
    value: year,
    remedy: "ask for the year of the file",
  });
}

/** Simulated, if the file's folder or one of the next few above it is marked so. */
async function provenanceOf(file: string): Promise<SurveyProvenance> {
  let folder = dirname(resolve(file));
  for (let level = 0; level <= DEPTH; level++) {
    if (await exists(join(folder, SIMULATED_MARK))) return "simulated";
    folder = dirname(folder);
  }
  return "published";
}

async function filesBelow(folder: string, depth: number): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile) files.push(path);
    else if (entry.isDirectory && depth > 1 && !entry.name.startsWith(".")) {
      files.push(...await filesBelow(path, depth - 1));
    }
  }
  return files.sort();
}

const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;
