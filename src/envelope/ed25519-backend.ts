/**
 * envelope: what an Ed25519 backend is. In: a host's own implementation. Out: the same with the strict checks in front of
 * it, so that every backend accepts exactly the same signatures.
 */
import { toHex } from "../base/bytes.ts";
import { isStrictKey, isStrictSignature, KEY_BYTES } from "./ed25519-strict.ts";
import { refuse } from "./errors.ts";

/** The implementations that optseal knows, fastest first. */
export type BackendName = "node" | "webcrypto" | "tweetnacl";

/** Ed25519 (RFC 8032 section 5.1, no prehash, no context) with optseal's accept set. */
export interface Ed25519Backend {
  readonly name: BackendName;
  /** Whether a 64-byte signature over `message` holds for a 32-byte public key. Any other length is `false`. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
  /** The 64-byte signature of `message` by the key of a 32-byte seed. @throws EnvelopeError `bad-key` */
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** The 32-byte public key of a 32-byte seed. @throws EnvelopeError `bad-key` */
  publicKey(seed: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A host's implementation as a backend: nothing but well-formed keys, signatures and seeds ever reaches it. */
export function strictBackend(raw: Ed25519Backend): Ed25519Backend {
  return Object.freeze({
    name: raw.name,
    verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
      isStrictKey(publicKey) && isStrictSignature(signature) && raw.verify(publicKey, message, signature),
    sign: (seed: Uint8Array, message: Uint8Array) => raw.sign(checkSeed(seed), message),
    publicKey: (seed: Uint8Array) => raw.publicKey(checkSeed(seed)),
  });
}

function checkSeed(seed: Uint8Array): Uint8Array {
  if (seed.length !== KEY_BYTES) throw refuse("bad-key", "a seed has 32 bytes");
  return seed;
}

// Far more keys than a trust document has signers in one role; a key object takes about a kilobyte outside the heap.
const CACHED_KEYS = 64;

/** A host's key objects by the bytes of their public keys: making one costs a good part of a verification. */
export function cachedKeys<Key>(make: (publicKey: Uint8Array) => Key): (publicKey: Uint8Array) => Key {
  const cache = new Map<string, Key>();
  return (publicKey) => {
    const name = toHex(publicKey);
    const known = cache.get(name);
    if (known !== undefined) return known;
    const key = make(publicKey);
    if (cache.size >= CACHED_KEYS) cache.delete(cache.keys().next().value as string);
    cache.set(name, key);
    return key;
  };
}
