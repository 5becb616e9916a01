/** Style sheets, scripts and fonts, copied from this folder and from packages: the book asks no other computer. */
import { dirname, join } from "node:path";
import { findPackageJSON } from "node:module";
import type { Site } from "./site.ts";

const SCRIPTS = ["theme.js", "place.js", "scrollers.js", "search.js"];
/** Parts of the style sheet, in the order in which later ones may overrule earlier ones. */
const STYLES = [
  "fonts",
  "base",
  "bar",
  "frame",
  "prose",
  "cells",
  "ends",
  "contents",
  "narrow",
  "dark",
  "print",
];
const FONT_SETS = [
  { package: "@fontsource-variable/source-serif-4", file: "source-serif-4", axes: "opsz" },
  { package: "@fontsource-variable/source-sans-3", file: "source-sans-3", axes: "wght" },
  { package: "@fontsource-variable/source-code-pro", file: "source-code-pro", axes: "wght" },
];
/** Greek letters stand in prose about estimators; Spanish and French names are in "latin". */
const SUBSETS: Record<string, string[]> = {
  "source-serif-4": ["latin-normal", "latin-italic", "greek-normal"],
  "source-sans-3": ["latin-normal", "latin-italic", "greek-normal"],
  "source-code-pro": ["latin-normal", "greek-normal"],
};

/** Puts everything under `assets/` into the site. */
export async function addAssets(site: Site): Promise<void> {
  for (const name of SCRIPTS) site.set(`assets/${name}`, await ownFile(name));
  const styles = await Promise.all(STYLES.map((name) => ownFile(`styles/${name}.css`)));
  site.set("assets/book.css", styles.join("\n"));
  for (const { package: name, file, axes } of FONT_SETS) {
    for (const subset of SUBSETS[file]) {
      const [script, style] = subset.split("-");
      const font = await Deno.readFile(
        packageFile(name, `files/${file}-${script}-${axes}-${style}.woff2`),
      );
      site.set(`assets/fonts/${file}-${script}-${style}.woff2`, font);
    }
    site.set(
      `assets/fonts/${file}-LICENSE.txt`,
      await Deno.readTextFile(packageFile(name, "LICENSE")),
    );
  }
  await addKatex(site);
}

async function addKatex(site: Site): Promise<void> {
  const css = await Deno.readTextFile(packageFile("katex", "dist/katex.min.css"));
  // Browsers that know variables and `:has` all know woff2; the older formats would be dead weight.
  const slim = css.replaceAll(/,url\([^)]*\) format\("(?:woff|truetype)"\)/g, "");
  site.set("assets/katex/katex.min.css", slim);
  for (const [, font] of slim.matchAll(/url\((fonts\/[^)]+)\)/g)) {
    site.set(`assets/katex/${font}`, await Deno.readFile(packageFile("katex", `dist/${font}`)));
  }
  site.set("assets/katex/LICENSE.txt", await Deno.readTextFile(packageFile("katex", "LICENSE")));
}

function ownFile(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`../assets/${name}`, import.meta.url));
}

function packageFile(name: string, file: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) {
    throw new Error(`The package ${name} is not installed: run deno install`);
  }
  return join(dirname(manifest), file);
}
