/** codec: the name of a document: the digest of its one spelling. */
import type { Digest } from "../base/digest.ts";
import { digest } from "../base/digest.ts";
import { encode } from "./encode.ts";

/** SHA-256 of a document's canonical bytes. @throws CodecError for what has none. */
export function documentDigest(document: unknown): Digest {
  return digest(encode(document));
}
