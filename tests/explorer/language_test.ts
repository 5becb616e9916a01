import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { compute } from "../../lib/explorer/compute.ts";
import { unpackPanel } from "../../lib/explorer/data.ts";
import { History } from "../../lib/explorer/history.ts";
import { type HonestResult, type JobKind, runJob } from "../../lib/explorer/jobs.ts";
import { type LanguageCode, languageOf, PHRASES } from "../../lib/explorer/language/language.ts";
import { studyIn } from "../../lib/explorer/language/study-words.ts";
import { makeViews } from "../../lib/explorer/panels.ts";
import { noSimulation, readFields } from "../../lib/explorer/state.ts";
import {
  effectUnit,
  intervalWords,
  numberWords,
  reasonWords,
  specWords,
  sureness,
} from "../../lib/explorer/words.ts";
import { runToEnd } from "../../lib/inference/wild/bootstrap.ts";
import { InputError } from "../../lib/panel/errors.ts";
import { attempt } from "../../lib/panel/outcome.ts";
import { data, explorerOf, medicaid, stateOf, type View, VIEWS } from "./support.ts";
import { englishIn, leaves, numbersIn, textsOf } from "./spanish.ts";

const { en, es } = PHRASES;

Deno.test("both dictionaries have every phrase, and Spanish repeats no English one", () => {
  const [english, spanish] = [leaves(en), leaves(es)];
  assert.deepEqual([...spanish.keys()].sort(), [...english.keys()].sort());
  const same = [...english].filter(([key, phrase]) =>
    typeof phrase === "string" && spanish.get(key) === phrase
  ).map(([key]) => key);
  // Names that Spanish has taken over.
  assert.deepEqual(same, ["errors.wild.label", "errors.wildS.label"]);
  for (const [key, phrase] of spanish) {
    assert.equal(typeof phrase, typeof english.get(key), key);
    if (typeof phrase === "string") assert.ok(phrase.trim() !== "", key);
  }
});

Deno.test("the nearest lang decides, Spanish by any region, English for everything else", () => {
  const languageIn = (html: string) => {
    const { document } = parseHTML(html);
    return languageOf(document.querySelector("i")! as unknown as Element);
  };
  assert.equal(languageIn("<html lang=es><body><i></i></body></html>"), "es");
  assert.equal(languageIn("<html lang=ES-pe><body><p><i></i></p></body></html>"), "es");
  assert.equal(languageIn("<html lang=en><body><p lang=es><b><i></i></b></p></body></html>"), "es");
  assert.equal(languageIn("<html lang=es><body><p lang=en><i></i></p></body></html>"), "en");
  assert.equal(languageIn("<html lang=es><body><i lang=en></i></body></html>"), "en");
  assert.equal(languageIn("<html lang=es><body><p lang=''><i></i></p></body></html>"), "en");
  assert.equal(languageIn("<html lang=est><body><i></i></body></html>"), "en");
  assert.equal(languageIn("<html><body><i></i></body></html>"), "en");
  // In a shadow root the host's language counts.
  const { document } = parseHTML("<html lang=en><body><p lang=es></p></body></html>");
  const shadow = document.querySelector("p")!.attachShadow({ mode: "open" });
  shadow.innerHTML = "<i></i>";
  assert.equal(languageOf(shadow.querySelector("i")! as unknown as Element), "es");
});

const whole = unpackPanel(data.panel);

/** The longer work of a view, which no language changes. */
function jobsOf(view: View) {
  const job = <K extends JobKind>(kind: K) =>
    attempt(() => runToEnd(runJob(kind, whole, data.study, stateOf(view))));
  return {
    honest: job("honest"),
    bootstrap: view.errors?.startsWith("wild") ? job("bootstrap") : null,
  };
}

/** What the parts of a view say in a language, one string each. */
function said(
  view: View,
  { honest, bootstrap }: ReturnType<typeof jobsOf>,
  language: LanguageCode,
  of = data,
): string[] {
  const words = PHRASES[language];
  const study = studyIn(language, of.study);
  const state = stateOf(view, of);
  const result = compute(of === data ? whole : unpackPanel(of.panel), study, state);
  const { prepared, effect } = result;
  assert.ok(prepared.ok && effect.ok, JSON.stringify(view));
  const history = new History(study, words);
  history.add(state, effect.value);
  history.add({ ...state, estimator: "trends" }, { ...effect.value, low: null, high: 0 });
  const { tried, others } = history.comparable(state);
  const { document, window } = parseHTML("<html><body></body></html>");
  Object.defineProperty(window.HTMLElement.prototype, "clientWidth", {
    configurable: true,
    get: () => 600,
  });
  // Plot looks for the window, the explorer for the document.
  Object.assign(globalThis, { document, window });
  const views = makeViews(study, "explorer", () => {});
  for (const panel of views) {
    panel.draw({
      words,
      state,
      study,
      result,
      tried,
      others,
      revealed: true,
      honest: honest.ok
        ? { result: honest.value, reason: null, working: false }
        : { result: null, reason: honest.reason, working: false },
    });
  }
  Object.assign(globalThis, { document: undefined, window: undefined });
  return [
    numberWords(prepared.value, study, state, words),
    effectUnit(study, state, words),
    sureness(effect.value, bootstrap?.ok ? bootstrap.value : null, state, words),
    specWords(study, state, words),
    ...views.flatMap(({ element }) => textsOf(element)),
  ];
}

