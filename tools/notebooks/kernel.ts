/**
 * A kernel that runs one cell after the other and says, for each, exactly which outputs it had.
 *
 * Deno 2.9.6 publishes `status: idle` of a cell without waiting for the cell's outputs, and labels an output with
 * whatever request is the last when it is sent, so neither the idle status nor the parent of a message tells whose
 * an output is. Outputs do keep their order among themselves. So every cell is followed by a silent request that
 * publishes a mark: what came before the mark belongs to the cell, and the cell is done when the mark is seen.
 */
import { randomUUID } from "node:crypto";
import { type Channels, type Heard, openChannels } from "./channels.ts";
import { CellTimeout, Interrupted, KernelError, messageOf } from "./errors.ts";
import { type KernelProcess, startKernelProcess } from "./kernel-process.ts";
import { type Message, request } from "./protocol.ts";

const START_TIMEOUT_MS = 60_000;
const ASK_AGAIN_MS = 100;
const START_ATTEMPTS = 3;
// The mark is cheap; only a kernel that is stuck or whose outputs were damaged on the way takes this long.
const SETTLE_TIMEOUT_MS = 30_000;
const SHUTDOWN_TIMEOUT_MS = 2_000;

/** How a kernel is started. */
export interface KernelOptions {
  /** Folder in which the kernel runs; relative imports and deno.json are looked up from there. */
  cwd: string;
  /** Ends whatever is going on, with Interrupted. */
  signal?: AbortSignal;
  /** Milliseconds in which the kernel must answer; default 60 000. */
  startTimeoutMs?: number;
}

/** What the kernel says of an executed cell. */
export interface ExecuteReply {
  status: "ok" | "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

/** Receives what cells publish, in the order in which they published it. */
export type OutputListener = (message: Message) => void;

/** Starts a kernel and waits until it answers and its publications arrive here; KernelError if it does not. */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  for (let attempt = 1;; attempt++) {
    options.signal?.throwIfAborted();
    const kernel = new Kernel(await startKernelProcess(options.cwd), options.signal);
    try {
      await kernel.greet(options.startTimeoutMs ?? START_TIMEOUT_MS);
      return kernel;
    } catch (error) {
      await kernel.close();
      // Another program can take a port between our choice and the kernel's start; then it dies at once.
      const mayRetry = kernel.died && !options.signal?.aborted && attempt < START_ATTEMPTS;
      if (!mayRetry) throw error;
    }
  }
}

/** One running kernel. Made by `startKernel`; must be closed. */
export class Kernel {
  readonly #process: KernelProcess;
  readonly #channels: Channels;
  readonly #session = randomUUID();
  readonly #listeners = new Set<(channel: Heard, message: Message) => void>();
  readonly #failure = Promise.withResolvers<never>();
  readonly #signal?: AbortSignal;
  readonly #onAbort = () => this.#fail(new Interrupted());
  #failed = false;
  #closing = false;

  /** Whether the process ended by itself. */
  died = false;

