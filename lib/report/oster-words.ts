/** What is marked in a figure of Oster's β*, and what it says. */
import { betaIsUsed, rootAt, whyNotBeta } from "../diagnostics/omitted/oster-table.ts";
import type { OsterBounds } from "../diagnostics/oster.ts";
import { formatSignificant } from "../tables/format.ts";
import { type Branch, cutToFrame, type Frame } from "./oster-branch.ts";
import { COLOURS, SYMBOLS } from "./theme.ts";

export interface OsterMark {
  readonly delta: number;
  readonly value: number;
  readonly label: string;
  readonly colour: string;
  /** Position in the list of symbols. */
  readonly symbol: number;
}

const three = (value: number) => formatSignificant(value, 3);
/** A number as it would be said: 1, not 1.00. */
const plain = (delta: number) => String(Number(delta.toPrecision(3))).replace("-", "−");
/** "zero", or the coefficient that is asked about. */
const target = (beta: number) => beta === 0 ? "zero" : plain(beta);

/** The coefficient with controls, β* at δ = 1 and at the result's δ, and the δ that leads to `beta`: all on the line. */
export function osterMarks(found: OsterBounds): OsterMark[] {
  const { long, delta, deltaForBeta, beta } = found;
  const adjusted = (at: number, colour: string, symbol: number): OsterMark[] => {
    const { betaStar: value } = found.adjust({ delta: at });
    return value === null
      ? []
      : [{ delta: at, value, label: `δ = ${plain(at)}: ${three(value)}`, colour, symbol }];
  };
  return [
    {
      delta: 0,
      value: long.estimate,
      label: `with controls (δ = 0): ${three(long.estimate)}`,
      colour: COLOURS.ink,
      symbol: SYMBOLS.indexOf("circle"),
    },
    ...adjusted(1, COLOURS.control, SYMBOLS.indexOf("square")),
    ...(delta === 0 || delta === 1
      ? []
      : adjusted(delta, COLOURS.third, SYMBOLS.indexOf("triangle"))),
    ...(deltaForBeta === null || !betaIsUsed(found) ? [] : [{
      delta: deltaForBeta,
      value: beta,
      label: `${target(beta)} at δ = ${plain(deltaForBeta)}`,
      colour: COLOURS.treated,
      symbol: SYMBOLS.indexOf("diamond"),
    }]),
  ];
}

export function osterFinding(found: OsterBounds): string {
  const { term, long, beta, deltaForBeta } = found;
  const used = betaIsUsed(found);
  if (used && deltaForBeta! > 0) {
    return `Unobservables that count ${
      plain(deltaForBeta!)
    } times as much as the controls would take the coefficient of ${term} to ${target(beta)}`;
  }
  if (used && deltaForBeta === 0) return `With controls alone, ${term} is ${target(beta)}`;
  const { betaStar } = found.adjust({ delta: 1 });
  const never = used
    ? `only selection the other way takes it to ${target(beta)}`
    : deltaForBeta !== null && rootAt(found, deltaForBeta)?.admissible
    ? `the solution that is used reaches ${target(beta)} for no δ`
    : `no admissible solution takes it to ${target(beta)}`;
  return betaStar === null
    ? `For unobservables that count as much as the controls, ${term} has no admissible solution`
    : `Unobservables that count as much as the controls would move the coefficient of ${term} from ${
      three(long.estimate)
    } to ${three(betaStar)}; ${never}`;
}

/** What is drawn, what is cut and why, and what is not drawn. */
export function osterNotes(
  found: OsterBounds,
  branch: Branch,
  frame: Frame,
  marks: readonly OsterMark[],
): string[] {
  const { controls, fixedEffects, context } = found;
  return [
    identifiedSet(found),
    ...cuts(branch, frame),
    ...outside(frame, marks),
    ...otherSolutions(found),
    ...unusedBeta(found),
    `Controls: ${controls.join(", ")}${
      fixedEffects.length === 0 ? "" : `; fixed effects in both: ${fixedEffects.join(", ")}`
    }. No standard error: resample units for one.`,
    ...(context.provenance === undefined ? [] : [`Figures: ${context.provenance}.`]),
  ];
}

function identifiedSet({ long, adjust, beta }: OsterBounds): string {
  const { betaStar, reason } = adjust({ delta: 1 });
  if (betaStar === null) return `Nothing is shaded: for δ = 1 ${reason}.`;
  const [low, high] = [betaStar, long.estimate].sort((a, b) => a - b);
  return `Shaded: the identified set for δ from 0 to 1, ${three(low)} to ${three(high)}; ${
    target(beta)
  } is ${low <= beta && beta <= high ? "inside" : "outside"}.`;
}

function cuts(branch: Branch, frame: Frame): string[] {
  const { lowest, highest } = cutToFrame(branch, frame);
  const [bottom, top] = frame.y;
  const beyond = [
    ...(lowest < bottom ? [`down to ${three(lowest)}`] : []),
    ...(highest > top ? [`up to ${three(highest)}`] : []),
  ];
  return [
    ...branch.breaks.map(({ delta, from, to }) => {
      const at = `δ = ${plain(delta)}`;
      if (from !== null && to !== null) {
        return `The line is broken at ${at}: the solution next to the coefficient with controls ends there, and the one that is left is farther out (${
          three(from)
        }, then ${three(to)}).`;
      }
      return `The line ${to === null ? "ends" : "begins"} at ${at}: ${
        to === null ? "beyond" : "before"
      } it no solution keeps the direction in which the controls are related to the treatment.`;
    }),
    ...(beyond.length === 0
      ? []
      : [`The line leaves the frame (${beyond.join(", ")}) and is cut there.`]),
  ];
}

function outside({ x: [low, high] }: Frame, marks: readonly OsterMark[]): string[] {
  return marks.filter(({ delta }) => delta < low || delta > high).map(({ label }) =>
    `Outside the frame: ${label}.`
  );
}

function otherSolutions({ roots, betaStar, delta }: OsterBounds): string[] {
  const others = roots.filter(({ value }) => value !== betaStar);
  return others.length === 0 ? [] : [
    `Other solutions are not drawn; for δ = ${plain(delta)}: ${
      others.map(({ value, reason }) => `${three(value)} (${reason ?? "farther out"})`).join(", ")
    }.`,
  ];
}

function unusedBeta(found: OsterBounds): string[] {
  const { deltaForBeta, beta } = found;
  if (deltaForBeta === null) return [`No finite δ leads to ${target(beta)}.`];
  return betaIsUsed(found) ? [] : [
    `${target(beta)} is a solution for δ = ${plain(deltaForBeta)}, but not the one that is used: ${
      whyNotBeta(found, deltaForBeta)
    }.`,
  ];
}
