/** cli: files in. A path, or `-` for standard input; out: its bytes, read once, all of them, up to a limit. */
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { FileError, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { kindOf } from "./kinds.ts";
import { explain } from "./system-errors.ts";

const MIB = 1 << 20;

/** The most bytes of each kind of input. */
export const INPUT_LIMITS = Object.freeze({
  /** Longer than the line of any key. */
  key: 4096,
  /** Specs, envelopes, trust documents: more than the stages behind it take. */
  document: 8 * MIB,
  /** The pickle reader's own limit, and one byte more, so that it can say so itself. */
  legacy: 64 * MIB + 1,
  /** Tensors: as much as one buffer of Node 20 holds. */
  tensors: 4096 * MIB - 1,
});

export interface ReadOptions {
  readonly limit: number;
  /** A file that nobody but its owner may be able to read. */
  readonly secret?: true;
}

const stdinTaken = new WeakSet<Io>();
const STDIN_NAME = "(standard input)";

/** What messages call an input. */
export function inputName(path: string): string {
  return path === "-" ? STDIN_NAME : path;
}

/**
 * The bytes of an input.
 * @throws FileError for what cannot be read, is a folder, too large, or a secret that others may read
 * @throws UsageError for a second `-`
 */
export async function readInput(io: Io, path: string, options: ReadOptions): Promise<Uint8Array> {
  if (path === "-") return readStdin(io, options.limit);
  if (path === "" || path.includes("\0"))
    throw new UsageError(
      "a path cannot be empty or hold a zero byte",
      "name a file, or - for standard input",
    );
  try {
    const handle = await open(resolve(io.cwd, path), "r");
    try {
      return await readHandle(handle, path, options);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explain(path, error);
  }
}

function tooLarge(path: string, limit: number): FileError {
  return new FileError(inputName(path), {
    code: "too-large",
    message: `more than ${limit} bytes`,
    hint: "this is not the kind of file that the command takes, or one too large for it",
  });
}

async function readHandle(
  handle: FileHandle,
  path: string,
  { limit, secret }: ReadOptions,
): Promise<Uint8Array> {
  const stat = await handle.stat();
  if (stat.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR", syscall: "read" });
  if (stat.isFile() && stat.size > limit) throw tooLarge(path, limit);
  const bytes = await readAll(handle, stat.isFile() ? stat.size : 0, path, limit);
  // Windows has no such modes: there all files look readable to all. A public key is refused for what it is, elsewhere.
  const isWide = stat.isFile() && process.platform !== "win32" && (stat.mode & 0o077) !== 0;
  if (secret && isWide && kindOf(bytes) !== "public-key")
    throw new FileError(path, {
      code: "key-mode",
      message: `others may read this secret key (mode ${(stat.mode & 0o777).toString(8).padStart(4, "0")})`,
      hint: "chmod 600 makes it yours alone; if others have seen it, make a new one",
    });
  return bytes;
}

async function readAll(
  handle: FileHandle,
  expected: number,
  path: string,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (let size = Math.max(expected + 1, 1 << 16); ; size = 1 << 16) {
    const chunk = Buffer.allocUnsafe(Math.min(size, limit + 1 - total));
    const filled = await fill(handle, chunk);
    total += filled;
    if (total > limit) throw tooLarge(path, limit);
    chunks.push(chunk.subarray(0, filled));
    if (filled < chunk.length) return joined(chunks);
  }
}

/** As many bytes as there are, or as the chunk holds. */
async function fill(handle: FileHandle, chunk: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < chunk.length) {
    // No system call reads more than 2 GiB.
    const most = Math.min(chunk.length - filled, 1 << 30);
    const { bytesRead } = await handle.read(chunk, filled, most, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function readStdin(io: Io, limit: number): Promise<Uint8Array> {
  if (stdinTaken.has(io))
    throw new UsageError(
      "standard input can be read only once",
      "give `-` for one file, and paths for the others",
    );
  stdinTaken.add(io);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of io.stdin) {
    total += chunk.length;
    if (total > limit) throw tooLarge("-", limit);
    // A copy: the stream may use its buffer again.
    chunks.push(Uint8Array.from(chunk));
  }
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}
