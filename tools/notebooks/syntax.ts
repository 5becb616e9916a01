/** Says where a cell is no TypeScript: the kernel itself only says "Execution failed". */

/** What Deno's parser says of the code, with line and column in the cell; undefined when it can read it. */
export async function syntaxError(code: string): Promise<string | undefined> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "ts", "-"],
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0" },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { success, stderr } = await child.output();
  if (success) return undefined;
  return new TextDecoder().decode(stderr)
    .replace(/^error: /, "")
    .replace(/ at file:\S+:(\d+):(\d+)/, " at line $1, column $2 of the cell")
    .trim();
}
