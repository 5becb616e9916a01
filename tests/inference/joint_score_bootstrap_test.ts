import assert from "node:assert/strict";
import {
  eventStudy,
  jointScoreBootstrap,
  Panel,
  preTrendTest,
  scoreBootstrap,
  twfe,
} from "../../lib/mod.ts";
import { stream } from "../../lib/inference/random.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel } from "../support/made.ts";

const panel = madePanel(4);
const events = eventStudy(panel, { outcome: "y", exposure: "g", reference: 3 });

Deno.test("with one term it is the score bootstrap", () => {
  const study = twfe(panel, { outcome: "y", treatment: "d" });
  const joint = jointScoreBootstrap(study, { seed: 5 });
  const single = scoreBootstrap(study, { seed: 5 });
  assert.equal(joint.pValue, single.pValue);
  assertClose(joint.wald, single.statistic ** 2, 1e-12);
  assert.ok(joint.exact && joint.draws === 4096);
});

Deno.test("every draw is studentised by its own spread, as by hand over all sign vectors", () => {
  const names = preTrendTest(events).terms;
  const found = jointScoreBootstrap(events, { terms: names, seed: 1 });
  const [a, b] = names.map((name) => events.influence[events.indexOf(name)]);
  const form = (x: number, y: number, v: (i: number) => number) => {
    // Spread of the signed scores about their mean, G/(G − 1).
    let [aa, ab, bb] = [0, 0, 0];
    const means = [a, b].map((scores) => scores.reduce((sum, s, i) => sum + v(i) * s, 0) / 12);
    for (let i = 0; i < 12; i++) {
      const [p, q] = [v(i) * a[i] - means[0], v(i) * b[i] - means[1]];
      [aa, ab, bb] = [aa + p * p, ab + p * q, bb + q * q];
    }
    return (bb * x * x - 2 * ab * x * y + aa * y * y) / (aa * bb - ab * ab) * 11 / 12;
  };
  const [x, y] = names.map((name) => events.term(name).estimate);
  const observed = form(x, y, () => 1);
  assertClose(found.wald, observed, 1e-9, "Wald");
  let reached = 0;
  for (let mask = 0; mask < 4096; mask++) {
    const v = (i: number) => (mask >> i) & 1 ? 1 : -1;
    const [s, t] = [a, b].map((scores) => scores.reduce((sum, score, i) => sum + v(i) * score, 0));
    if (Math.abs(s) < 1e-9 && Math.abs(t) < 1e-9) continue;
    if (form(s, t, v) >= observed * (1 - 1e-10)) reached++;
  }
  assertClose(found.pValue, reached / 4096, 1e-12, "p");
});

Deno.test("with no pre-trends and 15 clusters it rejects about as often as its level", () => {
  let rejected = 0;
  const runs = 300;
  for (let run = 0; run < runs; run++) {
    const random = stream(31, run);
    const rows = Array.from({ length: 15 }, (_, unit) =>
      Array.from(
        { length: 5 },
        (_, t) => ({ unit, t, g: unit < 6 ? 1 : 0, y: random.normal() + unit }),
      )).flat();
    const made = Panel.fromRows(rows, { unit: "unit", time: "t" });
    const study = eventStudy(made, { outcome: "y", exposure: "g", reference: 3 });
    const { terms } = preTrendTest(study);
    if (jointScoreBootstrap(study, { terms, seed: run, draws: 199 }).pValue < 0.05) rejected++;
  }
  assert.ok(rejected / runs < 0.1, `${rejected}`);
});

Deno.test("the F test of seven effects with 26 clusters rejects true hypotheses too often", () => {
  let rejected = 0;
  const runs = 300;
  for (let run = 0; run < runs; run++) {
    const random = stream(32, run);
    const rows = Array.from({ length: 26 }, (_, unit) =>
      Array.from(
        { length: 8 },
        (_, t) => ({ unit, t, g: unit < 9 ? 1 : 0, y: random.normal() + unit }),
      )).flat();
    const made = Panel.fromRows(rows, { unit: "unit", time: "t" });
    const study = eventStudy(made, { outcome: "y", exposure: "g", reference: 7 });
    if (preTrendTest(study, { test: "F" }).pValue < 0.05) rejected++;
  }
  // Notebook 02 says so, and turns to tests that keep their word.
  assert.ok(rejected / runs > 0.1, `${rejected}`);
});

Deno.test("terms that cannot be told apart are named", () => {
  const few = panel.where(
    "four units",
    (row) => ["u0", "u1", "u8", "u9"].includes(String(row.unit)),
  );
  const study = eventStudy(few, { outcome: "y", exposure: "g", reference: 3 });
  assertRefuses(() => jointScoreBootstrap(study, { seed: 1 }), "of 5 terms", "4 clusters");
  assertRefuses(() => jointScoreBootstrap(events, { seed: 1, terms: [] }), "nothing to test");
  assertRefuses(() => jointScoreBootstrap(events, { seed: -1 }), "seed");
  const refuses = (options: object, ...words: string[]) =>
    assertRefuses(() => jointScoreBootstrap(events, options as never), ...words);
  const [name] = events.design.effects;
  refuses({ seed: 1, terms: name }, "terms", "list");
  refuses({ seed: 1, terms: [name, name] }, "named twice", name);
  refuses({ seed: 1, drawz: 3 }, "no such option", "drawz");
  assertRefuses(() => jointScoreBootstrap(events, undefined as never), "options");
});
