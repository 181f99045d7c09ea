/** envelope: signing. In: a payload and its type, or an envelope, and a secret key. Out: an envelope with that signature. */
import { DEFAULT_LIMITS } from "../base/limits.ts";
import { ed25519 } from "./ed25519.ts";
import type { BackendName } from "./ed25519-backend.ts";
import type { Envelope, EnvelopeForm, EnvelopeLimits } from "./envelope.ts";
import { checkPayloadType, copyBytes, makeEnvelope } from "./envelope.ts";
import { refuse } from "./errors.ts";
import type { SecretKey } from "./keys.ts";
import { publicKeyOf, seedOf } from "./keys.ts";
import { pae } from "./pae.ts";

/** What is to be signed. */
export interface Unsigned {
  readonly payloadType: string;
  readonly payload: Uint8Array;
}

/** How to sign: all have defaults. */
export interface SignOptions {
  /** The form that `encodeEnvelope` will write; default `json`. */
  readonly form?: EnvelopeForm;
  /** Default: the fastest of this host. */
  readonly backend?: BackendName;
  /** Bytes of the payload; default 1 MiB. */
  readonly limits?: EnvelopeLimits;
}

async function signature(message: Uint8Array, key: SecretKey, name: BackendName | undefined) {
  const seed = seedOf(key);
  const backend = await ed25519(name);
  const { id } = await publicKeyOf(key, backend);
  return { keyid: id, sig: await backend.sign(seed, message) };
}

/**
 * An envelope with one signature, over the payload type and the payload as they are when this is called.
 * @throws EnvelopeError `payload-type`, `not-bytes`, `size-limit`, `bad-key`, `no-backend`
 */
export async function signEnvelope(
  unsigned: Unsigned,
  key: SecretKey,
  options: SignOptions = {},
): Promise<Envelope> {
  const { form = "json", limits = DEFAULT_LIMITS, backend } = options;
  const payloadType = checkPayloadType(unsigned.payloadType);
  const payload = copyBytes(unsigned.payload, limits.bytes, "the payload");
  const signatures = [await signature(pae(payloadType, payload), key, backend)];
  return makeEnvelope(form, { payloadType, payload, signatures }, limits);
}

/**
 * The envelope with one more signature, by a key that has not signed it yet. The signatures that it has are kept as they
 * are and not verified: whoever signs must know the payload to be right, whoever else has signed it.
 * @throws EnvelopeError `duplicate-signer`, `too-many-signatures`, `bad-key`, `no-backend`, and as `parseEnvelope`
 */
export async function addSignature(
  envelope: Envelope,
  key: SecretKey,
  options: Omit<SignOptions, "form"> = {},
): Promise<Envelope> {
  const { limits = DEFAULT_LIMITS, backend } = options;
  const own = makeEnvelope(envelope.form, envelope, limits);
  const added = await signature(pae(own.payloadType, own.payload), key, backend);
  if (own.signatures.some(({ keyid }) => keyid === added.keyid))
    throw refuse("duplicate-signer", "this key has signed the envelope already", { path: "signatures" });
  return makeEnvelope(own.form, { ...own, signatures: [...own.signatures, added] }, limits);
}
