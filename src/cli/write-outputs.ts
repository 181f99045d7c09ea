/**
 * cli: files out. Whatever happens, a file is there whole or not at all: it is written under another name in the same
 * folder, flushed, and then given its own. A symbolic link in its place is replaced itself, not what it points to.
 */
import { randomBytes } from "node:crypto";
import { link, lstat, open, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { FileError, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { explain } from "./system-errors.ts";

export interface Output {
  /** `-` for standard output. */
  readonly path: string;
  readonly bytes: string | Uint8Array;
  /** Permissions, less the process's own mask; default 0o666. */
  readonly mode?: number;
}

interface Staged {
  readonly output: Output;
  readonly target: string;
  readonly temporary: string;
}

/**
 * Refuses before any work is done what `writeOutputs` would refuse after it.
 * @throws FileError for what exists already (without `force`), is no regular file, or lies in no folder
 * @throws UsageError for two outputs of one name
 */
export async function checkOutputs(
  io: Io,
  paths: readonly (string | undefined)[],
  force: boolean,
): Promise<void> {
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === undefined) continue;
    if (path === "" || path.includes("\0"))
      throw new UsageError(
        "a path cannot be empty or hold a zero byte",
        "name a file, or - for standard output",
      );
    const target = path === "-" ? path : resolve(io.cwd, path);
    if (seen.has(target))
      throw new UsageError(`two outputs are both called \`${path}\``, "give each its own name");
    seen.add(target);
    if (path !== "-") await checkTarget(path, target, force);
  }
}

async function checkTarget(path: string, target: string, force: boolean): Promise<void> {
  try {
    if (!(await stat(dirname(target))).isDirectory())
      throw Object.assign(new Error(), { code: "ENOTDIR", syscall: "open" });
    const found = await lstat(target).catch(ignoreMissing);
    if (found === undefined) {
      if (/[\\/]$/.test(path)) throw Object.assign(new Error(), { code: "EISDIR", syscall: "open" });
      return;
    }
    // What a link points to is asked too, for the sake of /dev/stdout and its like.
    const behind = found.isSymbolicLink() ? await stat(target).catch(ignoreMissing) : found;
    if (behind?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR", syscall: "open" });
    if (behind !== undefined && !behind.isFile())
      throw new FileError(path, {
        code: "not-a-file",
        message: "this is a device, a pipe or a socket, which would be replaced by a file",
        hint: "give - and redirect standard output",
      });
    if (!force) throw Object.assign(new Error(), { code: "EEXIST", syscall: "open" });
  } catch (error) {
    throw explain(path, error);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/**
 * Writes all outputs, or none: files first, under other names; then each takes its own.
 * @throws FileError for what cannot be written, or (without `force`) has come into being in the meantime
 */
export async function writeOutputs(io: Io, outputs: readonly Output[], force: boolean): Promise<void> {
  await checkOutputs(
    io,
    outputs.map(({ path }) => path),
    force,
  );
  const staged: Staged[] = [];
  const placed: string[] = [];
  try {
    for (const output of outputs) if (output.path !== "-") staged.push(await stage(io, output));
    for (const one of staged) {
      await place(one, force);
      if (!force) placed.push(one.target);
    }
    await flushFolders(staged);
  } catch (error) {
    for (const target of placed) await unlink(target).catch(() => undefined);
    throw error;
  } finally {
    for (const { temporary } of staged) await unlink(temporary).catch(() => undefined);
  }
  for (const { path, bytes } of outputs) {
    if (path !== "-") continue;
    if (io.stdout.isTTY && typeof bytes !== "string")
      throw new UsageError(
        "binary data is not written to a terminal",
        "redirect standard output, or name a file",
      );
    await io.stdout.write(bytes);
  }
}

async function stage(io: Io, output: Output): Promise<Staged> {
  const target = resolve(io.cwd, output.path);
  const name = `.${basename(target).slice(0, 200)}.${randomBytes(6).toString("hex")}.tmp`;
  const temporary = join(dirname(target), name);
  try {
    const handle = await open(temporary, "wx", output.mode ?? 0o666);
    try {
      await handle.writeFile(output.bytes);
      await handle.sync();
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explain(output.path, error);
  }
  return { output, target, temporary };
}

/** Systems without hard links. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
]);

async function place({ output, target, temporary }: Staged, force: boolean): Promise<void> {
  try {
    if (force) return await rename(temporary, target);
    try {
      // Unlike `rename`, `link` replaces nothing, not even what came into being a moment ago.
      await link(temporary, target);
    } catch (error) {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
      await checkTarget(output.path, target, false);
      await rename(temporary, target);
    }
  } catch (error) {
    throw explain(output.path, error);
  }
}

/** So that the new names outlast a power failure, where the system can promise that. */
async function flushFolders(staged: readonly Staged[]): Promise<void> {
  for (const folder of new Set(staged.map(({ target }) => dirname(target)))) {
    const handle = await open(folder, "r").catch(() => undefined);
    await handle?.sync().catch(() => undefined);
    await handle?.close();
  }
}
