/** SVG to PNG, with a font of our own: the same bytes on every machine. Apart from its siblings, it reads files. */
import { dirname, join } from "node:path";
import { findPackageJSON } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import type { Figure } from "./figure.ts";

const FONT_FILES = [
  "400Regular/SourceSans3_400Regular.ttf",
  "600SemiBold/SourceSans3_600SemiBold.ttf",
];

let ready: Promise<Uint8Array[]> | undefined;

/** Starts the renderer and reads its fonts, once. */
async function prepare(): Promise<Uint8Array[]> {
  await initWasm(await Deno.readFile(packageFile("@resvg/resvg-wasm", "index_bg.wasm")));
  return await Promise.all(
    FONT_FILES.map((file) => Deno.readFile(packageFile("@expo-google-fonts/source-sans-3", file))),
  );
}

function packageFile(name: string, file: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) {
    throw new Error(`The package ${name} is not installed: run deno install`);
  }
  return join(dirname(manifest), file);
}

/** The figure as PNG, `scale` pixels to the SVG's one (default 2). */
export async function toPng(figure: Figure | string, scale = 2): Promise<Uint8Array> {
  const fontBuffers = await (ready ??= prepare());
  const svg = typeof figure === "string" ? figure : figure.svg;
  const options = {
    fitTo: { mode: "zoom" as const, value: scale },
    font: { fontBuffers, loadSystemFonts: false, defaultFontFamily: "Source Sans 3" },
  };
  return new Resvg(svg, options).render().asPng();
}
