/** Test help: refusals as plain values. */
import { fromHex } from "../../src/base/bytes.ts";
import type { CodecCode } from "../../src/codec/errors.ts";
import { CodecError } from "../../src/codec/errors.ts";

export interface Refusal {
  readonly code: CodecCode;
  readonly offset: number | undefined;
  readonly path: string | undefined;
}

/** What the call is refused with; any other ending is a failure of the test. */
export function refusal(call: () => unknown): Refusal {
  try {
    call();
  } catch (error) {
    if (error instanceof CodecError) return { code: error.code, offset: error.offset, path: error.path };
    throw error;
  }
  throw new Error("was not refused");
}

/** Bytes of hexadecimal text, white space aside. */
export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex.replace(/\s/g, ""));
  if (bytes === undefined) throw new Error("the test's hexadecimal text is wrong");
  return bytes;
}
