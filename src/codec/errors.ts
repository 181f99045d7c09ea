/** codec: why bytes are refused as a document, and why a value is refused as something to encode. */
import type { Issue } from "../base/errors.ts";
import { StageError } from "../base/errors.ts";

/**
 * Every reason, closed. Limits: `byte-limit`, `depth-limit`, `node-limit`. Extent: `empty`, `truncated`,
 * `trailing-bytes`. Spelling: `non-canonical`. Numbers: `integer-range`, `not-a-number`. Text: `invalid-utf8`,
 * `byte-order-mark`, `lone-surrogate`. Maps: `key-type`, `key-order`, `duplicate-key`. Types outside the profile:
 * `extension`, `reserved-byte`. Values that have no bytes: `unsupported-value`, `accessor`, `sparse-array`, `unreadable`.
 * A process whose built-in prototypes were changed so that objects cannot be built: `altered-builtins`.
 */
export type CodecCode =
  | "byte-limit"
  | "depth-limit"
  | "node-limit"
  | "empty"
  | "truncated"
  | "trailing-bytes"
  | "non-canonical"
  | "integer-range"
  | "not-a-number"
  | "invalid-utf8"
  | "byte-order-mark"
  | "lone-surrogate"
  | "key-type"
  | "key-order"
  | "duplicate-key"
  | "extension"
  | "reserved-byte"
  | "unsupported-value"
  | "accessor"
  | "sparse-array"
  | "unreadable"
  | "altered-builtins";

/** A refusal by this stage. Decoding gives each issue an `offset`, encoding a `path`. */
export class CodecError extends StageError<CodecCode> {
  override readonly name = "CodecError";
  readonly stage = "codec" as const;
}

/** The error for one finding in bytes, at the offset of the first byte that is wrong. */
export function refusedAt(offset: number, code: CodecCode, message: string, hint?: string): CodecError {
  const issue: Issue<CodecCode> = { code, message, offset };
  return new CodecError(hint === undefined ? issue : { ...issue, hint });
}
