/** What the kernel publishes, turned into the outputs of a notebook cell. */
import type { Metadata, MimeBundle, Output } from "./nbformat.ts";
import type { Message } from "./protocol.ts";

type Displayed = Extract<Output, { output_type: "display_data" | "execute_result" }>;

/**
 * Collects the outputs of one notebook, cell by cell. Streams of the same name that follow each other become one;
 * an update by display id changes that output wherever in the notebook it is; the display ids are not kept.
 */
export class OutputRecorder {
  readonly #displays = new Map<string, Displayed[]>();
  #outputs: Output[] = [];
  #number = 0;
  #clearNext = false;

  /** Begins a cell; what is added from now on goes into the returned list. */
  begin(number: number): Output[] {
    this.#number = number;
    this.#outputs = [];
    this.#clearNext = false;
    return this.#outputs;
  }

  /** Takes a published message; messages that are no outputs are ignored. */
  add({ header, content }: Message): void {
    switch (header.msg_type) {
      case "stream":
        return this.#stream(content.name === "stderr" ? "stderr" : "stdout", String(content.text));
      case "display_data":
        return this.#display({ output_type: "display_data", ...shown(content) }, content);
      case "execute_result":
        return this.#display(
          { output_type: "execute_result", execution_count: this.#number, ...shown(content) },
          content,
        );
      case "update_display_data":
        return this.#update(content);
      case "clear_output":
        if (content.wait === true) this.#clearNext = true;
        else this.#outputs.length = 0;
        return;
      case "error":
        return this.#push({
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback: Array.isArray(content.traceback) ? content.traceback.map(String) : [],
        });
    }
  }

  #stream(name: "stdout" | "stderr", text: string): void {
    const last = this.#clearNext ? undefined : this.#outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text += text;
    else this.#push({ output_type: "stream", name, text });
  }

  #display(output: Displayed, content: Record<string, unknown>): void {
    this.#push(output);
    const id = displayId(content);
    if (id !== undefined) this.#displays.set(id, [...this.#displays.get(id) ?? [], output]);
  }

  #update(content: Record<string, unknown>): void {
    const id = displayId(content);
    if (id === undefined) return;
    for (const output of this.#displays.get(id) ?? []) Object.assign(output, shown(content));
  }

  #push(output: Output): void {
    if (this.#clearNext) this.#outputs.length = 0;
    this.#clearNext = false;
    this.#outputs.push(output);
  }
}

function shown(content: Record<string, unknown>): { data: MimeBundle; metadata: Metadata } {
  return { data: record(content.data), metadata: record(content.metadata) };
}

function displayId(content: Record<string, unknown>): string | undefined {
  const id = record(content.transient).display_id;
  return typeof id === "string" ? id : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/**
 * The same outputs with the project's own folder written as `<project>` in streams and plain text, so that a
 * printed path or stack is the same on every computer. `root` is an absolute path, without a final slash.
 */
export function withoutPaths(outputs: readonly Output[], root: string): Output[] {
  const clean = (text: string) => hideRoot(text, root);
  return outputs.map((output) => {
    if (output.output_type === "stream") return { ...output, text: clean(output.text) };
    if (output.output_type === "error") return output;
    const plain = output.data["text/plain"];
    if (typeof plain !== "string") return output;
    return { ...output, data: { ...output.data, "text/plain": clean(plain) } };
  });
}

function hideRoot(text: string, root: string): string {
  const slashed = root.replaceAll("\\", "/");
  const url = `file://${slashed.startsWith("/") ? "" : "/"}${encodeURI(slashed)}`;
  // Not the beginning of a longer name, as in "project-2".
  const forms = [url, root].map((form) => `${RegExp.escape(form)}(?![\\w-])`).join("|");
  return text.replaceAll(new RegExp(forms, "g"), "<project>");
}
