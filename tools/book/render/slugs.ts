/** Anchors: short, readable, and never the same twice on a page. */

/** Words of a heading joined by hyphens, without accents: "¿Qué pasó?" gives "que-paso". */
export function slug(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase()
    .replaceAll(/['’]/g, "").replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}

/** Hands out ids of one page. */
export class Ids {
  readonly #taken = new Set<string>();

  /** The wish itself, or with a number behind it when somebody has it already. */
  take(wish: string): string {
    const base = wish === "" ? "section" : wish;
    let id = base;
    for (let number = 2; this.#taken.has(id); number++) id = `${base}-${number}`;
    this.#taken.add(id);
    return id;
  }
}
