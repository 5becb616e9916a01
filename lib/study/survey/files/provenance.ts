/** How a table says where its rows come from: made-up files are called so in its caption and its source. */
import type { SurveyProvenance } from "../types.ts";

const SOURCES: Readonly<Record<SurveyProvenance, string>> = {
  simulated: "Simulated survey in the shape of INEI's ENAHO: no real household",
  published: "INEI, ENAHO",
};

/** Caption and source of a table made of files of these kinds. */
export function labelled(
  caption: string,
  provenances: readonly SurveyProvenance[],
): { caption: string; source?: string } {
  const kinds = [...new Set(provenances)].sort();
  if (kinds.length === 0) return { caption };
  return {
    caption: kinds.includes("simulated") ? `Simulated: ${caption}` : caption,
    source: kinds.map((kind) => SOURCES[kind]).join("; "),
  };
}
