/** state: what its refusals are called. */
import { StageError } from "../base/errors.ts";

export type StateCode =
  | "truncated"
  | "header-limit"
  | "header-syntax"
  | "duplicate-name"
  | "reserved-name"
  | "unknown-dtype"
  | "bad-shape"
  | "bad-offsets"
  | "size-mismatch"
  | "dtype-mismatch"
  | "not-a-state"
  | "other-spec"
  | "state-tensor"
  | "missing-file"
  | "file-size"
  | "file-digest";

/** A weights or state file that cannot be read, or tensors that cannot be written as one. */
export class StateError extends StageError<StateCode> {
  override readonly name = "StateError";
  readonly stage = "state" as const;
}
