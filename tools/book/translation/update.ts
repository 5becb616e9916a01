/** Changes to a sidecar: cells added, put in order, marked as translated. Texts of people are never deleted. */
import { type Prose, standing } from "./problems.ts";
import { type Sidecar, sourceHash, TODO, type Twin } from "./sidecar.ts";

/** What was done, for the command to say. */
export interface Update {
  sidecar: Sidecar;
  /** Cells new in the sidecar. */
  added: string[];
  /** Cells of the sidecar that the notebook has no more; they stay, at the end, until somebody deletes them. */
  orphans: string[];
  /** Cells whose English changed. */
  stale: string[];
}

/** The sidecar with every cell of prose in the notebook's order; new ones hold the English, marked `todo`. */
export function updateSidecar(
  prose: readonly Prose[],
  sidecar: Sidecar | undefined,
  preamble: string,
): Update {
  const old = sidecar ?? { preamble, twins: [] };
  const byCell = new Map(old.twins.map((twin) => [twin.cell, twin]));
  const known = new Set(prose.map(({ id }) => id));
  const orphans = old.twins.filter(({ cell }) => !known.has(cell));
  const twins = prose.map(({ id, source }) => {
    const twin = byCell.get(id);
    if (twin !== undefined && twin.text !== "") return twin;
    return { cell: id, of: TODO, numbers: [], text: source.trim() };
  });
  return {
    sidecar: { preamble: old.preamble, twins: [...twins, ...orphans] },
    added: prose.filter(({ id }) => !byCell.has(id)).map(({ id }) => id),
    orphans: orphans.map(({ cell }) => cell),
    stale: prose.filter(({ id, source }) => standing(source, byCell.get(id)) === "stale")
      .map(({ id }) => id),
  };
}

/** What stamping did. */
export interface Stamped {
  sidecar: Sidecar;
  stamped: string[];
  /** Cells whose text is still the English one; they are left as they are. */
  refused: string[];
}

/** Marks the twins of these cells (all when none is given) as translations of the English of now. */
export function stampSidecar(
  prose: readonly Prose[],
  sidecar: Sidecar,
  cells: readonly string[] = [],
): Stamped {
  const sources = new Map(prose.map(({ id, source }) => [id, source]));
  const stamped: string[] = [];
  const refused: string[] = [];
  const twins = sidecar.twins.map((twin): Twin => {
    const source = sources.get(twin.cell);
    if (source === undefined || (cells.length > 0 && !cells.includes(twin.cell))) return twin;
    if (twin.of === sourceHash(source)) return twin;
    if (twin.text === source.trim()) {
      refused.push(twin.cell);
      return twin;
    }
    stamped.push(twin.cell);
    return { ...twin, of: sourceHash(source) };
  });
  return { sidecar: { ...sidecar, twins }, stamped, refused };
}
