import { addressWith, ownsAddress, replaceHash } from "./address.ts";
import { ERROR_CHOICES } from "./choices.ts";
import { viewCode } from "./code.ts";
import { compute, type ViewResult } from "./compute.ts";
import { makeControls } from "./controls.ts";
import { type ExplorerData, unpackPanel } from "./data.ts";
import { element } from "./dom.ts";
import { makeGame } from "./game.ts";
import { History } from "./history.ts";
import type { BootstrapResult, HonestResult } from "./jobs.ts";
import { languageOf, PHRASES } from "./language/language.ts";
import { studyIn } from "./language/study-words.ts";
import { comment } from "./literal.ts";
import { makeViews } from "./panels.ts";
import { settledJobs } from "./settled-jobs.ts";
import { makeActions } from "./share.ts";
import { type ExplorerState, readHash, writeHash } from "./state.ts";
import { STYLE } from "./style.ts";
import { failure, type HonestShown } from "./view-panel.ts";
import { followTheme } from "./theme.ts";
import { MOST_SEED } from "./choices.ts";
import { effectUnit, numberWords, reasonWords, signed, sureness } from "./words.ts";
import { makeWork } from "./work.ts";
import { workerRunner } from "./worker.ts";

/** What `mount` needs besides the root element. */
export interface MountOptions {
  readonly data: ExplorerData;
  /** Name of this explorer in the address. */
  readonly key: string;
  /** The explorer's own code, for its worker. */
  readonly source: string;
}

/** Told of every view: what the page's tests and other scripts can listen to ("explorer-computed" on the root). */
export interface Computed {
  readonly state: ExplorerState;
  readonly result: ViewResult;
  /** Milliseconds that computing took, and drawing. */
  readonly computeMs: number;
  readonly drawMs: number;
}

/** Most of a link's problems that are told one by one. */
const MOST_TOLD = 6;

