import type { ViewResult } from "./compute.ts";
import type { ExplorerStudy } from "./data.ts";
import { element } from "./dom.ts";
import type { ExplorerState } from "./state.ts";
import { type Drawn, key, type Shown } from "./view-panel.ts";
import { type AreaDose, doseBreaks, doseColour, doseMap } from "./views/map.ts";
import { SERIES } from "./views/plot.ts";

/** The last map again while nothing on it changes: outlines are the slowest thing to draw. */
export function rememberedMap(): typeof doseMap {
  let [drawn, key]: [Element | null, string] = [null, ""];
  return (...given) => {
    const now = JSON.stringify(given);
    if (drawn === null || now !== key) [drawn, key] = [doseMap(...given), now];
    return drawn;
  };
}

/** The view of the dose on the map. */
export function drawMap(
  { state, study, result, words }: Shown,
  width: number,
  uniqueId: string,
  drawnMap: typeof doseMap,
): Drawn {
  const { prepared } = result;
  if (!prepared.ok) return { failure: words.given(prepared.reason) };
  if (study.dose === null) return { failure: words.map.none };
  const areas = areaDoses(prepared.value, study, state);
  const known = areas.flatMap(({ dose }) => dose === null ? [] : [dose]);
  if (known.length === 0) return { failure: words.map.outside(state.year) };
  const breaks = doseBreaks(known);
  const treated = areas.filter((area) => area.treated).map(({ code }) =>
    study.design.unitLabels[code] ?? code
  );
  const wide = Math.min(width, 280);
  return {
    sub: words.map.sub(study.dose.label),
    plot: drawnMap(areas, breaks, `${uniqueId}-hatch`, {
      width: wide,
      height: wide * 1.18,
      description: words.map.description(study.dose.label, state.year, treated.join(", ")),
    }),
    keys: [
      ...breaks.slice(0, -1).map((low, i) =>
        key(
          `${shortAmount(low)}–${shortAmount(breaks[i + 1])}`,
          doseColour(low, breaks),
          false,
        )
      ),
      ...(treated.length === 0 ? [] : [key(words.map.treated, SERIES[0])]),
      ...(areas.some(({ assumed }) => assumed) ? [element("span", {}, words.map.hatched)] : []),
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
