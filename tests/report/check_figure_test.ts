/** Every function that draws refuses, by name and with a remedy, to be called without what it draws, options or words. */
import assert from "node:assert/strict";
import * as library from "../../lib/mod.ts";
import { InputError } from "../../lib/panel/errors.ts";
import { assertRefuses } from "../support/errors.ts";

type Draw = (...given: unknown[]) => unknown;

const REPORT = new URL("../../lib/report/", import.meta.url);

/** The public functions of lib/report that return a figure. */
function plots(): { name: string; draw: Draw }[] {
  const names = [...Deno.readDirSync(REPORT)].filter(({ isFile }) => isFile).flatMap(({ name }) =>
    [
      ...Deno.readTextFileSync(new URL(name, REPORT))
        .matchAll(/^export function (\w+)\((?:(?!^\}|^export)[\s\S])*?\): Figure \{/gm),
    ]
      .map((match) => match[1])
  );
  return names.sort().flatMap((name) =>
    name in library ? [{ name, draw: (library as unknown as Record<string, Draw>)[name] }] : []
  );
}

/** Words enough for any figure but those that it is asked without. */
const TEXT = "made up for this test";

/** Have words of their own where none are given. */
const OPTIONAL = ["specificationPlot", "osterPlot"];

Deno.test("all figures of the library are looked at", () => {
  const found = plots().map(({ name }) => name);
  const byName = Object.keys(library).filter((name) => name.endsWith("Plot"));
  assert.deepEqual(byName.filter((name) => !found.includes(name)), []);
  assert.ok(found.includes("choropleth") && found.includes("panelView"));
});

for (const { name, draw } of plots()) {
  Deno.test(`${name}: nothing to draw, no options and missing words are refused`, () => {
    assertRefuses(() => draw(), `${name} is not given what it draws`, `${name}(…, {`);
    assertRefuses(() => draw(null, { title: TEXT, source: TEXT }), "not given what it draws");
    for (const drawn of [{ context: {} }, []]) {
      for (const options of [null, "A title", [TEXT]]) {
        assertRefuses(() => draw(drawn, options), `options of ${name}`, `${name}(…, {`);
      }
    }
    // Without options at all: those that need none begin to draw, the others name the options.
    const needed = missingOptions(draw, name);
    if (!OPTIONAL.includes(name)) {
      assertRefuses(() => draw({}), `options of ${name} are not given`, ...needed);
    }
    assert.ok(
      needed.includes("source") || OPTIONAL.includes(name),
      `${name} asks for ${needed}`,
    );
  });
}

/** What a figure asks for, one after the other, until it is content with its options. */
function missingOptions(draw: Draw, name: string): string[] {
  const options: Record<string, unknown> = {};
  for (;;) {
    try {
      draw({ context: {} }, options);
      return Object.keys(options);
    } catch (error) {
      const asked = error instanceof InputError &&
        error.message.startsWith(`${name} needs the option`);
      if (!asked) return Object.keys(options);
      const option = (error as InputError).column!;
      assert.ok(!(option in options), `${name} is not content with ${option}`);
      assert.match(error.message, /Remedy: [a-z]/);
      options[option] = error.message.includes("a number") ? 1 : TEXT;
    }
  }
}
