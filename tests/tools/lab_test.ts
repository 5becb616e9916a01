import assert from "node:assert/strict";
import { join } from "node:path";

const LAB = new URL("../../tools/lab.ts", import.meta.url).pathname;

interface World {
  /** The shell script that stands for `jupyter`; undefined: it is not installed. */
  readonly jupyter?: string;
  readonly args?: readonly string[];
}

/** Runs the task with nothing on the path but the given fake, and a home of its own. */
async function lab({ jupyter, args = [] }: World) {
  const home = await Deno.makeTempDir({ prefix: "lab-" });
  try {
    const path = join(home, "bin");
    await Deno.mkdir(path);
    if (jupyter !== undefined) {
      await Deno.writeTextFile(join(path, "jupyter"), `#!/bin/sh\n${jupyter}\n`, { mode: 0o755 });
    }
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", LAB, ...args],
      // Where it is said, so that Deno finds its cache in another home.
      env: {
        PATH: path,
        HOME: home,
        DENO_DIR: await denoDir(),
        NO_COLOR: "1",
        LOG: join(home, "log"),
      },
    }).output();
    const text = new TextDecoder();
    return {
      code,
      out: text.decode(stdout),
      err: text.decode(stderr),
      log: await Deno.readTextFile(join(home, "log")).catch(() => ""),
      kernel: await Deno.readTextFile(join(home, ".local/share/jupyter/kernels/deno/kernel.json"))
        .catch(() => null),
    };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

const fake = (kernels: string, exit = 0) =>
  `echo "$PWD: $*" >> "$LOG"
case "$*" in
  "lab --version") echo 4.6.6 ;;
  "kernelspec list --json") echo '{ "kernelspecs": ${kernels} }' ;;
  *) exit ${exit} ;;
esac`;
const there = JSON.stringify({ deno: { spec: { argv: [Deno.execPath(), "jupyter"] } } });
const gone = JSON.stringify({ deno: { spec: { argv: ["/nowhere/deno", "jupyter"] } } });

Deno.test("without JupyterLab it says in one line how to get it", async () => {
  for (const jupyter of [undefined, 'echo "no such command" >&2; exit 2']) {
    const { code, out, err, kernel } = await lab({ jupyter });
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.match(err, /^JupyterLab is not installed: pip install jupyterlab .*\n$/);
    assert.equal(kernel, null);
  }
});

Deno.test("with the kernel there it starts JupyterLab in notebooks/ and passes arguments on", async () => {
  const { code, log, kernel } = await lab({ jupyter: fake(there), args: ["--no-browser"] });
  assert.equal(code, 0);
  assert.equal(kernel, null);
  assert.match(log, /notebooks\/?: lab --no-browser\n$/);
});

Deno.test("a kernel that is missing, or whose Deno is gone, is installed first", async () => {
  for (const kernels of ["{}", gone]) {
    const { code, out, kernel } = await lab({ jupyter: fake(kernels) });
    assert.equal(code, 0);
    assert.match(out, /The Deno kernel is installed/);
    assert.match(kernel!, /"jupyter"/);
  }
});

Deno.test("its exit code is JupyterLab's", async () => {
  assert.equal((await lab({ jupyter: fake(there, 3) })).code, 3);
});
