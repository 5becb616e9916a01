import { InputError } from "../../panel/errors.ts";
import type { FourMeans } from "../../estimators/two-by-two.ts";
import { builtInScale, requireScales, type Scale, SCALE_NAMES, type ScaleName } from "./scales.ts";

/** What the treated would have reached without treatment, by the scale on which trends are parallel. */
export interface ImpliedCounterfactual {
  readonly scale: string;
  readonly label: string;
  /** h⁻¹(h(treated before) + h(control after) − h(control before)). */
  readonly counterfactual: number;
  /** Treated after, less the counterfactual. */
  readonly effect: number;
}

/**
 * The same four means under parallel trends on each scale: they agree only when the groups start equal or the control did not
 * move, so that which scale is right decides what the effect is.
 *
 * @throws InputError when a mean lies where a scale is not defined.
 */
export function impliedCounterfactuals(
  means: Pick<FourMeans, "treatedBefore" | "treatedAfter" | "controlBefore" | "controlAfter">,
  { shareOf, scales }: {
    readonly shareOf?: number;
    readonly scales?: readonly (ScaleName | Scale)[];
  } = {},
): ImpliedCounterfactual[] {
  const names = scales ?? (shareOf === undefined ? SCALE_NAMES.slice(0, 2) : SCALE_NAMES);
  requireScales(names);
  return names.map((choice) => {
    const scale = typeof choice === "string" ? builtInScale(choice, shareOf) : choice;
    const place = (key: keyof typeof means) => {
      const value = scale.forward(means[key]);
      if (Number.isFinite(value)) return value;
      throw new InputError({
        problem: `The scale "${scale.name}" takes ${scale.domain}`,
        column: key,
        value: means[key],
        remedy: scale.remedy,
      });
    };
    const counterfactual = scale.inverse(
      place("treatedBefore") + place("controlAfter") - place("controlBefore"),
    );
    return {
      scale: scale.name,
      label: scale.label,
      counterfactual,
      effect: means.treatedAfter - counterfactual,
    };
  });
}
