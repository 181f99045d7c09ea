/**
 * envelope: the refusals of this stage. In: what a key, a backend or an envelope got wrong. Out: one error class with a
 * closed set of codes.
 */
import type { Issue } from "../base/errors.ts";
import { StageError } from "../base/errors.ts";

/** Why the envelope stage refuses. */
export type EnvelopeCode =
  /** A door was given something else than a `Uint8Array` (or, for key files, something else than a string). */
  | "not-bytes"
  /** The envelope or its payload is larger than the limits allow. */
  | "size-limit"
  /** The bytes are not the one spelling of an envelope, in either form. */
  | "malformed"
  /** A field is not the one base64 spelling of its bytes. */
  | "base64"
  /** The payload type has characters that no envelope may have, or is not one that was asked for. */
  | "payload-type"
  /** The list of signatures is empty: there is no unsigned mode. */
  | "no-signature"
  /** More signatures than an envelope may have. */
  | "too-many-signatures"
  /** The same key signed twice. */
  | "duplicate-signer"
  /** A signature names a key that the verifier does not know. */
  | "unknown-key"
  /** A signature does not hold for its key, payload type and payload. */
  | "bad-signature"
  /** A key that is no key: wrong length, non-canonical, of small order, or not made by this stage. */
  | "bad-key"
  /** A file that should hold one key in the text form does not. */
  | "bad-key-file"
  /** A secret key where a public key is wanted. */
  | "secret-as-public"
  /** A public key where a secret key is wanted. */
  | "public-as-secret"
  /** A key's owner that is not 1 to 64 printable ASCII characters without spaces. */
  | "bad-owner"
  /** The Ed25519 backend that was asked for does not exist on this host. */
  | "no-backend";

/** A refusal by the envelope stage. */
export class EnvelopeError extends StageError<EnvelopeCode> {
  override readonly name = "EnvelopeError";
  readonly stage = "envelope" as const;
}

/** An `EnvelopeError` with one issue, ready to be thrown. */
export function refuse(
  code: EnvelopeCode,
  message: string,
  where: Omit<Issue<EnvelopeCode>, "code" | "message"> = {},
): EnvelopeError {
  return new EnvelopeError({ code, message, ...where });
}
