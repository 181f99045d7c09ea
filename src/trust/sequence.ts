/** trust: the sequence rule. In: a store and the statement offered to it. Out: `new` or `in-force`, or a refusal. */
import type { Digest } from "../base/digest.ts";
import { refuse, TrustError } from "./errors.ts";
import type { Accepted, Scope, SequenceStore, Standing } from "./store.ts";
import { standing } from "./store.ts";

/**
 * How far above the highest accepted sequence (0 before the first) a statement may be: 2^32. Numbers end at 2^53 - 1, and
 * whoever could say that one would leave the job no further statement. So it takes two million statements instead, and
 * the way on is a new job name, whose sequences begin anew. Counting from 1 and seconds since 1970 both stay below it, also
 * for a server that joins late.
 */
export const MOST_JUMP = 2 ** 32;

interface Words {
  /** Where a document of this kind has its sequence. */
  readonly path: string;
  /** What to do with one that is older, and with another that has its sequence. */
  readonly lower: string;
  readonly conflict: string;
}

const SIGN_AGAIN = "sign one of the two again with a higher sequence";

/** By the first word of the lane. */
const WORDS: ReadonlyMap<string | undefined, Words> = new Map([
  [
    undefined,
    {
      path: "claims.sequence",
      lower: "to go back to an earlier spec, sign it again with a higher sequence",
      conflict: SIGN_AGAIN,
    },
  ],
  [
    "checkpoint",
    { path: "claims.sequence", lower: "a newer checkpoint was ordered since", conflict: SIGN_AGAIN },
  ],
  [
    "manifest",
    {
      path: "sequence",
      lower: "a newer checkpoint was written; to go back to this one, sign its files for a new order",
      conflict: "two checkpoints were written for one order: keep the one that was accepted",
    },
  ],
]);

const wordsFor = (lane: string | undefined): Words => WORDS.get(lane?.split("/")[0]) as Words;

const REFUSALS: ReadonlyMap<unknown, (offered: Accepted, words: Words) => TrustError> = new Map([
  [
    "lower",
    ({ sequence }: Accepted, { path, lower: hint }: Words) =>
      refuse("replay", `the sequence ${sequence} is below the highest accepted`, { path, hint }),
  ],
  [
    "conflict",
    ({ sequence }: Accepted, { path, conflict: hint }: Words) =>
      refuse("conflict", `another statement has the sequence ${sequence}`, { path, hint }),
  ],
] as const);

type Good = Exclude<Standing, "lower" | "conflict" | "stale">;

function isGood(answer: unknown): answer is Good {
  return answer === "new" || answer === "in-force";
}

/** What a store says, its failures being refusals. @throws TrustError `store` */
async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    const what = "the store of accepted sequences failed";
    throw new TrustError({ code: "store", message: what, path: "claims.sequence" }, { cause });
  }
}

function isAccepted(value: Accepted | undefined): boolean {
  return value === undefined || (Number.isSafeInteger(value.sequence) && typeof value.digest === "string");
}

function judge(answer: unknown, offered: Accepted, lane: string | undefined): Good {
  if (isGood(answer)) return answer;
  const refusal = REFUSALS.get(answer);
  throw (
    refusal?.(offered, wordsFor(lane)) ??
    refuse("store", "the store of accepted sequences gave no answer that is known")
  );
}

/** The highest accepted. @throws TrustError `store` */
export async function highestIn(store: SequenceStore, scope: Scope): Promise<Accepted | undefined> {
  const highest = await ask(() => store.highest(scope));
  if (!isAccepted(highest)) throw refuse("store", "the store of accepted sequences holds something else");
  return highest;
}

/**
 * Looks before anything is used up.
 * @throws TrustError `replay`, `conflict`, `sequence-jump`, `store`
 */
export async function checkSequence(store: SequenceStore, scope: Scope, offered: Accepted): Promise<Good> {
  return judgeSequence(await highestIn(store, scope), offered, scope.lane);
}

/** How a statement stands to the highest accepted. @throws TrustError `replay`, `conflict`, `sequence-jump` */
export function judgeSequence(highest: Accepted | undefined, offered: Accepted, lane?: string): Good {
  const answer = judge(standing(highest, offered), offered, lane);
  const base = highest?.sequence ?? 0;
  if (offered.sequence - base > MOST_JUMP)
    throw refuse("sequence-jump", `the sequence ${offered.sequence} is too far above ${base}`, {
      path: wordsFor(lane).path,
      hint: `at most ${MOST_JUMP} above the highest accepted: count from 1, or take seconds since 1970`,
    });
  return answer;
}

/**
 * Uses the sequence up.
 * @param after what it is to follow, where that matters
 * @throws TrustError `replay`, `conflict`, `stale-base`, `store`
 */
export async function acceptSequence(
  store: SequenceStore,
  scope: Scope,
  offered: Accepted,
  after?: Digest,
): Promise<Good> {
  const answer = await ask(() => store.accept(scope, offered, after));
  if (answer === "stale")
    throw refuse("stale-base", "another statement was accepted at the same moment", {
      path: "amendment.base",
      hint: "amend what is in force now",
    });
  return judge(answer, offered, scope.lane);
}
