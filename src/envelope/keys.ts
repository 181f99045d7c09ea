/**
 * envelope: typed keys. In: raw bytes, once. Out: frozen objects that say what they are and keep the bytes to themselves,
 * so that a secret key can be neither passed as a public one nor printed by accident.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, ownBytes, toHex, utf8 } from "../base/bytes.ts";
import { ed25519 } from "./ed25519.ts";
import type { Ed25519Backend } from "./ed25519-backend.ts";
import { isCanonicalPoint, isSmallOrder, KEY_BYTES } from "./ed25519-strict.ts";
import { refuse } from "./errors.ts";

declare const publicBrand: unique symbol;
declare const secretBrand: unique symbol;

/** An Ed25519 public key for optseal's envelopes, in its one canonical encoding. Made by `importPublicKey` only. */
export interface PublicKey {
  readonly [publicBrand]: true;
  readonly kind: "optseal-ed25519-public";
  /** What `keyId` says. */
  readonly id: string;
}

/** An Ed25519 secret key for optseal's envelopes. Made by `importSecretKey` only; its seed is not a property. */
export interface SecretKey {
  readonly [secretBrand]: true;
  readonly kind: "optseal-ed25519-secret";
}

interface Secret {
  readonly seed: Uint8Array;
  publicKey: PublicKey | undefined;
}

// The bytes live here and not in the keys: typed arrays cannot be frozen, and a property would be printed.
const publicBytes = new WeakMap<PublicKey, Uint8Array>();
const secrets = new WeakMap<SecretKey, Secret>();

const ID_DOMAIN = utf8("optseal-ed25519-public-1\0");

function keyBytes(bytes: unknown, what: string): Uint8Array {
  let own: Uint8Array;
  try {
    own = ownBytes(bytes);
  } catch {
    throw refuse("not-bytes", `a ${what} is given as bytes`, { hint: "pass a Uint8Array" });
  }
  if (own.length !== KEY_BYTES)
    throw refuse("bad-key", `a ${what} has ${KEY_BYTES} bytes, not ${own.length}`, {
      hint: "raw Ed25519 keys only: no DER, PEM or JWK, and no seed and public key in one",
    });
  return own;
}

/**
 * The public key of 32 raw bytes (RFC 8032 section 5.1.5), which are copied.
 * @throws EnvelopeError `not-bytes`; `bad-key` for a wrong length, y of p or more, or a point of small order
 */
export function importPublicKey(bytes: unknown): PublicKey {
  const own = keyBytes(bytes, "public key");
  if (!isCanonicalPoint(own)) throw refuse("bad-key", "the public key is not in its canonical encoding");
  if (isSmallOrder(own))
    throw refuse("bad-key", "the public key is a point of small order, for which anyone can sign");
  const id = toHex(sha256(concatBytes(ID_DOMAIN, own)));
  const key = Object.freeze({ kind: "optseal-ed25519-public", id }) as PublicKey;
  publicBytes.set(key, own);
  return key;
}

/**
 * The name of a public key in envelopes and trust documents: 64 lower-case hexadecimal digits, the SHA-256 of
 * `optseal-ed25519-public-1`, a zero byte and the 32 raw bytes.
 */
export function keyId(key: PublicKey): string {
  return key.id;
}

/**
 * The 32 raw bytes of a public key, in a new array.
 * @throws EnvelopeError `bad-key` for an object that `importPublicKey` did not make
 */
export function exportPublicKey(key: PublicKey): Uint8Array {
  return publicKeyBytes(key).slice();
}

/** The bytes themselves, for this stage's own use: never handed out, never written to. */
export function publicKeyBytes(key: PublicKey): Uint8Array {
  const bytes = publicBytes.get(key);
  if (bytes === undefined) throw refuse("bad-key", "expected a public key made by this package");
  return bytes;
}

/**
 * The secret key of a 32-byte seed (RFC 8032 section 5.1.5), which is copied.
 * @throws EnvelopeError `not-bytes`; `bad-key` for a wrong length
 */
export function importSecretKey(seed: unknown): SecretKey {
  const own = keyBytes(seed, "secret key's seed");
  const key = Object.freeze({ kind: "optseal-ed25519-secret" }) as SecretKey;
  secrets.set(key, { seed: own, publicKey: undefined });
  return key;
}

function secretOf(key: SecretKey): Secret {
  const secret = secrets.get(key);
  if (secret === undefined) throw refuse("bad-key", "expected a secret key made by this package");
  return secret;
}

/** The seed itself, for this stage's own use: never handed out, never written to. */
export function seedOf(key: SecretKey): Uint8Array {
  return secretOf(key).seed;
}

/**
 * The public half of a secret key.
 * @throws EnvelopeError `bad-key` for an object that `importSecretKey` did not make
 */
export async function publicKeyOf(key: SecretKey, backend?: Ed25519Backend): Promise<PublicKey> {
  const secret = secretOf(key);
  if (secret.publicKey === undefined) {
    const bytes = await (backend ?? (await ed25519())).publicKey(secret.seed);
    secret.publicKey = importPublicKey(bytes);
  }
  return secret.publicKey;
}
