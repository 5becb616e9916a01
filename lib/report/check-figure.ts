import { InputError } from "../panel/errors.ts";

/**
 * Refuses what a figure cannot do without: what it draws, its options, and words or numbers among them. Types say the same, but
 * nobody reads them in plain JavaScript or in a notebook. The first call of every function that draws.
 *
 * @param name the function, @param texts and @param numbers its options that have no default.
 */
export function checkFigure<O extends object>(
  name: string,
  drawn: unknown,
  options: O,
  texts: readonly (keyof O & string)[],
  numbers: readonly (keyof O & string)[] = [],
): void {
  const words = [
    ...texts.map((text) => `${text}: "…"`),
    ...numbers.map((number) => `${number}: …`),
  ];
  const written = words.length === 0 ? "{ … }" : `{ ${words.join(", ")} }`;
  if (typeof drawn !== "object" || drawn === null) {
    throw new InputError({
      problem: `${name} is not given what it draws`,
      value: given(drawn),
      remedy: `give it first, then the options: ${name}(…, ${written})`,
    });
  }
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InputError({
      problem: `The options of ${name} are not given as an object`,
      value: given(options),
      remedy: `write them after what is drawn: ${name}(…, ${written})`,
    });
  }
  const missing = [
    ...texts.filter((option) => typeof options[option] !== "string"),
    ...numbers.filter((option) => typeof options[option] !== "number"),
  ];
  if (missing.length === 0) return;
  const [option] = missing;
  throw new InputError({
    problem: `${name} needs the option ${option}`,
    column: option,
    value: options[option],
    remedy: `${
      MEANING[option] ?? `give what it is (a ${texts.includes(option) ? "text" : "number"})`
    }: ${name}(…, ${written})`,
  });
}

const given = (value: unknown) => value === undefined ? "nothing" : value;

const MEANING: Readonly<Record<string, string>> = {
  title: "say the finding in a sentence",
  source: "say where the figures come from",
  xLabel: "say what runs across, with its unit",
  yLabel: "say what runs up, with its unit",
  valueLabel: "say what the colours mean, with the unit",
};
