/** The imports of a cell: static ones, which must move to the top of a module, and dynamic ones. */
import type { Scan } from "./scan.ts";

/** One name that a static import brings in, or a module imported for its effect only. */
export interface ImportedName {
  /** The name in the cell; undefined for a module imported for its effect. */
  local?: string;
  /** The name in the module, "default", or "*" for all of it; undefined for an import for its effect. */
  imported?: string;
  typeOnly: boolean;
  specifier: string;
  /** As written, for instance ` with { type: "json" }`; empty when there are none. */
  attributes: string;
  /** Where in the cell the name stands. */
  offset: number;
}

/** A range of the cell's text. */
export interface Range {
  start: number;
  end: number;
}

/** The static imports of a cell and where they stand. */
export interface CellImports {
  names: ImportedName[];
  declarations: Range[];
}

const DECLARATION = /\bimport\b([^'"(.;]*)(['"])(\s*)\2(\s*with\s*\{[^}]*\})?[ \t]*;?/g;
const DYNAMIC = /\bimport\s*\(\s*(['"])(\s*)\1/g;

/** Finds the static imports. */
export function findImports(source: string, { mask, depth }: Scan): CellImports {
  const found: CellImports = { names: [], declarations: [] };
  for (const match of mask.matchAll(DECLARATION)) {
    if (depth[match.index] !== 0 || mask[match.index - 1] === ".") continue;
    const [whole, clause, , blank, attributes] = match;
    const clauseStart = match.index + "import".length;
    const specifierStart = clauseStart + clause.length + 1;
    const attributesStart = specifierStart + blank.length + 1;
    const shared = {
      specifier: source.slice(specifierStart, specifierStart + blank.length),
      attributes: source.slice(attributesStart, attributesStart + (attributes?.length ?? 0))
        .trimEnd(),
    };
    found.declarations.push({ start: match.index, end: match.index + whole.length });
    found.names.push(...namesIn(clause, clauseStart).map((name) => ({ ...name, ...shared })));
  }
  return found;
}

/** Where the specifiers of dynamic imports stand, without their quotes. */
export function dynamicSpecifiers({ mask }: Scan): Range[] {
  return [...mask.matchAll(DYNAMIC)].map((match) => {
    const end = match.index + match[0].length - 1;
    return { start: end - match[2].length, end };
  });
}

type Name = Pick<ImportedName, "local" | "imported" | "typeOnly" | "offset">;

function namesIn(clause: string, start: number): Name[] {
  const names = clause.replace(/\bfrom\s*$/, "");
  if (names.trim() === "") return [{ typeOnly: false, offset: start - "import".length }];
  const typeOnly = /^\s*type\s+[\w$*{]/.test(names);
  const list = typeOnly ? names.replace("type", "    ") : names;
  const at = (index: number) => start + index;

  const result: Name[] = [];
  const standard = /^\s*([\w$]+)\s*(?:,|$)/.exec(list);
  if (standard !== null) {
    const offset = at(list.indexOf(standard[1]));
    result.push({ local: standard[1], imported: "default", typeOnly, offset });
  }
  const all = /\*\s*as\s+([\w$]+)/.exec(list);
  if (all !== null) result.push({ local: all[1], imported: "*", typeOnly, offset: at(all.index) });
  const braces = /\{([^}]*)\}/.exec(list);
  if (braces !== null) {
    for (const item of braces[1].matchAll(/(type\s+(?!as\b))?([\w$]+)(?:\s+as\s+([\w$]+))?/g)) {
      const offset = at(braces.index + 1 + item.index);
      const local = item[3] ?? item[2];
      result.push({
        local,
        imported: item[2],
        typeOnly: typeOnly || item[1] !== undefined,
        offset,
      });
    }
  }
  return result;
}

/** The import of this one name as a line of its own, from another specifier. */
export function importLine(name: ImportedName, specifier: string): string {
  const from = `${JSON.stringify(specifier)}${name.attributes};`;
  if (name.local === undefined) return `import ${from}`;
  const type = name.typeOnly ? "type " : "";
  if (name.imported === "*") return `import ${type}* as ${name.local} from ${from}`;
  const renamed = name.imported === name.local ? name.local : `${name.imported} as ${name.local}`;
  return `import ${type}{ ${renamed} } from ${from}`;
}
