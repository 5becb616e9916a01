/** What tools/witnesses/hotelling.R printed: clubSandwich 0.5.8 (R 4.2.2), HTZ and Naive-F with CR2, on the project's own data. */
import assert from "node:assert/strict";
import {
  assume,
  type Estimate,
  eventStudy,
  type HotellingOptions,
  hotellingTest,
  loadEhec,
  Panel,
  peruStudy,
  withCovariance,
} from "../../lib/mod.ts";
import { fUpper } from "../../lib/regression/distributions.ts";
import { readCsv } from "../../lib/study/csv.ts";
import { assertClose } from "../support/close.ts";
import { goldenCase, goldenPanel, goldenTest } from "../support/golden.ts";
import { twfe } from "../../lib/estimators/twfe.ts";

/** F, its scaling, q, denominator degrees of freedom, p; naive F and its p. */
type Printed = readonly [number, number, number, number, number, number, number];

function assertPrinted(
  estimate: Estimate,
  options: HotellingOptions,
  [f, delta, q, df, p, naive, naiveP]: Printed,
  label: string,
): void {
  const found = hotellingTest(estimate, options);
  assertClose(found.f, f, 1e-9, `${label}: F`);
  assertClose(found.scaling, delta, 1e-9, `${label}: scaling`);
  assert.equal(found.restrictions, q);
  assertClose(found.degreesOfFreedom, df, 1e-9, `${label}: degrees of freedom`);
  assertClose(found.eta, df + q - 1, 1e-9, `${label}: eta`);
  assertClose(found.pValue, p, 1e-8, `${label}: p`);
  assertClose(found.wald / q, naive, 1e-9, `${label}: naive F`);
  const groups = found.clusters.count - 1;
  assertClose(fUpper(found.wald / q, q, groups), naiveP, 1e-8, `${label}: naive p`);
}

/** Every eleventh row, from the fifth on, is dropped. */
const gaps = (panel: Panel) =>
  panel.take(
    Int32Array.from(Array.from({ length: panel.rows }, (_, i) => i).filter((i) => i % 11 !== 4)),
    "every eleventh row",
  );
const before = (exposure: string, ...years: number[]) => ({
  terms: years.map((year) => `${exposure} × ${year}`),
});

const { panel: peru } = peruStudy(assume());
const people = { weights: "population_2017" };
const peruEvents = (panel = peru, more: { weights?: string } = {}) =>
  eventStudy(panel, {
    outcome: "internet_use_pct",
    exposure: "favoured",
    reference: 2018,
    ...more,
  });
const SEVEN = before("favoured", 2011, 2012, 2013, 2014, 2015, 2016, 2017);

// deno-fmt-ignore
Deno.test("clubSandwich: Peru, seven effects, one, equal ones, weighted, with gaps", () => {
  const events = peruEvents();
  assertPrinted(events, SEVEN,
    [5.08208302582295, 0.634430473372781, 7, 10.4127465857360, 9.85012302634535e-03, 8.01046488010799, 4.08098718972402e-05], "seven");
  assertPrinted(events, before("favoured", 2011),
    [17.8900338805440, 1, 1, 16.4127465857363, 6.05630534863918e-04, 17.8900338805440, 2.74177271673070e-04], "one");
  const equal = [2015, 2016, 2017].map((year) => ({ "favoured × 2014": 1, [`favoured × ${year}`]: -1 }));
  assertPrinted(events, { restrictions: equal },
    [6.89777189220259501, 0.87814349112426016, 3, 14.41274658573593825, 0.00416240714116924, 7.85494849295254571, 0.00073788412972131], "equal");
  const weighted = peruEvents(peru, people);
  assertPrinted(weighted, before("favoured", 2011, 2014),
    [9.73247893226547, 0.717397474354372, 2, 2.53853879301121, 6.44974002348282e-02, 13.5663691052499, 1.02416140175653e-04], "weighted");
  assertPrinted(weighted, before("favoured", 2014),
    [5.5302426775761413, 1, 1, 3.5385387930112029, 0.0868870580512535, 5.5302426775761413, 0.0268752490815146], "weighted, one");
  const dropped = peruEvents(gaps(peru));
  assertPrinted(dropped, SEVEN,
    [3.80034719308815, 0.625197433728118, 7, 10.0084282764692, 2.81727080230997e-02, 6.07863530473291, 3.24609801028695e-04], "gaps");
  assertPrinted(dropped, before("favoured", 2011, 2012, 2013),
    [4.70263591175154350, 0.87048049022794971, 3, 13.44168908236241045, 0.01879733914681442, 5.40234498595147183, 0.00526147456112054], "gaps, three");
});

