/** How a table says where its rows come from: made-up files are called so in its caption and its source. */
import type { SurveyProvenance } from "../types.ts";

/** The source line of files of one kind, or of one file. */
export function sourceLine(
  provenance: SurveyProvenance,
  file?: { readonly year: number; readonly name: string },
): string {
  if (provenance === "published") {
    return file === undefined ? "INEI, ENAHO" : `INEI, ENAHO ${file.year}, ${file.name}`;
  }
  const name = file === undefined ? "" : `, ${file.name}`;
  return `Simulated survey in the shape of INEI's ENAHO${name}: no real household`;
}

/** Caption and source of a table made of files of these kinds. */
export function labelled(
  caption: string,
  provenances: readonly SurveyProvenance[],
): { caption: string; source?: string } {
  const kinds = [...new Set(provenances)].sort();
  if (kinds.length === 0) return { caption };
  return {
    caption: kinds.includes("simulated") ? `Simulated: ${caption}` : caption,
    source: kinds.map((kind) => sourceLine(kind)).join("; "),
  };
}
