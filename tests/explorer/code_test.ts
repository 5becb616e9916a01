import assert from "node:assert/strict";
import { join } from "node:path";
import { ERROR_CHOICES } from "../../lib/explorer/choices.ts";
import { viewCode } from "../../lib/explorer/code.ts";
import { compute } from "../../lib/explorer/compute.ts";
import { unpackPanel } from "../../lib/explorer/data.ts";
import { explore } from "../../lib/explorer/explore.ts";
import { type ExplorerData } from "../../lib/explorer/data.ts";
import { runJob } from "../../lib/explorer/jobs.ts";
import { comment } from "../../lib/explorer/literal.ts";
import { runToEnd } from "../../lib/inference/wild/bootstrap.ts";
import { attempt } from "../../lib/panel/outcome.ts";
import { assume, peruStudy } from "../../lib/mod.ts";
import { data, medicaid, stateOf, type View, VIEWS } from "./support.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** A view's cell as a module that prints its numbers. */
function moduleOf(of: ExplorerData, view: View, before = ""): string {
  const state = stateOf(view, of);
  const { prepared } = compute(unpackPanel(of.panel), of.study, state);
  assert.ok(prepared.ok);
  const cell = viewCode(prepared.value, of.study, state);
  const bootstrap = cell.includes("const bootstrap") ? "bootstrap" : "null";
  const bands = cell.includes("const band") ? "band.terms.map(({ low }) => low)" : "[]";
  return `${before}${cell}\n` +
    `console.log(JSON.stringify({ effect: effect.terms[0], bands: ${bands}, ` +
    `bootstrap: ${bootstrap} && (${bootstrap} as { pValue: number }).pValue }));\n`;
}

interface Case {
  readonly of: ExplorerData;
  readonly view: View;
  readonly before?: string;
}

/** Runs the cells as modules of a folder inside the project, types checked, and compares their numbers. */
async function checkCells(cases: readonly Case[]): Promise<void> {
  await Deno.mkdir(join(ROOT, ".cache"), { recursive: true });
  const folder = await Deno.makeTempDir({ dir: join(ROOT, ".cache"), prefix: "cells-" });
  try {
    for (const [i, { of, view, before }] of cases.entries()) {
      const text = moduleOf(of, view, before).replaceAll('"../lib/', '"../../lib/');
      await Deno.writeTextFile(join(folder, `cell${i}.ts`), text);
    }
    const all = cases.map((_, i) => `await import("./cell${i}.ts");`).join("\n");
    await Deno.writeTextFile(join(folder, "all.ts"), all);
    const run = async (...args: string[]) => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args,
        cwd: folder,
        env: { NO_COLOR: "1" },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    await run("check", "--quiet", "all.ts", ...cases.map((_, i) => `cell${i}.ts`));
    const printed = (await run("run", "-A", "--no-check", "all.ts")).trim().split("\n");
    assert.equal(printed.length, cases.length);
    for (const [i, { of, view }] of cases.entries()) {
      compareNumbers(JSON.parse(printed[i]), of, view);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function compareNumbers(
  cell: { effect: Record<string, unknown>; bands: number[]; bootstrap: number | null },
  of: ExplorerData,
  view: View,
): void {
  const whole = unpackPanel(of.panel);
  const state = stateOf(view, of);
  const { effect, events } = compute(whole, of.study, state);
  assert.ok(effect.ok);
  assert.deepEqual(cell.effect, JSON.parse(JSON.stringify(effect.value)), JSON.stringify(view));
  if (!events.ok) assert.deepEqual(cell.bands, []);
  else if (!events.value.eventTime) {
    assert.deepEqual(cell.bands, events.value.effects.map(({ bandLow }) => bandLow));
  }
  if (ERROR_CHOICES[state.errors].bootstrap === null) return;
  const job = attempt(() => runToEnd(runJob("bootstrap", whole, of.study, state)));
  assert.equal(cell.bootstrap, job.ok ? job.value.pValue : null, JSON.stringify(view));
}

Deno.test("a copied cell type-checks and gives the numbers of its view to the last digit", async () => {
  await checkCells(VIEWS.map((view) => ({ of: data, view })));
});

Deno.test("a cell runs where the view has no bootstrap or no event study, or drops what assumptions may not", async () => {
  const views: View[] = [
    { errors: "wild", draws: "999", estimator: "callaway" },
    { errors: "wildS", draws: "999", estimator: "lpdid", treatment: "threshold", threshold: "9" },
    { base: "2014", dropped: "2014" },
    { base: "2012", from: "2013", treatment: "dose", errors: "CV3" },
    { dropped: "2018,2019", estimator: "callaway" },
    { to: "2021", dropped: "2022" },
  ];
  await checkCells(views.map((view) => ({ of: data, view })));
});

Deno.test("where the view has no number the cell says why", () => {
  const cellOf = (view: View) => {
    const state = stateOf(view);
    const { prepared, effect } = compute(unpackPanel(data.panel), data.study, state);
    assert.ok(prepared.ok && !effect.ok);
    const cell = viewCode(prepared.value, data.study, state);
    assert.ok(cell.includes(`// Cannot be computed: ${effect.reason}`), cell);
    return cell;
  };
  assert.match(cellOf({ treatment: "dose", estimator: "callaway" }), /const \{ panel \} =/);
  cellOf({ estimator: "dcdh", controls: "altitude_m" });
  cellOf({ dropped: "2018,2019", estimator: "sunab" });
});

Deno.test("a comment cannot be left", () => {
  assert.equal(comment("a\nb();\u2028c();"), "// a\n// b();\n// c();");
});

Deno.test("the same from other assumptions, and for a panel that the notebook has changed", async () => {
  const changed = assume({
    outcome: "households_mobile_pct",
    firstYear: 2012,
    treatment: { kind: "dose", measure: "peoplePer100", exposureYear: 2022 },
    areasLeftOut: ["15A"],
    weights: "population",
    controls: ["altitude_m"],
  });
  const of = explore(peruStudy(changed).panel, changed).data;
  assert.notEqual(of.study.recipe, null);
  const cut = peruStudy(assume()).panel.where("without Callao", ({ unit }) => unit !== "07");
  const own = explore(cut, assume()).data;
  assert.equal(own.study.recipe, null);
  const before = `import { Panel, peruStudy as p, assume as a } from "../lib/mod.ts";\n` +
    `const study = p(a());\nconst { design } = study;\n` +
    `const panel: Panel = study.panel.where("without Callao", ({ unit }) => unit !== "07");\nvoid design;\n`;
  const staggered = medicaid().data;
  const owner = `import { loadEhec, ownAssumptions, ownStudy } from "../lib/mod.ts";\n` +
    `const ehec = loadEhec();\nconst { panel, design } = ownStudy(Object.fromEntries(ehec.columnNames.map((name) => ` +
    `[name, name !== "stfips" && ehec.isNumeric(name) ? ehec.numeric(name) : ehec.text(name)])), ownAssumptions({ source: "x", unit: "stfips", ` +
    `time: "year", outcomes: ["dins"], treatment: { kind: "cohort", column: "yexp2" }, weights: "W" }));\nvoid design;\n`;
  await checkCells([
    { of, view: {} },
    { of, view: { weights: "", controls: "", treatment: "threshold", threshold: "4", to: "2022" } },
    { of: own, view: {}, before },
    { of: own, view: { from: "2014", treatment: "threshold", threshold: "9" }, before },
    { of: own, view: { data: "growing", seed: "3" }, before },
    { of: staggered, view: {}, before: owner },
  ]);
});
