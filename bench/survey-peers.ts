import type { Measurement } from "./measure.ts";
import { SURVEY_CASE, SURVEY_FOLDER } from "./survey-cases.ts";
import { SURVEY_YEARS } from "./survey-files.ts";

/** Peers on the files that our own case has written; those that are not to be had are named and left out. */
export async function surveyPeers(python: string): Promise<Measurement[]> {
  const here = (name: string) => new URL(name, import.meta.url).pathname;
  const years = [SURVEY_YEARS[0], SURVEY_YEARS.at(-1)].map(String);
  return [
    ...await surveyPeer("polars", python, [here("survey_peers.py"), SURVEY_FOLDER, ...years]),
    ...await surveyPeer("DuckDB", Deno.execPath(), [
      "run",
      "-A",
      "--no-lock",
      here("survey_duckdb.ts"),
      SURVEY_FOLDER,
    ]),
  ];
}

async function surveyPeer(
  peer: string,
  command: string,
  args: readonly string[],
): Promise<Measurement[]> {
  console.error(`… ${SURVEY_CASE}: ${peer}`);
  const { stdout, stderr, success } = await new Deno.Command(command, { args: [...args] }).output();
  const last = (bytes: Uint8Array) =>
    new TextDecoder().decode(bytes).trim().split("\n").at(-1) ?? "";
  if (success) return [{ ...JSON.parse(last(stdout)), case: SURVEY_CASE }];
  console.error(`${peer} was not measured: ${last(stderr)}`);
  return [];
}
