/**
 * trust: what a server remembers: for each job and audience, the statement with the highest sequence that it has accepted.
 * In: a sequence and a digest. Out: whether it is new, in force already, or to be refused.
 */
import type { Digest } from "../base/digest.ts";

/** What sequences count within: one job, as one audience hears it. */
export interface Scope {
  readonly job: string;
  readonly audience: string;
  /** What is counted by itself, beside the specs and amendments of the job, which have no lane: see `LANES`. */
  readonly lane?: string;
}

/** What has sequences of its own: an order to save uses none of those that specs and amendments share. */
export const LANES = Object.freeze({
  checkpoint: "checkpoint",
  /** Of one server, as its rank and how many there are name it. */
  manifest: (rank: number, servers: number): string => `manifest/${rank}/${servers}`,
});

/** A statement that was accepted. */
export interface Accepted {
  readonly sequence: number;
  readonly digest: Digest;
}

/** How an offered statement stands to the highest accepted one. */
export type Standing =
  /** Above it, or the first. */
  | "new"
  /** The very same. */
  | "in-force"
  /** Below it. */
  | "lower"
  /** At the same sequence, another digest. */
  | "conflict"
  /** Above it, but of something else than what it is to follow. */
  | "stale";

/**
 * Where accepted sequences are kept. What `accept` has answered with `new` is remembered from then on, whatever happens to
 * the process. All that is answered with `new` or `in-force`, to however many processes at a time, can be put in an order in
 * which each sequence is at or above all before it; `new` is said once for a sequence, and no two digests share one.
 */
export interface SequenceStore {
  /**
   * The highest accepted, or `undefined` if none ever was; remembered from then on, whoever accepted it. A store that cannot tell
   * must reject.
   */
  highest(scope: Scope): Promise<Accepted | undefined>;
  /**
   * Compares with the highest and, only if that says `new`, becomes it: in one step.
   * @param after the digest of what it is to follow, where that matters: of all that are to follow one, one is `new`, and the
   * others are `stale`
   */
  accept(scope: Scope, offered: Accepted, after?: Digest): Promise<Standing>;
}

/** What a job or an audience may be called, as in `schemas/statement.schema.json`. */
const LABEL = /^[!-~]{1,128}$/;
const LANE = /^[a-z]+(?:\/\d+)*$/;

/**
 * A scope as one text, another for each.
 * @throws TypeError for labels that no statement has
 */
export function scopeName({ job, audience, lane }: Scope): string {
  if (!LABEL.test(job) || !LABEL.test(audience))
    throw new TypeError("a job and an audience are 1 to 128 printable ASCII characters without spaces");
  if (lane === undefined) return `${job}\n${audience}`;
  if (!LANE.test(lane)) throw new TypeError("a lane is a word, and numbers behind slashes");
  return `${job}\n${audience}\n${lane}`;
}

/** How `offered` stands to the highest accepted statement; `after` as in `SequenceStore`. */
export function standing(highest: Accepted | undefined, offered: Accepted, after?: Digest): Standing {
  if (highest === undefined || offered.sequence > highest.sequence)
    return after === undefined || after === highest?.digest ? "new" : "stale";
  if (offered.sequence < highest.sequence) return "lower";
  return offered.digest === highest.digest ? "in-force" : "conflict";
}

/** A store that lasts as long as the process: for tests, and for servers whose jobs end with them. */
export function memoryStore(): SequenceStore {
  const accepted = new Map<string, Accepted>();
  return {
    async highest(scope) {
      return accepted.get(scopeName(scope));
    },
    async accept(scope, offered, after) {
      const name = scopeName(scope);
      const answer = standing(accepted.get(name), offered, after);
      if (answer === "new") accepted.set(name, { sequence: offered.sequence, digest: offered.digest });
      return answer;
    },
  };
}
