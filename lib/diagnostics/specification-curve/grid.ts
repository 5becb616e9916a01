import { checkFunction, checkList } from "../../estimators/options.ts";
import { InputError } from "../../panel/errors.ts";
import {
  type Axis,
  type Choices,
  describeChoices,
  type Grid,
  type MissingSpecification,
  type Specification,
  type SpecificationChanges,
  type SpecificationChoice,
} from "./specification.ts";

/** A grid taken apart. */
export interface Specifications {
  readonly axes: readonly Axis[];
  readonly included: readonly Specification[];
  readonly excluded: readonly MissingSpecification[];
  readonly baseline: Choices;
}

const SHORTHANDS = [
  "outcome",
  "treatment",
  "weights",
  "trends",
  "covariance",
  "cluster",
  "timeEffectsBy",
];
const ADDED = ["covariates", "covariatesByTime", "sample", "scale"];
const REPLACED = [
  ...SHORTHANDS,
  "smallSample",
  "fit",
  "term",
  "unit",
  "per",
];
const MOST = 100_000;

/** All combinations, less those excluded. @throws InputError on an impossible grid, naming the axis. */
export function specificationsOf(
  { base = {}, axes: given, exclude = [], baseline = {} }: Grid,
): Specifications {
  checkChanges("base", base);
  checkList("exclude", exclude, '{ exclude: [{ when: (choices) => …, reason: "…" }] }');
  for (const one of exclude) {
    checkFunction("exclude", one?.when, '{ when: (choices) => …, reason: "…" }');
  }
  const axes = Object.entries(given ?? {}).map(([name, options]) => axisOf(name, options));
  checkAxes(axes);
  const included: Specification[] = [];
  const excluded: MissingSpecification[] = [];
  for (const options of product(axes.map((axis) => axis.options))) {
    const choices = Object.fromEntries(axes.map(({ name }, a) => [name, options[a].label]));
    const reason = exclude.find(({ when }) => when(choices))?.reason;
    if (reason !== undefined) excluded.push({ choices, reason });
    else {
      const number = included.length + excluded.length;
      included.push(merge(base, options, choices, number));
    }
  }
  if (included.length === 0) {
    throw new InputError({
      problem: `All ${excluded.length} combinations are excluded`,
      value: excluded[0].reason,
      remedy: "narrow the conditions of exclude",
    });
  }
  return { axes, included, excluded, baseline: baselineOf(axes, baseline) };
}

function axisOf(name: string, options: readonly (string | SpecificationChoice)[]): Axis {
  if (!Array.isArray(options) || options.length === 0) {
    throw new InputError({
      problem: "An axis has no options",
      column: name,
      value: Array.isArray(options) ? undefined : options,
      remedy: "list at least one, or leave the axis out",
    });
  }
  const read: SpecificationChoice[] = options.map((option) => {
    if (typeof option !== "string") return option;
    if (SHORTHANDS.includes(name)) return { label: option, [name]: option };
    throw new InputError({
      problem: "An option is a text, but the axis is not named after an option that holds one",
      column: name,
      value: option,
      remedy: `write { label: "${option}", … } with what it changes, or name the axis one of ${
        SHORTHANDS.join(", ")
      }`,
    });
  });
  for (const option of read) {
    const { label, ...changes } = option ?? {} as SpecificationChoice;
    if (typeof label !== "string" || label.trim() === "") {
      throw new InputError({
        problem: "An option has no label",
        column: name,
        value: JSON.stringify(option),
        remedy: 'name it: { label: "…" }',
      });
    }
    checkChanges(`${name}: ${label}`, changes);
  }
  const labels = read.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) {
    throw new InputError({
      problem: "Two options of an axis have the same label",
      column: name,
      value: twice,
      remedy: "give every option a label of its own",
    });
  }
  return { name, options: read };
}

