/** Checkpoints, from both ends: orders to save and manifests of what was saved, signed, and taken through every gate. */

import type { FileFacts } from "./base/file-facts.ts";
import { documentDigest } from "./codec/document-digest.ts";
import { encodeEnvelope } from "./envelope/forms.ts";
import type { SecretKey } from "./envelope/keys.ts";
import type { SignOptions } from "./envelope/sign.ts";
import { signEnvelope } from "./envelope/sign.ts";
import { verifyEnvelope } from "./envelope/verify.ts";
import type { Checked, Claims } from "./spec/gates.ts";
import { checkedGate } from "./spec/gates.ts";
import { refuseOtherFile } from "./state/manifest-files.ts";
import type { AdmitCheckpointOptions, Ordered } from "./trust/admit-checkpoint.ts";
import { admitCheckpoint } from "./trust/admit-checkpoint.ts";
import type { AdmitManifestOptions, AdmittedManifest } from "./trust/admit-manifest.ts";
import { admitManifest } from "./trust/admit-manifest.ts";
import type { Manifest } from "./trust/manifest.ts";
import { makeManifest } from "./trust/manifest.ts";
import { PAYLOAD_TYPES } from "./trust/payload-types.ts";
import { makeCheckpoint } from "./trust/statement.ts";

/**
 * Signs an order to save the state of the spec in force.
 * @param base that spec, with all amendments
 * @param claims as for a spec; `sequence` above that of all earlier orders, whatever specs and amendments have
 * @returns the envelope's bytes, in DSSE's JSON form unless `form` says `binary`.
 * @throws TrustError for claims that do not hold together.
 */
export async function signCheckpoint(
  base: Checked,
  claims: Claims,
  key: SecretKey,
  options: SignOptions = {},
): Promise<Uint8Array> {
  if (!checkedGate.knows(base)) throw new TypeError("signCheckpoint takes what `check` returned");
  const payload = makeCheckpoint(documentDigest(base.spec), claims);
  return encodeEnvelope(await signEnvelope({ payloadType: PAYLOAD_TYPES.checkpoint, payload }, key, options));
}

/**
 * Takes a signed order to save through every gate: a server that hears `new`, or `in-force` and has no checkpoint for it, saves.
 * @param bytes the envelope as received
 * @param options as for a spec, and `base`, what is in force: the `admitted` of `open` or `openAmended`
 * @throws EnvelopeError, CodecError, SpecError or TrustError, by the stage that refused; TrustError `wrong-base` for an order
 * to save another state, `stale-base` where the store has accepted another statement than `base` since
 */
export async function openCheckpoint(bytes: unknown, options: AdmitCheckpointOptions): Promise<Ordered> {
  const payloadTypes = [PAYLOAD_TYPES.checkpoint];
  return admitCheckpoint(await verifyEnvelope(bytes, { keys: options.trust.keys, payloadTypes }), options);
}

/**
 * Signs what a server has written for an order.
 * @throws TrustError `manifest` for one that does not fit its schema, or whose files are out of order
 */
export async function signManifest(
  manifest: Manifest,
  key: SecretKey,
  options: SignOptions = {},
): Promise<Uint8Array> {
  const payload = makeManifest(manifest);
  return encodeEnvelope(await signEnvelope({ payloadType: PAYLOAD_TYPES.manifest, payload }, key, options));
}

/** Whose state is wanted, of which specs it may be, and what is there. */
export interface OpenManifestOptions extends Omit<AdmitManifestOptions, "specs"> {
  /** The spec in force, last, and those that it came of by amendments: the `history` of `openAmended`. */
  readonly history: readonly Checked[];
  /** Size and digest of the file of this name beside the manifest; `undefined` if there is none. */
  readonly file: (name: string) => Promise<FileFacts | undefined>;
}

/** A manifest whose files are all there, and the spec that their state belongs to. */
export interface OpenedManifest extends AdmittedManifest {
  readonly checked: Checked;
}

/**
 * Takes a signed manifest, and the files that it names, through every gate. The store remembers it as the newest of its server
 * when all else has passed: from then on, every older one is refused.
 * @throws EnvelopeError, CodecError or TrustError, by the stage that refused; TrustError `replay` for an older checkpoint;
 * StateError `missing-file`, `file-size`, `file-digest`
 */
export async function openManifest(
  bytes: unknown,
  { history, file, ...options }: OpenManifestOptions,
): Promise<OpenedManifest> {
  if (!history.every((checked) => checkedGate.knows(checked)))
    throw new TypeError("`history` is what `check` returned");
  const payloadTypes = [PAYLOAD_TYPES.manifest];
  const verified = await verifyEnvelope(bytes, { keys: options.trust.keys, payloadTypes });
  const specs = history.map(({ spec }) => documentDigest(spec));
  const admitted = await admitManifest(verified, { ...options, specs }, async ({ files }) => {
    for (const facts of files) refuseOtherFile(facts, await file(facts.name));
  });
  const at = specs.lastIndexOf(admitted.manifest.spec);
  return Object.freeze({ ...admitted, checked: history[at] as Checked });
}
