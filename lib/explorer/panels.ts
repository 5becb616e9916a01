import type { ExplorerStudy } from "./data.ts";
import { button, element } from "./dom.ts";
import { drawMap, rememberedMap } from "./map-panel.ts";
import type { ExplorerState } from "./state.ts";
import { type Drawn, key, type Shown, type ViewPanel, viewPanel } from "./view-panel.ts";
import { cellsPlot } from "./views/cells.ts";
import { eventPlot } from "./views/event.ts";
import { honestPlot, triedPlot } from "./views/intervals.ts";
import { SERIES } from "./views/plot.ts";
import { trendSeries, trendsPlot } from "./views/trends.ts";
import { effectUnit, intervalWords, outcomeOf, pText, shortNumber } from "./words.ts";

/** All views of a study, in their order on the page. `redo` shows a tried specification again. */
export function makeViews(
  study: ExplorerStudy,
  uniqueId: string,
  redo: (state: ExplorerState) => void,
): ViewPanel[] {
  const drawnMap = rememberedMap();
  return [
    viewPanel(() => "Event study", true, drawEvents),
    viewPanel(() => "Raw means", false, drawTrends),
    viewPanel(
      ({ state }) => study.map ? `Dose in ${state.year}` : "Who is treated when",
      false,
      (shown, width) =>
        study.map ? drawMap(shown, width, uniqueId, drawnMap) : drawCells(shown, width),
    ),
    viewPanel(
      () => "Estimates tried so far",
      false,
      (shown, width) => drawTried(shown, width, redo),
    ),
    viewPanel(() => "If trends were not parallel", false, drawHonest),
  ];
}

function drawEvents({ state, study, result, revealed }: Shown, width: number): Drawn {
  const { events } = result;
  if (!events.ok) return { failure: events.reason };
  const { base, joint, eventTime } = events.value;
  const unit = effectUnit(study, state);
  const truth = revealed && result.truth !== null ? result.truth.effects : null;
  const before = joint.ok
    ? `All effects before ${timeText(base)} zero: F(${joint.value.restrictions}, ${
      joint.value.degreesOfFreedom === Infinity ? "∞" : joint.value.degreesOfFreedom
    }) = ` +
      `${shortNumber(joint.value.f)}, ${pText(joint.value.pValue)}`
    : joint.reason;
  return {
    sub: before,
    plot: eventPlot(
      events.value,
      {
        unit,
        treatedFrom: eventTime ? 0 : study.design.treatedFrom,
        truth,
        timeName: study.timeName,
      },
      {
        width,
        height: Math.min(340, Math.max(240, width * 0.5)),
        description: `Event study of ${outcomeOf(study, state).label}. ${before}.`,
      },
    ),
    keys: [
      key("95 % interval", SERIES[0]),
      key(
        "band that covers all of them",
        "color-mix(in srgb, var(--first) 22%, var(--paper))",
        false,
      ),
      ...(base === null ? [] : [key(`base ${timeText(base)}`, "var(--paper)", false)]),
      ...(truth === null ? [] : [key("truth", SERIES[2])]),
    ],
  };
}

function timeText(time: number | null): string {
  return String(time).replace("-", "−");
}

function drawTrends({ state, study, result }: Shown, width: number): Drawn {
  const { means } = result;
  if (!means.ok) return { failure: means.reason };
  const outcome = outcomeOf(study, state);
  const order = ["high", "middle", "low"];
  const names = [...new Set(means.value.map(({ group }) => group))]
    .sort((a, b) => order.indexOf(a) - order.indexOf(b) || rank(a, study) - rank(b, study));
  const words = (name: string) => order.includes(name) ? `${name} dose` : name;
  return {
    sub: `${outcome.label}${outcome.unit === "" ? "" : `, ${outcome.unit}`}`,
    plot: trendsPlot(means.value, names, {
      unit: "",
      treatedFrom: study.design.treatedFrom,
      timeName: study.timeName,
    }, {
      width,
      height: 300,
      description: `Raw means of ${outcome.label} over time: ${names.map(words).join(", ")}.`,
    }),
    keys: trendSeries(names).map(({ name, colour }) => key(words(name), colour)),
  };
}

