import { compute, type ViewResult } from "./compute.ts";
import type { ExplorerStudy } from "./data.ts";
import { button, element } from "./dom.ts";
import type { TriedSpec } from "./history.ts";
import type { HonestResult } from "./jobs.ts";
import type { ExplorerState } from "./state.ts";
import { cellsPlot } from "./views/cells.ts";
import { eventPlot } from "./views/event.ts";
import { honestPlot, triedPlot } from "./views/intervals.ts";
import { type AreaDose, doseBreaks, doseColour, doseMap } from "./views/map.ts";
import { SERIES } from "./views/plot.ts";
import { trendSeries, trendsPlot } from "./views/trends.ts";
import { effectUnit, outcomeOf, pText, shortNumber } from "./words.ts";

/** Everything that the views draw. */
export interface Shown {
  readonly state: ExplorerState;
  readonly study: ExplorerStudy;
  readonly result: ReturnType<typeof compute>;
  readonly tried: readonly TriedSpec[];
  readonly others: number;
  readonly revealed: boolean;
  readonly honest: HonestResult | null;
  /** Why there are no honest bounds. */
  readonly honestReason: string | null;
}

/** A place for one view: heading, line below it, plot and key. */
export interface ViewPanel {
  readonly element: HTMLElement;
  draw(shown: Shown): void;
}

interface Drawn {
  readonly sub?: string;
  readonly plot?: Element;
  readonly failure?: string;
  readonly keys?: readonly Node[];
  readonly after?: Node;
}

function viewPanel(
  title: (shown: Shown) => string,
  wide: boolean,
  make: (shown: Shown, width: number) => Drawn,
): ViewPanel {
  const heading = element("h3");
  const sub = element("p", { class: "sub" });
  const plot = element("div", { class: "plot" });
  const keys = element("div", { class: "keys" });
  const after = element("div");
  const section = element(
    "section",
    { class: wide ? "view wide" : "view" },
    heading,
    sub,
    plot,
    keys,
    after,
  );
  return {
    element: section,
    draw: (shown) => {
      // Simulated figures say so wherever they stand.
      const mark = shown.state.data === "real" ? "" : " · simulated outcome";
      heading.textContent = title(shown) + mark;
      const width = Math.max(240, plot.clientWidth);
      const drawn = make(shown, width);
      sub.textContent = drawn.sub ?? "";
      plot.replaceChildren(
        ...(drawn.failure === undefined ? [] : [failure(drawn.failure)]),
        ...(drawn.plot === undefined ? [] : [drawn.plot]),
      );
      keys.replaceChildren(...(drawn.keys ?? []));
      after.replaceChildren(...(drawn.after === undefined ? [] : [drawn.after]));
    },
  };
}

/** The estimator's own message in place of a figure. */
export function failure(reason: string): HTMLElement {
  return element("p", { class: "failure" }, element("b", {}, "Cannot be computed. "), reason);
}

