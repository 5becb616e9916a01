/** A `deno jupyter` process: started, watched, and always ended. */
import { type Connection, newConnection, writeConnectionFile } from "./connection.ts";

// The last words of a kernel are enough to say why it died.
const KEPT_CHARACTERS = 4000;
const PIPE_PATIENCE_MS = 500;

/** A running kernel process. */
export interface KernelProcess {
  readonly connection: Connection;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** The last of what it wrote to its own stdout and stderr (the outputs of cells do not go there). */
  lastWords(): string;
  /** The file is needed only until the kernel has answered. Safe to call twice. */
  removeConnectionFile(): Promise<void>;
  /** Ends it at once; settles when it is gone. Safe to call on a process that has ended. */
  kill(): Promise<void>;
}

/** Starts `deno jupyter` with this very Deno in the folder `cwd`. */
export async function startKernelProcess(cwd: string): Promise<KernelProcess> {
  const connection = newConnection();
  const file = await writeConnectionFile(connection);
  const removeConnectionFile = () =>
    Deno.remove(file).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--kernel", "--conn", file],
      cwd,
      env: kernelEnvironment(Deno.env.toObject()),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    await removeConnectionFile();
    throw error;
  }

  let words = "";
  const listening = new AbortController();
  const keep = (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    const write = (chunk: Uint8Array) => {
      words = (words + decoder.decode(chunk, { stream: true })).slice(-KEPT_CHARACTERS);
    };
    // Ending the pipe from here rejects its promise, which says nothing new.
    return stream.pipeTo(new WritableStream({ write }), { signal: listening.signal }).catch(
      () => {},
    );
  };
  const heard = Promise.all([keep(child.stdout), keep(child.stderr)]);
  const ended = child.status.then(async (status) => {
    // A program started by a cell may keep the pipes open after the kernel is gone.
    const patience = setTimeout(() => listening.abort(), PIPE_PATIENCE_MS);
    await heard;
    clearTimeout(patience);
    return status;
  });

  return {
    connection,
    ended,
    lastWords: () =>
      words.split("\n").filter((line) => !/"deno jupyter" is unstable/.test(line)).join("\n")
        .trim(),
    removeConnectionFile,
    async kill() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        // A process that has ended by itself cannot be killed, and need not be.
        if (!(error instanceof TypeError)) throw error;
      }
      await ended;
    },
  };
}

/**
 * The environment of a kernel: the caller's, with colour, language and time zone fixed, because each of them
 * shows in outputs (`Deno.noColor`, `toLocaleString`, `Date`) and a notebook must come out the same everywhere.
 */
export function kernelEnvironment(caller: Record<string, string>): Record<string, string> {
  const { FORCE_COLOR: _force, LANGUAGE: _language, ...rest } = caller;
  return { ...rest, NO_COLOR: "1", TZ: "UTC", LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" };
}
