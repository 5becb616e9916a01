import {
  callawaySantAnna,
  dcdhDynamic,
  etwfe,
  eventStudy,
  imputation,
  interactionEffect,
  localProjections,
  type Panel,
  splitEffect,
  sunAbraham,
  twfe,
  twoByTwo,
  twoStage,
} from "../../lib/mod.ts";
import { assertRefuses } from "../support/errors.ts";
import { madePanel } from "../support/made.ts";

type Options = Record<string, unknown>;
/** Options as a notebook without types may pass them. */
const untyped = <T>(options: unknown) => options as T;

const panel = madePanel();
const dose = { outcome: "y", treatment: "d" };
const cohort = { outcome: "y", cohort: "first" };

const FITS: Readonly<Record<string, (panel: Panel, options: Options) => unknown>> = {
  twfe: (p, o) => twfe(p, untyped({ ...dose, ...o })),
  eventStudy: (p, o) => eventStudy(p, untyped({ ...cohort, ...o })),
  interactionEffect: (p, o) => interactionEffect(p, untyped({ ...dose, moderator: "m", ...o })),
  splitEffect: (p, o) => splitEffect(p, untyped({ ...dose, moderator: "m", ...o })),
  callawaySantAnna: (p, o) => callawaySantAnna(p, untyped({ ...cohort, ...o })),
  sunAbraham: (p, o) => sunAbraham(p, untyped({ ...cohort, ...o })),
  etwfe: (p, o) => etwfe(p, untyped({ ...cohort, ...o })),
  imputation: (p, o) => imputation(p, untyped({ ...cohort, ...o })),
  twoStage: (p, o) => twoStage(p, untyped({ ...cohort, ...o })),
  localProjections: (p, o) => localProjections(p, untyped({ ...cohort, ...o })),
  dcdhDynamic: (p, o) => dcdhDynamic(p, untyped({ ...dose, ...o })),
};

for (const [name, fit] of Object.entries(FITS)) {
  Deno.test(`${name}: options of another kind are refused by name`, () => {
    for (const covariates of ["x", 3, null, [1]]) {
      assertRefuses(() => fit(panel, { covariates }), "option covariates must be a list");
    }
    for (const cluster of [5, null, [], ["region", 1]]) {
      assertRefuses(() => fit(panel, { cluster }), "option cluster", JSON.stringify(cluster));
    }
    for (const weights of [5, null, ["w"]]) {
      assertRefuses(() => fit(panel, { weights }), "option weights", JSON.stringify(weights));
    }
    assertRefuses(() => fit(panel, { confidenceLevel: "0.9" }), "between 0 and 1");
    assertRefuses(() => fit(panel, { nonsense: 1 }), "no such option", '"nonsense"');
  });
}

Deno.test("options that are not an object are refused", () => {
  for (const options of [undefined, null, "y", ["y"]]) {
    assertRefuses(() => twfe(panel, untyped(options)), "not given as an object");
    assertRefuses(() => dcdhDynamic(panel, untyped(options)), "not given as an object");
  }
});

Deno.test("a small-sample rule of another kind is refused", () => {
  for (const smallSample of ["none", null, { toString: 1 }, { parameters: "no" }]) {
    assertRefuses(() => twfe(panel, untyped({ ...dose, smallSample })), /small-?[sS]ample|object/);
  }
});

Deno.test("a covariate that is the outcome or the treatment is refused by name", () => {
  for (const name of ["y", "d"]) {
    assertRefuses(() => twfe(panel, { ...dose, covariates: [name] }), `column "${name}"`);
  }
});

Deno.test("a window needs both ends, in order", () => {
  for (const window of [{ from: -2 }, { from: 2, to: -2 }, { from: NaN, to: 2 }, 3, null]) {
    assertRefuses(() => eventStudy(panel, untyped({ ...cohort, window })), 'column "window"');
  }
});

Deno.test("the 2 × 2 refuses unknown options, a group that is not 0 or 1 and a start that is no number", () => {
  const spec = { outcome: "y", group: "g", treatedFrom: 4 };
  assertRefuses(() => twoByTwo(panel, untyped({ ...spec, cluster: "region" })), '"cluster"');
  assertRefuses(
    () => twoByTwo(panel, untyped({ ...spec, confidenceLevel: 95 })),
    "between 0 and 1",
  );
  assertRefuses(() => twoByTwo(panel, untyped({ ...spec, treatedFrom: "4" })), '"treatedFrom"');
  assertRefuses(() => twoByTwo(panel, untyped({ outcome: "y", group: "g" })), '"treatedFrom"');
  const three = panel.with(
    "g",
    (row) => row.value("g") === 1 ? 1 : row.value("region") === 0 ? 2 : 0,
  );
  assertRefuses(() => twoByTwo(three, spec), 'column "g"', "value 2", "0 or 1");
});

Deno.test("heterogeneity refuses switches that are not true or false, and a split that is no number", () => {
  const spec = { ...dose, moderator: "m" };
  for (const option of ["standardise", "moderatorByTime"]) {
    assertRefuses(() => interactionEffect(panel, untyped({ ...spec, [option]: "no" })), option);
  }
  assertRefuses(
    () => splitEffect(panel, untyped({ ...spec, at: "high" })),
    'column "at"',
    '"high"',
  );
  assertRefuses(() => interactionEffect(panel, untyped(dose)), 'column "moderator"');
});