function checkChanges(where: string, changes: object): void {
  const allowed = [...REPLACED, ...ADDED];
  if (typeof changes !== "object" || changes === null) {
    throw new InputError({
      problem: "A specification is not given as { name: value, … }",
      column: where,
      value: changes,
      remedy: `choose among ${allowed.join(", ")}`,
    });
  }
  for (const [name, value] of Object.entries(changes)) {
    if (!allowed.includes(name)) {
      throw new InputError({
        problem: "A specification has no such option",
        column: where,
        value: name,
        remedy: `choose among ${allowed.join(", ")}`,
      });
    }
    if (name === "fit") checkFunction(where, value, "fit: (panel, specification) => …");
    if (name === "sample") checkFunction(where, value, "sample: (panel) => panel.where(…)");
    if (name === "covariates" || name === "covariatesByTime") {
      if (Array.isArray(value) && value.every((column) => typeof column === "string")) continue;
      throw new InputError({
        problem: `${name} must be a list of columns`,
        column: where,
        value,
        remedy: `write ${name}: ["…"]`,
      });
    }
  }
}

function checkAxes(axes: readonly Axis[]): void {
  if (axes.length === 0) {
    throw new InputError({
      problem: "There are no axes",
      column: "axes",
      remedy: 'name the choices, as in axes: { outcome: ["y1", "y2"] }',
    });
  }
  for (const key of REPLACED) {
    const setting = axes.filter(({ options }) => options.some((option) => key in option));
    if (setting.length < 2) continue;
    throw new InputError({
      problem: `Two axes change the same thing (${key}), so one would undo the other`,
      column: setting.map(({ name }) => name).join(", "),
      remedy: "put these options on one axis",
    });
  }
  const count = axes.reduce((total, { options }) => total * options.length, 1);
  if (count <= MOST) return;
  throw new InputError({
    problem: `The grid has ${count} combinations, more than ${MOST}`,
    value: axes.map(({ name, options }) => `${name} (${options.length})`).join(" × "),
    remedy: "use fewer options: a curve shows the choices that matter, not every one",
  });
}

function baselineOf(axes: readonly Axis[], given: Choices): Choices {
  for (const [name, label] of Object.entries(given)) {
    const axis = axes.find((axis) => axis.name === name);
    if (axis?.options.some((option) => option.label === label)) continue;
    throw new InputError({
      problem: axis === undefined
        ? "The baseline names an axis that does not exist"
        : "The baseline names an option that does not exist",
      column: name,
      value: label,
      remedy: `choose one of ${
        (axis?.options.map((option) => option.label) ?? axes.map((axis) => axis.name)).join(", ")
      }`,
    });
  }
  return Object.fromEntries(
    axes.map(({ name, options }) => [name, given[name] ?? options[0].label]),
  );
}

function* product<T>(lists: readonly (readonly T[])[], from = 0): Generator<T[]> {
  if (from === lists.length) return yield [];
  for (const item of lists[from]) {
    for (const rest of product(lists, from + 1)) yield [item, ...rest];
  }
}

function merge(
  base: SpecificationChanges,
  options: readonly SpecificationChoice[],
  choices: Choices,
  number: number,
): Specification {
  const all = [base, ...options];
  const replaced: SpecificationChanges = Object.assign({}, ...all);
  const { label: _, sample: _s, scale: _c, ...rest } = replaced as SpecificationChoice;
  const { outcome, treatment } = rest;
  for (const [name, value] of Object.entries({ outcome, treatment })) {
    if (typeof value === "string") continue;
    throw new InputError({
      problem: `A specification has no ${name}`,
      column: name,
      value: describeChoices(choices),
      remedy: `name it in base, as in base: { ${name}: "…" }, or on an axis`,
    });
  }
  const joined = (key: "covariates" | "covariatesByTime") => [
    ...new Set(all.flatMap((changes) => changes[key] ?? [])),
  ];
  return {
    ...rest,
    outcome: outcome as string,
    treatment: treatment as string,
    covariates: joined("covariates"),
    covariatesByTime: joined("covariatesByTime"),
    samples: all.flatMap(({ sample }) => sample === undefined ? [] : [sample]),
    scales: all.flatMap(({ scale }) => scale === undefined ? [] : [scale]),
    number,
    choices,
  };
}
