/** spec: refusals of the author's side: rule text that does not parse, documents that do not fit their schema. */
import { StageError } from "../base/errors.ts";

export type SpecCode =
  | "syntax"
  | "yaml"
  | "schema"
  | "unknown-rule"
  | "unknown-schedule"
  /** A name that a framework has, of something that no rule can say. */
  | "unsupported"
  /** Changes that the spec in force cannot have. */
  | "amendment"
  | "size-limit";

export class SpecError extends StageError<SpecCode> {
  override readonly name = "SpecError";
  readonly stage = "spec" as const;
}
