import type { Measurement } from "./measure.ts";
import { SURVEY_CASE, SURVEY_FOLDER } from "./survey-cases.ts";
import { SURVEY_YEARS } from "./survey-files.ts";

const PEERS = ["polars", "duckdb"];

/** Peers on the files that our own case has written; those that are not installed are named and left out. */
export async function surveyPeers(python: string): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const peer of PEERS) {
    console.error(`… ${SURVEY_CASE}: ${peer}`);
    const { stdout, stderr, success } = await new Deno.Command(python, {
      args: [
        new URL("survey_peers.py", import.meta.url).pathname,
        SURVEY_FOLDER,
        String(SURVEY_YEARS[0]),
        String(SURVEY_YEARS.at(-1)),
        peer,
      ],
    }).output();
    const last = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim().split("\n").at(-1);
    if (success) rows.push({ case: SURVEY_CASE, ...JSON.parse(last(stdout) ?? "") });
    else console.error(`${peer} was not measured: ${last(stderr)}`);
  }
  return rows;
}
