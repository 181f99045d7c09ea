/** codec: decoding. In: bytes. Out: the value they spell, if they spell it the one way there is. */
import type { Limits } from "../base/limits.ts";
import { build } from "./build.ts";
import { completeLimits } from "./limits.ts";
import { admitBytes, scanOwned } from "./scan.ts";
import type { Value } from "./value.ts";

/**
 * The value that a document spells: copy, scan, then msgpackr makes the objects. Maps have no prototype, nothing in the
 * value shares memory with `bytes` or with another part of it, and `encode` gives the same bytes back. The value is not
 * frozen: it belongs to the caller alone.
 *
 * @throws CodecError with the offset of the first byte that is wrong; `altered-builtins` if this process has changed what
 * JavaScript comes with so that msgpackr makes other values than the bytes spell
 * @throws TypeError if `bytes` is no Uint8Array, or a limit is not one
 */
export function decode(bytes: unknown, limits?: Partial<Limits>): Value {
  const complete = completeLimits(limits);
  const own = admitBytes(bytes, complete);
  scanOwned(own, complete);
  return build(own);
}
