/** The one file that is wanted of a zip archive, whole and checked. */
import { configure, type FileEntry, Reader, ZipReader } from "@zip.js/zip.js";
import { InputError } from "../../../panel/errors.ts";
import { readCells } from "../files/cells.ts";
import { checkYear, requireModule, upperHeader, weightColumn } from "../files/checks.ts";
import { type FileShape, inspectFile } from "../files/inspect.ts";
import { type ModuleSpec, YEAR_COLUMN } from "../files/spec.ts";

configure({ useWebWorkers: false });

/** Reads a zip where it lies: an archive never has to fit in memory. */
class ZipFileReader extends Reader<string> {
  #file: Deno.FsFile | null = null;

  constructor(readonly path: string) {
    super(path);
  }

  override async init(): Promise<void> {
    this.#file = await Deno.open(this.path);
    this.size = (await this.#file.stat()).size;
    await super.init?.();
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - index)));
    await this.#file!.seek(index, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) {
      const read = await this.#file!.read(bytes.subarray(done));
      if (read === null) return bytes.subarray(0, done);
      done += read;
    }
    return bytes;
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }
}

/**
 * Takes the module's CSV of that year out of an archive and writes it to `path`, checking its checksum.
 * @throws InputError when the archive is cut off or damaged, or holds no such file; `path` may then hold a part of it,
 *   and is the caller's to remove.
 */
export async function unpackModule(
  archive: string,
  spec: ModuleSpec,
  year: number,
  path: string,
): Promise<void> {
  const source = new ZipFileReader(archive);
  const zip = new ZipReader(source);
  try {
    const entries = (await zip.getEntries()).filter((entry) => !entry.directory);
    const entry = wantedEntry(entries as FileEntry[], spec, year, nameOf(archive));
    const file = await Deno.open(path, { write: true, create: true, truncate: true });
    try {
      await entry.getData(file.writable, { checkSignature: true, preventClose: true });
    } finally {
      await file.writable.close().catch(() => file.close());
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({
      problem: `${nameOf(archive)} is no whole zip archive (${
        error instanceof Error ? error.message : error
      })`,
      remedy: "download it again",
    });
  } finally {
    await zip.close().catch(() => {});
    source.close();
  }
}

function wantedEntry(
  entries: readonly FileEntry[],
  spec: ModuleSpec,
  year: number,
  archive: string,
): FileEntry {
  const csv = entries.filter(({ filename }) => /\.csv$/i.test(filename));
  const ours = csv.flatMap((entry) => {
    const match = spec.filePattern.exec(nameOf(entry.filename).replace(/\.csv$/i, ""));
    return match === null ? [] : [{ entry, year: Number(match[1]) }];
  });
  const matching = ours.filter((found) => found.year === year);
  if (matching.length === 1) return matching[0].entry;
  const listed = (csv.length > 0 ? csv : entries).map(({ filename }) => nameOf(filename));
  throw new InputError({
    problem: matching.length > 1
      ? `${archive} holds ${spec.fileName(year)}.csv more than once`
      : `${archive} holds no ${spec.fileName(year)}.csv but ${
        listed.slice(0, 6).join(", ") || "nothing"
      }`,
    remedy: csv.length === 0
      ? "that archive has no CSV files: convert its files by hand"
      : "check the code of the year (option --code) and the address (option --base)",
  });
}

/** Whether a file is that module of that year, with a weight. @throws InputError that says what is wrong. */
export async function verifyModuleFile(
  path: string,
  spec: ModuleSpec,
  year: number,
): Promise<FileShape> {
  const shape = await inspectFile(path);
  requireModule(shape, spec);
  weightColumn(shape, spec, {});
  const column = upperHeader(shape).find((name) => YEAR_COLUMN.test(name));
  if (column !== undefined) checkYear(readCells(shape, [column]), year);
  return shape;
}

const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;
