/**
 * trust: admission of amendments. In: verified statements in order, from a spec (or from what is in force) to the amendment
 * that is offered. Out: `Admitted` with the amended spec, and the store remembers it.
 *
 * A store knows sequences and digests, not specs, so a server that was started anew is brought what the amendment builds on.
 * Nothing else can be brought in its place: each amendment names the digest of the spec before it, and the statement that the
 * store accepted last has to be among those that are brought.
 */
import type { Digest } from "../base/digest.ts";
import { deepFreeze } from "../base/gate.ts";
import { documentDigest } from "../codec/document-digest.ts";
import type { Verified } from "../envelope/verify.ts";
import { declaredBy } from "../rules/built-in.ts";
import type { Amendment } from "../spec/amendment.ts";
import { amendedSpec } from "../spec/amendment.ts";
import type { Admitted, AdmittedContent, Claims } from "../spec/gates.ts";
import { admittedGate } from "../spec/gates.ts";
import type { AdmitOptions, Setting } from "./admit.ts";
import {
  contentOf,
  judgeSpec,
  readSetting,
  scopeIssues,
  signerIssues,
  timeIssues,
  untouchedPayload,
} from "./admit.ts";
import { checkChange } from "./change.ts";
import { refuse, refuseIfAny } from "./errors.ts";
import type { AmendPolicy } from "./policy.ts";
import { checkPolicy } from "./policy.ts";
import { acceptSequence, highestIn, judgeSequence } from "./sequence.ts";
import { readAmendment } from "./statement.ts";
import type { Accepted } from "./store.ts";

/** As for a spec, and what the first amendment is for, if that is running already. */
export interface AdmitAmendedOptions extends AdmitOptions {
  /** What is in force here; without it the first statement is a spec. */
  readonly base?: Admitted;
}

type Content = Omit<AdmittedContent, "status">;

/** @throws TrustError `wrong-base` */
function refuseOther({ base }: Amendment, before: Content): void {
  const digest = documentDigest(before.spec);
  if (base === digest) return;
  throw refuse("wrong-base", `the amendment is of the spec ${base}`, {
    path: "amendment.base",
    hint: `before it stands ${digest}`,
  });
}

/**
 * What the signers may change, by a role that all of them are of and whose threshold they reach; the first of two.
 * @throws TrustError with what is the matter with them
 */
function signersMay(signers: readonly string[], { tables }: Setting): AmendPolicy {
  const roles = tables.amenders.map(({ role, may }) => ({
    may,
    issues: signerIssues(signers, role, tables),
  }));
  const found = roles.find(({ issues }) => issues.length === 0);
  if (found !== undefined) return found.may;
  // Of two roles, the one that some of them are of says more.
  const [nearest] = roles.toSorted((a, b) => a.issues.length - b.issues.length);
  refuseIfAny(nearest?.issues ?? signerIssues(signers, tables.signer, tables));
  const path = "signatures";
  throw refuse("amend-not-allowed", "the trust document lets nobody send amendments", {
    path,
    hint: "sign the whole spec anew",
  });
}

/** All that can be said of an amendment without the store. @throws as `admitAmended` */
function judgeAmendment(
  verified: Verified,
  before: Content,
  setting: Setting,
  isPast: (claims: Claims) => boolean,
): Content {
  const payload = untouchedPayload(verified, "amendment");
  const may = signersMay(verified.signers, setting);
  const { claims, amendment } = deepFreeze(readAmendment(payload));
  const { policy } = setting.tables;
  refuseIfAny([
    ...scopeIssues(claims, setting.scope),
    ...(isPast(claims) ? [] : timeIssues(claims, policy.lifetime, setting.clock)),
  ]);
  // Said again to a server that runs it: what it changes has been changed.
  if (verified.digest === before.digest) return before;
  refuseOther(amendment, before);
  if (claims.sequence <= before.claims.sequence)
    throw refuse("replay", `the sequence ${claims.sequence} is not above that of what it amends`, {
      path: "claims.sequence",
      hint: `sign it with a sequence above ${before.claims.sequence}`,
    });
  const spec = amendedSpec(before.spec, amendment, declaredBy(before.spec.rule));
  refuseIfAny([
    ...checkChange(before.spec, spec, amendment.schedule !== undefined, may),
    ...checkPolicy(spec, policy),
  ]);
  return { ...contentOf(verified, { spec, claims }, setting), amends: amendment.base };
}

const acceptedOf = ({ claims: { sequence }, digest }: Content): Accepted => ({ sequence, digest });

interface Fresh {
  readonly content: Content;
  /** The digest of the statement before it: nothing else may be the highest when it is accepted. */
  readonly after: Digest | undefined;
}

/** Those that the store is yet to accept. @throws TrustError `stale-base` if others came between */
function unheard(
  contents: readonly Content[],
  base: Admitted | undefined,
  highest: Accepted | undefined,
): readonly Fresh[] {
  const first = contents.findIndex(({ claims }) => claims.sequence > (highest?.sequence ?? -1));
  const before = first === 0 ? base : contents[first - 1];
  if (before !== undefined && before.digest !== highest?.digest)
    throw refuse("stale-base", "what the amendment builds on is not in force", {
      path: "amendment.base",
      hint:
        highest === undefined
          ? "nothing was accepted for this job and audience yet: begin with the spec"
          : `the statement with the sequence ${highest.sequence} is: amend that one`,
    });
  return contents
    .slice(first)
    .map((content, i) => ({ content, after: (i === 0 ? before : contents[first + i - 1])?.digest }));
}

/**
 * Admits the last of these statements, with all before it. Each is judged as a spec would be, by its signers, its job, its
 * audience and the policy; an amendment's changes by what the policy says of amendments, and the amended spec by all of the
 * policy. The sequence rule is that of specs, and a new amendment is of what the store has accepted last. What the store
 * has accepted may be past its time now: it was in time then.
 * @param prove the last question before sequences are used up, with everything from `base` on; what it throws refuses
 * @returns what is in force with the last statement; `in-force` if that is what the store has accepted last
 * @throws TrustError; CodecError, SpecError for what was signed but is no statement, or does not fit what it amends
 * @throws TypeError for options that are none, and for no statements
 */
export async function admitAmended(
  history: readonly Verified[],
  options: AdmitAmendedOptions,
  prove: (candidates: readonly Admitted[]) => void,
): Promise<Admitted> {
  const { store, base } = options;
  if (base !== undefined && !admittedGate.knows(base)) throw new TypeError("`base` is what was admitted");
  const setting = readSetting(options);
  const highest = await highestIn(store, setting.scope);
  const isHeard = ({ sequence }: Claims) => highest !== undefined && sequence <= highest.sequence;
  const contents: Content[] = [];
  for (const [i, verified] of history.entries()) {
    const before = contents.at(-1) ?? base;
    const isPast = (claims: Claims) => i < history.length - 1 && isHeard(claims);
    contents.push(
      before === undefined
        ? judgeSpec(verified, setting, isPast)
        : judgeAmendment(verified, before, setting, isPast),
    );
  }
  const last = contents.at(-1);
  if (last === undefined) throw new TypeError("there is no statement to admit");
  const status = judgeSequence(highest, acceptedOf(last));
  const fresh = status === "new" ? unheard(contents, base, highest) : [];
  const candidates = contents.map((content) => admittedGate.pass({ ...content, status }));
  prove(candidates);
  let answer = status;
  for (const { content, after } of fresh)
    answer = await acceptSequence(store, setting.scope, acceptedOf(content), after);
  return answer === status ? (candidates.at(-1) as Admitted) : admittedGate.pass({ ...last, status: answer });
}
