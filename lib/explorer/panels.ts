import type { HonestInterval } from "../diagnostics/honest.ts";
import type { JointTest } from "../estimators/wald.ts";
import { formatF } from "../tables/format.ts";
import type { ExplorerStudy } from "./data.ts";
import { button, element } from "./dom.ts";
import { drawMap, rememberedMap } from "./map-panel.ts";
import type { Phrases } from "./language/english.ts";
import { BELOW, REACHED } from "./prepare.ts";
import type { ExplorerState } from "./state.ts";
import { type Drawn, key, type Shown, type ViewPanel, viewPanel } from "./view-panel.ts";
import { cellsPlot } from "./views/cells.ts";
import { eventPlot } from "./views/event.ts";
import { honestPlot, triedPlot } from "./views/intervals.ts";
import { SERIES } from "./views/plot.ts";
import { trendSeries, trendsPlot } from "./views/trends.ts";
import { effectUnit, intervalWords, outcomeOf, reasonWords, shortNumber } from "./words.ts";

/** All views of a study, in their order on the page. `redo` shows a tried specification again. */
export function makeViews(
  study: ExplorerStudy,
  uniqueId: string,
  redo: (state: ExplorerState) => void,
): ViewPanel[] {
  const drawnMap = rememberedMap();
  return [
    viewPanel(({ words }) => words.events.title, true, drawEvents),
    viewPanel(({ words }) => words.means.title, false, drawTrends),
    viewPanel(
      ({ state, words }) => study.map ? words.map.title(state.year) : words.cells.title,
      false,
      (shown, width) =>
        study.map ? drawMap(shown, width, uniqueId, drawnMap) : drawCells(shown, width),
    ),
    viewPanel(
      ({ words }) => words.tried.title,
      false,
      (shown, width) => drawTried(shown, width, redo),
    ),
    viewPanel(({ words }) => words.honest.title, false, drawHonest),
  ];
}

/** HTZ as it is; plain F, where HTZ cannot be had, with its weakness. */
function testWords(test: JointTest, words: Phrases): string {
  const text = formatF(test);
  return test.test === "F" ? words.events.plainF(text) : text;
}

function drawEvents({ state, study, result, revealed, words }: Shown, width: number): Drawn {
  const { events } = result;
  if (!events.ok) {
    return { failure: reasonWords(events.reason, result.prepared.ok, state, words) };
  }
  const { base, joint, eventTime } = events.value;
  const unit = effectUnit(study, state, words);
  const truth = revealed && result.truth !== null ? result.truth.effects : null;
  const before = joint.ok
    ? words.events.allZero(timeText(base), testWords(joint.value, words))
    : words.events.noTest(joint.reason);
  return {
    sub: before,
    plot: eventPlot(
      events.value,
      {
        phrases: words,
        unit,
        treatedFrom: eventTime ? 0 : study.design.treatedFrom,
        truth,
        timeName: words.time(study.timeName),
      },
      {
        width,
        height: Math.min(340, Math.max(240, width * 0.5)),
        description: words.events.description(outcomeOf(study, state).label, before),
      },
    ),
    keys: [
      key(words.views.interval, SERIES[0]),
      key(
        words.events.band,
        "color-mix(in srgb, var(--first) 22%, var(--paper))",
        false,
      ),
      ...(base === null ? [] : [key(words.events.base(timeText(base)), "var(--paper)", false)]),
      ...(truth === null ? [] : [key(words.views.truth, SERIES[2])]),
    ],
  };
}

function timeText(time: number | null): string {
  return String(time).replace("-", "−");
}

function drawTrends({ state, study, result, words }: Shown, width: number): Drawn {
  const { means } = result;
  if (!means.ok) return { failure: words.given(means.reason) };
  const outcome = outcomeOf(study, state);
  const { high, middle, low, reached, below } = words.means.groups;
  const order = ["high", "middle", "low"];
  const names = [...new Set(means.value.map(({ group }) => group))]
    .sort((a, b) => order.indexOf(a) - order.indexOf(b) || rank(a, study) - rank(b, study));
  const made = new Map([
    ["high", high],
    ["middle", middle],
    ["low", low],
    [REACHED, reached],
    [BELOW, below],
  ]);
  const groupWords = (name: string) => made.get(name) ?? name;
  return {
    sub: `${outcome.label}${outcome.unit === "" ? "" : `, ${outcome.unit}`}`,
    plot: trendsPlot(means.value, names, {
      unit: "",
      treatedFrom: study.design.treatedFrom,
      timeName: words.time(study.timeName),
    }, {
      width,
      height: 300,
      description: words.means.description(outcome.label, names.map(groupWords).join(", ")),
    }),
    keys: trendSeries(names).map(({ name, colour }) => key(groupWords(name), colour)),
  };
}

