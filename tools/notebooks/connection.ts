/** Where client and kernel meet: free ports, a signing key, and the connection file that tells the kernel. */
import { randomUUID } from "node:crypto";

const HOST = "127.0.0.1";

/** The content of a Jupyter connection file. */
export interface Connection {
  transport: "tcp";
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  signature_scheme: "hmac-sha256";
  key: string;
}

/** A connection on five free ports of this computer, with a new key. */
export function newConnection(): Connection {
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = freePorts(5);
  return {
    transport: "tcp",
    ip: HOST,
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
    signature_scheme: "hmac-sha256",
    key: randomUUID(),
  };
}

/** Writes the connection file, readable by its owner only because it holds the key; returns its path. */
export async function writeConnectionFile(connection: Connection): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "deno-kernel-", suffix: ".json" });
  await Deno.writeTextFile(path, JSON.stringify(connection));
  return path;
}

// All ports are held before any is let go, or the system could hand out the same one twice.
function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: HOST, port: 0 }));
  const ports = listeners.map((listener) => listener.addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}
