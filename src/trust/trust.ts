/**
 * trust: trust documents as files. In: a document to be signed, or the bytes of a signed one. Out: an envelope, or `Trust`:
 * the document as an anchor, ready to verify by.
 *
 * A trust document is the beginning: it is signed by the keys that it lists itself. Its signatures show that its root role
 * stands behind every byte of it, and nothing about who that is. Whoever gives a file to `readTrust` vouches for where it
 * came from: it is never taken from the connection or the message that it is to judge.
 *
 * Revocations are part of the document, so none can be held back without the document; and a document that is held back
 * for long enough expires, after which nothing is admitted.
 */
import type { Digest } from "../base/digest.ts";
import type { Gate, Passed } from "../base/gate.ts";
import { gate } from "../base/gate.ts";
import { timeText } from "../base/time.ts";
import { decode } from "../codec/decode.ts";
import { encode } from "../codec/encode.ts";
import type { Envelope } from "../envelope/envelope.ts";
import { encodeEnvelope, parseEnvelope } from "../envelope/forms.ts";
import type { PublicKey, SecretKey } from "../envelope/keys.ts";
import { publicKeyOf } from "../envelope/keys.ts";
import type { SignOptions } from "../envelope/sign.ts";
import { signEnvelope } from "../envelope/sign.ts";
import { verifyEnvelope } from "../envelope/verify.ts";
import type { Clock, ClockOptions } from "./clock.ts";
import { lateness, readClock } from "./clock.ts";
import type { Tables, TrustDocument } from "./document.ts";
import { countOwners, readDocument } from "./document.ts";
import { refuse } from "./errors.ts";
import { PAYLOAD_TYPES } from "./payload-types.ts";

/** A trust document that its root role has signed. */
export interface TrustContent {
  readonly document: TrustDocument;
  /** Of the payload: the name of this very document, whoever has signed it. */
  readonly digest: Digest;
  /** Every listed key by its id, for `verifyEnvelope`. What each may say is `admit`'s to judge, by tables of its own. */
  readonly keys: ReadonlyMap<string, PublicKey>;
}
export type Trust = Passed<"trust", TrustContent>;

const trustGate: Gate<"trust", TrustContent> = gate();
// Maps cannot be frozen: the ones that decide are kept where no caller can reach them.
const tablesOf = new WeakMap<object, Tables>();

/** @throws TypeError for anything but what `readTrust` returned */
export function trustTables(trust: Trust): Tables {
  const tables = trustGate.knows(trust) ? tablesOf.get(trust) : undefined;
  if (tables === undefined) throw new TypeError("`trust` is what `readTrust` returned");
  return tables;
}

/** @throws TrustError `trust-expired`, `trust-not-yet-valid` */
export function checkTrustTime(document: TrustDocument, clock: Clock): void {
  const found = lateness(document, clock);
  if (found === "late")
    throw refuse("trust-expired", `the trust document expired at ${timeText(document.expires)}`, {
      path: "expires",
      hint: "its root role has to sign a new one",
    });
  if (found === "early")
    throw refuse(
      "trust-not-yet-valid",
      `the trust document was issued at ${timeText(document.issued)}, in the future`,
      {
        path: "issued",
        hint: "set this machine's clock",
      },
    );
}

/**
 * The payload of a trust document: canonical MessagePack, for the payload type `PAYLOAD_TYPES.trust`.
 * @throws TrustError `trust-document`, `trust-key`, `trust-role`; CodecError for what is no plain data
 */
export function makeTrust(document: TrustDocument): Uint8Array {
  const payload = encode(document);
  readDocument(decode(payload));
  return payload;
}

/**
 * A trust document with one signature; `addSignature` adds those of the other owners. As a file it is DSSE's JSON.
 * @throws TrustError as `makeTrust`, and `unknown-key` or `revoked-key` for a key whose signature nobody could verify or count
 */
export async function signTrust(
  document: TrustDocument,
  key: SecretKey,
  options: SignOptions = {},
): Promise<Envelope> {
  const payload = encode(document);
  const { tables } = readDocument(decode(payload));
  const { id } = await publicKeyOf(key);
  if (!tables.keys.has(id)) throw refuse("unknown-key", `the trust document does not list the key \`${id}\``);
  if (tables.revoked.has(id)) throw refuse("revoked-key", `the trust document revokes the key \`${id}\``);
  return signEnvelope({ payloadType: PAYLOAD_TYPES.trust, payload }, key, options);
}

/**
 * The trust document of a file, if all its signatures hold, and enough owners of its root role are among them. Listed keys
 * of other roles may have signed it too (those of a root before it, for instance): they do not count.
 * @throws EnvelopeError for an envelope or signature that does not hold, or a key that is not listed; CodecError
 * @throws TrustError `payload-type`, `trust-document`, `trust-key`, `trust-role`, `trust-threshold`, `trust-expired`,
 *   `trust-not-yet-valid`
 * @throws TypeError for a clock that is none
 */
export async function readTrust(bytes: unknown, options: ClockOptions = {}): Promise<Trust> {
  const clock = readClock(options);
  const envelope = parseEnvelope(bytes);
  if (envelope.payloadType !== PAYLOAD_TYPES.trust)
    throw refuse("payload-type", `\`${envelope.payloadType}\` is no trust document`, { path: "payloadType" });
  const { document, tables } = readDocument(decode(envelope.payload));
  // Written anew from the copy that was read, so that what is verified is what was read.
  const verified = await verifyEnvelope(encodeEnvelope(envelope), {
    keys: tables.keys,
    payloadTypes: [PAYLOAD_TYPES.trust],
  });
  const { root } = tables;
  const signed = countOwners(
    verified.signers.filter((id) => root.keys.has(id)),
    tables,
  );
  if (signed < root.threshold)
    throw refuse(
      "trust-threshold",
      `${root.threshold} owners of the root role must sign the trust document; ${signed} did`,
      { path: "signatures" },
    );
  checkTrustTime(document, clock);
  const trust = trustGate.pass({ document, digest: verified.digest, keys: new Map(tables.keys) });
  tablesOf.set(trust, tables);
  return trust;
}
