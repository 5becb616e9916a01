/** Tells code from text in TypeScript, without parsing it: enough to find the imports of a cell. */

/** A cell, scanned. */
export interface Scan {
  /** The source with comments, texts and regular expressions blanked; of the same length, lines kept. */
  mask: string;
  /** For each character how many brackets are open before it. */
  depth: Uint16Array;
  /** A bracket, text or comment that is not closed, or closed without being open. */
  problem?: { offset: number; message: string };
}

const CLOSING: Record<string, string> = { "(": ")", "[": "]", "{": "}", "${": "}" };
// After these words a slash begins a regular expression, after any other word it divides.
const BEFORE_OPERAND = new Set(
  "return typeof case in of delete void throw new instanceof await yield do else".split(" "),
);

/** Scans one cell. */
export function scan(source: string): Scan {
  return new Scanner(source).run();
}

class Scanner {
  readonly #mask: string[];
  readonly #depth: Uint16Array;
  readonly #open: { bracket: string; offset: number }[] = [];
  #at = 0;
  #problem?: Scan["problem"];

  constructor(readonly source: string) {
    this.#mask = source.split("");
    this.#depth = new Uint16Array(source.length);
  }

  run(): Scan {
    while (this.#at < this.source.length) this.#step();
    const left = this.#open.at(-1);
    if (left !== undefined) this.#report(left.offset, `"${left.bracket}" is not closed`);
    return { mask: this.#mask.join(""), depth: this.#depth, problem: this.#problem };
  }

  #step(): void {
    const { source } = this;
    const char = source[this.#at];
    this.#depth[this.#at] = this.#open.length;
    if (source.startsWith("//", this.#at)) this.#blank(this.#end("\n", 2));
    else if (source.startsWith("/*", this.#at)) this.#blockComment();
    else if (char === '"' || char === "'") this.#string(char);
    else if (char === "`") this.#template();
    else if (char === "/" && this.#operandExpected()) this.#regularExpression();
    else if (char in CLOSING) this.#opened(char);
    else if (char === ")" || char === "]" || char === "}") this.#closed(char);
    else this.#at++;
  }

  #opened(bracket: string): void {
    this.#open.push({ bracket, offset: this.#at });
    this.#at += bracket.length;
  }

  #closed(char: string): void {
    const last = this.#open.pop();
    if (last === undefined || CLOSING[last.bracket] !== char) {
      this.#report(this.#at, `"${char}" closes nothing`);
    }
    this.#at++;
    if (last?.bracket === "${") this.#templateText(last.offset);
  }

  #template(): void {
    const start = this.#at;
    this.#at++;
    this.#templateText(start);
  }

  /** Blanks up to the closing backtick or the next `${`, whose code is scanned as code. */
  #templateText(start: number): void {
    const end = this.#find((at) => this.source[at] === "`" || this.source.startsWith("${", at));
    this.#blank(end);
    if (end >= this.source.length) return this.#report(start, "a template is not closed");
    if (this.source[end] === "`") this.#at++;
    else this.#opened("${");
  }

  #string(quote: string): void {
    const start = this.#at;
    this.#at++;
    const end = this.#find((at) => this.source[at] === quote || this.source[at] === "\n");
    this.#blank(end);
    if (this.source[end] !== quote) return this.#report(start, "a text is not closed");
    this.#at++;
  }

  #blockComment(): void {
    const start = this.#at;
    const close = this.source.indexOf("*/", start + 2);
    if (close < 0) this.#report(start, "a comment is not closed");
    this.#blank(close < 0 ? this.source.length : close + 2);
  }

  #regularExpression(): void {
    let inClass = false;
    const end = this.#find((at) => {
      const char = this.source[at];
      if (char === "[") inClass = true;
      if (char === "]") inClass = false;
      return char === "\n" || (char === "/" && !inClass);
    }, 1);
    if (this.source[end] === "/") this.#blank(end + 1);
    else this.#at++;
  }

  /** The offset from here on at which `stop` holds, skipping what a backslash escapes; the length if none. */
  #find(stop: (at: number) => boolean, skip = 0): number {
    let at = this.#at + skip;
    while (at < this.source.length && !stop(at)) at += this.source[at] === "\\" ? 2 : 1;
    return Math.min(at, this.source.length);
  }

  #end(text: string, skip: number): number {
    const at = this.source.indexOf(text, this.#at + skip);
    return at < 0 ? this.source.length : at;
  }

  #blank(end: number): void {
    for (; this.#at < end; this.#at++) {
      this.#depth[this.#at] = this.#open.length;
      if (this.#mask[this.#at] !== "\n") this.#mask[this.#at] = " ";
    }
  }

  #operandExpected(): boolean {
    const before = this.#mask.slice(0, this.#at).join("").trimEnd();
    const word = /[\w$\u0080-\uffff]+$/.exec(before)?.[0];
    if (word !== undefined) return BEFORE_OPERAND.has(word);
    return !/[)\]}"'`]$/.test(before);
  }

  #report(offset: number, message: string): void {
    this.#problem ??= { offset, message };
  }
}
