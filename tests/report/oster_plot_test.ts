import assert from "node:assert/strict";
import { oster, type OsterBounds, osterPlot, Panel, stream, twfe } from "../../lib/mod.ts";
import {
  deltaFor,
  type OsterMoments,
  osterRoots,
} from "../../lib/diagnostics/omitted/oster-roots.ts";
import { cutToFrame, traceBranch } from "../../lib/report/oster-branch.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";
import { orthogonalColumns, TIMES } from "../support/orthogonal.ts";

const columns = orthogonalColumns(8, 4);

/** Two regressions that have exactly these moments (squares per row). */
function withMoments(moments: OsterMoments, options: { delta?: number; source?: string } = {}) {
  const { short, long, treatment, treatmentNet, gained, possible } = moments;
  const onControl = Math.sqrt(treatment - treatmentNet);
  const first = (short - long) * treatment / onControl;
  // No less than one control alone would gain.
  const second = Math.sqrt(Math.max(0, gained - first ** 2 * treatmentNet / treatment));
  const [c1, c2, u, e] = columns;
  const combine = (f: (i: number) => number) => Float64Array.from(c1, (_, i) => f(i));
  const x = combine((i) => onControl * c1[i] + Math.sqrt(treatmentNet) * u[i]);
  const error = Math.sqrt(2 * possible);
  const panel = Panel.fromColumns({
    unit: combine((i) => Math.floor(i / TIMES)),
    t: combine((i) => i % TIMES),
    a: c1,
    b: c2,
    x,
    y: combine((i) => long * x[i] + first * c1[i] + second * c2[i] + error * e[i]),
  }, { unit: "unit", time: "t" });
  const fit = (covariates: string[]) =>
    twfe(options.source === undefined ? panel : panel.about({ source: options.source }), {
      outcome: "y",
      treatment: "x",
      covariates,
    });
  const both = fit(["a", "b"]);
  const { squaredResiduals, squaredOutcome } = both.regression!.fit;
  const rMax = 1 - squaredResiduals / squaredOutcome / 2;
  const { source: _, ...more } = options;
  return oster(fit([]), both, { term: "x", rMax, ...more });
}

const words = (found: OsterBounds, options = {}) => {
  const { svg, text } = osterPlot(found, { source: "made up for this test", ...options });
  assert.ok(!/NaN|Infinity|undefined/.test(svg));
  // Words of one line each: wrapped lines are joined again.
  const all = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]).join(" ");
  return { all, text, svg };
};

// R's mtcars (tests/diagnostics/oster_test.ts says where from).
const MTCARS = {
  short: -5.344471572722679,
  long: -4.358797200162686,
  treatment: 0.9573789677419355,
  treatmentNet: 0.3783444488886921,
  gained: 2.976214204124621,
  possible: 2.369502531144526,
};
/** Three solutions for some negative δ. */
const FOLDED = {
  short: 2.085,
  long: 0.587,
  treatment: 1,
  treatmentNet: 0.412,
  gained: 1.73,
  possible: 0.628,
};

Deno.test("mtcars: the finding, the marks as in R, and where the line ends", () => {
  const found = withMoments(MTCARS);
  assertClose(found.betaStar!, -2.0001849388374, 1e-8);
  const { all, text } = words(found, { limits: [-1, 3] });
  assert.match(text, /^Unobservables that count 1.15 times as much .* coefficient of x to zero/);
  for (
    const part of [
      "with controls (δ = 0): −4.36",
      "δ = 1: −2.00",
      "zero at δ = 1.15",
      "−4.36 to −2.00; zero is outside",
      "The line ends at δ = 1.16",
      "−7.01 (the controls would be related to the treatment the other way round",
    ]
  ) assert.ok(all.includes(part), part);
});

Deno.test("where controls raise the effect, zero is no admissible solution: title, note and table say so", () => {
  const found = withMoments({ ...MTCARS, short: 2, long: 3 });
  const { all, text } = words(found);
  assert.match(text, /from 3.00 to 5.35; no admissible solution takes it to zero/);
  assert.match(all, /zero is a solution for δ = 0.857, but not the one that is used/);
  assert.ok(!all.includes("zero at δ"));
  assert.match(found.toTable().notes.join(" "), /At δ = 0.857 .* not the one that is used/);
  assert.ok(!/not the one/.test(withMoments(MTCARS).toTable().notes.join(" ")));
});

Deno.test("a zero that is admissible, but farther out than the solution used, is not called inadmissible", () => {
  const random = stream(12, 0);
  let farther = 0;
  for (let draw = 0; draw < 40; draw++) {
    const [b, long, treatmentNet] = [
      random.normal(),
      2 * random.normal(),
      0.1 + 0.8 * random.uniform(),
    ];
    const gained = treatmentNet * b * b / (1 - treatmentNet) * (1 + random.uniform());
    const possible = gained * (0.1 + 0.5 * random.uniform());
    const found = withMoments({
      short: long + b,
      long,
      treatment: 1,
      treatmentNet,
      gained,
      possible,
    });
    const zero = found.adjust({ delta: found.deltaForBeta! }).roots.find(({ value }) =>
      Math.abs(value) < 1e-6
    );
    const { text, all } = words(found);
    if (zero?.admissible) assert.doesNotMatch(text, /no admissible solution takes/);
    if (!/that is used reaches zero for no δ/.test(text)) continue;
    assert.ok(zero?.admissible);
    assert.match(all, /zero is a solution .* not the one that is used/);
    farther++;
  }
  assert.ok(farther > 2, `${farther}`);
});

