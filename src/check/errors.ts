/** check: refusals of a spec that fits its schema but cannot be run as it stands. */
import type { Issue } from "../base/errors.ts";
import { StageError } from "../base/errors.ts";
import type { Place } from "./place.ts";

export type CheckCode =
  | "unknown-rule"
  | "unknown-schedule"
  | "digest-mismatch"
  | "name-taken"
  | "reserved-name"
  | "duplicate-name"
  | "unknown-name"
  | "unknown-operation"
  | "operand-count"
  | "type"
  | "guard"
  | "repeat"
  | "needs"
  | "unknown-hyper"
  | "missing-hyper"
  | "hyper-type"
  | "hyper-range"
  | "schedule"
  | "selector"
  | "resume"
  /** A change that the running optimizer's state does not outlive. */
  | "amendment"
  | "cost-limit"
  | "depth-limit";

export type CheckIssue = Issue<CheckCode>;

export class CheckError extends StageError<CheckCode> {
  override readonly name = "CheckError";
  readonly stage = "check" as const;
}

/** Collects every issue, so that one refusal tells all. */
export type Report = (code: CheckCode, place: Place, message: string, hint?: string) => void;
