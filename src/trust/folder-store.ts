/**
 * trust, store "folder": accepted sequences as files, for the processes of one machine. In: a path. Out: a store whose
 * answers outlive `kill -9` and, where the disk keeps what it was told to, a power cut.
 *
 *     FOLDER/<SHA-256 of the scope>/<16 digits>   one for each statement accepted, and never changed
 *     FOLDER/unfinished/<random>                  one that is being written, or was when its process died
 *
 * A file's name is the least sequence that it could have had: one more than that of the statement before it, or 0.
 *
 * Why it holds. A file is written and synced under `unfinished`, and then linked to its name. Linking is atomic and fails
 * where the name exists, so a named file is always whole, and of all that would follow one statement exactly one does.
 * Nothing is ever removed from a scope's folder. Hence:
 *
 * 1. A listing that begins after a link was made shows it. (POSIX leaves open only whether a listing shows what is added or
 *    removed while it is read.)
 * 2. The files are a chain: each has a sequence at or above its name, and the next is named after that. So the highest name
 *    holds the highest sequence, and names rise in the order in which they were linked. Whoever links the name after the
 *    highest that he has seen knows that nothing came between: what did would have that name. That is `new`.
 * 3. Whoever finds the name taken lists again, sees more than before, and is answered as the comparison with that says.
 * 4. `in-force` comes from a listing with nothing higher in it.
 * 5. A process that dies before its link has changed nothing; after it, the sequence counts, though nobody was told. Before
 *    anything is answered, the folder is synced, so that what was said is on the disk, the names included.
 *
 * There is no lock, so none is left behind. The price: a file for each statement that was ever accepted as new, which are as
 * many as people (or their programs) signed. With all servers stopped, all but the highest of a scope may be deleted.
 *
 * The file system must have hard links and be this machine's own. Whatever is found that this file never writes is refused:
 * a history that cannot be read is never taken for an empty one.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Digest } from "../base/digest.ts";
import { digest } from "../base/digest.ts";
import { refuse, TrustError } from "./errors.ts";
import type { Accepted, Scope, SequenceStore, Standing } from "./store.ts";
import { scopeName, standing } from "./store.ts";

const FILE = /^\d{16}$/;
const UNFINISHED = "unfinished";
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** No process takes an hour to write 100 bytes; one that does is refused by its own link, and may try again. */
const STALE_MS = 3_600_000;
/** Windows has neither these permissions nor folders that can be synced. */
const POSIX = process.platform !== "win32";

/** The name of what follows this one. */
const nameAfter = (highest: Accepted | undefined): string =>
  String((highest?.sequence ?? -1) + 1).padStart(16, "0");

/** A file that was read, and its name. */
interface Entry {
  readonly name: string;
  readonly accepted: Accepted;
}

/** Says what it is of, so that a file that was moved or renamed is no file of the store. */
function fileText(scope: Scope, { name, accepted: { sequence, digest: of } }: Entry): string {
  return `optseal-accepted 2\n${scopeName(scope)}\n${name}\n${sequence}\n${of}\n`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function broken(path: string, message: string, cause?: unknown): TrustError {
  const hint =
    "restore the folder, or find out who wrote to it; an empty one would accept what was accepted before";
  return new TrustError({ code: "store", message, path, hint }, { cause });
}

/** Runs file operations; what the system refuses is a refusal by the store. @throws TrustError `store` */
async function onDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    throw broken(path, `the store cannot be used: \`${String(codeOf(cause) ?? "unknown error")}\``, cause);
  }
}

