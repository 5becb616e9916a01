/** Columns of few distinct texts. */

/** Row i has `texts[codes[i]]`, "" where it is blank. */
export interface CodedColumn {
  readonly codes: Uint32Array;
  readonly texts: readonly string[];
}

/** The same column with other texts, each distinct text once. */
export function recoded(
  { codes, texts }: CodedColumn,
  change: (text: string) => string,
): CodedColumn {
  const places = new Map<string, number>();
  const placeOfCode = texts.map((text) => {
    const after = change(text);
    const place = places.get(after) ?? places.size;
    places.set(after, place);
    return place;
  });
  return {
    codes: places.size === texts.length ? codes : codes.map((code) => placeOfCode[code]),
    texts: [...places.keys()],
  };
}

/** Any whole numbers as codes 0, 1, … in the order in which they come, and the first row of each. */
export function denseCodes(numbers: Uint32Array): { codes: Uint32Array; firstRows: number[] } {
  const codes = new Uint32Array(numbers.length);
  const firstRows: number[] = [];
  const codeOf = new Int32Array(largest(numbers) + 1).fill(-1);
  for (let row = 0; row < codes.length; row++) {
    const number = numbers[row];
    if (codeOf[number] === -1) codeOf[number] = firstRows.push(row) - 1;
    codes[row] = codeOf[number];
  }
  return { codes, firstRows };
}

function largest(numbers: Uint32Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i] > most) most = numbers[i];
  return most;
}
