/**
 * Serves the book on this computer and makes it anew when a notebook, a translation or a tool changes:
 * `deno task book:serve [-- --port N] [--no-api]`. An error in a source is shown, on the page too; the last good
 * book stays.
 */
import { fileURLToPath } from "node:url";
import { asProgram, type Surroundings } from "../notebooks/cli.ts";
import { fileResponse } from "../web/files.ts";
import { Readers } from "./live/readers.ts";
import { watchFolders } from "./live/watch.ts";
import { type BookFlag, type BookOptions, bookUsage, readBookOptions } from "./options.ts";

const FLAGS: BookFlag[] = ["port", "dir", "to", "no-api", "help"];
/** Where pages listen for news. */
const NEWS = "/__news";
const SCRIPT = `<script>
new EventSource(${JSON.stringify(NEWS)}).onmessage = ({ data }) => {
  const problem = JSON.parse(data);
  document.querySelector("#problem")?.remove();
  if (problem === null) return location.reload();
  const box = document.createElement("pre");
  box.id = "problem";
  box.setAttribute("role", "alert");
  box.style = "position:fixed;inset:auto 0 0;z-index:99;margin:0;padding:1rem;max-height:50vh;overflow:auto;" +
    "background:#5b1212;color:#fff;white-space:pre-wrap";
  box.textContent = problem;
  document.body.append(box);
};
</script>`;

/** The command: serves until the signal fires, then returns 0. Throws InputError for bad options. */
export async function serve(args: readonly string[], around: Surroundings): Promise<number> {
  const options = readBookOptions(args, "book:serve", FLAGS);
  if (options.help) {
    around.print(bookUsage("book:serve", FLAGS));
    return 0;
  }
  const readers = new Readers();
  const rebuild = async () => {
    const problem = await buildAfresh(options, around.signal);
    if (around.signal.aborted) return;
    if (problem === null) around.print(`made ${new Date().toLocaleTimeString("en-GB")}`);
    else around.printError(problem);
    readers.tell(problem);
  };
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: options.port,
    signal: around.signal,
    onListen: ({ port }) => around.print(`http://127.0.0.1:${port}/ (stop with Ctrl+C)`),
  }, (request) => {
    if (new URL(request.url).pathname === NEWS) return readers.join(around.signal);
    return fileResponse(
      options.to,
      request.url,
      (html) => html.replace("</body>", `${SCRIPT}</body>`),
    );
  });
  await rebuild();
  const tools = fileURLToPath(new URL(".", import.meta.url));
  await watchFolders([options.dir, tools], rebuild, around.signal);
  await server.finished;
  return 0;
}

/** Makes the book in a process of its own, so that changed tools count; returns what went wrong, or null. */
async function buildAfresh(options: BookOptions, signal: AbortSignal): Promise<string | null> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      fileURLToPath(new URL("build.ts", import.meta.url)),
      `--dir=${options.dir}`,
      `--to=${options.to}`,
      ...options.api ? [] : ["--no-api"],
    ],
    env: { NO_COLOR: "1" },
    stdout: "null",
    signal,
  }).output();
  return success ? null : new TextDecoder().decode(stderr).trim();
}

if (import.meta.main) await asProgram((around) => serve(Deno.args, around));
