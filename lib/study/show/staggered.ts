import { compareEstimators, type Comparison } from "../../diagnostics/compare.ts";
import { controlTable, treatmentMap } from "../../diagnostics/treatment-map.ts";
import type { Panel } from "../../panel/panel.ts";
import { comparisonPlot } from "../../report/comparison-plot.ts";
import type { Figure } from "../../report/figure.ts";
import { panelView } from "../../report/panel-view.ts";
import type { Table } from "../../tables/table.ts";
import type { NamedColumn, StudyDesign } from "../design.ts";

/** What a study shows where units start at times of their own. */
export interface StaggeredShow {
  readonly map: Figure;
  readonly controls: Table;
  /** The estimators for staggered roll-out, by outcome. */
  compare(outcome: NamedColumn): { readonly comparison: Comparison; readonly figure: Figure };
}

/** The estimators of staggered roll-out on a study's panel; null where treatment has no column of first treated times. */
export function staggeredShow(panel: Panel, design: StudyDesign): StaggeredShow | null {
  const { treatment, source } = design;
  if (treatment.kind !== "group" || treatment.cohort === undefined) return null;
  const { cohort } = treatment;
  return {
    get map() {
      return panelView(treatmentMap(panel, cohort, design.unitLabels), {
        title: "Who is treated when",
        subtitle: `${panel.units.length} units, by ${cohort}`,
        source,
      });
    },
    get controls() {
      return controlTable(panel, { cohort });
    },
    compare(outcome) {
      const cluster = design.cluster === panel.unitName ? {} : { cluster: design.cluster };
      const comparison = compareEstimators(panel, { outcome: outcome.column, cohort, ...cluster });
      return {
        comparison,
        figure: comparisonPlot(comparison, {
          title: `${outcome.label} around first treatment, by estimator`,
          subtitle: `Effect, ${outcome.unit}; unweighted, without covariates`,
          yLabel: outcome.unit,
          source,
        }),
      };
    },
  };
}
