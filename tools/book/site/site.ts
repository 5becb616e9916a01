/** A site in memory: files by path, written to disk as a whole or not at all. */
import { dirname, join } from "node:path";

/** Contents by path, with "/" between folders and none in front. */
export type Site = Map<string, string | Uint8Array<ArrayBuffer>>;

/**
 * Replaces a folder by the site: it is written beside it first, so that a reader, or a server, never sees half of it.
 */
export async function writeSite(site: Site, folder: string): Promise<void> {
  const fresh = `${folder}.new`;
  const old = `${folder}.old`;
  await removeIfThere(fresh);
  await removeIfThere(old);
  for (const [path, content] of site) {
    const file = join(fresh, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(file, content);
    else await Deno.writeFile(file, content);
  }
  await Deno.mkdir(dirname(folder), { recursive: true });
  if (await Deno.stat(folder).then(() => true, () => false)) await Deno.rename(folder, old);
  await Deno.rename(fresh, folder);
  await removeIfThere(old);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
