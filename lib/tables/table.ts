/** What a cell may hold; null where there is nothing to show. */
export type CellValue = string | number | null;

export interface TableColumn {
  readonly key: string;
  readonly label: string;
  /** How a number is written. Default: as it is. */
  readonly format?: (value: number) => string;
  /** Default: right for columns whose first value is a number, left otherwise. */
  readonly align?: "left" | "right";
}

export interface TableParts {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Readonly<Record<string, CellValue>>[];
  /** What the table shows or finds. */
  readonly caption: string;
  /** Where the figures come from. */
  readonly source?: string;
  readonly notes?: readonly string[];
}

const EMPTY = "—";
/** Cells up to this length stay on one line: numbers, dates, short names. */
const UNBROKEN = 18;

/** A table that can be read in a notebook, in Markdown, in LaTeX, and by a program. */
export class Table implements TableParts {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Readonly<Record<string, CellValue>>[];
  readonly caption: string;
  readonly source?: string;
  readonly notes: readonly string[];

  constructor(parts: TableParts) {
    this.columns = parts.columns;
    this.rows = parts.rows;
    this.caption = parts.caption;
    this.source = parts.source;
    this.notes = parts.notes ?? [];
  }

  toMarkdown(): string {
    const escape = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
    const line = (cells: readonly string[]) => `| ${cells.map(escape).join(" | ")} |`;
    return [
      `**${this.caption}**`,
      "",
      line(this.columns.map((column) => column.label)),
      `|${
        this.columns.map((column) => this.#align(column) === "right" ? " ---: |" : " :--- |").join(
          "",
        )
      }`,
      ...this.rows.map((row) => line(this.#cells(row))),
      ...this.footer().flatMap((note) => ["", note]),
      "",
    ].join("\n");
  }

  /** For a document that loads booktabs. */
  toLatex(): string {
    const line = (cells: readonly string[]) => `${cells.map(escapeLatex).join(" & ")} \\\\`;
    return [
      "\\begin{table}",
      `\\caption{${escapeLatex(this.caption)}}`,
      `\\begin{tabular}{${
        this.columns.map((column) => this.#align(column) === "right" ? "r" : "l").join("")
      }}`,
      "\\toprule",
      line(this.columns.map((column) => column.label)),
      "\\midrule",
      ...this.rows.map((row) => line(this.#cells(row))),
      "\\bottomrule",
      "\\end{tabular}",
      ...this.footer().map((note) => `\\par\\footnotesize ${escapeLatex(note)}`),
      "\\end{table}",
      "",
    ].join("\n");
  }

  toHtml(): string {
    const style = (column: TableColumn, text = "") =>
      `style="text-align:${this.#align(column)};padding:2px 10px${
        text !== "" && text.length <= UNBROKEN ? ";white-space:nowrap" : ""
      }"`;
    const head = this.columns.map((column) =>
      `<th ${style(column)}>${escapeHtml(column.label)}</th>`
    ).join("");
    const body = this.rows.map((row) => {
      const cells = this.#cells(row);
      return `<tr>${
        this.columns.map((column, j) =>
          `<td ${style(column, cells[j])}>${escapeHtml(cells[j])}</td>`
        ).join(
          "",
        )
      }</tr>`;
    });
    const notes = this.footer().map((note) => `<div>${escapeHtml(note)}</div>`).join("\n");
    return [
      '<div style="overflow-x:auto;max-width:100%">',
      '<table style="border-collapse:collapse">',
      `<caption style="text-align:left;font-weight:bold;padding:4px 0">${
        escapeHtml(this.caption)
      }</caption>`,
      `<thead><tr style="border-bottom:1px solid">${head}</tr></thead>`,
      "<tbody>",
      ...body,
      "</tbody>",
      "</table>",
      ...(notes === "" ? [] : [`<div style="font-size:85%;padding-top:4px">\n${notes}\n</div>`]),
      "</div>",
    ].join("\n");
  }

  /** RFC 4180, numbers in full precision, blank where there is nothing. */
  toCsv(): string {
    const quote = (text: string) =>
      /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    const line = (cells: readonly CellValue[]) =>
      cells.map((cell) => quote(cell === null ? "" : String(cell))).join(",");
    return [
      line(this.columns.map((column) => column.key)),
      ...this.rows.map((row) => line(this.columns.map((column) => row[column.key] ?? null))),
      "",
    ].join("\r\n");
  }

  toText(): string {
    const cells = [
      this.columns.map((column) => column.label),
      ...this.rows.map((row) => this.#cells(row)),
    ];
    const widths = this.columns.map((_, j) => Math.max(...cells.map((row) => row[j].length)));
    const pad = (cell: string, j: number) =>
      this.#align(this.columns[j]) === "right" ? cell.padStart(widths[j]) : cell.padEnd(widths[j]);
    return [
      this.caption,
      ...cells.map((row) => row.map(pad).join("  ").trimEnd()),
      ...this.footer(),
    ].join("\n");
  }

  toJSON(): TableParts {
    const { columns, rows, caption, source, notes } = this;
    return {
      columns: columns.map(({ key, label }) => ({ key, label })),
      rows,
      caption,
      source,
      notes,
    };
  }

  /** Notes and source, as they stand under the table. */
  footer(): string[] {
    return [...this.notes, ...(this.source === undefined ? [] : [`Source: ${this.source}`])];
  }

  /** What a notebook shows. */
  toBundle(): Record<string, string> {
    return {
      "text/html": this.toHtml(),
      "text/markdown": this.toMarkdown(),
      "text/plain": this.toText(),
    };
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toBundle();
  }

  #cells(row: Readonly<Record<string, CellValue>>): string[] {
    return this.columns.map(({ key, format }) => {
      const value = row[key] ?? null;
      if (value === null) return EMPTY;
      return typeof value === "number" ? (format ?? String)(value) : value;
    });
  }

  #align(column: TableColumn): "left" | "right" {
    if (column.align !== undefined) return column.align;
    const first = this.rows.map((row) => row[column.key] ?? null).find((value) => value !== null);
    return typeof first === "number" ? "right" : "left";
  }
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "&": "\\&",
  "%": "\\%",
  "$": "\\$",
  "#": "\\#",
  "_": "\\_",
  "{": "\\{",
  "}": "\\}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "−": "$-$",
  "×": "$\\times$",
  "<": "$<$",
  ">": "$>$",
};

function escapeLatex(text: string): string {
  return text.replace(/[\\&%$#_{}~^−×<>]/g, (mark) => LATEX[mark]);
}
