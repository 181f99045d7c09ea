/**
 * trust: the refusals of this stage. In: what a trust document, a statement or a store got wrong. Out: one error class with
 * a closed set of codes.
 */
import type { Issue } from "../base/errors.ts";
import { StageError } from "../base/errors.ts";

/** Why the trust stage refuses. */
export type TrustCode =
  /** A trust document that does not fit its schema, or contradicts itself. */
  | "trust-document"
  /** A key of a trust document that is no strict key, or is listed twice. */
  | "trust-key"
  /** A role that names a key twice or one that is not listed, or whose threshold its owners cannot reach. */
  | "trust-role"
  /** Too few owners of the root role signed the trust document. */
  | "trust-threshold"
  /** The trust document is past its time. */
  | "trust-expired"
  /** The trust document is from the future: this clock is wrong, or that of its author. */
  | "trust-not-yet-valid"
  /** A verified document of another kind than the one wanted. */
  | "payload-type"
  /** A statement that does not fit its schema. */
  | "statement"
  /** A manifest that does not fit its schema, or names its files twice or out of order. */
  | "manifest"
  /** A signer that the trust document does not list. */
  | "unknown-key"
  /** A signer that the trust document has revoked. */
  | "revoked-key"
  /** A signer that the trust document gives another role. */
  | "wrong-role"
  /** The trust document has no role that may sign this. */
  | "no-role"
  /** Too few owners signed. */
  | "threshold"
  /** The statement is for other servers. */
  | "wrong-audience"
  /** The statement is for another job. */
  | "wrong-job"
  /** The manifest of another server of the job. */
  | "wrong-server"
  /** The statement is past its time. */
  | "expired"
  /** The statement is from the future. */
  | "not-yet-valid"
  /** The statement's time is empty, or longer than the policy allows. */
  | "lifetime"
  /** A built-in rule or schedule that the policy does not name. */
  | "rule-not-allowed"
  /** A rule or schedule written out, where the policy allows built-ins only. */
  | "custom-not-allowed"
  /** A hyperparameter outside the policy's bounds. */
  | "hyper-bound"
  /** An amendment where the policy allows none, or of what it does not let anybody change. */
  | "amend-not-allowed"
  /** A hyperparameter changed by more than the policy allows at once. */
  | "change-limit"
  /** An amendment of another spec than the one that it is offered to, or an order or a manifest that names another. */
  | "wrong-base"
  /** An amendment of a spec that is not in force any more, by what the store has accepted since, or an order to save it. */
  | "stale-base"
  /** A sequence below the highest accepted. */
  | "replay"
  /** Another statement has this sequence. */
  | "conflict"
  /** A sequence so far above the highest accepted that it would use the numbers up. */
  | "sequence-jump"
  /** The store of accepted sequences cannot be read or written, or holds what it never wrote. */
  | "store";

export type TrustIssue = Issue<TrustCode>;

/** A refusal by the trust stage. */
export class TrustError extends StageError<TrustCode> {
  override readonly name = "TrustError";
  readonly stage = "trust" as const;
}

/** A `TrustError` with one issue, ready to be thrown. */
export function refuse(
  code: TrustCode,
  message: string,
  where: Omit<TrustIssue, "code" | "message"> = {},
): TrustError {
  return new TrustError({ code, message, ...where });
}

/**
 * Does nothing with no issues.
 * @throws TrustError with all of them, the first giving its code
 */
export function refuseIfAny(issues: readonly TrustIssue[]): void {
  const [first, ...rest] = issues;
  if (first !== undefined) throw new TrustError([first, ...rest]);
}
