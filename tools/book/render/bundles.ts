/**
 * The explorer's code, which each explorer output of a notebook carries: in the book it is written once, and every
 * page that needs it refers to that file.
 */
import { createHash } from "node:crypto";

/** Marks the script element that holds the code. */
const BUNDLE =
  /<script\b((?:"[^"]*"|'[^']*'|[^"'>])*\sdata-explorer-bundle\b(?:"[^"]*"|'[^']*'|[^"'>])*)>([\s\S]*?)<\/script\s*>/gi;
const DIGITS = 12;

/** A file of code. */
export interface Bundle {
  /** File name, made from the content. */
  name: string;
  code: string;
  /** Whether it must be loaded as a module, which browsers refuse for pages opened from a folder. */
  module: boolean;
}

/** An output without its code, and the code. */
export interface Split {
  markup: string;
  bundles: Bundle[];
}

/** Takes the marked scripts out of an output. */
export function splitBundles(markup: string): Split {
  const bundles: Bundle[] = [];
  const rest = markup.replaceAll(BUNDLE, (_, attributes: string, code: string) => {
    bundles.push(toBundle(code, /\stype\s*=\s*["']?module\b/i.test(attributes)));
    return "";
  });
  return { markup: rest, bundles };
}

function toBundle(code: string, asModule: boolean): Bundle {
  const module = asModule && !isClassic(code);
  // A module's names are its own; a script's would be everybody's, so what was a module gets a function around it.
  const content = asModule && !module ? `"use strict";(() => {${code}\n})();\n` : code;
  const hash = createHash("sha256").update(content).digest("hex").slice(0, DIGITS);
  return { name: `explorer-${hash}.js`, code: content, module };
}

/** Whether the code can be read as a classic script: no import, export, import.meta or await at the top. */
function isClassic(code: string): boolean {
  try {
    // Compiles the function without calling it.
    new Function(`"use strict";${code}\n`);
    return true;
  } catch {
    return false;
  }
}