function key(label: string, colour: string, line = true): HTMLElement {
  const mark = element("i", line ? { class: "line" } : {});
  if (line) mark.style.borderTopColor = colour;
  else mark.style.background = colour;
  return element("span", {}, mark, label);
}

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
  const { events, prepared } = result;
  if (!events.ok) return { failure: events.reason };
  const { base, joint, eventTime } = events.value;
  const unit = effectUnit(study, state);
  const truth = prepared.ok && revealed && prepared.value.truth !== null
    ? prepared.value.truth.effects
      .map(({ time, effect }) => ({
        time: eventTime ? time - study.design.treatedFrom : time,
        effect,
      }))
    : null;
  const before = joint.ok
    ? `All effects before ${base} zero: F(${joint.value.restrictions}, ${joint.value.degreesOfFreedom}) = ` +
      `${shortNumber(joint.value.f)}, ${pText(joint.value.pValue)}`
    : joint.reason;
  return {
    sub: before,
    plot: eventPlot(
      events.value,
      { unit, treatedFrom: eventTime ? 0 : study.design.treatedFrom, truth },
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
      ...(base === null ? [] : [key(`base ${base}`, "var(--paper)", false)]),
      ...(truth === null ? [] : [key("truth", SERIES[2])]),
    ],
  };
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
    plot: trendsPlot(means.value, names, { unit: "", treatedFrom: study.design.treatedFrom }, {
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

/** The last map again while nothing on it changes: outlines are the slowest thing to draw. */
function rememberedMap(): typeof doseMap {
  let [drawn, key]: [Element | null, string] = [null, ""];
  return (...given) => {
    const now = JSON.stringify(given);
    if (drawn === null || now !== key) [drawn, key] = [doseMap(...given), now];
    return drawn;
  };
}

function drawMap(
  { state, study, result }: Shown,
  width: number,
  uniqueId: string,
  drawnMap: typeof doseMap,
): Drawn {
  const { prepared } = result;
  if (!prepared.ok) return { failure: prepared.reason };
  if (study.dose === null) return { failure: "The panel has no dose to draw." };
  const areas = areaDoses(prepared.value, study, state);
  const known = areas.flatMap(({ dose }) => dose === null ? [] : [dose]);
  if (known.length === 0) return { failure: `The dose of ${state.year} lies outside the window.` };
  const breaks = doseBreaks(known);
  const treated = areas.filter((area) => area.treated).map(({ code }) =>
    study.design.unitLabels[code] ?? code
  );
  const wide = Math.min(width, 280);
  return {
    sub: study.dose.label,
    plot: drawnMap(areas, breaks, `${uniqueId}-hatch`, {
      width: wide,
      height: wide * 1.18,
      description: `Map of ${study.dose.label} in ${state.year}. ` +
        (treated.length === 0 ? "No area is outlined." : `Outlined: ${treated.join(", ")}.`),
    }),
    keys: [
      ...breaks.slice(0, -1).map((low, i) =>
        key(
          `${shortAmount(low)}–${shortAmount(breaks[i + 1])}`,
          doseColour(low, breaks),
          false,
        )
      ),
      ...(treated.length === 0 ? [] : [key("treated", SERIES[0])]),
      ...(areas.some(({ assumed }) => assumed) ? [element("span", {}, "hatched: assumed")] : []),
    ],
  };
}

function shortAmount(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function areaDoses(
  { panel, treatment }: Extract<ViewResult["prepared"], { ok: true }>["value"],
  study: ExplorerStudy,
  { year }: ExplorerState,
): AreaDose[] {
  const dose = panel.numeric(study.dose!.column);
  const group = treatment.kind === "group" ? panel.numeric(treatment.group) : null;
  const provenance = panel.has("dose_provenance") ? panel.text("dose_provenance") : null;
  const areas = new Map<string, AreaDose>();
  for (let i = 0; i < panel.rows; i++) {
    const code = String(panel.units[panel.unit[i]]);
    const here = panel.times[panel.time[i]] === year;
    const treated = group !== null && group[i] === 1;
    const known = areas.get(code) ?? { code, dose: null, assumed: false, treated };
    areas.set(
      code,
      here
        ? {
          code,
          dose: Number.isNaN(dose[i]) ? null : dose[i],
          assumed: provenance !== null && provenance[i] === "assumed",
          treated: known.treated || treated,
        }
        : { ...known, treated: known.treated || treated },
    );
  }
  return [...areas.values()];
}

function drawCells({ study, result }: Shown, width: number): Drawn {
  const { prepared } = result;
  if (!prepared.ok) return { failure: prepared.reason };
  const { panel, treatment } = prepared.value;
  return {
    sub: treatment.kind === "dose" ? "darker: a larger dose" : "coloured: treated",
    plot: cellsPlot(panel, treatment.path, study.design.unitLabels, {
      width,
      height: 320,
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
          `${shortNumber(item.estimate)} (${shortNumber(item.low)} to ${
            shortNumber(item.high)
          }): ${item.words}`,
          ...(item.current ? [" · shown now"] : [button("Show again", () => redo(item.state))]),
        )
      ),
    ),
  );
  return {
    sub: `${count}${rest}. Report them all, not the one that pleases.`,
    plot: triedPlot(tried, {
      unit: effectUnit(study, state),
      truth: revealed ? result.truth : null,
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

function drawHonest({ state, study, honest, honestReason }: Shown, width: number): Drawn {
  if (honestReason !== null) return { failure: honestReason };
  if (honest === null) return { sub: "Working …" };
  const chosen = honest.intervals.find(({ bound }) => bound === state.bound);
  const end = (value: number | null) => value === null ? "no end" : shortNumber(value);
  const words = chosen === undefined
    ? ""
    : chosen.reason ?? `At M̄ = ${state.bound}: ${end(chosen.low)} to ${end(chosen.high)}`;
  return {
    sub: words,
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