Deno.test("no English word is left in any view of the study of Peru, and its numbers stay", () => {
  for (const view of VIEWS) {
    // Figures of the bootstrap are the same whatever their number.
    const fields = { ...view, draws: "999" };
    const state = stateOf(fields);
    const jobs = jobsOf(fields);
    const [spanish, english] = [said(fields, jobs, "es"), said(fields, jobs, "en")];
    assert.equal(spanish.length, english.length);
    spanish.forEach((text, i) => {
      const place = `${JSON.stringify(view)}: ${text}`;
      assert.deepEqual(englishIn(text), [], place);
      // How far an interval without an end was looked for is told in English only; "one more" is a number in Spanish.
      const plain = english[i].replace(/open (above|below).*away/, `${state.bound}`);
      const one = text.includes("en 1 localidad") ? ["1"] : [];
      assert.deepEqual(numbersIn(text), [...numbersIn(plain), ...one].sort(), place);
    });
  }
});

Deno.test("which joint test stands under the event study, and what is wrong with plain F", () => {
  const under = (view: View, language: LanguageCode) =>
    said(view, jobsOf(view), language).find((text) => /F\(\d+, /.test(text))!;
  assert.match(under({}, "en"), /zero: HTZ F\(7, 10\.4\) = 5\.08, p = 0\.010$/);
  assert.match(under({ treatment: "dose" }, "en"), /zero: F\(7, 25\) .*F rejects too often\)$/);
  assert.match(under({ treatment: "dose" }, "es"), /cero: F\(7, 25\) .*demasiado a menudo\)$/);
});

Deno.test("study words: columns, codes and numbers stay, English is left alone", () => {
  const study = studyIn("es", data.study);
  assert.equal(studyIn("en", data.study), data.study);
  assert.deepEqual(
    study.design.outcomes.map(({ column }) => column),
    data.study.design.outcomes.map(({ column }) => column),
  );
  assert.deepEqual({ ...study.defaults, ...study.recipe }, {
    ...data.study.defaults,
    ...data.study.recipe,
  });
  for (const { label } of [...study.design.outcomes, ...study.controls, ...study.weights]) {
    assert.deepEqual(englishIn(label), []);
  }
  assert.deepEqual(englishIn(`${study.design.title}. ${study.given}`), []);
  for (const columns of ["controls", "weights"] as const) {
    const plain = new Set<string>(data.study[columns].map(({ label }) => label));
    for (const { label } of study[columns]) assert.ok(!plain.has(label), label);
  }
});

Deno.test("a reader's own labels stay the reader's", () => {
  const own = medicaid().data.study;
  const spanish = studyIn("es", own);
  assert.deepEqual(spanish.design.outcomes, own.design.outcomes);
  assert.deepEqual(spanish.weights, own.weights);
  assert.equal(spanish.design.source, own.design.source);
  assert.equal(spanish.given, "Como lo define el estudio");
  const named = explorerOf("Altitude").data.study;
  assert.equal(studyIn("es", named).design.title, "Altitude");
  assert.equal(studyIn("es", named).design.outcomes[0].label, "Altitude");
});

Deno.test("the axes of a reader's own panel are Spanish too; one that is left out is not called several", () => {
  const jobs = {
    honest: attempt((): HonestResult => {
      throw new InputError({ problem: "not asked here", remedy: "none" });
    }),
    bootstrap: null,
  };
  const [spanish, english] = (["es", "en"] as const).map((language) =>
    said({}, jobs, language, medicaid().data)
  );
  assert.ok(english.includes("year"));
  assert.ok(spanish.includes("año") && !spanish.includes("year"));
  assert.match(en.tried.sub("One specification", 1), /1 more in other units is not drawn/);
  assert.match(en.tried.sub("One specification", 2), /2 more in other units are not drawn/);
});

Deno.test("what is refused is told in Spanish, and the library's reasons with a word on their English", () => {
  const views: View[] = [
    { treatment: "dose", estimator: "callaway" },
    { controls: "altitude_m", estimator: "dcdh" },
  ];
  for (const view of views) {
    const state = stateOf(view);
    const { prepared, effect } = compute(whole, data.study, state);
    assert.ok(prepared.ok && !effect.ok);
    assert.equal(reasonWords(effect.reason, true, state, en), effect.reason);
    assert.deepEqual(englishIn(reasonWords(effect.reason, true, state, es)), []);
  }
  const state = stateOf({ from: "2019", estimator: "callaway" });
  const { prepared, effect } = compute(whole, data.study, state);
  assert.ok(!effect.ok);
  assert.equal(
    reasonWords(effect.reason, prepared.ok, state, es),
    `Motivo, en inglés: ${effect.reason}`,
  );
  const { problems } = readFields(
    Object.entries({ base: "x", seed: "1.5", dropped: "1", threshold: "0", nonsense: "" }),
    data.study,
    es,
  );
  assert.equal(problems.length, 5);
  for (const problem of problems) {
    assert.deepEqual(englishIn(problem.replaceAll(/nonsense|dropped|threshold|seed/g, "")), []);
  }
  assert.equal(noSimulation(data.study, false, es), es.simulatedWhere.balanced);
});

Deno.test("intervals that lack an end read well in both languages", () => {
  const of = (low: number | null, high: number | null) =>
    [en, es].map((words) => intervalWords({ low, high }, words));
  assert.deepEqual(of(-1, 2), ["−1.00 to 2.00", "de −1.00 a 2.00"]);
  assert.deepEqual(of(null, 2), [
    "no end found to 2.00",
    "hasta 2.00 (por abajo, no se halló el extremo)",
  ]);
  assert.deepEqual(of(-1, null), [
    "−1.00 to no end found",
    "desde −1.00 (por arriba, no se halló el extremo)",
  ]);
  assert.deepEqual(of(null, null), ["no interval found", "no se halló un intervalo"]);
});
