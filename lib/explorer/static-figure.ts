import { compose, type Figure } from "../report/figure.ts";
import { eventStudyPlot } from "../report/event-plot.ts";
import { compute } from "./compute.ts";
import { type ExplorerData, unpackPanel } from "./data.ts";
import { capital } from "./language/capital.ts";
import { ENGLISH } from "./language/english.ts";
import { effectUnit, headline, outcomeOf, specWords, sureness } from "./words.ts";

/** The opening view as a figure for places where scripts do not run. It is English everywhere. */
export function staticFigure({ panel, study }: ExplorerData): Figure {
  const state = study.defaults;
  const { events, effect, prepared } = compute(unpackPanel(panel), study, state);
  if (!events.ok || !prepared.ok) {
    const reason = events.ok ? "" : events.reason;
    return compose({
      title: study.design.title,
      subtitle: `Cannot be computed: ${reason}`,
      source: study.design.source,
    }, []);
  }
  const { effects, base, eventTime } = events.value;
  const points = effects.map(({ time, estimate, low, high }) => ({ time, estimate, low, high }));
  return eventStudyPlot(
    base === null
      ? points
      : [...points, { time: base, estimate: 0, low: 0, high: 0, reference: true }],
    {
      title: effect.ok ? headline(effect.value, prepared.value, study, state) : study.design.title,
      subtitle: `${outcomeOf(study, state).label}: difference from ${base ?? "the base"}, ${
        effectUnit(study, state, ENGLISH)
      }, with 95 % intervals`,
      source: study.design.source,
      notes: [
        ...(effect.ok ? [`${sureness(effect.value, null, state, ENGLISH)}.`] : []),
        `${specWords(study, state, ENGLISH)}.`,
        "This is the opening view of an interactive explorer: open the notebook in Jupyter, or the book, to change it.",
      ],
      xLabel: eventTime ? "Periods since treatment" : capital(study.timeName),
      yLabel: effectUnit(study, state, ENGLISH),
      treatedFrom: eventTime ? 0 : study.design.treatedFrom,
    },
  );
}
