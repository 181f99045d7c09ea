/** run: refusals of what a program is given to work on. Nothing has been written when one is thrown. */
import { StageError } from "../base/errors.ts";

export type RunCode =
  | "parameter"
  | "shape"
  | "needs"
  | "unknown-parameter"
  | "gradient-type"
  | "gradient-length"
  | "gradient-rows"
  | "detached"
  | "state-missing"
  | "state-unknown"
  | "state-shape"
  | "state-count"
  | "rate-bound"
  /** A spec that is not the running one with other values. */
  | "amendment"
  | "memory"
  | "busy"
  | "thread";

export class RunError extends StageError<RunCode> {
  override readonly name = "RunError";
  readonly stage = "run" as const;
}
