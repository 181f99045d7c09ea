/**
 * envelope: a DSSE envelope as an object. In: its parts, from a caller or a reader. Out: a frozen `Envelope` that is
 * checked but not verified.
 */
import { ownBytes } from "../base/bytes.ts";
import type { Limits } from "../base/limits.ts";
import { DEFAULT_LIMITS } from "../base/limits.ts";
import { KEY_BYTES, SIGNATURE_BYTES } from "./ed25519-strict.ts";
import type { EnvelopeError } from "./errors.ts";
import { refuse } from "./errors.ts";

/** `json` is DSSE's own form, in printable ASCII; `binary` is the same map in MessagePack. */
export type EnvelopeForm = "json" | "binary";

/** One signature: 64 bytes, and the id of the key that made it. */
export interface Signature {
  readonly keyid: string;
  readonly sig: Uint8Array;
}

/** What an envelope holds, whatever its form. */
export interface EnvelopeParts {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  /** 1 to 16, each by another key. */
  readonly signatures: readonly Signature[];
}

/** A well-formed envelope. Nothing about it is verified: `verifyEnvelope` takes the bytes themselves. */
export interface Envelope extends EnvelopeParts {
  readonly form: EnvelopeForm;
}

/** The part of `Limits` that concerns envelopes: bytes of the payload. */
export type EnvelopeLimits = Pick<Limits, "bytes">;

/** The most signatures in an envelope: with the slowest backend, 16 take a quarter of a second. */
export const MAX_SIGNATURES = 16;

const KEY_ID = new RegExp(`^[0-9a-f]{${2 * KEY_BYTES}}$`);
// Characters of media types and their parameters; JSON escapes none of them.
const PAYLOAD_TYPE = /^[A-Za-z0-9!#$&^_.+/;=-]{1,128}$/;

/**
 * The caller's bytes, copied once.
 * @throws EnvelopeError `not-bytes`; `size-limit` for more than `most`
 */
export function copyBytes(bytes: unknown, most: number, what: string): Uint8Array {
  let own: Uint8Array | undefined;
  try {
    // Measured before it is copied, and the copy again: a subclass can lie about its length.
    if (!(bytes instanceof Uint8Array && bytes.length > most)) own = ownBytes(bytes);
  } catch {
    throw refuse("not-bytes", `${what} is given as bytes`, { hint: "pass a Uint8Array" });
  }
  if (own === undefined || own.length > most)
    throw refuse("size-limit", `${what} has more than ${most} bytes`);
  return own;
}

/**
 * The payload type, if an envelope may have it: 1 to 128 characters of a media type.
 * @throws EnvelopeError `payload-type`
 */
export function checkPayloadType(payloadType: unknown): string {
  if (typeof payloadType !== "string" || !PAYLOAD_TYPE.test(payloadType))
    throw refuse("payload-type", "a payload type is 1 to 128 characters of a media type", {
      path: "payloadType",
    });
  return payloadType;
}

/** The refusal of a seventeenth signature. */
export function tooManySignatures(): EnvelopeError {
  return refuse("too-many-signatures", `the envelope has more than ${MAX_SIGNATURES} signatures`, {
    path: "signatures",
  });
}

function checkSignature({ keyid, sig }: Signature, i: number): Signature {
  if (typeof keyid !== "string" || !KEY_ID.test(keyid))
    throw refuse("malformed", "a key id is 64 lower-case hexadecimal digits", {
      path: `signatures[${i}].keyid`,
    });
  if (sig.length !== SIGNATURE_BYTES)
    throw refuse("malformed", `a signature has ${SIGNATURE_BYTES} bytes`, { path: `signatures[${i}].sig` });
  return Object.freeze({ keyid, sig });
}

/**
 * A frozen envelope of parts whose bytes nobody else holds.
 * @throws EnvelopeError for parts that no envelope may have
 */
export function freezeEnvelope(form: EnvelopeForm, parts: EnvelopeParts, limits: EnvelopeLimits): Envelope {
  const payloadType = checkPayloadType(parts.payloadType);
  const { payload } = parts;
  if (payload.length > limits.bytes)
    throw refuse("size-limit", `the payload has more than ${limits.bytes} bytes`, { path: "payload" });
  if (parts.signatures.length === 0)
    throw refuse("no-signature", "the envelope has no signature", { path: "signatures" });
  if (parts.signatures.length > MAX_SIGNATURES) throw tooManySignatures();
  const signatures = Object.freeze(parts.signatures.map(checkSignature));
  const seen = new Set<string>();
  for (const { keyid } of signatures) {
    if (seen.has(keyid))
      throw refuse("duplicate-signer", `the key \`${keyid}\` signed twice`, { path: "signatures" });
    seen.add(keyid);
  }
  return Object.freeze({ form, payloadType, payload, signatures });
}

/**
 * A frozen envelope of a caller's parts, which are copied.
 * @throws EnvelopeError for parts that no envelope may have
 */
export function makeEnvelope(
  form: EnvelopeForm,
  parts: EnvelopeParts,
  limits: EnvelopeLimits = DEFAULT_LIMITS,
): Envelope {
  const payload = copyBytes(parts.payload, limits.bytes, "the payload");
  if (parts.signatures.length > MAX_SIGNATURES) throw tooManySignatures();
  const signatures = parts.signatures.map(({ keyid, sig }) => ({
    keyid,
    sig: copyBytes(sig, SIGNATURE_BYTES, "a signature"),
  }));
  return freezeEnvelope(form, { payloadType: parts.payloadType, payload, signatures }, limits);
}