/** Treated first. */
function rank(name: string, { design: { treatment } }: ExplorerStudy): number {
  return name === "reach the threshold" ||
      (treatment.kind === "group" && name === treatment.treatedLabel)
    ? 0
    : 1;
}

function drawCells({ study, result }: Shown, width: number): Drawn {
  const { prepared } = result;
  if (!prepared.ok) return { failure: prepared.reason };
  const { panel, treatment } = prepared.value;
  return {
    sub: treatment.kind === "dose" ? "darker: a larger dose" : "coloured: treated",
    plot: cellsPlot(panel, treatment.path, study.design.unitLabels, {
      width,
      height: 300,
      description: `Treatment of ${panel.units.length} units over ${panel.times.length} times.`,
    }),
  };
}

function drawTried(
  { state, study, result, tried, others, revealed }: Shown,
  width: number,
  redo: (state: ExplorerState) => void,
): Drawn {
  if (!result.effect.ok) return { failure: result.effect.reason };
  const count = tried.length === 1 ? "One specification" : `${tried.length} specifications`;
  const rest = others === 0 ? "" : `; ${others} more in other units are not drawn`;
  const list = element(
    "details",
    {},
    element("summary", {}, "As a list"),
    element(
      "ol",
      {},
      ...tried.map((item) =>
        element(
          "li",
          {},
          `${shortNumber(item.estimate)} (${intervalWords(item)}): ${item.words}`,
          ...(item.current ? [" · shown now"] : [button("Show again", () => redo(item.state))]),
        )
      ),
    ),
  );
  return {
    sub: `${count}${rest}. Report them all, not the one that pleases.`,
    plot: triedPlot(tried, {
      unit: effectUnit(study, state),
      truth: revealed && result.truth !== null ? result.truth.mean : null,
    }, {
      width,
      height: Math.min(260, 90 + 12 * tried.length),
      description: `${count} tried, estimates from ${
        shortNumber(Math.min(...tried.map(({ estimate }) => estimate)))
      } to ${shortNumber(Math.max(...tried.map(({ estimate }) => estimate)))}.`,
    }),
    keys: [
      key("shown now", SERIES[0]),
      key("tried before", "var(--quiet)"),
      ...(revealed && result.truth !== null ? [key("truth", SERIES[2])] : []),
    ],
    after: list,
  };
}

function drawHonest({ state, study, honest: known }: Shown, width: number): Drawn {
  const { result: honest, reason, working } = known;
  if (reason !== null) return { failure: reason };
  if (honest === null) return { sub: "Working …" };
  const chosen = honest.intervals.find(({ bound }) => bound === state.bound);
  const end = (value: number | null) => value === null ? "no end" : shortNumber(value);
  const words = working
    ? "Working …"
    : chosen === undefined
    ? ""
    : chosen.reason ?? `At M̄ = ${state.bound}: ${end(chosen.low)} to ${end(chosen.high)}`;
  return {
    sub: words,
    stale: working,
    plot: honestPlot(honest, state.bound, effectUnit(study, state), {
      width,
      height: 230,
      description: `Honest intervals of the average effect by M̄. ${words}.`,
    }),
    keys: [
      key(`M̄ = ${state.bound}`, SERIES[0]),
      key("other bounds", SERIES[1]),
      ...(honest.intervals.some(({ low, high, reason }) =>
          reason === null && (low === null || high === null)
        )
        ? [element("span", {}, "an interval to the edge has no end")]
        : []),
      element(
        "span",
        {},
        "Average of the event study, when departures afterwards are at most M̄ times the largest before",
      ),
    ],
  };
}
