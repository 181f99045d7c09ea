/**
 * envelope: verification. In: bytes from anywhere, the keys that are known and the payload types that are wanted. Out:
 * `Verified`: the bytes that were signed and who signed them. Whether these signers may say it is the trust stage's
 * question.
 */
import type { Digest } from "../base/digest.ts";
import { digest } from "../base/digest.ts";
import type { Issue } from "../base/errors.ts";
import { DEFAULT_LIMITS } from "../base/limits.ts";
import { ed25519 } from "./ed25519.ts";
import type { BackendName } from "./ed25519-backend.ts";
import type { Envelope, EnvelopeLimits, Signature } from "./envelope.ts";
import type { EnvelopeCode } from "./errors.ts";
import { EnvelopeError, refuse } from "./errors.ts";
import { parseEnvelope } from "./forms.ts";
import type { PublicKey } from "./keys.ts";
import { publicKeyBytes } from "./keys.ts";
import { pae } from "./pae.ts";

declare const brand: unique symbol;

/** A payload whose every signature holds. Made by `verifyEnvelope` only. */
export interface Verified {
  readonly [brand]: true;
  readonly payloadType: string;
  /** The very bytes that the signatures cover: a copy that was made before they were verified. */
  readonly payload: Uint8Array;
  /** SHA-256 of the payload alone: the same however often, by whom and in which form it was signed. */
  readonly digest: Digest;
  /** The ids of the keys that signed, each once, in the envelope's order. */
  readonly signers: readonly string[];
}

/** What verification needs to know. */
export interface VerifyOptions {
  /** The known keys by `keyId`. */
  readonly keys: ReadonlyMap<string, PublicKey>;
  /** The payload types that are accepted here, compared character by character. */
  readonly payloadTypes: readonly string[];
  /** Default: the fastest of this host. All accept the same signatures. */
  readonly backend?: BackendName;
  /** Bytes of the payload; default 1 MiB. */
  readonly limits?: EnvelopeLimits;
}

const verified = new WeakSet<object>();

/** Whether an object came out of `verifyEnvelope`: what the type `Verified` says, for callers without types. */
export function isVerified(value: unknown): value is Verified {
  return typeof value === "object" && value !== null && verified.has(value);
}

interface Claim extends Signature {
  readonly publicKey: Uint8Array;
}

/** Each signature with its key's bytes. All signatures count, so one by a stranger is as wrong as one that does not hold. */
function claims({ signatures }: Envelope, keys: ReadonlyMap<string, PublicKey>): readonly Claim[] {
  const unknown: Issue<EnvelopeCode>[] = [];
  const known: Claim[] = [];
  signatures.forEach(({ keyid, sig }, i) => {
    const path = `signatures[${i}].keyid`;
    const key = keys.get(keyid);
    if (key === undefined)
      unknown.push({
        code: "unknown-key",
        message: `no key \`${keyid}\` is known here`,
        path,
        hint: "every signature of an envelope must be by a key that is trusted here",
      });
    else if (key.id !== keyid)
      throw refuse("bad-key", `the key known as \`${keyid}\` has another id`, { path });
    else known.push({ keyid, sig, publicKey: publicKeyBytes(key) });
  });
  const [first, ...rest] = unknown;
  if (first !== undefined) throw new EnvelopeError([first, ...rest]);
  return known;
}

/**
 * The payload of an envelope, if its type is one of those wanted and every one of its signatures is by a known key and
 * holds. Before the first wait, the bytes are copied and the keys looked up; the caller may then do with them what it
 * likes. Work is bounded: no signature is tried before all keys are known, and none after one that does not hold.
 * @throws EnvelopeError as `parseEnvelope`; `payload-type`, `unknown-key`, `bad-signature`, `bad-key`, `no-backend`
 */
export async function verifyEnvelope(bytes: unknown, options: VerifyOptions): Promise<Verified> {
  const envelope = parseEnvelope(bytes, options.limits ?? DEFAULT_LIMITS);
  const { payloadType, payload } = envelope;
  // Not `includes`, which a string has too, for any part of it.
  if (!options.payloadTypes.some((type) => type === payloadType))
    throw refuse("payload-type", `the payload type \`${payloadType}\` is not accepted here`, {
      path: "payloadType",
    });
  const pending = claims(envelope, options.keys);
  const message = pae(payloadType, payload);

  const backend = await ed25519(options.backend);
  for (const [i, { publicKey, sig }] of pending.entries()) {
    const answer = backend.verify(publicKey, message, sig);
    if ((typeof answer === "boolean" ? answer : await answer) !== true)
      throw refuse("bad-signature", "the signature does not hold", {
        path: `signatures[${i}]`,
        hint: "the document was changed after it was signed, or the key is another one",
      });
  }
  const result = Object.freeze({
    payloadType,
    payload,
    digest: digest(payload),
    signers: Object.freeze(pending.map(({ keyid }) => keyid)),
  }) as Verified;
  verified.add(result);
  return result;
}