Deno.test("selection the other way: its mark, and a zero outside the frame", () => {
  const found = withMoments({ ...MTCARS, short: 0.2, long: 0.6 }, { delta: -0.5 });
  const { all, text } = words(found);
  assert.match(text, /only selection the other way takes it to zero/);
  assert.match(all, /δ = −0.5: 0.348/);
  assert.match(all, /Outside the frame: zero at δ = −7.34/);
  assert.match(all, /leaves the frame \(up to 7\.\d+\)/);
});

Deno.test("a line that goes on at another solution is broken, and a note says where", () => {
  const { all } = words(withMoments(FOLDED, { delta: -1 }), { limits: [-1.5, 1.5] });
  assert.match(all, /broken at δ = −0.70\d: .* \(3\.0\d, then 1\.4\d\)/);
});

Deno.test("random moments: the line is what is answered, on the curve δ(β), and never joined across a gap", () => {
  const random = stream(20, 0);
  let [broken, ended] = [0, 0];
  for (let draw = 0; draw < 120; draw++) {
    const [b, treatmentNet, long] = [
      random.normal(),
      0.02 + 0.97 * random.uniform(),
      2 * random.normal(),
    ];
    const least = treatmentNet * b * b / (1 - treatmentNet);
    const gained = draw % 5 === 0 ? least : least * (1 + 5 * random.uniform() ** 3);
    const possible = 3 * gained * random.uniform();
    const moments = { short: long + b, long, treatment: 1, treatmentNet, gained, possible };
    const answer = (delta: number) =>
      osterRoots(moments, delta).find(({ admissible }) => admissible)?.value ?? null;
    const span = Math.abs(answer(1)! - long) + Math.abs(b);
    const frame = { x: [-2, 2], y: [long - 2 * span, long + 2 * span] } as const;
    const branch = traceBranch(answer, frame);
    for (const piece of cutToFrame(branch, frame).inside) {
      piece.slice(1).forEach((end, k) => {
        const start = piece[k];
        assert.ok(end.delta >= start.delta && Math.abs(end.value - start.value) < span / 50);
        // On the curve between them too: had a solution been changed, δ(β) would leave the interval.
        for (const share of [0.25, 0.5, 0.75]) {
          const between = deltaFor(moments, start.value + share * (end.value - start.value))!;
          assert.ok(
            between > start.delta - 1e-3 && between < end.delta + 1e-3,
            `draw ${draw}: δ ${start.delta} to ${end.delta}, between them ${between}`,
          );
        }
      });
    }
    for (const { delta, from, to } of branch.breaks) {
      if (from !== null && to !== null) broken++;
      else {
        ended++;
        const inside = from === null ? 1e-6 : -1e-6;
        assert.ok(answer(delta + inside) !== null && answer(delta - inside) === null);
      }
    }
  }
  assert.ok(broken > 10 && ended > 50, `${broken}, ${ended}`);
});

Deno.test("what is cut at the frame ends on it", () => {
  const frame = { x: [0, 1], y: [0, 1] } as const;
  const branch = traceBranch((delta) => 4 * delta - 1, frame);
  const { inside: [line, ...more], lowest, highest } = cutToFrame(branch, frame);
  assert.equal(more.length, 0);
  assert.deepEqual([lowest, highest], [-1, 3]);
  assertClose(line[0].delta, 0.25, 1e-9);
  assertClose(line.at(-1)!.delta, 0.5, 1e-9);
  assert.deepEqual([line[0].value, line.at(-1)!.value], [0, 1]);
  const pole = traceBranch((delta) => 1 / (0.5 - delta), { x: [0, 1], y: [-20, 20] });
  assert.equal(pole.pieces.length, 2);
});

Deno.test("the source is the panel's, or asked for; limits and Rmax that make no sense are refused", () => {
  const found = withMoments(MTCARS);
  assertRefuses(() => osterPlot(found), "osterPlot needs the option source");
  assert.match(osterPlot(withMoments(MTCARS, { source: "R" })).svg, /Source: R</);
  const use = (options: object) => () => osterPlot(found, { source: "R", ...options });
  for (const limits of [[0.2, 1], [0, 0.5], [-1, Infinity], 3, [-1]]) {
    assertRefuses(use({ limits }), "limits");
  }
  assertRefuses(use({ rMax: 0.9 }), "rMax", "list");
  assertRefuses(use({ rMax: [0.01] }), "rMax", "above");
  const { all } = words(found, { rMax: [1] });
  assert.ok(all.includes("Rmax = 1.00"));
});

Deno.test("the figure is the same every time", () => {
  const { svg } = words(withMoments(MTCARS));
  assert.equal(words(withMoments(MTCARS)).svg, svg);
});
