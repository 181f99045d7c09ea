/** cli: files of any size, by what they are known by. In: a path. Out: size and digest of all its bytes, read once and not kept. */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { lstat, open } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { FileFacts } from "../index.ts";
import type { Io } from "./io.ts";
import { explain } from "./system-errors.ts";

const CHUNK = 1 << 20;

/** A file's facts and its first bytes. */
export interface Surveyed {
  readonly facts: FileFacts;
  readonly start: Uint8Array;
}

async function survey(handle: FileHandle, name: string, startLength: number): Promise<Surveyed> {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK);
  const start: Buffer[] = [];
  let size = 0;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, null);
    if (bytesRead === 0) break;
    const read = chunk.subarray(0, bytesRead);
    if (size < startLength) start.push(Buffer.from(read.subarray(0, startLength - size)));
    hash.update(read);
    size += bytesRead;
  }
  const digest = `sha256:${hash.digest("hex")}` as const;
  return { facts: { name, size, digest }, start: Buffer.concat(start) };
}

/**
 * What is in a file, which is read to its end.
 * @param startLength how many of its first bytes to keep
 * @throws FileError for what cannot be read
 */
export async function surveyFile(io: Io, path: string, startLength: number): Promise<Surveyed> {
  try {
    const handle = await open(resolve(io.cwd, path), "r");
    try {
      return await survey(handle, basename(path), startLength);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explain(path, error);
  }
}

/** The facts of a regular file of a folder; `undefined` if there is none of this name. @throws FileError */
export async function factsIn(io: Io, folder: string, name: string): Promise<FileFacts | undefined> {
  const path = join(folder, name);
  const found = await lstat(resolve(io.cwd, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw explain(path, error);
  });
  // A pipe in its place would be read for ever, and a link leads elsewhere.
  return found?.isFile() ? (await surveyFile(io, path, 0)).facts : undefined;
}
