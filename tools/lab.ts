/** Starts JupyterLab in notebooks/, with the Deno kernel installed first if it is not there. */
import { fileURLToPath } from "node:url";

const NOTEBOOKS = fileURLToPath(new URL("../notebooks/", import.meta.url));
const INSTALL =
  "JupyterLab is not installed: pip install jupyterlab (or pipx install jupyterlab), " +
  "then run this task again";

/** What a program printed, and whether it ended well; null when it is not installed. */
async function ask(program: string, args: string[]): Promise<{ ok: boolean; out: string } | null> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
    const text = new TextDecoder();
    return { ok: success, out: success ? text.decode(stdout) : text.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Whether Jupyter has a Deno kernel whose program is still there. */
async function hasKernel(): Promise<boolean> {
  const listed = await ask("jupyter", ["kernelspec", "list", "--json"]);
  if (listed === null || !listed.ok) return false;
  const { kernelspecs } = JSON.parse(listed.out) as {
    kernelspecs: Record<string, { spec: { argv: string[] } }>;
  };
  const program = kernelspecs.deno?.spec.argv[0];
  if (program === undefined) return false;
  return !program.includes("/") || await Deno.stat(program).then(() => true, () => false);
}

/** Installs the kernel if needed and runs JupyterLab until it ends; returns the exit code. */
export async function lab(args: readonly string[]): Promise<number> {
  const version = await ask("jupyter", ["lab", "--version"]);
  if (version === null || !version.ok) {
    console.error(INSTALL);
    return 1;
  }
  if (!await hasKernel()) {
    const installed = await ask(Deno.execPath(), ["jupyter", "--install", "--force"]);
    if (!installed?.ok) {
      console.error(`The Deno kernel cannot be installed:\n${installed?.out ?? ""}`);
      return 1;
    }
    console.log("The Deno kernel is installed.");
  }
  // Ctrl-C is for JupyterLab, which asks before it ends.
  const ignore = () => {};
  Deno.addSignalListener("SIGINT", ignore);
  try {
    const child = new Deno.Command("jupyter", { args: ["lab", ...args], cwd: NOTEBOOKS }).spawn();
    return (await child.status).code;
  } finally {
    Deno.removeSignalListener("SIGINT", ignore);
  }
}

if (import.meta.main) Deno.exit(await lab(Deno.args));
