/** envelope: bytes to `Envelope` and back. The first byte tells the form: `{`, or the header of a map of three. */
import { DEFAULT_LIMITS } from "../base/limits.ts";
import type { Envelope, EnvelopeForm, EnvelopeLimits, EnvelopeParts } from "./envelope.ts";
import { copyBytes, freezeEnvelope, MAX_SIGNATURES, makeEnvelope } from "./envelope.ts";
import { refuse } from "./errors.ts";
import { readBinary, writeBinary } from "./form-binary.ts";
import { readJson, writeJson } from "./form-json.ts";

interface Form {
  readonly form: EnvelopeForm;
  readonly firstByte: number;
  readonly read: (bytes: Uint8Array) => EnvelopeParts;
  readonly write: (parts: EnvelopeParts) => Uint8Array;
}

const FORMS: readonly Form[] = [
  { form: "json", firstByte: 0x7b, read: readJson, write: writeJson },
  { form: "binary", firstByte: 0x83, read: readBinary, write: writeBinary },
];

// In JSON, the larger form, a signature takes 174 bytes, the payload type up to 128 and the rest less than 64.
const OVERHEAD = MAX_SIGNATURES * 174 + 128 + 64;

/** The most bytes of an envelope whose payload keeps to the limit: base64 makes 4 bytes of 3. */
function mostBytes(limits: EnvelopeLimits): number {
  return 4 * Math.ceil(limits.bytes / 3) + OVERHEAD;
}

/**
 * The envelope that bytes in either form spell. They are copied once, before anything is read, and nothing is verified.
 * `limits.bytes` bounds the payload.
 * @throws EnvelopeError `not-bytes`, `size-limit`, `malformed`, `base64`, `payload-type`, `no-signature`,
 *   `too-many-signatures`, `duplicate-signer`
 */
export function parseEnvelope(bytes: unknown, limits: EnvelopeLimits = DEFAULT_LIMITS): Envelope {
  const own = copyBytes(bytes, mostBytes(limits), "the envelope");
  const found = FORMS.find(({ firstByte }) => firstByte === own[0]);
  if (found === undefined)
    throw refuse("malformed", "this is no envelope, in JSON or binary", {
      offset: 0,
      hint: "only signed documents are accepted; sign a spec with `optseal sign`",
    });
  return freezeEnvelope(found.form, found.read(own), limits);
}

/**
 * The one spelling of an envelope, in its own form or another. `limits.bytes` bounds the payload.
 * @throws EnvelopeError for parts that no envelope may have
 */
export function encodeEnvelope(
  envelope: Envelope,
  form: EnvelopeForm = envelope.form,
  limits: EnvelopeLimits = DEFAULT_LIMITS,
): Uint8Array {
  const found = FORMS.find((candidate) => candidate.form === form);
  if (found === undefined)
    throw refuse("malformed", "an envelope is written as `json` or as `binary`", { path: "form" });
  return found.write(makeEnvelope(form, envelope, limits));
}
