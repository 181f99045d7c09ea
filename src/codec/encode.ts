/** codec: encoding. In: plain data (plain.ts says what that is). Out: its one spelling (the profile is in scan.ts). */
import type { Limits } from "../base/limits.ts";
import { CodecError } from "./errors.ts";
import { completeLimits } from "./limits.ts";
import { copyPlain } from "./plain.ts";
import { write } from "./write.ts";

/** A first guess at the length of an encoded document, in bytes. */
const EXPECTED = 512;

/**
 * The canonical bytes of plain data, in a new array.
 *
 * @throws CodecError with the path of the first value that has no bytes, or `byte-limit` for the whole
 * @throws TypeError if a limit is not one
 */
export function encode(value: unknown, limits?: Partial<Limits>): Uint8Array {
  const complete = completeLimits(limits);
  const bytes = write(copyPlain(value, complete), EXPECTED, complete.bytes);
  if (bytes !== undefined) return bytes;
  throw new CodecError({ code: "byte-limit", message: `more than ${complete.bytes} bytes`, path: "" });
}
