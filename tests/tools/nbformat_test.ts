import assert from "node:assert/strict";
import { InputError } from "../../lib/panel/errors.ts";
import { formatNotebook, numberedCells, parseNotebook } from "../../tools/notebooks/nbformat.ts";

const STORED = {
  cells: [
    {
      attachments: { "a.png": { "image/png": "AAAA" } },
      cell_type: "markdown",
      id: "intro",
      metadata: { tags: ["título"] },
      source: ["# Brechas\n", "\n", "texto"],
    },
    {
      cell_type: "code",
      execution_count: 1,
      id: "c1",
      metadata: { collapsed: true, custom: { b: 1, z: 2 } },
      outputs: [
        { name: "stdout", output_type: "stream", text: ["uno\n", "dos\n"] },
        {
          data: { "application/json": ["kept", "as", "it is"], "text/plain": ["a\n", "b"] },
          execution_count: 1,
          metadata: { isolated: true },
          output_type: "execute_result",
        },
        { data: { "image/png": "AAAA\nBBBB" }, metadata: {}, output_type: "display_data" },
        { ename: "E", evalue: "v", output_type: "error", traceback: ["one", "two"] },
      ],
      source: ["1 +\n", "1"],
    },
    { cell_type: "raw", id: "r", metadata: {}, source: [] },
  ],
  metadata: { authors: [{ name: "Ñ" }], language_info: { name: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
};
const TEXT = JSON.stringify(STORED, null, 1) + "\n";

Deno.test("nbformat: a notebook as Jupyter writes it is read and written byte for byte", () => {
  assert.equal(formatNotebook(parseNotebook(TEXT, "a.ipynb")), TEXT);
});

Deno.test("nbformat: key order and lines of the input make no difference", () => {
  const turned = {
    nbformat_minor: 5,
    nbformat: 4,
    metadata: STORED.metadata,
    cells: STORED.cells.map((cell) => ({ ...cell, source: cell.source.join("") })),
  };
  assert.equal(formatNotebook(parseNotebook(JSON.stringify(turned), "a.ipynb")), TEXT);
});

Deno.test("nbformat: cells without id get the same ones every time, and none that is taken", () => {
  const old = {
    cells: [
      { cell_type: "markdown", metadata: {}, source: "a" },
      { cell_type: "markdown", id: "cell-1", metadata: {}, source: "b" },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 2,
  };
  const notebook = parseNotebook(JSON.stringify(old), "a.ipynb");
  assert.deepEqual(notebook.cells.map((cell) => cell.id), ["cell-1-x", "cell-1"]);
  assert.equal(notebook.nbformat_minor, 5);
  const again = parseNotebook(formatNotebook(notebook), "a.ipynb");
  assert.deepEqual(again, notebook);
});

Deno.test("nbformat: only cells with code are numbered", () => {
  const code = (source: string) => ({ cell_type: "code", metadata: {}, source });
  const notebook = parseNotebook(
    JSON.stringify({ cells: ["1", " \n", "2"].map(code), nbformat: 4, nbformat_minor: 4 }),
    "a.ipynb",
  );
  const numbered = numberedCells(notebook).map(({ number, cell }) => [number, cell.source]);
  assert.deepEqual(numbered, [[1, "1"], [2, "2"]]);
});

Deno.test("nbformat: what is no notebook is refused by name", () => {
  const refused = (content: string, pattern: RegExp) =>
    assert.throws(
      () => parseNotebook(content, "05.ipynb"),
      (error) =>
        error instanceof InputError && /05\.ipynb/.test(error.message) &&
        pattern.test(error.message),
    );
  refused("{", /not JSON/);
  refused('{"nbformat": 3, "nbformat_minor": 0, "cells": []}', /format 4/);
  refused('{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "song"}]}', /cells\[0\]/);
  const twice = { cell_type: "raw", id: "same", metadata: {}, source: "" };
  refused(
    JSON.stringify({ cells: [twice, twice], nbformat: 4, nbformat_minor: 5 }),
    /same id.*"same"/,
  );
});