  constructor(process: KernelProcess, signal?: AbortSignal) {
    this.#process = process;
    this.#signal = signal;
    this.#failure.promise.catch(() => {});
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#channels = openChannels(process.connection, {
      onMessage: (channel, message) => this.#listeners.forEach((hear) => hear(channel, message)),
      onError: (error) => this.#fail(new KernelError(damaged(messageOf(error)))),
    });
    process.ended.then(({ code }) => {
      if (this.#closing) return;
      this.died = true;
      const words = process.lastWords();
      this.#fail(
        new KernelError(
          `the kernel ended by itself with exit code ${code}${
            words === "" ? "" : `; it said:\n${words}`
          }`,
        ),
      );
    });
  }

  /** Waits until one and the same question was answered and its busy and idle status were published. */
  async greet(timeoutMs: number): Promise<void> {
    const asked = new Set<string>();
    const seen = new Map<string, Set<string>>();
    const ready = Promise.withResolvers<void>();
    const stop = this.#listen((_channel, { header, parent, content }) => {
      const id = parent.msg_id;
      if (id === undefined || !asked.has(id)) return;
      const facts = seen.get(id) ?? new Set();
      seen.set(
        id,
        facts.add(header.msg_type === "status" ? content.execution_state as string : "reply"),
      );
      if (["busy", "idle", "reply"].every((fact) => facts.has(fact))) ready.resolve();
    });
    const ask = () => {
      const message = request("kernel_info_request", {}, { session: this.#session });
      asked.add(message.header.msg_id);
      this.#channels.send("shell", message).catch((error) => this.#fail(error));
    };
    ask();
    const again = setInterval(ask, ASK_AGAIN_MS);
    try {
      await this.#within(timeoutMs, ready.promise, () => {
        const words = this.#process.lastWords();
        return new KernelError(
          `the kernel did not answer within ${timeoutMs / 1000} s${
            words === "" ? "" : `; it said:\n${words}`
          }`,
        );
      });
    } finally {
      clearInterval(again);
      stop();
    }
    await this.#process.removeConnectionFile();
  }

  /**
   * Runs one cell and hands over its outputs as they come; returns when all of them have come.
   *
   * Throws CellTimeout after `timeoutMs`, KernelError when the kernel dies or its outputs stay away, Interrupted
   * when the signal fires. After any of these the kernel is of no further use.
   */
  async execute(code: string, timeoutMs: number, onOutput: OutputListener): Promise<ExecuteReply> {
    const mark = randomUUID();
    const marked = Promise.withResolvers<void>();
    const stop = this.#listen((channel, message) => {
      if (channel !== "iopub") return;
      if (isMark(message, mark)) marked.resolve();
      else onOutput(message);
    });
    try {
      const reply = await this.#request(
        code,
        { silent: false },
        timeoutMs,
        () => new CellTimeout(`the cell did not finish within ${timeoutMs / 1000} s`),
      );
      const stuck = () =>
        new KernelError(damaged("the cell was run but its outputs did not all arrive"));
      await this.#request(markCode(mark), { silent: true }, SETTLE_TIMEOUT_MS, stuck);
      await this.#within(SETTLE_TIMEOUT_MS, marked.promise, stuck);
      return readReply(reply);
    } finally {
      stop();
    }
  }

  /** Ends the kernel, politely if it is healthy, and frees everything it held. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    try {
      if (!this.#failed) await this.#askToEnd();
      await this.#process.kill();
    } finally {
      this.#channels.close();
      await this.#process.removeConnectionFile();
    }
  }

  async #askToEnd(): Promise<void> {
    const message = request("shutdown_request", { restart: false }, { session: this.#session });
    await this.#channels.send("control", message);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise((resolve) => timer = setTimeout(resolve, SHUTDOWN_TIMEOUT_MS));
    await Promise.race([this.#process.ended, patience]);
    clearTimeout(timer);
  }

  /** Sends an execute request; its reply, once the reply and the idle status were both seen. */
  async #request(
    code: string,
    { silent }: { silent: boolean },
    timeoutMs: number,
    late: () => Error,
  ): Promise<Message> {
    const message = request("execute_request", {
      code,
      silent,
      store_history: !silent,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    }, { session: this.#session });
    const replied = Promise.withResolvers<Message>();
    const idle = Promise.withResolvers<void>();
    const stop = this.#listen((channel, heard) => {
      if (heard.parent.msg_id !== message.header.msg_id) return;
      if (channel === "shell" && heard.header.msg_type === "execute_reply") replied.resolve(heard);
      if (heard.header.msg_type === "status" && heard.content.execution_state === "idle") {
        idle.resolve();
      }
    });
    try {
      await this.#channels.send("shell", message);
      const reply = await this.#within(timeoutMs, replied.promise, late);
      await this.#within(
        SETTLE_TIMEOUT_MS,
        idle.promise,
        () => new KernelError(damaged("the cell was run but the end of it was not published")),
      );
      return reply;
    } finally {
      stop();
    }
  }

  async #within<T>(timeoutMs: number, wanted: Promise<T>, late: () => Error): Promise<T> {
    const tooLate = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = late();
      this.#fail(error);
      tooLate.reject(error);
    }, timeoutMs);
    try {
      return await Promise.race([wanted, this.#failure.promise, tooLate.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #listen(hear: (channel: Heard, message: Message) => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#failure.reject(error);
  }
}

const MARK_TYPE = "notebook_mark";

function markCode(mark: string): string {
  return `await Deno.jupyter.broadcast("${MARK_TYPE}", { mark: "${mark}" });`;
}

function isMark({ header, content }: Message, mark: string): boolean {
  return header.msg_type === MARK_TYPE && content.mark === mark;
}

function damaged(what: string): string {
  return `${what} (an output of several megabytes can do this: the kernel mixes it with other messages; ` +
    `show a smaller one)`;
}

function readReply({ content }: Message): ExecuteReply {
  const text = (value: unknown) => typeof value === "string" ? value : "";
  return {
    status: content.status === "ok" ? "ok" : "error",
    ename: text(content.ename),
    evalue: text(content.evalue),
    traceback: Array.isArray(content.traceback) ? content.traceback.map(String) : [],
  };
}
