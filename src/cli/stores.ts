/** cli: `--store`: a folder of this machine, or a Redis. In: the option's text. Out: a store, and how to leave it. */
import { resolve } from "node:path";
import type { SequenceStore } from "../index.ts";
import { UsageError } from "./errors.ts";
import type { Io } from "./io.ts";

export interface OpenStore {
  readonly store: SequenceStore;
  close(): Promise<void>;
}

const URL_LIKE = /^[a-z][a-z0-9+.-]*:\/\//i;
const NOTHING = async (): Promise<void> => undefined;

/** @throws UsageError for what names no store; a password is never repeated */
export async function openStore(io: Io, text: string): Promise<OpenStore> {
  const { folderStore, redisStore } = await import("../node.ts");
  if (text !== "" && !URL_LIKE.test(text))
    return { store: folderStore(resolve(io.cwd, text)), close: NOTHING };
  try {
    const store = redisStore(text);
    return { store, close: () => store.close() };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UsageError(
      "`--store` names no store",
      "a folder of this machine, or redis://HOST:PORT/DB (rediss:// for TLS)",
    );
  }
}