// deno-fmt-ignore
Deno.test("clubSandwich: Medicaid, five effects, weighted, with gaps", () => {
  const early = loadEhec()
    .where("2014 or never", (row) => !(row.value("yexp2") !== 2014 && row.value("yexp2") > 0))
    .with("early", (row) => row.value("yexp2") === 2014 ? 1 : 0);
  const events = (panel: Panel, more: { weights?: string } = {}) =>
    eventStudy(panel, { outcome: "dins", exposure: "early", reference: 2013, ...more });
  const five = before("early", 2008, 2009, 2010, 2011, 2012);
  assertPrinted(events(early), five,
    [0.765337047256718, 0.876850019786308, 5, 28.480719794344608, 0.582394933582041, 0.872825488951045, 0.508668045821931], "plain");
  assertPrinted(events(early, { weights: "W" }), five,
    [0.148056071223823, 0.241507731546383, 5, 1.273620004268518, 0.955424565326902, 0.613048991333795, 0.690479287417598], "weighted");
  assertPrinted(events(gaps(early)), five,
    [0.798829547808130, 0.871641187507611, 5, 27.162644171682256, 0.560165996693749, 0.916466040449878, 0.481115019881360], "gaps");
  assertPrinted(events(gaps(early), { weights: "W" }), five,
    [0.0467093477661643, 0.2637207239345644, 5, 1.4327211562647681, 0.9955849700420436, 0.1771167129730543, 0.9694917691213796], "weighted, gaps");
});

// deno-fmt-ignore
Deno.test("clubSandwich: minimum wages, three effects, clustered by state and by county", () => {
  const { columns } = readCsv(new URL("../../data/mpdta.csv", import.meta.url), "data/mpdta.csv");
  const counties = Panel.fromColumns(columns, { unit: "countyreal", time: "year" })
    .where("2007 or never", (row) => [0, 2007].includes(row.value("first.treat")))
    .with("late", (row) => row.value("first.treat") === 2007 ? 1 : 0)
    .with("state", (row) => Math.floor(Number(row.unit) / 1000));
  const events = (more: { weights?: string; cluster?: string }) =>
    eventStudy(counties, { outcome: "lemp", exposure: "late", reference: 2006, ...more });
  const three = before("late", 2003, 2004, 2005);
  assertPrinted(events({ cluster: "state" }), three,
    [1.383865433982064, 0.809933599061854, 3, 8.522638352324380, 0.312437221462700, 1.708615910717861, 0.191911800165702], "state");
  assertPrinted(events({ weights: "lpop" }), { ...three, cluster: "state" },
    [1.660452176905835, 0.804676024000780, 3, 8.239398362482596, 0.249617041029302, 2.063503978470999, 0.131750599550326], "weighted");
  assertPrinted(events({}), three,
    [2.5317465010277371, 0.9918369136029257, 3, 243.0053696254894078, 0.0577055384485625, 2.5525834603503199, 0.0550352381699860], "county");
});

Deno.test("one restriction is the squared t of CR2 with Satterthwaite's degrees of freedom, weighted or not", () => {
  for (const events of [peruEvents(), peruEvents(peru, people), peruEvents(gaps(peru), people)]) {
    for (const term of withCovariance(events, { type: "CR2" }).effects) {
      const found = hotellingTest(events, { terms: [term.name] });
      assertClose(found.f, term.statistic ** 2, 1e-9, term.name);
      assertClose(found.degreesOfFreedom, term.degreesOfFreedom, 1e-9, term.name);
      assertClose(found.pValue, term.pValue, 1e-8, term.name);
    }
  }
});

const CASES: Readonly<Record<string, { cluster: string; file?: string; weights?: string }>> = {
  base_did_id: { cluster: "id" },
  base_did_region: { cluster: "region" },
  base_did_region_w: { cluster: "region", weights: "w" },
  base_did_unbal_region: { cluster: "region", file: "base_did_unbal_wild.csv" },
};

for (const [name, { cluster, file, weights }] of Object.entries(CASES)) {
  goldenTest(`clubSandwich: ${name}, HTZ of two coefficients`, () => {
    const estimate = twfe(goldenPanel(file ?? "base_did_wild.csv", "id", "period"), {
      outcome: "y",
      treatment: "tp",
      covariates: ["x1"],
      ...(weights === undefined ? {} : { weights }),
    });
    const rows = goldenCase(`clubSandwich/${name}`).result.CR2.Wald_HTZ;
    const row = rows.find(({ test }: { test: string }) => test === "HTZ");
    const found = hotellingTest(estimate, { terms: ["tp", "x1"], cluster });
    assertClose(found.f, row.Fstat, 1e-8, "F");
    assertClose(found.scaling, row.delta, 1e-8, "scaling");
    assertClose(found.degreesOfFreedom, row.df_denom, 1e-7, "degrees of freedom");
    assertClose(found.pValue, row.p_val, 1e-6, "p");
  });
}
