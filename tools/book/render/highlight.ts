/** TypeScript with its words coloured when the book is made: classes only, the colours are in the style sheet. */
import hljs from "highlight.js/lib/core";
import json from "highlight.js/lib/languages/json";
import shell from "highlight.js/lib/languages/bash";
import typescript from "highlight.js/lib/languages/typescript";
import { escapeHtml, type Html, trusted } from "../html.ts";

hljs.registerLanguage("typescript", typescript);
hljs.registerLanguage("json", json);
hljs.registerLanguage("sh", shell);

const NAMES: Record<string, string> = {
  ts: "typescript",
  typescript: "typescript",
  js: "typescript",
  json: "json",
  sh: "sh",
  bash: "sh",
};

/** The code as HTML for the inside of a `code` element; escaped only, when the language is not known. */
export function highlight(code: string, language = "typescript"): Html {
  const known = NAMES[language.toLowerCase()];
  if (known === undefined) return trusted(escapeHtml(code));
  return trusted(hljs.highlight(code, { language: known, ignoreIllegals: true }).value);
}
