import assert from "node:assert/strict";
import { OutputRecorder, withoutPaths } from "../../tools/notebooks/outputs.ts";
import type { Message } from "../../tools/notebooks/protocol.ts";

const message = (msg_type: string, content: Record<string, unknown>): Message => ({
  header: { msg_id: "m", msg_type },
  parent: {},
  metadata: {},
  content,
});
const stdout = (text: string) => message("stream", { name: "stdout", text });
const display = (text: string, transient = {}) =>
  message("display_data", { data: { "text/plain": text }, metadata: {}, transient });

Deno.test("outputs: streams that follow each other become one, others stay apart", () => {
  const recorder = new OutputRecorder();
  const outputs = recorder.begin(1);
  recorder.add(stdout("a\n"));
  recorder.add(stdout("b\n"));
  recorder.add(message("stream", { name: "stderr", text: "c\n" }));
  recorder.add(stdout("d\n"));
  recorder.add(message("status", { execution_state: "idle" }));
  assert.deepEqual(outputs.map((output) => "text" in output && [output.name, output.text]), [
    ["stdout", "a\nb\n"],
    ["stderr", "c\n"],
    ["stdout", "d\n"],
  ]);
});

Deno.test("outputs: an update changes what an earlier cell displayed, and no id is stored", () => {
  const recorder = new OutputRecorder();
  const first = recorder.begin(1);
  recorder.add(display("old", { display_id: "x" }));
  const second = recorder.begin(2);
  recorder.add(message("update_display_data", {
    data: { "text/plain": "new" },
    metadata: { a: 1 },
    transient: { display_id: "x" },
  }));
  const updated = {
    data: { "text/plain": "new" },
    metadata: { a: 1 },
    output_type: "display_data",
  };
  assert.deepEqual(first, [updated]);
  assert.deepEqual(second, []);
});

Deno.test("outputs: a result carries the number of its cell", () => {
  const recorder = new OutputRecorder();
  const outputs = recorder.begin(7);
  recorder.add(
    message("execute_result", { data: {}, metadata: {}, execution_count: 99, transient: {} }),
  );
  assert.deepEqual(outputs, [{
    output_type: "execute_result",
    execution_count: 7,
    data: {},
    metadata: {},
  }]);
});

Deno.test("outputs: clearing empties the cell, at once or before the next output", () => {
  const recorder = new OutputRecorder();
  const outputs = recorder.begin(1);
  recorder.add(stdout("a"));
  recorder.add(message("clear_output", { wait: false }));
  assert.equal(outputs.length, 0);
  recorder.add(stdout("b"));
  recorder.add(message("clear_output", { wait: true }));
  assert.equal(outputs.length, 1);
  recorder.add(stdout("c"));
  assert.deepEqual(outputs, [{ output_type: "stream", name: "stdout", text: "c" }]);
});

Deno.test("outputs: the project's folder is not stored, another that begins like it is", () => {
  const root = "/home/ana/brechas 1";
  const text = `${root}/lib at file:///home/ana/brechas%201/lib/a.ts:1 but ${root}-2/lib`;
  const hidden = `<project>/lib at <project>/lib/a.ts:1 but ${root}-2/lib`;
  const outputs = withoutPaths([
    { output_type: "stream", name: "stdout", text },
    { output_type: "display_data", data: { "text/plain": text, "text/html": text }, metadata: {} },
  ], root);
  assert.deepEqual(outputs, [
    { output_type: "stream", name: "stdout", text: hidden },
    {
      output_type: "display_data",
      data: { "text/plain": hidden, "text/html": text },
      metadata: {},
    },
  ]);
});
