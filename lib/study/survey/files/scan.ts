/** What a pass over the bytes of a delimited file tells, chunk by chunk. */
import { isUtf8 } from "node:buffer";

const [LF, CR, QUOTE, SPACE] = [10, 13, 34, 32];

/** Whether bytes are UTF-8; pieces without a byte above 127 cost nothing but a look. */
export class Utf8Check {
  #valid = true;
  /** The last letter of the piece before, if it is none of ASCII: it may go on in the next. */
  #rest: Uint8Array = new Uint8Array(0);

  /** @param ascii whether no byte of the chunk is above 127. */
  add(chunk: Uint8Array, ascii: boolean): void {
    if (!this.#valid || (ascii && this.#rest.length === 0)) return;
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    const end = endOfWholeLetters(bytes);
    this.#valid = isUtf8(bytes.subarray(0, end));
    this.#rest = bytes.slice(end);
  }

  finish(): boolean {
    return this.#valid && isUtf8(this.#rest);
  }
}

/** The end of these bytes, or where their last letter begins if that has more than one byte. */
function endOfWholeLetters(bytes: Uint8Array): number {
  const continues = (byte: number) => byte >= 0x80 && byte < 0xc0;
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && continues(bytes[end - 1])) end--;
  return end > 0 && bytes[end - 1] >= 0xc0 ? end - 1 : end;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

export interface ScanResult {
  readonly records: number;
  readonly lines: number;
  /** Line and number of cells of records that differ from the first; at most a few are kept. */
  readonly ragged: readonly { readonly line: number; readonly cells: number }[];
  readonly raggedCount: number;
  readonly lastIsRagged: boolean;
  /** The line on which a quote opens that never closes, or −1. */
  readonly openQuote: number;
  /** Whether a quote after the header opens or closes in the middle of a cell. */
  readonly quoteInCell: boolean;
  /** The first line on which a quote opens in the middle of a cell and takes in a separator or a line end, or −1. */
  readonly swallowingQuote: number;
  /** The first blank line that has a row after it, or −1. */
  readonly blankLine: number;
}

const RAGGED_KEPT = 50;

/** The last byte of a byte order mark. */
const LAST_OF_MARK = 0xbf;

/** More than eight separators can count: a line end or a quote is among the bytes. */
const STOP = 256;

/** Counts cells of every record; quotes may hold separators and line breaks. */
export class Scan {
  /** What a byte counts: 1 a separator, `STOP` a line end or a quote. */
  readonly #counts = new Uint16Array(256);
  readonly #separator: number;
  #cells = 1;
  #expected = -1;
  #records = 0;
  #lines = 0;
  #line = 1;
  #recordLine = 1;
  #blank = true;
  #quoted = false;
  #quoteLine = -1;
  #quoteInCell = false;
  /** Whether the quote that is open, or was last, opened in the middle of a cell. */
  #openedInCell = false;
  #swallowingQuote = -1;
  /** The last byte of the chunk before. */
  #before = LF;
  #ragged: { line: number; cells: number }[] = [];
  #raggedCount = 0;
  #lastRagged = -1;
  #blankPending = -1;
  #blankLine = -1;

  constructor(separator: number) {
    this.#separator = separator;
    this.#counts[LF] = STOP;
    this.#counts[QUOTE] = STOP;
    this.#counts[separator] = 1;
  }

  /** Returns whether no byte of the chunk is above 127. */
  add(chunk: Uint8Array): boolean {
    const counts = this.#counts;
    const separator = this.#separator;
    let cells = this.#cells;
    let quoted = this.#quoted;
    let bits = 0;
    let recordStart = 0;
    let i = 0;
    if (this.#before === QUOTE && !quoted && chunk.length > 0) this.#checkClosed(chunk[0]);
    while (i < chunk.length) {
      // Eight bytes at once, without a question for each of them, is what makes this fast.
      if (!quoted && i + 8 <= chunk.length) {
        const found = counts[chunk[i]] + counts[chunk[i + 1]] +
          counts[chunk[i + 2]] + counts[chunk[i + 3]] +
          counts[chunk[i + 4]] + counts[chunk[i + 5]] +
          counts[chunk[i + 6]] + counts[chunk[i + 7]];
        if (found < STOP) {
          bits |= chunk[i] | chunk[i + 1] | chunk[i + 2] | chunk[i + 3] |
            chunk[i + 4] | chunk[i + 5] | chunk[i + 6] | chunk[i + 7];
          cells += found;
          i += 8;
          continue;
        }
      }
      const byte = chunk[i];
      bits |= byte;
      if (byte === LF) {
        if (quoted) this.#checkSwallowed();
        this.#line++;
        if (!quoted) {
          this.#blank &&= cells === 1 && isBlank(chunk, recordStart, i);
          this.#endRecord(cells);
          cells = 1;
          recordStart = i + 1;
        }
      } else if (byte === QUOTE) {
        quoted = !quoted;
        if (quoted) {
          this.#quoteLine = this.#line;
          this.#checkOpened(i === 0 ? this.#before : chunk[i - 1]);
        } else if (i + 1 < chunk.length) this.#checkClosed(chunk[i + 1]);
      } else if (byte === separator) {
        if (quoted) this.#checkSwallowed();
        else cells++;
      }
      i++;
    }
    this.#cells = cells;
    this.#blank &&= cells === 1 && isBlank(chunk, recordStart, chunk.length);
    this.#quoted = quoted;
    this.#before = chunk.at(-1) ?? this.#before;
    return bits < 128;
  }

  finish(): ScanResult {
    if (!this.#blank) {
      this.#line++;
      this.#endRecord(this.#cells);
    }
    return {
      records: this.#records,
      lines: this.#lines,
      ragged: this.#ragged,
      raggedCount: this.#raggedCount,
      lastIsRagged: this.#lastRagged === this.#records,
      openQuote: this.#quoted ? this.#quoteLine : -1,
      quoteInCell: this.#quoteInCell,
      swallowingQuote: this.#swallowingQuote,
      blankLine: this.#blankLine,
    };
  }

  /** Two quotes in a quoted cell stand for one: the first closes, the second opens again. */
  #checkOpened(before: number): void {
    if (before === QUOTE) return;
    const first = before === this.#separator || before === LF ||
      (this.#records === 0 && before === LAST_OF_MARK);
    this.#openedInCell = !first;
    if (!first && this.#records > 0) this.#quoteInCell = true;
  }

  #checkSwallowed(): void {
    if (this.#openedInCell && this.#swallowingQuote === -1) this.#swallowingQuote = this.#quoteLine;
  }

  #checkClosed(after: number): void {
    if (this.#records === 0 || after === this.#separator) return;
    if (after !== LF && after !== CR && after !== QUOTE) this.#quoteInCell = true;
  }

  #endRecord(cells: number): void {
    if (this.#blank) {
      if (this.#blankPending === -1) this.#blankPending = this.#recordLine;
    } else {
      if (this.#blankLine === -1) this.#blankLine = this.#blankPending;
      this.#records++;
      this.#lines = this.#line - 1;
      if (this.#expected === -1) this.#expected = cells;
      else if (cells !== this.#expected) {
        this.#raggedCount++;
        this.#lastRagged = this.#records;
        if (this.#ragged.length < RAGGED_KEPT) {
          this.#ragged.push({ line: this.#recordLine, cells });
        }
      }
    }
    this.#blank = true;
    this.#recordLine = this.#line;
  }
}

/** Whether there is nothing but spaces and control characters between two places. */
function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] > SPACE) return false;
  return true;
}