async function sync(folder: string): Promise<void> {
  if (!POSIX) return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function checkPermissions(folder: string): Promise<void> {
  if (!POSIX || ((await stat(folder)).mode & 0o022) === 0) return;
  throw refuse("store", "others may write to the store's folder", {
    path: folder,
    hint: "chmod go-w, so that nobody else can take files out of it",
  });
}

/** The highest named file; `undefined` in a folder without any. */
function highestName(folder: string, names: readonly string[]): string | undefined {
  let highest: string | undefined;
  for (const name of names) {
    if (!FILE.test(name) || !Number.isSafeInteger(Number(name)))
      throw broken(join(folder, name), "a file that the store did not write");
    if (highest === undefined || name > highest) highest = name;
  }
  return highest;
}

/** One scope's folder, as one process sees it. */
class ScopeFolder {
  readonly #root: string;
  readonly #scope: Scope;
  readonly #folder: string;
  readonly #unfinished: string;
  #made = false;
  #checked = false;
  /** The highest name that this process has seen, and the highest that it has synced. */
  #seen = "";
  #synced = "";
  /** The file that was read last: named files are never changed. */
  #entry: Entry | undefined;
  #listing: Promise<unknown> = Promise.resolve();
  #next: Promise<Entry | undefined> | undefined;

  constructor(root: string, scope: Scope) {
    this.#root = root;
    this.#scope = scope;
    this.#folder = join(root, digest(scopeName(scope)).slice("sha256:".length));
    this.#unfinished = join(root, UNFINISHED);
  }

  async highest(): Promise<Accepted | undefined> {
    return onDisk(this.#folder, async () => {
      const last = await this.#last();
      if (last !== undefined) await this.#makeSure(last.name);
      return last?.accepted;
    });
  }

  async accept(offered: Accepted, after?: Digest): Promise<Standing> {
    if (!Number.isSafeInteger(offered.sequence) || offered.sequence < 0 || !DIGEST.test(offered.digest))
      throw new TypeError("a sequence is a whole number from 0, and a digest is `sha256:` and 64 digits");
    return onDisk(this.#folder, async () => {
      for (let tried = ""; ; ) {
        const last = await this.#last();
        const answer = standing(last?.accepted, offered, after);
        if (last !== undefined && answer === "in-force") await this.#makeSure(last.name);
        if (answer !== "new") return answer;
        const name = nameAfter(last?.accepted);
        // Each try that fails shows what another has accepted.
        if (name === tried) throw broken(join(this.#folder, name), "a file is there and is not listed");
        tried = name;
        await this.#make();
        if (!(await this.#link({ name, accepted: offered }))) continue;
        this.#seen = name;
        await this.#makeSure(name);
        return "new";
      }
    });
  }

  /** The last file of the chain, by a listing that begins from now on: who asks while one is made shares the next. */
  #last(): Promise<Entry | undefined> {
    if (this.#next !== undefined) return this.#next;
    const look = () => {
      this.#next = undefined;
      return this.#look();
    };
    const next = this.#listing.then(look, look);
    this.#next = next;
    this.#listing = next;
    return next;
  }

  async #look(): Promise<Entry | undefined> {
    const seen = this.#seen;
    const name = highestName(this.#folder, await this.#list());
    if ((name ?? "") < seen) throw broken(join(this.#folder, seen), "a file of the store is gone");
    if (name === undefined) return undefined;
    if (name > this.#seen) this.#seen = name;
    if (this.#entry?.name === name) return this.#entry;
    const entry = await this.#read(name);
    this.#entry = entry;
    return entry;
  }

  async #list(): Promise<readonly string[]> {
    let names: readonly string[];
    try {
      names = await readdir(this.#folder);
    } catch (error) {
      // Nothing of this scope was ever accepted, unless this process knows better.
      if (codeOf(error) === "ENOENT" && !this.#made && this.#seen === "") return [];
      throw error;
    }
    await this.#check();
    return names;
  }

  async #check(): Promise<void> {
    if (this.#checked) return;
    await checkPermissions(this.#root);
    await checkPermissions(this.#folder);
    this.#checked = true;
  }

  async #read(name: string): Promise<Entry> {
    const path = join(this.#folder, name);
    const text = await readFile(path, "latin1");
    const [sequence = "", of = ""] = text.split("\n").slice(-3);
    const accepted = { sequence: Number(sequence), digest: of as Digest };
    const isSound = Number.isSafeInteger(accepted.sequence) && accepted.sequence >= Number(name);
    if (!isSound || !DIGEST.test(of) || text !== fileText(this.#scope, { name, accepted }))
      throw broken(path, "a file that the store did not write, or not to its end");
    return { name, accepted };
  }

  async #make(): Promise<void> {
    if (this.#made) return;
    const first = await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // What was made above the folder is in the folder above that: synced up to the first that was there before.
    if (first !== undefined)
      for (let at = this.#root; at.length >= first.length; at = dirname(at)) await sync(dirname(at));
    await mkdir(this.#unfinished, { recursive: true, mode: 0o700 });
    await this.#check();
    await this.#sweep();
    this.#made = true;
  }

  /** Removes what processes that died have left unfinished. */
  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#unfinished)) {
      const path = join(this.#unfinished, name);
      try {
        if (Date.now() - (await stat(path)).mtimeMs > STALE_MS) await unlink(path);
      } catch (error) {
        // Its own process was faster, or another's sweep.
        if (codeOf(error) !== "ENOENT") throw error;
      }
    }
  }

  /** Whether the file of this name is ours: `false` if there is one already. */
  async #link(entry: Entry): Promise<boolean> {
    const unfinished = join(this.#unfinished, randomUUID());
    try {
      const handle = await open(unfinished, "wx", 0o600);
      try {
        await handle.writeFile(fileText(this.#scope, entry), "latin1");
        await handle.sync();
      } finally {
        await handle.close();
      }
      await link(unfinished, join(this.#folder, entry.name));
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    } finally {
      await unlink(unfinished).catch(() => undefined);
    }
  }

  /** Syncs the names up to this one, unless this process has done so. */
  async #makeSure(name: string): Promise<void> {
    if (name <= this.#synced) return;
    await sync(this.#folder);
    // The scope's folder is made once: its own name needs no second sync.
    if (this.#synced === "") await sync(this.#root);
    this.#synced = name;
  }
}

/**
 * A store in a folder of this machine, which is made (mode 0700) when the first statement is accepted. Any number of
 * processes may use it at once.
 * @throws TypeError for a path that is none; its methods reject with TrustError `store` if the folder cannot be read or
 *   written, others may write to it, or it holds what no store wrote
 */
export function folderStore(path: string): SequenceStore {
  if (typeof path !== "string" || path === "") throw new TypeError("a store's folder is a path");
  const root = resolve(path);
  const scopes = new Map<string, ScopeFolder>();
  const folderOf = (scope: Scope): ScopeFolder => {
    const name = scopeName(scope);
    const known = scopes.get(name);
    if (known !== undefined) return known;
    const made = new ScopeFolder(root, { ...scope });
    scopes.set(name, made);
    return made;
  };
  return Object.freeze({
    highest: async (scope: Scope) => folderOf(scope).highest(),
    accept: async (scope: Scope, offered: Accepted, after?: Digest) => folderOf(scope).accept(offered, after),
  });
}
