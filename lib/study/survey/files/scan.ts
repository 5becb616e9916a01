/** What a pass over the bytes of a delimited file tells, chunk by chunk. */

const [LF, QUOTE, SPACE] = [10, 34, 32];

/** Whether bytes are UTF-8; pieces without a byte above 127 cost nothing but a look. */
export class Utf8Check {
  #decoder = new TextDecoder("utf-8", { fatal: true });
  #valid = true;
  #pending = false;

  /** @param ascii whether no byte of the chunk is above 127. */
  add(chunk: Uint8Array, ascii: boolean): void {
    if (!this.#valid || (!this.#pending && ascii)) return;
    try {
      this.#decoder.decode(chunk, { stream: true });
      this.#pending = true;
    } catch {
      this.#valid = false;
    }
  }

  finish(): boolean {
    if (!this.#valid) return false;
    try {
      this.#decoder.decode();
      return true;
    } catch {
      return false;
    }
  }
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
  /** The first blank line that has a row after it, or −1. */
  readonly blankLine: number;
}

const RAGGED_KEPT = 50;

/** What a byte means; one look-up in place of many comparisons. */
const [ORDINARY, SEPARATES, ENDS_LINE, QUOTES, IGNORED] = [0, 1, 2, 3, 4];

/** Counts cells of every record; quotes may hold separators and line breaks. */
export class Scan {
  readonly #kinds = new Uint8Array(256);
  #cells = 1;
  #expected = -1;
  #records = 0;
  #lines = 0;
  #line = 1;
  #recordLine = 1;
  #blank = true;
  #quoted = false;
  #quoteLine = -1;
  #ragged: { line: number; cells: number }[] = [];
  #raggedCount = 0;
  #lastRagged = -1;
  #blankPending = -1;
  #blankLine = -1;

  constructor(separator: number) {
    this.#kinds.fill(IGNORED, 0, SPACE + 1);
    this.#kinds[LF] = ENDS_LINE;
    this.#kinds[QUOTE] = QUOTES;
    this.#kinds[separator] = SEPARATES;
  }

  /** Returns whether no byte of the chunk is above 127. */
  add(chunk: Uint8Array): boolean {
    const kinds = this.#kinds;
    let cells = this.#cells;
    let blank = this.#blank;
    let quoted = this.#quoted;
    let bits = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      bits |= byte;
      const kind = kinds[byte];
      if (kind === ORDINARY) {
        blank = false;
      } else if (kind === SEPARATES) {
        if (!quoted) cells++;
      } else if (kind === ENDS_LINE) {
        this.#line++;
        if (quoted) continue;
        this.#cells = cells;
        this.#blank = blank;
        this.#endRecord();
        cells = 1;
        blank = true;
      } else if (kind === QUOTES) {
        quoted = !quoted;
        blank = false;
        if (quoted) this.#quoteLine = this.#line;
      }
    }
    this.#cells = cells;
    this.#blank = blank;
    this.#quoted = quoted;
    return bits < 128;
  }

  finish(): ScanResult {
    if (!this.#blank || this.#cells > 1) {
      this.#line++;
      this.#endRecord();
    }
    return {
      records: this.#records,
      lines: this.#lines,
      ragged: this.#ragged,
      raggedCount: this.#raggedCount,
      lastIsRagged: this.#lastRagged === this.#records,
      openQuote: this.#quoted ? this.#quoteLine : -1,
      blankLine: this.#blankLine,
    };
  }

  #endRecord(): void {
    const blank = this.#blank && this.#cells === 1;
    if (blank) {
      if (this.#blankPending === -1) this.#blankPending = this.#recordLine;
    } else {
      if (this.#blankLine === -1) this.#blankLine = this.#blankPending;
      this.#records++;
      this.#lines = this.#line - 1;
      if (this.#expected === -1) this.#expected = this.#cells;
      else if (this.#cells !== this.#expected) {
        this.#raggedCount++;
        this.#lastRagged = this.#records;
        if (this.#ragged.length < RAGGED_KEPT) {
          this.#ragged.push({ line: this.#recordLine, cells: this.#cells });
        }
      }
    }
    this.#recordLine = this.#line;
  }
}
