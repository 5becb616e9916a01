/** A real JupyterLab for a test: installed once into .cache/venv, started on loopback, always ended. */
import { createHash } from "node:crypto";
import { join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
const VENV = join(ROOT, ".cache/venv");
const REQUIREMENTS = join(ROOT, "tests/browser/jupyterlab-requirements.txt");
const START_MS = 120_000;
const POLL_MS = 250;

/** A running JupyterLab. */
export interface Lab {
  /** Address of a notebook in the served folder. */
  notebookUrl(name: string): string;
  close(): Promise<void>;
}

/** Runs a program to its end. Throws with its last words when it fails or is not there. */
async function run(program: string, args: string[]): Promise<void> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args, stdout: "piped", stderr: "piped" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${program} is not installed: the JupyterLab test needs Python 3.11 or later`);
  }
  if (output.success) return;
  const text = new TextDecoder();
  throw new Error(
    `${program} ${args.join(" ")} failed:\n${text.decode(output.stdout)}${
      text.decode(output.stderr)
    }`
      .slice(-3000),
  );
}

/** Makes the virtual environment when it is missing or was made for other versions. */
export async function installLab(): Promise<string> {
  const wanted = createHash("sha256").update(await Deno.readTextFile(REQUIREMENTS)).digest("hex");
  const mark = join(VENV, "installed");
  const program = join(VENV, "bin/jupyter-lab");
  if (await Deno.readTextFile(mark).catch(() => "") === wanted) return program;
  await Deno.remove(VENV, { recursive: true }).catch(() => {});
  console.log("installing JupyterLab into .cache/venv: once, a minute or two");
  await run("python3", ["-m", "venv", VENV]);
  const pip = join(VENV, "bin/pip");
  await run(pip, ["install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]);
  await Deno.writeTextFile(mark, wanted);
  return program;
}

/** Starts JupyterLab on a folder, with this Deno as its only other kernel and settings of its own. */
export async function startLab(folder: string): Promise<Lab> {
  const program = await installLab();
  const home = await Deno.makeTempDir({ prefix: "jupyter-" });
  const kernel = join(home, "share/kernels/deno");
  await Deno.mkdir(kernel, { recursive: true });
  await Deno.writeTextFile(
    join(kernel, "kernel.json"),
    JSON.stringify({
      argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
      display_name: "Deno",
      language: "typescript",
    }),
  );
  // Cells out of sight are in the page too, so that a test can read them; no question about news.
  await writeSettings(home, "notebook-extension/tracker", { windowingMode: "none" });
  await writeSettings(home, "apputils-extension/notification", { fetchNews: "false" });
  const port = freePort();
  const token = crypto.randomUUID();
  const child = new Deno.Command(program, {
    args: [
      "--no-browser",
      "--allow-root",
      `--ServerApp.root_dir=${folder}`,
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      `--IdentityProvider.token=${token}`,
      "--LabApp.extension_manager=readonly",
      "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ],
    env: {
      JUPYTER_PATH: join(home, "share"),
      JUPYTER_DATA_DIR: join(home, "data"),
      JUPYTER_CONFIG_DIR: join(home, "config"),
      JUPYTER_RUNTIME_DIR: join(home, "runtime"),
      JUPYTERLAB_SETTINGS_DIR: join(home, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let words = "";
  const heard = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write: (text) => {
        words = (words + text).slice(-4000);
      },
    }),
  ).catch(() => {});
  let ended = false;
  child.status.then(() => ended = true);
  const close = async () => {
    if (!ended) await endWithKernels(child, `http://127.0.0.1:${port}`, token);
    await heard;
    await Deno.remove(home, { recursive: true }).catch(() => {});
  };
  try {
    await untilAnswering(`http://127.0.0.1:${port}/api?token=${token}`, () => ended);
  } catch (error) {
    await close();
    throw new Error(`JupyterLab did not start: ${(error as Error).message}\n${words}`);
  }
  return {
    notebookUrl: (name) =>
      `http://127.0.0.1:${port}/lab/tree/${encodeURIComponent(name)}?token=${token}&reset`,
    close,
  };
}

async function writeSettings(home: string, plugin: string, values: object): Promise<void> {
  const path = join(home, "settings/@jupyterlab", `${plugin}.jupyterlab-settings`);
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify(values));
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function untilAnswering(url: string, ended: () => boolean): Promise<void> {
  const until = performance.now() + START_MS;
  while (performance.now() < until) {
    if (ended()) throw new Error("it ended by itself");
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`no answer within ${START_MS / 1000} s`);
}

/** A server that is asked to end shuts its kernels down; one that does not within ten seconds is killed. */
async function endWithKernels(child: Deno.ChildProcess, url: string, token: string): Promise<void> {
  const answer = await fetch(`${url}/api/shutdown?token=${token}`, {
    method: "POST",
    headers: { Authorization: `token ${token}` },
  }).catch(() => null);
  await answer?.body?.cancel();
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await child.status;
  clearTimeout(timer);
}