/** Treated first. */
function rank(name: string, { design: { treatment } }: ExplorerStudy): number {
  return name === REACHED ||
      (treatment.kind === "group" && name === treatment.treatedLabel)
    ? 0
    : 1;
}

function drawCells({ study, result, words }: Shown, width: number): Drawn {
  const { prepared } = result;
  if (!prepared.ok) return { failure: words.given(prepared.reason) };
  const { panel, treatment } = prepared.value;
  return {
    sub: treatment.kind === "dose" ? words.cells.darker : words.cells.coloured,
    plot: cellsPlot(panel, treatment.path, {
      unitLabels: study.design.unitLabels,
      timeName: words.time(study.timeName),
    }, {
      width,
      height: 300,
      description: words.cells.description(panel.units.length, panel.times.length),
    }),
  };
}

function drawTried(
  { state, study, result, tried, others, revealed, words }: Shown,
  width: number,
  redo: (state: ExplorerState) => void,
): Drawn {
  if (!result.effect.ok) {
    return { failure: reasonWords(result.effect.reason, result.prepared.ok, state, words) };
  }
  const count = words.tried.count(tried.length);
  const estimates = tried.map(({ estimate }) => estimate);
  const list = element(
    "details",
    {},
    element("summary", {}, words.tried.list),
    element(
      "ol",
      {},
      ...tried.map((item) =>
        element(
          "li",
          {},
          `${shortNumber(item.estimate)} (${intervalWords(item, words)}): ${item.words}`,
          ...(item.current
            ? [` · ${words.tried.now}`]
            : [button(words.tried.again, () => redo(item.state))]),
        )
      ),
    ),
  );
  return {
    sub: words.tried.sub(count, others),
    plot: triedPlot(tried, {
      unit: effectUnit(study, state, words),
      truth: revealed && result.truth !== null ? result.truth.mean : null,
    }, {
      width,
      height: Math.min(260, 90 + 12 * tried.length),
      description: words.tried.description(
        count,
        words.interval(
          shortNumber(Math.min(...estimates)),
          shortNumber(Math.max(...estimates)),
          "",
        ),
      ),
    }),
    keys: [
      key(words.tried.now, SERIES[0]),
      key(words.tried.before, "var(--quiet)"),
      ...(revealed && result.truth !== null ? [key(words.views.truth, SERIES[2])] : []),
    ],
    after: list,
  };
}

function drawHonest(
  { state, study, result: view, honest: known, words }: Shown,
  width: number,
): Drawn {
  const { result: honest, reason, working } = known;
  if (reason !== null) {
    return { failure: reasonWords(reason, view.prepared.ok, state, words) };
  }
  if (honest === null) return { sub: words.views.working };
  const chosen = honest.intervals.find(({ bound }) => bound === state.bound);
  const said = working
    ? words.views.working
    : chosen === undefined
    ? ""
    : honestWords(chosen, state.bound, words);
  return {
    sub: said,
    stale: working,
    plot: honestPlot(honest, state.bound, effectUnit(study, state, words), {
      width,
      height: 230,
      description: words.honest.description(said),
    }),
    keys: [
      key(`M̄ = ${state.bound}`, SERIES[0]),
      key(words.honest.others, SERIES[1]),
      ...(honest.intervals.some(({ low, high, reason }) =>
          reason === null && (low === null || high === null)
        )
        ? [element("span", {}, words.honest.edge)]
        : []),
      element("span", {}, words.honest.meaning),
    ],
  };
}

/** The chosen interval, or what is said where it lacks an end or holds no value. */
function honestWords(
  { low, high, empty, reason }: HonestInterval,
  bound: number,
  { honest, interval }: Phrases,
): string {
  const end = (value: number | null) => value === null ? null : shortNumber(value);
  const found = honest.at(bound, interval(end(low), end(high), honest.noEnd));
  if (reason === null) return found;
  return empty ? honest.empty(reason) : honest.open(reason, found);
}
