/** spec: refusals of the author's side: rule text that does not parse, documents that do not fit their schema. */
import { StageError } from "../base/errors.ts";

export type SpecCode = "syntax" | "yaml" | "schema" | "unknown-rule" | "unknown-schedule" | "size-limit";

export class SpecError extends StageError<SpecCode> {
  override readonly name = "SpecError";
  readonly stage = "spec" as const;
}
