/** legacy: what a refusal of a foreign file looks like. */
import { StageError } from "../base/errors.ts";

/** A pickle stream that CPython never writes, or that is larger than the limits allow. */
export type PickleCode =
  | "byte-limit"
  | "fact-limit"
  | "stack-limit"
  | "memo-limit"
  | "depth-limit"
  | "expansion-limit"
  | "integer-limit"
  | "truncated"
  | "unknown-opcode"
  | "bad-argument"
  | "bad-number"
  | "bad-text"
  | "surrogate"
  | "bad-frame"
  | "bad-protocol"
  | "stack-underflow"
  | "missing-mark"
  | "missing-memo"
  | "bad-memo"
  | "wrong-type"
  | "extra-stack"
  | "trailing-bytes"
  | "duplicate-key"
  | "unhashable-key"
  | "cycle"
  | "extension"
  | "out-of-band"
  | "computed-name";

/** A readable pickle that holds more than known plain data and known classes with known fields. */
export type ScanCode =
  | "container"
  | "unknown-global"
  | "dotted-name"
  | "global-as-data"
  | "refused-call"
  | "refused-state"
  | "refused-items"
  | "persistent-id"
  | "nested-pickle";

/** A file that is read, but has no counterpart among optseal's documents. */
export type ConversionCode =
  | "unknown-format"
  | "unknown-class"
  | "ambiguous-release"
  | "wrong-release"
  | "unknown-field"
  | "missing-field"
  | "refused-field"
  | "foreign-type"
  | "inexact-number"
  | "unsupported";

export type LegacyCode = PickleCode | ScanCode | ConversionCode;

/** The legacy stage's refusal: the code says why, `offset` where in the file. */
export class LegacyError extends StageError<LegacyCode> {
  override readonly name = "LegacyError";
  readonly stage = "legacy" as const;
}
