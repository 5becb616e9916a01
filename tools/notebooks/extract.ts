/**
 * The code of a notebook as one module that can be checked.
 *
 * In the kernel a later cell may declare a name again. So each cell becomes a block inside the block of the cell
 * before it: it sees everything declared before, and may declare it anew with another type. Imports, which cannot
 * stand in a block, move to the top, each name once. A function that relies on a name which only a later cell
 * declares is reported, although the kernel would run it: a notebook should read from top to bottom.
 */
import {
  dynamicSpecifiers,
  findImports,
  type ImportedName,
  importLine,
  type Range,
} from "./imports.ts";
import { type Scan, scan } from "./scan.ts";

/** The code of a cell and its number in the notebook. */
export interface CellSource {
  number: number;
  source: string;
}

/** A line of a cell; both from 1. `exact` says that columns of the module are columns of the cell. */
export interface Origin {
  cell: number;
  line: number;
  exact: boolean;
}

/** What is wrong with a cell before any check. */
export interface ExtractProblem {
  cell: number;
  line: number;
  message: string;
}

/** A notebook as a module; `origins[n - 1]` says where line n of it comes from. */
export interface ExtractedModule {
  text: string;
  origins: Origin[];
  problems: ExtractProblem[];
}

interface Parsed extends CellSource {
  scan: Scan;
  names: ImportedName[];
  body: string;
}

/** Makes the module. Relative imports are resolved against `folder`, the file URL of the notebook's folder. */
export function extractModule(cells: readonly CellSource[], folder: string): ExtractedModule {
  const problems: ExtractProblem[] = [];
  const sound: Parsed[] = [];
  for (const cell of cells) {
    const scanned = scan(cell.source);
    if (scanned.problem === undefined) {
      sound.push(parse(cell, scanned, folder));
    } else {
      const { offset, message } = scanned.problem;
      problems.push({ cell: cell.number, line: lineAt(cell.source, offset), message });
    }
  }
  const imports = hoist(sound, folder, problems);
  const lines: [string, Origin][] = [...imports];
  for (const { number, source, body } of sound) {
    const at = (line: number): Origin => ({ cell: number, line, exact: true });
    const last = source.split("\n").length;
    lines.push(["{", at(1)]);
    body.split("\n").forEach((text, index) => lines.push([text, at(index + 1)]));
    // Ends an expression left without semicolon, which the next block would otherwise continue.
    lines.push([";", at(last)]);
  }
  const end = sound.at(-1);
  if (end !== undefined) {
    const origin = { cell: end.number, line: end.source.split("\n").length, exact: false };
    lines.push(["}".repeat(sound.length), origin]);
  }
  return {
    // The kernel's own additions (`Deno.jupyter`) are typed in this library.
    text: ['/// <reference lib="deno.unstable" />', ...lines.map(([text]) => text), ""].join("\n"),
    origins: [{ cell: 1, line: 1, exact: false }, ...lines.map(([, origin]) => origin)],
    problems,
  };
}

function parse(cell: CellSource, scanned: Scan, folder: string): Parsed {
  const { names, declarations } = findImports(cell.source, scanned);
  const blanked = declarations.map((range) => ({
    ...range,
    text: cell.source.slice(range.start, range.end).replace(/[^\n]/g, " "),
  }));
  const absolute = dynamicSpecifiers(scanned).map((range) => ({
    ...range,
    text: resolved(cell.source.slice(range.start, range.end), folder),
  }));
  return {
    ...cell,
    scan: scanned,
    names,
    body: replaceRanges(cell.source, [...blanked, ...absolute]),
  };
}

function replaceRanges(source: string, changes: (Range & { text: string })[]): string {
  return changes
    .sort((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end),
      source,
    );
}

/** One line for each imported name, the first cell's import standing for the same import in later ones. */
function hoist(
  cells: readonly Parsed[],
  folder: string,
  problems: ExtractProblem[],
): [string, Origin][] {
  const first = new Map<string, { name: ImportedName; origin: Origin }>();
  for (const [index, cell] of cells.entries()) {
    for (const name of cell.names) {
      const origin = { cell: cell.number, line: lineAt(cell.source, name.offset), exact: false };
      const problem = (message: string) =>
        problems.push({ cell: cell.number, line: origin.line, message });
      const key = name.local ?? `import ${name.specifier}`;
      const known = first.get(key);
      const declaring = cells.slice(0, index).find((earlier) => declares(earlier, name.local));
      if (declaring !== undefined) {
        problem(
          `imports "${name.local}", which cell ${declaring.number} declares; import it under another name`,
        );
      } else if (known === undefined) {
        first.set(key, { name: { ...name }, origin });
      } else if (sameImport(known.name, name)) {
        known.name.typeOnly &&= name.typeOnly;
      } else {
        problem(
          `imports "${name.local}" from "${name.specifier}", but in cell ${known.origin.cell} it comes from ` +
            `"${known.name.specifier}"; import one of them under another name`,
        );
      }
    }
  }
  return [...first.values()].map(({ name, origin }) => [
    importLine(name, resolved(name.specifier, folder)),
    origin,
  ]);
}

function sameImport(a: ImportedName, b: ImportedName): boolean {
  return a.specifier === b.specifier && a.imported === b.imported && a.attributes === b.attributes;
}

function declares({ scan: { mask, depth } }: Parsed, name: string | undefined): boolean {
  if (name === undefined) return false;
  const declaration = new RegExp(
    `\\b(?:const|let|var|function\\s*\\*?|class|enum|type|interface)\\s+${
      RegExp.escape(name)
    }(?![\\w$])`,
    "g",
  );
  return [...mask.matchAll(declaration)].some((match) => depth[match.index] === 0);
}

function resolved(specifier: string, folder: string): string {
  return /^\.{0,2}\//.test(specifier) ? new URL(specifier, folder).href : specifier;
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}
