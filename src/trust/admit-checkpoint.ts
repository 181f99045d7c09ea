/**
 * trust: admission of orders to save. In: a verified statement, and what is in force. Out: the order, and the store remembers it.
 *
 * Orders are counted in a lane of their own, so that the spec stays in force, and may be sent again, whatever was ordered since.
 */
import type { Digest } from "../base/digest.ts";
import { deepFreeze } from "../base/gate.ts";
import { documentDigest } from "../codec/document-digest.ts";
import type { Verified } from "../envelope/verify.ts";
import type { Admitted, Claims } from "../spec/gates.ts";
import { admittedGate } from "../spec/gates.ts";
import type { AdmitOptions } from "./admit.ts";
import { ownersOf, readSetting, refuseSigners, scopeIssues, timeIssues, untouchedPayload } from "./admit.ts";
import { refuse, refuseIfAny } from "./errors.ts";
import { acceptSequence, checkSequence, highestIn } from "./sequence.ts";
import { readCheckpoint } from "./statement.ts";
import { LANES } from "./store.ts";

/** As for a spec, and what is in force here: the state to be saved is its. */
export interface AdmitCheckpointOptions extends AdmitOptions {
  readonly base: Admitted;
}

/** An order to save that was accepted. */
export interface Ordered {
  /** `new`, or `in-force` for the very order that was accepted last: to be done if it is not done. */
  readonly status: "new" | "in-force";
  /** Of the statement as signed: what manifests name. */
  readonly digest: Digest;
  readonly claims: Claims;
  /** Of the spec whose state is to be saved. */
  readonly spec: Digest;
  /** Whose signatures counted. */
  readonly owners: readonly string[];
}

/**
 * Admits an order by enough owners of the role `checkpointer`, for this job and audience, in time, of the spec in force here.
 * @throws TrustError with every issue that can be told; CodecError, SpecError for what was signed but is no order
 * @throws TypeError for options that are none
 */
export async function admitCheckpoint(
  verified: Verified,
  { base, ...options }: AdmitCheckpointOptions,
): Promise<Ordered> {
  if (!admittedGate.knows(base)) throw new TypeError("`base` is what was admitted");
  const { store } = options;
  const { tables, scope, clock } = readSetting(options);
  const payload = untouchedPayload(verified, "checkpoint");
  refuseSigners(verified.signers, "checkpointer", tables);
  const { claims, checkpoint } = deepFreeze(readCheckpoint(payload));
  refuseIfAny([...scopeIssues(claims, scope), ...timeIssues(claims, tables.policy.lifetime, clock)]);
  const inForce = documentDigest(base.spec);
  if (checkpoint.spec !== inForce)
    throw refuse("wrong-base", `the order is to save the state of the spec ${checkpoint.spec}`, {
      path: "checkpoint.spec",
      hint: `in force here is ${inForce}`,
    });
  const highest = await highestIn(store, scope);
  if (highest?.digest !== base.digest)
    throw refuse("stale-base", "what is to be saved is not in force", {
      path: "checkpoint.spec",
      hint: "another statement was accepted for this job and audience: bring that first",
    });
  const { digest, signers } = verified;
  const lane = { ...scope, lane: LANES.checkpoint };
  const offered = { sequence: claims.sequence, digest };
  await checkSequence(store, lane, offered);
  const status = await acceptSequence(store, lane, offered);
  return Object.freeze({ status, digest, claims, spec: inForce, owners: ownersOf(signers, tables) });
}
