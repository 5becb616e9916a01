/**
 * The zeromq sockets between this client and a kernel.
 *
 * The sockets are polled instead of awaited: zeromq 6.8.0 awaits through libuv's `uv_poll`, and under Deno 2.9.6
 * that ends the process with a segmentation fault when a message comes in while this thread is busy for some
 * tenths of a second. A receive that never waits (`receiveTimeout: 0`) does not use `uv_poll`.
 */
import { Dealer, Subscriber } from "zeromq";
import type { Connection } from "./connection.ts";
import { decode, encode, type Message } from "./protocol.ts";

// Short while messages flow, longer while a cell computes and there is nothing to hear.
const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

/** What the client reads: answers to its requests, and what the kernel publishes to everybody. */
export type Heard = "shell" | "iopub";

/** Open sockets. */
export interface Channels {
  send(channel: "shell" | "control", message: Message): Promise<void>;
  close(): void;
}

/** Called for every message, and for an error that ends the listening (the sockets stay open until closed). */
export interface Listener {
  onMessage(channel: Heard, message: Message): void;
  onError(error: unknown): void;
}

/** Connects to a kernel, running or about to run, and listens until closed. */
export function openChannels(connection: Connection, listener: Listener): Channels {
  const url = (port: number) => `${connection.transport}://${connection.ip}:${port}`;
  // Without a limit on what is queued, no output is dropped however many messages a cell sends.
  const options = { linger: 0, receiveTimeout: 0, receiveHighWaterMark: 0 };
  const shell = new Dealer({ ...options, sendTimeout: 0 });
  const control = new Dealer({ ...options, sendTimeout: 0 });
  const iopub = new Subscriber(options);
  shell.connect(url(connection.shell_port));
  control.connect(url(connection.control_port));
  iopub.connect(url(connection.iopub_port));
  iopub.subscribe();

  let open = true;
  const listen = async () => {
    let pause = SHORTEST_PAUSE_MS;
    while (open) {
      const heard = await hear("iopub", iopub) || await hear("shell", shell);
      if (heard) {
        pause = SHORTEST_PAUSE_MS;
      } else {
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
  };
  const hear = async (channel: Heard, socket: Dealer | Subscriber): Promise<boolean> => {
    const frames = await receiveNow(socket);
    if (frames === undefined || !open) return false;
    listener.onMessage(channel, decode(frames, connection.key));
    return true;
  };
  listen().catch((error) => {
    if (open) listener.onError(error);
  });

  return {
    async send(channel, message) {
      const socket = channel === "shell" ? shell : control;
      await socket.send(encode(message, connection.key));
    },
    close() {
      open = false;
      for (const socket of [shell, control, iopub]) socket.close();
    },
  };
}

/** The frames of the next message, or undefined when there is none at this moment. */
async function receiveNow(socket: Dealer | Subscriber): Promise<Uint8Array[] | undefined> {
  if (socket.closed) return undefined;
  try {
    return await socket.receive();
  } catch (error) {
    if ((error as { code?: string }).code === "EAGAIN") return undefined;
    throw error;
  }
}
