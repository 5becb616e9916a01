import assert from "node:assert/strict";
import { specificationCurve } from "../../lib/diagnostics/specification-curve.ts";
import { twfe } from "../../lib/estimators/twfe.ts";
import { assume, type AssumptionChanges } from "../../lib/study/peru/assumptions.ts";
import { peruSpecifications } from "../../lib/study/peru/specifications.ts";
import { peruStudy } from "../../lib/study/peru/study.ts";
import { specificationFigure } from "../../lib/study/show/specifications.ts";
import { assertClose } from "../support/close.ts";
import { assertRefuses } from "../support/errors.ts";

const { panel, grid, design } = peruSpecifications();
const curve = specificationCurve(panel, grid);

Deno.test("Peru's grid has several hundred specifications and all can be computed", () => {
  assert.deepEqual([curve.rows.length, curve.failed.length, curve.excluded.length], [576, 0, 0]);
  assert.ok("estimate" in curve.baseline);
  assertClose(curve.baseline.estimate, 0.127628994967, 1e-6);
  assert.ok(panel.context.provenance!.includes("assumed"));
});

Deno.test("rows are those of the study under the assumptions that they name", () => {
  const check = (
    choices: Record<string, string>,
    changes: AssumptionChanges,
    more: { trends?: "unit"; weights?: string } = {},
  ) => {
    const row = curve.where({
      Treated: "named at the end of 2021",
      Years: "from 2011",
      Pandemic: "in",
      Areas: "all",
      Weights: "every region once",
      "Controls × year": "none",
      Trends: "none",
      ...choices,
    });
    assert.equal(row.length, 1);
    const study = peruStudy(assume(changes));
    const term = twfe(study.panel, {
      outcome: "internet_use_pct",
      treatment: "treated",
      covariatesByTime: study.assumptions.controls,
      ...more,
    }).term("treated");
    assertClose(row[0].estimate, term.estimate, 1e-10, JSON.stringify(choices), 1);
    assertClose(row[0].standardError, term.standardError, 1e-10, JSON.stringify(choices), 1);
  };
  check({ Treated: "named at the end of 2022" }, {
    treatment: { kind: "named", asOf: "2022-12" },
  });
  check({ Treated: "12 localities per 10,000", Years: "from 2014" }, {
    treatment: { kind: "threshold", measure: "localitiesPer10000", threshold: 12 },
    firstYear: 2014,
  });
  check({ Pandemic: "without 2020 and 2021", Trends: "a line per region" }, {
    yearsDropped: [2020, 2021],
  }, { trends: "unit" });
  check({ Areas: "without Lima and Callao", "Controls × year": "altitude and schooling" }, {
    areasLeftOut: ["07", "15A"],
    controls: ["altitude_m", "schooling_years"],
  });
  check({ Weights: "by population" }, {}, { weights: "population_2017" });
});

Deno.test("the first options are those of the assumptions, and what they fix is no choice", () => {
  const own = peruSpecifications(assume({
    firstYear: 2016,
    yearsDropped: [2020, 2021],
    areasLeftOut: ["07", "15A"],
    weights: "population",
    controls: ["altitude_m"],
    treatment: { kind: "named", asOf: "2022-12" },
  }));
  assert.deepEqual(Object.keys(own.grid.axes), ["Treated", "Weights", "Controls × year", "Trends"]);
  const first = Object.values(own.grid.axes).map(([option]) =>
    typeof option === "string" ? option : option.label
  );
  assert.deepEqual(first, ["named at the end of 2022", "by population", "as assumed", "none"]);
});

Deno.test("doses share a curve in quartiles' distance, several outcomes in points", () => {
  const dosed = peruSpecifications(assume(), { treatment: "dose" });
  const doses = specificationCurve(dosed.panel, dosed.grid);
  assert.equal(doses.rows.length + doses.failed.length, 576);
  assert.equal(doses.per, "one interquartile range of the dose of 2021");
  const outcomes = ["internet_use_pct", "households_mobile_pct"] as const;
  const both = peruSpecifications(assume(), { outcomes });
  const two = specificationCurve(both.panel, {
    ...both.grid,
    axes: { Outcome: both.grid.axes.Outcome, Treated: both.grid.axes.Treated },
  });
  assert.deepEqual([...new Set(two.rows.map(({ outcome }) => outcome))].sort(), [
    "households_mobile_pct",
    "internet_use_pct",
  ]);
  assertRefuses(() => peruSpecifications(assume(), { outcomes: [] }), "outcomes", "none");
});

Deno.test("what the notebook says: sign and size depend on choices, and chance does as well", () => {
  const tested = specificationCurve(panel, {
    ...grid,
    permutation: { seed: 20190501, draws: 99 },
  });
  const { lowest, highest, median } = tested.summary;
  assert.deepEqual([lowest, median, highest].map((value) => value.toFixed(1)), [
    "-4.2",
    "1.2",
    "6.1",
  ]);
  assert.ok(tested.inference!.tests.every(({ pValue }) => pValue > 0.2));
  const { svg } = specificationFigure(tested, design);
  assert.ok(svg.includes("People using the internet: percentage points for being a region"));
  assert.ok(svg.includes("part of the dose is assumed"));
});
