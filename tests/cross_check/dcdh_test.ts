import assert from "node:assert/strict";
import { dcdhDynamic, type DcdhOptions } from "../../lib/estimators/dcdh-dynamic.ts";
import { waldTest } from "../../lib/estimators/wald.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";

interface Case {
  readonly name: string;
  readonly data: string;
  readonly unit: string;
  readonly options: DcdhOptions;
}

const FAVARA = { outcome: "Dl_vloans_b", treatment: "inter_bra" };
const CASES: readonly Case[] = [
  {
    name: "favara_basic",
    data: "favara_imbs.csv",
    unit: "county",
    options: { ...FAVARA, effects: 1, placebos: 0 },
  },
  {
    name: "favara_e8",
    data: "favara_imbs.csv",
    unit: "county",
    options: { ...FAVARA, effects: 8, placebos: 0, cluster: "state_n" },
  },
  {
    name: "favara_e8_p3_normalized",
    data: "favara_imbs.csv",
    unit: "county",
    options: { ...FAVARA, effects: 8, placebos: 3, cluster: "state_n", normalized: true },
  },
  {
    name: "favara_e5_ctrl",
    data: "favara_imbs.csv",
    unit: "county",
    options: { ...FAVARA, effects: 5, placebos: 2, cluster: "state_n", covariates: ["Dl_hpi"] },
  },
  {
    name: "mpdta_e4_p3",
    data: "mpdta_D.csv",
    unit: "countyreal",
    options: { outcome: "lemp", treatment: "D", effects: 4, placebos: 3 },
  },
];

for (const { name, data, unit, options } of CASES) {
  goldenTest(`dcdh: ${name}`, () => {
    // R shifts the influence of covariates' coefficients by the coefficients themselves; ours is their derivative.
    const errors = options.covariates === undefined ? 1e-9 : 6e-3;
    const { result } = goldenCase(`dcdh/${name}`);
    const estimate = dcdhDynamic(goldenPanel(data, unit, "year"), options);
    const rows = [
      ...result.Effects.values.map((row: number[], k: number) => [k, row]),
      ...(result.Placebos?.values ?? []).map((row: number[], k: number) => [-k - 2, row]),
    ] as [number, number[]][];
    for (const [eventTime, [effect, error, , , observations, switchers]] of rows) {
      const term = estimate.term(`event time ${eventTime}`);
      const horizon = estimate.horizons.find((one) => one.eventTime === eventTime)!;
      assertClose(term.estimate, effect, 1e-9, term.name);
      assertClose(term.standardError, error, errors, `error of ${term.name}`);
      assert.deepEqual([horizon.observations, horizon.switchers], [observations, switchers]);
    }
    const [ate, error, , , observations] = result.ATE.values[0];
    const overall = estimate.term("overall");
    assertClose(overall.estimate, ate, 1e-9, "overall");
    assertClose(overall.standardError, error, errors, "error of overall");
    assert.deepEqual(estimate.design.observations, observations);
  });
}

goldenTest("dcdh: joint test of the placebos", () => {
  const { p_jointplacebo, p_jointeffects } = goldenCase("dcdh/mpdta_e4_p3").result;
  const estimate = dcdhDynamic(goldenPanel("mpdta_D.csv", "countyreal", "year"), {
    outcome: "lemp",
    treatment: "D",
    effects: 4,
    placebos: 2,
  });
  const names = estimate.effects.map(({ name }) => name);
  const placebos = names.filter((name) => name.startsWith("event time -"));
  assertClose(waldTest(estimate, placebos).pValue, p_jointplacebo, 1e-8, "placebos");
  const effects = names.filter((name) => !placebos.includes(name));
  assertClose(waldTest(estimate, effects).pValue, p_jointeffects, 1e-8, "effects");
});

goldenTest("dcdh: Favara and Imbs, all counties (figures read from moderndid)", () => {
  const panel = goldenPanel("favara_imbs_full.csv", "county", "year");
  const plain = dcdhDynamic(panel, { ...FAVARA, effects: 5, placebos: 3, cluster: "state_n" });
  const figures = [
    [0, 0.0435, 0.0353],
    [1, 0.0387, 0.0452],
    [2, 0.0813, 0.0494],
    [3, 0.0706, 0.0654],
    [4, 0.1476, 0.0657],
    [-2, 0.0548],
    [-3, -0.0718],
    [-4, -0.1095],
  ];
  for (const [eventTime, effect, error] of figures) {
    const term = plain.term(`event time ${eventTime}`);
    assert.ok(Math.abs(term.estimate - effect) <= 5.1e-5, term.name);
    // The port counts clusters of a cohort in another way than R, whose errors the cases above reproduce.
    if (error !== undefined) assertClose(term.standardError, error, 0.01, `error of ${term.name}`);
  }
  assert.ok(Math.abs(plain.term("overall").estimate - 0.0346) <= 5.1e-5);
  const effects = plain.horizons.filter(({ eventTime }) => eventTime >= 0);
  assert.equal(effects.reduce((sum, { observations }) => sum + observations, 0), 12947);
  assert.equal(effects.reduce((sum, { switchers }) => sum + switchers, 0), 4525);
  const normalized = dcdhDynamic(panel, {
    ...FAVARA,
    effects: 5,
    placebos: 0,
    cluster: "state_n",
    normalized: true,
  });
  [0.0197, 0.0088, 0.0123, 0.008, 0.0134].forEach((effect, e) =>
    assert.ok(Math.abs(normalized.term(`event time ${e}`).estimate - effect) <= 5.1e-5, `${e}`)
  );
});
