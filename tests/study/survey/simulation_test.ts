/** The simulated survey: the shares it is made for, its design, its files and their digits. */
import assert from "node:assert/strict";
import { surveyRatio } from "../../../lib/study/survey/estimation/estimate.ts";
import { simulatedEstimates, studyEstimates } from "../../../lib/study/survey/panel/outcomes.ts";
import {
  simulatedRegions,
  splitShare,
  urbanGap,
} from "../../../lib/study/survey/simulation/areas.ts";
import { fileLines, PLAIN_STYLE, quirkyStyle } from "../../../lib/study/survey/simulation/rows.ts";
import { SURVEY_SCENARIOS } from "../../../lib/study/survey/simulation/scenario.ts";
import { simulateYear } from "../../../lib/study/survey/simulation/simulate.ts";
import { surveyTruth, truthTable } from "../../../lib/study/survey/simulation/truth.ts";
import { simulatedSurveyFolder } from "../../../lib/study/survey/simulation/write.ts";
import { loadTable } from "../../../lib/study/peru/tables.ts";
import { assertClose } from "../../support/close.ts";
import { assertRefuses, assertRejects } from "../../support/errors.ts";

const DESIGN = { stratum: "region × estrato", lonely: "adjust" } as const;

async function sha256(lines: Iterable<string>): Promise<string> {
  const bytes = new TextEncoder().encode([...lines].join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

Deno.test("in scenario nonparallel the expected share is the published one; elsewhere the effect is what was planted", () => {
  for (const row of surveyTruth("nonparallel")) assertClose(row.expected, row.published, 1e-13);
  for (const row of surveyTruth("none")) assert.equal(row.effect, 0);
  const dose = surveyTruth("dose").filter((row) => row.outcome === "internet_use_pct");
  assert.ok(dose.every((row) => row.year >= 2019 || row.effect === 0));
  const huancavelica = dose.find((row) => row.code === "09" && row.year === 2021)!;
  // 2,823 localities at the end of 2021 (S1), 367,252 inhabitants of 2017.
  assertClose(huancavelica.effect, 0.1 * 10_000 * 2823 / 367252, 1e-12);
  assert.match(
    truthTable("constant").toCsv(),
    /^code,region,year,outcome,published,untreated,effect,expected\r\n/,
  );
});

Deno.test("scenarios none, constant and dose differ by what was planted, in the truth and in the microdata", () => {
  const key = (row: { code: string; outcome: string; year: number }) =>
    `${row.code} ${row.outcome} ${row.year}`;
  const none = new Map(surveyTruth("none").map((row) => [key(row), row]));
  for (const scenario of ["constant", "dose"] as const) {
    for (const row of surveyTruth(scenario)) {
      assert.equal(row.untreated, none.get(key(row))!.untreated);
      assertClose(row.expected - none.get(key(row))!.expected, row.effect, 1e-12, key(row), 1);
    }
    const [without, planted] = (["none", scenario] as const).map((each) =>
      studyEstimates(simulateYear({ scenario: each, households: 12_000 }, 2021), DESIGN)
    );
    for (const outcome of ["internet_use_pct", "households_internet_pct"] as const) {
      const effects = surveyTruth(scenario).filter((row) =>
        row.outcome === outcome && row.year === 2021
      );
      const gap = effects.map(({ code, effect }) => {
        const share = (from: typeof without) =>
          100 * from[outcome].find(2021, { region: code })!.estimate;
        const found = share(planted) - share(without);
        if (effect === 0) assert.equal(found, 0);
        return found - effect;
      });
      // The draws are the same, so that the difference is far surer than either share.
      const mean = gap.reduce((sum, value) => sum + value, 0) / gap.length;
      assert.ok(Math.abs(mean) < 0.25, `${scenario} ${outcome}: ${mean}`);
    }
  }
});

Deno.test("parallel scenarios: changes since 2018 go along with neither exposure, the mean path is the published one", () => {
  const rows = surveyTruth("constant").filter((row) => row.outcome === "internet_use_pct");
  const base = new Map(
    rows.filter((row) => row.year === 2018).map((row) => [row.code, row.untreated]),
  );
  const favoured = new Set(
    rows.filter((row) => row.year === 2019 && row.effect > 0).map((row) => row.code),
  );
  assert.equal(favoured.size, 9);
  for (const year of [2011, 2015, 2019, 2023]) {
    const now = rows.filter((row) => row.year === year);
    const change = (inside: boolean) => {
      const own = now.filter((row) => favoured.has(row.code) === inside);
      return own.reduce((sum, row) => sum + row.untreated - base.get(row.code)!, 0) / own.length;
    };
    assertClose(change(true), change(false), 1e-9, "", 1);
    const gap = now.reduce((sum, row) => sum + row.untreated - row.published, 0);
    assertClose(gap, 0, 1e-9, "", 100);
  }
});

Deno.test("a region's share is met by its towns and countryside, whose logits differ as INEI's levels do", () => {
  const { urban, rural } = splitShare(0.4, 0.3, 1.5);
  assertClose(0.7 * urban + 0.3 * rural, 0.4, 1e-12);
  assertClose(Math.log(urban / (1 - urban)) - Math.log(rural / (1 - rural)), 1.5, 1e-9);
  const logit = (p: number) => Math.log(p / (1 - p));
  assertClose(urbanGap("internet_use_pct", 2017), logit(0.566) - logit(0.139), 1e-12);
  assertClose(urbanGap("households_mobile_pct", 2016), logit(0.929) - logit(0.764), 1e-12);
  const regions = simulatedRegions();
  const people = regions.reduce((sum, region) => sum + region.population, 0);
  const rurals = regions.reduce((sum, region) => sum + region.population * region.ruralShare, 0);
  assertClose(rurals / people, 0.185, 2e-3);
  assert.equal(regions.find((region) => region.code === "15A")!.ruralShare, 0);
});

Deno.test("a year of full size: rows, clusters, strata, and weights that add up to each region's population", () => {
  const { households, persons, summary } = simulateYear({ scenario: "nonparallel" }, 2021);
  assert.ok(Math.abs(households.rows - 34_000) < 400, String(households.rows));
  const six = persons.age.filter((age) => age >= 6).length;
  assert.ok(Math.abs(six - 110_000) < 2500, String(six));
  assert.deepEqual([...new Set(households.estrato)].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(new Set(households.region).size, 26);
  assert.ok(households.estrato.every((h, i) => (h <= 5) === (households.urban[i] === 1)));
  const populations = new Map(loadTable("regions").map((row) => [row.code, row.population_2017]));
  const found = new Map<string, number>();
  summary.weight.forEach((weight, i) => {
    const code = summary.region[i];
    found.set(code, (found.get(code) ?? 0) + weight * summary.members[i]);
  });
  for (const [code, people] of found) assertClose(people, populations.get(code)!, 1e-5);
  const keys = new Set(
    households.conglome.map((c, i) => `${c} ${households.vivienda[i]} ${households.hogar[i]}`),
  );
  assert.equal(keys.size, households.rows);
  assert.ok(persons.internetUse.every((use, i) => persons.age[i] >= 6 || Number.isNaN(use)));
  const perHead = surveyRatio(summary, "income", "members", { by: "region" });
  const lima = perHead.find(2021, { region: "15A" })!;
  // UNDP's 1,530.53 soles a month, from regions.csv.
  assert.ok(Math.abs(lima.estimate / 12 - 1530.53) < 4 * lima.standardError! / 12);
});

Deno.test("shares of all regions and years are the scenario's within sampling error, and errors are calibrated", () => {
  const estimates = simulatedEstimates(
    { scenario: "nonparallel", households: 12_000, seed: 7 },
    DESIGN,
  );
  const published = loadTable("region_year");
  for (
    const outcome of [
      "internet_use_pct",
      "households_internet_pct",
      "households_mobile_pct",
    ] as const
  ) {
    const z = estimates[outcome].rows.map((row) => {
      const truth = published.find((item) =>
        item.code === row.domain.region && item.year === row.year
      )!;
      return (100 * row.estimate - truth[outcome]) / (100 * row.standardError!);
    });
    assert.equal(z.length, 338);
    const [mean, square] = [
      z.reduce((sum, value) => sum + value, 0) / z.length,
      z.reduce((sum, value) => sum + value * value, 0) / z.length,
    ];
    // Under the truth the mean has a standard error of 0.054; the mean square one of 0.077 about 1.
    assert.ok(Math.abs(mean) < 0.22, `${outcome}: mean ${mean}`);
    assert.ok(square > 0.72 && square < 1.3, `${outcome}: mean square ${square}`);
    assert.ok(Math.max(...z.map(Math.abs)) < 5, outcome);
    const covered = estimates[outcome].rows.filter((row) => {
      const truth = published.find((item) =>
        item.code === row.domain.region && item.year === row.year
      )![outcome] / 100;
      return row.low! <= truth && truth <= row.high!;
    }).length / 338;
    // 95 % with a Monte Carlo error of 1.2 points; the weights know the population, so that errors are a little too large.
    assert.ok(covered > 0.92 && covered < 0.99, `${outcome}: coverage ${covered}`);
  }
});

Deno.test("towns are ahead of the countryside about as far as INEI's levels say", () => {
  const year = simulateYear({ scenario: "nonparallel" }, 2021);
  const area = studyEstimates(year, { by: "urban" }).internet_use_pct;
  const [rural, urban] = area.rows.map((row) => 100 * row.estimate);
  // Fourth quarter of 2021, S9: 47.3 in the countryside; towns 79.4 and Lima 87.4. The year as a whole is lower.
  assert.ok(rural > 38 && rural < 50, String(rural));
  assert.ok(urban > 73 && urban < 84, String(urban));
});

Deno.test("same options, same tables; another seed, year or scenario, others; a year does not depend on the others", () => {
  const options = { scenario: "dose", households: 1500 } as const;
  const [one, two] = [simulateYear(options, 2022), simulateYear(options, 2022)];
  assert.deepEqual(one, two);
  const others = [
    simulateYear({ ...options, seed: 3 }, 2022),
    simulateYear(options, 2023),
    simulateYear({ ...options, scenario: "none" }, 2022),
  ];
  for (const other of others) {
    assert.notDeepEqual(one.persons.internetUse, other.persons.internetUse);
  }
});

Deno.test("files have the same digits on every machine", async () => {
  const small = simulateYear({ scenario: "constant", households: 2000 }, 2020);
  const sums = await Promise.all(
    fileLines(small, PLAIN_STYLE, 20261124).map(({ lines }) => sha256(lines)),
  );
  assert.deepEqual(sums, SMALL_SUMS);
  const quirky = await Promise.all(
    fileLines(small, quirkyStyle(2016), 20261124).map(({ lines }) => sha256(lines)),
  );
  assert.deepEqual(quirky, QUIRKY_SUMS);
  const year = simulateYear({ scenario: "nonparallel" }, 2019);
  const full = await Promise.all(
    fileLines(year, PLAIN_STYLE, 20261124).map(({ lines }) => sha256(lines)),
  );
  assert.deepEqual(full, FULL_SUMS);
});

Deno.test("files are written under INEI's names, marked, whole, once", async () => {
  const folder = new URL(`file://${await Deno.makeTempDir()}/`);
  const options = {
    scenario: "none",
    households: 1000,
    years: [2013],
    folder,
    quirks: true,
  } as const;
  const home = await simulatedSurveyFolder(options);
  const names = [...Deno.readDirSync(home)].map((entry) => entry.name).sort();
  assert.deepEqual(names, [
    "Enaho01-2013-100.csv",
    "Enaho01a-2013-300.csv",
    "SIMULATED.txt",
    "Sumaria-2013.csv",
    "truth.csv",
  ]);
  const file = new URL("Enaho01-2013-100.csv", home);
  const bytes = Deno.readFileSync(file);
  // 2013 has all quirks of text: Latin-1 (Ñ is one byte), semicolons, lost zeros, blanks.
  assert.equal(bytes[1], 0xd1);
  const lines = new TextDecoder("latin1").decode(bytes).split("\r\n");
  assert.match(lines[0], /^AÑO;CONGLOME;.*;FACTOR07$/);
  assert.match(lines[1], /^2013;80001;\d{3};11;10101;/);
  assert.ok(
    lines.some((line) => /;[3-7]; ; ; ; ; $/.test(line)),
    "interviews that failed have blanks",
  );
  const before = Deno.statSync(file).mtime;
  await simulatedSurveyFolder(options);
  assert.deepEqual(Deno.statSync(file).mtime, before);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("bad options of the files are refused before anything is written", async () => {
  const folder = new URL(`file://${await Deno.makeTempDir()}/`);
  const options = { scenario: "none", households: 1000, folder } as const;
  const cases: [object, string][] = [
    [{ years: [] }, "years"],
    [{ years: 2012 }, "years"],
    [{ years: [2012, 2040] }, "2040"],
    [{ quirks: "yes" }, "quirks"],
    [{ folder: "enaho" }, "folder"],
    [{ folder: new URL("file:///tmp/enaho") }, "folder"],
  ];
  for (const [wrong, name] of cases) {
    await assertRejects(() => simulatedSurveyFolder({ ...options, ...wrong }), name);
  }
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});

Deno.test("bad options are refused by name", () => {
  assertRefuses(() => simulateYear({ scenario: "none" }, 2010), "year", "2010");
  assertRefuses(
    () => simulateYear({ scenario: "all" as "none" }, 2012),
    "scenario",
    SURVEY_SCENARIOS.join(", "),
  );
  assertRefuses(() => simulateYear({ scenario: "none", households: 10 }, 2012), "households", "10");
  assertRefuses(() => simulateYear({ scenario: "none", seed: 0.5 }, 2012), "seed");
  assertRefuses(
    () => simulateYear({ scenario: "none", size: 1 } as never, 2012),
    "no such option",
    "size",
  );
});

const SMALL_SUMS: string[] = [
  "ce5974359b284c98028d73a6b2fa253085de5a797b8ed390b4f14b871e210f0a",
  "0e82e37aefb6703b6eafc2fc76cf8f64135a488dfa68c925b44694dbfa90f440",
  "1244fd6edeb45597d8c0d53ac96d333435737e179bf0b4a325d46f0c9c7b649d",
];
const QUIRKY_SUMS: string[] = [
  "cd13cd1b20bbbbf44f0f90e8046f59c4c1809ac77bec010f6d2f227fe3053ae8",
  "485e0495b04296253ecb29d7b81714731ab9ec994c884f9cdde22381dba894f5",
  "0a6b665ce26288115eb0359643c14e9c5cb4edd6c8d74a8936a2fea488a1ad03",
];
const FULL_SUMS: string[] = [
  "81d262a38f7e587832a403192ccfeee5cdd23e5a2931340f7b1231576e8090e8",
  "88b1117d222bfcf8fb9f7e79778885cd8c685aae64acfd4768ba7ec5752e5d14",
  "bd8011137e39ac591829416dabf21092e12d8625e3873ec9bc0d42ec4f8f20bf",
];