/** Puts an explorer into its root, in place of the static figure. */
export function mount(root: HTMLElement, { data, key, source }: MountOptions): void {
  const language = languageOf(root);
  const words = PHRASES[language];
  const study = studyIn(language, data.study);
  const whole = unpackPanel(data.panel);
  const addressed = ownsAddress(root);
  const opened = addressed ? readHash(location.hash, key, study, words) : null;
  let state = opened?.state ?? study.defaults;
  let result = compute(whole, study, state);
  let honest: HonestShown = { result: null, reason: null, working: true };
  let bootstrap: BootstrapResult | null = null;
  const history = new History(study, words);
  const hash = () => writeHash(location.hash, key, state, study);

  const shadow = root.shadowRoot ?? root.attachShadow({ mode: "open" });
  const finding = element("div", {
    class: "finding",
    "aria-live": "polite",
    "aria-atomic": "true",
  });
  const simulated = element("b");
  const notice = element("div", { class: "notice", role: "status", hidden: true });
  const work = makeWork(words);
  const narrow = (root.clientWidth || innerWidth) < 940;
  const controls = makeControls(whole, study, words, narrow, (changes) => change(changes));
  const views = makeViews(study, key, (tried) => change(tried));
  const game = makeGame(words.game, () => draw(), () => {
    game.hide();
    change({ seed: (state.seed + 1) % (MOST_SEED + 1) });
  });
  const actions = makeActions(words.actions, {
    code: () =>
      result.prepared.ok
        ? viewCode(result.prepared.value, study, state)
        : comment(result.prepared.reason),
    link: addressed ? () => addressWith(hash()) : null,
    reset: () => {
      tell([]);
      change(study.defaults);
    },
  });
  const card = element(
    "div",
    {
      class: "explorer",
      lang: language,
      role: "region",
      "aria-label": `${words.explorer}: ${study.design.title}`,
    },
    element(
      "header",
      {},
      element("p", { class: "eyebrow" }, `${words.explorer} · ${study.design.title} `, simulated),
      finding,
      work.element,
      game.element,
      actions.element,
      notice,
    ),
    element(
      "div",
      { class: "body" },
      controls.element,
      element("div", { class: "views" }, ...views.map((view) => view.element)),
    ),
    element("footer", {}, words.source(study.design.source)),
  );
  shadow.replaceChildren(element("style", {}, STYLE), card);
  // Keys pressed here are not a notebook's shortcuts.
  root.dataset.lmSuppressShortcuts = "true";
  card.addEventListener("keydown", (event) => event.stopPropagation());
  followTheme((theme) => card.dataset.theme = theme);

  const jobs = settledJobs(() => workerRunner(source, data), {
    progress: (kind, progress, stop) => {
      if (kind === "bootstrap") work.show(progress, stop);
    },
    ended: (kind, end, asked) => {
      if (asked !== state) return;
      if (kind === "honest") {
        honest = end.ok
          ? { result: end.value as HonestResult, reason: null, working: false }
          : { result: null, reason: end.reason, working: false };
      } else if (end.ok) {
        work.hide();
        bootstrap = end.value as BootstrapResult;
        history.add(asked, bootstrap);
      } else {
        work.say(words.work.none(reasonWords(end.reason, result.prepared.ok, asked, words)));
      }
      draw();
      root.dispatchEvent(new CustomEvent("explorer-job", { detail: { kind, end, state: asked } }));
    },
  });

  let frame = 0;
  function change(changes: Partial<ExplorerState>) {
    const before = state;
    state = { ...state, ...changes };
    if (state.data !== before.data || state.seed !== before.seed) game.hide();
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => update());
  }

  function update() {
    const start = performance.now();
    result = compute(whole, study, state);
    const computeMs = performance.now() - start;
    bootstrap = null;
    honest = { result: honest.result, reason: null, working: true };
    work.hide();
    const { bootstrap: bootstrapped } = ERROR_CHOICES[state.errors];
    if (result.effect.ok) {
      const { estimate, low, high } = result.effect.value;
      // An interval by bootstrap is known when its job ends.
      history.add(
        state,
        bootstrapped === null ? { estimate, low, high } : { estimate, low: null, high: null },
      );
    }
    controls.show(state);
    const began = performance.now();
    draw();
    const drawMs = performance.now() - began;
    actions.update();
    if (addressed) replaceHash(hash());
    jobs.ask(
      state,
      bootstrapped !== null && result.effect.ok ? ["bootstrap", "honest"] : ["honest"],
    );
    root.dispatchEvent(
      new CustomEvent<Computed>("explorer-computed", {
        detail: { state, result, computeMs, drawMs },
      }),
    );
  }

  function draw() {
    const { prepared, effect } = result;
    const planted = prepared.ok ? prepared.value.planted : null;
    simulated.textContent = state.data === "real" ? "" : `· ${words.simulatedData}`;
    game.show(
      planted === null ? null : { mean: result.truth?.mean ?? null, scenario: planted.scenario },
    );
    const found = element(
      "div",
      {},
      ...(effect.ok && prepared.ok
        ? [
          element(
            "p",
            { class: "number" },
            `${signed(effect.value.estimate)} `,
            element("small", {}, effectUnit(study, state, words)),
          ),
          element("p", { class: "sentence" }, numberWords(prepared.value, study, state, words)),
          element("p", { class: "sure" }, sureness(effect.value, bootstrap, state, words)),
        ]
        : [
          failure(effect.ok ? "" : reasonWords(effect.reason, prepared.ok, state, words), words),
        ]),
    );
    // What is replaced is read out: only when it says something else.
    if (found.textContent !== finding.textContent) finding.replaceChildren(found);
    const { tried, others } = history.comparable(state);
    const shown = {
      words,
      state,
      study,
      result,
      tried,
      others,
      revealed: game.revealed,
      honest,
    };
    for (const view of views) view.draw(shown);
  }

  if (addressed) {
    addEventListener("hashchange", () => {
      const read = readHash(location.hash, key, study, words);
      tell(read?.problems ?? []);
      if (read !== null) change(read.state);
    });
  }
  function tell(problems: readonly string[]) {
    notice.hidden = problems.length === 0;
    notice.replaceChildren(
      ...(problems.length === 0 ? [] : [
        element("p", {}, words.link.notRead),
        ...problems.slice(0, MOST_TOLD).map((problem) => element("p", {}, problem)),
        ...(problems.length > MOST_TOLD
          ? [element("p", {}, words.link.more(problems.length - MOST_TOLD))]
          : []),
      ]),
    );
  }
  tell(opened?.problems ?? []);
  update();
  let width = card.clientWidth;
  new ResizeObserver(() => {
    if (card.clientWidth === width || card.clientWidth === 0) return;
    width = card.clientWidth;
    draw();
  }).observe(card);
}
