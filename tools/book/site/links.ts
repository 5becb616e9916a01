/** Follows the links of a site without a browser: those that lead nowhere, and those that would need a network. */
import { posix } from "node:path";
import { attributes, elements } from "../render/markup.ts";
import type { Site } from "./site.ts";

/** Elements whose address the browser fetches by itself. */
const FETCHED = ["script", "link", "img", "iframe", "source", "video", "audio", "object", "embed"];

/** One line for each broken link, doubled id and fetch from elsewhere in the pages of the site, apart from those under `except`. */
export function linkProblems(site: Site, except?: string): string[] {
  const checked = (path: string) => except === undefined || !path.startsWith(except);
  const ids = new Map<string, Set<string>>();
  const problems: string[] = [];
  for (const [path, text] of pages(site)) {
    const all = attributes(text).filter(({ name }) => name === "id").map(({ value }) => value);
    ids.set(path, new Set(all));
    if (!checked(path)) continue;
    const doubled = all.filter((id, index) => all.indexOf(id) !== index);
    problems.push(...new Set(doubled.map((id) => `${path}: two elements have the id ${id}`)));
  }
  for (const [path, text] of pages(site)) {
    if (!checked(path)) continue;
    if (elements(text).includes("base")) {
      problems.push(`${path}: a base element changes every link`);
    }
    for (const { element, name, value } of attributes(text)) {
      if (name !== "href" && name !== "src") continue;
      const problem = linkProblem(site, ids, path, element, unescape(value));
      if (problem !== undefined) problems.push(`${path}: ${problem}`);
    }
  }
  return [...new Set(problems)];
}

function linkProblem(
  site: Site,
  ids: Map<string, Set<string>>,
  path: string,
  element: string,
  link: string,
): string | undefined {
  if (/^(data|mailto):/.test(link)) return undefined;
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link)) {
    return FETCHED.includes(element) ? `fetches from elsewhere: ${link}` : undefined;
  }
  if (link.startsWith("/")) return `not relative, so wrong in a sub-folder: ${link}`;
  const [address, hash = ""] = link.split("#", 2);
  const file = decodeURI(address.split("?")[0]);
  const target = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file));
  if (!site.has(target)) return `leads to no file: ${link}`;
  if (hash === "" || !target.endsWith(".html")) return undefined;
  return ids.get(target)!.has(decodeURIComponent(hash)) ? undefined : `leads to no place: ${link}`;
}

function pages(site: Site): [string, string][] {
  return [...site].filter((entry): entry is [string, string] =>
    entry[0].endsWith(".html") && typeof entry[1] === "string"
  );
}

function unescape(value: string): string {
  return value.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
    .replaceAll("&#x2F;", "/");
}
