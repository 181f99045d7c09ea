/**
 * trust, store "redis": accepted sequences in Redis, for servers on several machines. In: a URL. Out: a store that answers
 * within a bounded time, or refuses.
 *
 *     optseal:accepted:1:<job> <audience>[ <lane>]   "<sequence, 16 digits> <digest>", the highest accepted; never removed
 *
 * Why it holds. Redis runs a script as one step, so between the comparison and the write nobody else writes. What the script
 * found is judged here, by the same comparison as every store's. An answer that was lost on its way is a refusal; whoever
 * sends the statement again hears `in-force`. Nothing is ever sent to Redis a second time by itself.
 *
 * It remembers as well as Redis does: a Redis that may lose writes when it restarts (no `appendonly yes` with `appendfsync
 * always`), that evicts keys, or that is replaced by a replica which lags behind, forgets. A process that has seen more than Redis now
 * knows refuses; one that was started later cannot tell.
 */
import type { Digest } from "../base/digest.ts";
import { TrustError } from "./errors.ts";
import type { RedisLink } from "./redis-client.ts";
import type { Accepted, Scope, SequenceStore, Standing } from "./store.ts";
import { scopeName, standing } from "./store.ts";

/** A store whose connection has to be closed, or the process waits for it. */
export interface RedisStore extends SequenceStore {
  close(): Promise<void>;
}

/** Milliseconds that an answer may take, the connection's making included. */
const PATIENCE_MS = 2000;
const PREFIX = "optseal:accepted:1:";
const VALUE = /^(\d{16}) (sha256:[0-9a-f]{64})$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * KEYS[1]: the scope; ARGV: the value offered, the least sequence that must be there (-1: none), and the digest that must be
 * (empty: any). Gives what was there.
 * Lua's numbers are binary64: sequences end at 2^53 - 1, so they are compared exactly.
 */
const ACCEPT = `
local kept = redis.call("GET", KEYS[1])
local highest = kept and tonumber(string.match(kept, "^(%d+) ")) or -1
if kept and highest < 0 then return kept end
if highest < tonumber(ARGV[2]) then return kept end
if ARGV[3] ~= "" and (not kept or string.sub(kept, 18) ~= ARGV[3]) then return kept end
if highest < tonumber(string.match(ARGV[1], "^(%d+) ")) then redis.call("SET", KEYS[1], ARGV[1]) end
return kept`;

const textOf = ({ sequence, digest }: Accepted): string => `${String(sequence).padStart(16, "0")} ${digest}`;

/** A store over a client, which is made when it is first needed and again after that failed. */
export function storeOver(
  connect: () => Promise<RedisLink>,
  name: string,
  patience = PATIENCE_MS,
): RedisStore {
  let link: Promise<RedisLink> | undefined;
  let closed = false;
  const seen = new Map<string, number>();

  const broken = (message: string, cause?: unknown): TrustError => {
    const hint = "nothing is accepted until Redis answers and knows what it knew";
    return new TrustError({ code: "store", message, path: name, hint }, { cause });
  };

  function linked(): Promise<RedisLink> {
    if (closed) throw broken("the store is closed");
    link ??= connect().catch((error) => {
      link = undefined;
      throw error;
    });
    return link;
  }

  /** What is kept for a scope, by a question to Redis. @throws TrustError `store` */
  async function ask(
    key: string,
    question: (link: RedisLink, least: number) => Promise<unknown>,
  ): Promise<Accepted | undefined> {
    // Whatever was seen before the question was sent must be in the answer.
    const least = seen.get(key) ?? -1;
    const answer = await within(patience, async () => question(await linked(), least)).catch((cause) => {
      throw cause instanceof TrustError
        ? cause
        : broken(`Redis does not answer: \`${reasonOf(cause)}\``, cause);
    });
    const kept = readValue(answer);
    if ((kept?.sequence ?? -1) < least) throw broken("Redis has forgotten what was accepted");
    if (kept !== undefined) note(key, kept.sequence);
    return kept;
  }

  function readValue(value: unknown): Accepted | undefined {
    if (value === null || value === undefined) return undefined;
    const [, sequence = "", digest = ""] = VALUE.exec(String(value)) ?? [];
    if (!Number.isSafeInteger(Number(sequence)) || digest === "")
      throw broken("Redis holds a value that the store did not write");
    return { sequence: Number(sequence), digest: digest as Digest };
  }

  const note = (key: string, sequence: number): void => {
    seen.set(key, Math.max(seen.get(key) ?? -1, sequence));
  };
  const keyOf = (scope: Scope): string => PREFIX + scopeName(scope).replaceAll("\n", " ");

  return Object.freeze({
    async highest(scope: Scope): Promise<Accepted | undefined> {
      const key = keyOf(scope);
      return ask(key, (to) => to.get(key));
    },
    async accept(scope: Scope, offered: Accepted, after?: Digest): Promise<Standing> {
      if (!Number.isSafeInteger(offered.sequence) || offered.sequence < 0 || !DIGEST.test(offered.digest))
        throw new TypeError("a sequence is a whole number from 0, and a digest is `sha256:` and 64 digits");
      const key = keyOf(scope);
      const kept = await ask(key, (to, least) =>
        to.run(ACCEPT, key, [textOf(offered), String(least), after ?? ""]),
      );
      const answer = standing(kept, offered, after);
      if (answer === "new") note(key, offered.sequence);
      return answer;
    },
    async close(): Promise<void> {
      closed = true;
      const open = await link?.catch(() => undefined);
      open?.close();
    },
  });
}

/** The system's code, or what Redis says. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown error";
  const code = "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : cause.message.slice(0, 100);
}

/** @throws Error if `work` takes longer; what it then still does is no longer waited for */
async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Host, port and database: what may be said of a URL that may hold a password. @throws TypeError */
function nameOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === "")
    throw new TypeError("a Redis store is named as redis://HOST:PORT/DB, or rediss:// for TLS");
  if (!/^(?:\/\d{0,9})?$/.test(parsed.pathname)) throw new TypeError("a Redis database is a number");
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

/**
 * A store in Redis, for any number of processes and machines. The client is loaded, and connects, when it is first asked;
 * when Redis goes away all is refused within two seconds, and when it is back the store works again.
 * @param url `redis://[USER:PASSWORD@]HOST:PORT/DB`, or `rediss://` for TLS
 * @throws TypeError for another URL; its methods reject with TrustError `store` if Redis does not answer in time, holds what
 *   no store wrote, or knows less than this process has seen
 */
export function redisStore(url: string): RedisStore {
  const name = nameOf(url);
  return storeOver(async () => (await import("./redis-client.ts")).connectRedis(url), name);
}
