/**
 * trust: admission of manifests. In: a verified manifest, whose state is wanted, and the specs that it may belong to. Out: the
 * manifest, and the store remembers it.
 *
 * What the store remembers of each server is the newest manifest. So an older checkpoint in the place of a newer one is noticed,
 * once the newer one was admitted here; and so is a second one for the same order.
 */
import type { Digest } from "../base/digest.ts";
import { deepFreeze } from "../base/gate.ts";
import type { Verified } from "../envelope/verify.ts";
import type { AdmitOptions } from "./admit.ts";
import { ownersOf, readSetting, refuseSigners, untouchedPayload } from "./admit.ts";
import type { TrustIssue } from "./errors.ts";
import { refuseIfAny } from "./errors.ts";
import type { Manifest } from "./manifest.ts";
import { readManifest } from "./manifest.ts";
import { acceptSequence, checkSequence } from "./sequence.ts";
import type { Scope } from "./store.ts";
import { LANES } from "./store.ts";

/** As for a spec, and whose state it is to be. */
export interface AdmitManifestOptions extends AdmitOptions {
  /** Which server this is, from 0, and of how many. */
  readonly rank: number;
  readonly servers: number;
  /** The digests of the spec in force, and of those that it came of by amendments. */
  readonly specs: readonly Digest[];
}

/** A manifest that was accepted. */
export interface AdmittedManifest {
  /** `new`, or `in-force` for the very manifest that was accepted last. */
  readonly status: "new" | "in-force";
  /** Of the manifest as signed. */
  readonly digest: Digest;
  readonly manifest: Manifest;
  /** Whose signatures counted. */
  readonly owners: readonly string[];
}

function placeIssues(manifest: Manifest, scope: Scope, options: AdmitManifestOptions): readonly TrustIssue[] {
  const { job, audience, rank, servers, spec } = manifest;
  const issues: TrustIssue[] = [];
  const wrong = (code: TrustIssue["code"], path: string, message: string, hint: string) =>
    issues.push({ code, message, path, hint });
  if (job !== scope.job)
    wrong(
      "wrong-job",
      "job",
      `the manifest is of the job \`${job}\``,
      `this server works for \`${scope.job}\``,
    );
  if (audience !== scope.audience)
    wrong(
      "wrong-audience",
      "audience",
      `the manifest is by \`${audience}\``,
      `this server is \`${scope.audience}\``,
    );
  if (rank !== options.rank || servers !== options.servers)
    wrong(
      "wrong-server",
      "rank",
      `the manifest is by server ${rank} of ${servers}`,
      `this is server ${options.rank} of ${options.servers}, counted from 0`,
    );
  if (!options.specs.includes(spec))
    wrong(
      "wrong-base",
      "spec",
      `the state belongs to the spec ${spec}`,
      `in force is ${options.specs.at(-1)}`,
    );
  return issues;
}

/**
 * Admits a manifest that a key of the role `server` has signed.
 * @param prove the last question before it is remembered: whether the files are as it says; what it throws refuses
 * @throws TrustError with every issue that can be told; CodecError for what was signed but is no manifest
 * @throws TypeError for options that are none
 */
export async function admitManifest(
  verified: Verified,
  options: AdmitManifestOptions,
  prove: (manifest: Manifest) => Promise<void>,
): Promise<AdmittedManifest> {
  const { store } = options;
  const { tables, scope } = readSetting(options);
  const payload = untouchedPayload(verified, "manifest");
  refuseSigners(verified.signers, "server", tables);
  const manifest = deepFreeze(readManifest(payload));
  refuseIfAny(placeIssues(manifest, scope, options));
  const { digest, signers } = verified;
  const lane = { ...scope, lane: LANES.manifest(manifest.rank, manifest.servers) };
  const offered = { sequence: manifest.sequence, digest };
  await checkSequence(store, lane, offered);
  await prove(manifest);
  const status = await acceptSequence(store, lane, offered);
  return Object.freeze({ status, digest, manifest, owners: ownersOf(signers, tables) });
}
