/**
 * `deno task bench`: every case in a process of its own, beside the peers that this machine has; `deno task bench 'C&S*'`
 * runs those whose names begin so.
 */
import { CASES } from "./cases.ts";
import type { Measurement } from "./measure.ts";
import { peerMeasurements } from "./peers.ts";

const [only] = Deno.args;

if (only === undefined || only.endsWith("*")) await runAll(only?.slice(0, -1) ?? "");
else if (only in CASES) console.log(JSON.stringify(await CASES[only]()));
else {
  console.error(`There is no case "${only}". Choose one of: ${Object.keys(CASES).join("; ")}`);
  Deno.exit(2);
}

/** All cases and peers whose case begins so. */
async function runAll(start: string): Promise<void> {
  const rows: Measurement[] = [];
  for (const name of Object.keys(CASES).filter((name) => name.startsWith(start))) {
    console.error(`… ${name}`);
    rows.push(await inOwnProcess(name));
  }
  rows.push(...await peerMeasurements(start));
  print(rows.sort((a, b) => a.case < b.case ? -1 : a.case > b.case ? 1 : 0));
}

async function inOwnProcess(name: string): Promise<Measurement> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("main.ts", import.meta.url).pathname, name],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`The case "${name}" failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function print(rows: readonly Measurement[]): void {
  const cells = rows.map((row) => [
    row.case,
    row.remark === undefined ? row.runner : `${row.runner}: ${row.remark}`,
    milliseconds(row.medianMs),
    milliseconds(row.fastestMs),
    String(row.runs),
    row.peakMb === null ? "not known" : row.peakMb.toFixed(0),
  ]);
  const table = [["case", "runner", "median ms", "fastest ms", "runs", "peak MB"], ...cells];
  const widths = table[0].map((_, j) => Math.max(...table.map((row) => row[j].length)));
  for (const row of table) console.log(row.map((cell, j) => cell.padEnd(widths[j])).join("  "));
}

function milliseconds(value: number | null): string {
  if (value === null) return "not finished";
  return value.toFixed(value < 10 ? 3 : 0);
}
