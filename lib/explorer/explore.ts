import { InputError } from "../panel/errors.ts";
import type { Panel } from "../panel/panel.ts";
import type { StudyDesign } from "../study/design.ts";
import type { OwnAssumptions } from "../study/own-assumptions.ts";
import type { Assumptions } from "../study/peru/assumptions.ts";
import { explorerBundle } from "./bundle.ts";
import { type ExplorerData, type ExplorerStudy, packPanel } from "./data.ts";
import { explorerHtml } from "./html.ts";
import { readFields } from "./state.ts";
import { staticFigure } from "./static-figure.ts";
import { describe } from "./studies.ts";

/** What the explorer opens with, where it differs from the study's own assumptions. */
export interface ExploreOptions {
  /** The explorer's name in links, letters and digits. Default "explorer", then "explorer2" and so on along a page. */
  readonly key?: string;
  /** Fields of the view to open with, as in a link: { threshold: "20" }. */
  readonly start?: Readonly<Record<string, string | number>>;
}

/** Shown by a notebook: the explorer itself, and a figure where scripts do not run. */
export class Explorer {
  readonly data: ExplorerData;
  readonly #key: string | undefined;

  constructor(data: ExplorerData, key?: string) {
    this.data = data;
    this.#key = key;
  }

  /** The whole component as HTML: data, static figure and code. */
  toHtml(): string {
    return explorerHtml(this.data, staticFigure(this.data), explorerBundle(), this.#key);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const figure = staticFigure(this.data);
    return {
      "text/html": explorerHtml(this.data, figure, explorerBundle(), this.#key),
      "image/svg+xml": figure.svg,
      "text/plain": `Explorer: ${figure.text}`,
    };
  }
}

/**
 * The explorer of a study: sliders for its assumptions, whose consequences the estimators of this library compute in
 * the reader's browser, with no kernel or network. As the last expression of a cell it is shown. It speaks Spanish where
 * the nearest `lang` around it does, English elsewhere; labels of one's own stay as they are.
 *
 * @param panel the rows to explore; windows and thresholds are chosen within them.
 * @param study the assumptions of the study of Peru (`assume`), a `StudyDesign`, or assumptions about one's own columns.
 * @throws InputError when a column that the study names is not in the panel, or an option is not allowed.
 */
export function explore(
  panel: Panel,
  study: Assumptions | StudyDesign | OwnAssumptions,
  options: ExploreOptions = {},
): Explorer {
  const { key } = options;
  if (key !== undefined && !/^[A-Za-z][A-Za-z0-9]{0,30}$/.test(key)) {
    throw new InputError({
      problem: "The explorer's key must be letters and digits, a letter first",
      value: key,
      remedy: 'use for example key: "main"',
    });
  }
  const described = describe(panel, study);
  const started = startWith(described.study, options.start ?? {});
  return new Explorer({
    study: started,
    panel: packPanel(described.panel, usedColumns(described.panel, started)),
  }, key);
}

function startWith(
  study: ExplorerStudy,
  start: Readonly<Record<string, string | number>>,
): ExplorerStudy {
  const fields = Object.entries(start).map(([key, value]): [string, string] => [
    key,
    String(value),
  ]);
  const { state, problems } = readFields(fields, study);
  if (problems.length === 0) return { ...study, defaults: state };
  throw new InputError({
    problem: `The explorer cannot open like this: ${problems.join(" ")}`,
    remedy: "correct the option start",
  });
}

/** The columns that some view needs. */
function usedColumns(panel: Panel, study: ExplorerStudy): string[] {
  const { design, dose } = study;
  const { treatment } = design;
  const names = [
    ...design.outcomes.map(({ column }) => column),
    ...(treatment.kind === "group"
      ? [
        treatment.group,
        treatment.path,
        ...(treatment.cohort === undefined ? [] : [treatment.cohort]),
      ]
      : [treatment.path, treatment.exposure, treatment.group]),
    ...design.covariates,
    ...study.controls.map(({ column }) => column),
    ...study.weights.map(({ column }) => column),
    ...(design.cluster === panel.unitName ? [] : [design.cluster]),
    ...(dose === null ? [] : [dose.column]),
    ...(study.map && panel.has("dose_provenance") ? ["dose_provenance"] : []),
  ];
  return [...new Set(names)].filter((name) => name !== panel.unitName && name !== panel.timeName);
}
