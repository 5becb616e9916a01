/** Where INEI keeps the survey files of a year. */
import { InputError } from "../../../panel/errors.ts";
import { loadTable } from "../../peru/tables.ts";
import type { ModuleSpec } from "../files/spec.ts";

/**
 * INEI's microdata site serves one zip per year and module. Sources: data/README.md, `enaho_archives.csv`. Public scripts
 * use this folder of CSV files for 2022 and later; for earlier years the folder was not seen, only that of Stata files.
 */
export const INEI_ARCHIVES =
  "https://proyectos.inei.gob.pe/iinei/srienaho/descarga/CSV/{code}-Modulo{module}.zip";

export interface ArchivePlaces {
  /** Address with `{code}`, `{module}` and perhaps `{year}`. Default `INEI_ARCHIVES`. */
  readonly template?: string;
  /** Codes of years beside those of `enaho_archives.csv`, or instead of them. */
  readonly codes?: Readonly<Record<number, number>>;
}

/** The address of a year and module. @throws InputError when the year's code is not known, or the template is none. */
export function archiveUrl(
  spec: ModuleSpec,
  year: number,
  { template = INEI_ARCHIVES, codes = {} }: ArchivePlaces = {},
): string {
  requireTemplate(template);
  let url = template.replaceAll("{module}", spec.number).replaceAll("{year}", String(year));
  if (url.includes("{code}")) url = url.replaceAll("{code}", String(codeOf(year, codes)));
  return url;
}

function requireTemplate(template: string): void {
  const names = template.includes("{module}") &&
    (template.includes("{code}") || template.includes("{year}"));
  const url = URL.parse(template.replace(/[{}]/g, "x"));
  if (names && url !== null && /^https?:$/.test(url.protocol)) return;
  throw new InputError({
    problem:
      "The address of the archives must be a URL (http or https) with {module}, and with {code} or {year}",
    value: template,
    remedy: `write it like ${INEI_ARCHIVES}`,
  });
}

function codeOf(year: number, codes: Readonly<Record<number, number>>): number {
  const table = loadTable("enaho_archives");
  const code = codes[year] ?? table.find((row) => row.year === year)?.code;
  if (code !== undefined) return code;
  const years = table.map((row) => row.year);
  throw new InputError({
    problem: `INEI's code for the survey of ${year} is not known here (known: ${
      Math.min(...years)
    }–${Math.max(...years)})`,
    value: year,
    remedy: `look it up on INEI's microdata site and give it as --code ${year}=NUMBER`,
  });
}
