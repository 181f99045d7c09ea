/**
 * trust: manifests. In: what a server says of the files of its checkpoint, or a payload that was signed. Out: the payload's
 * bytes, canonical MessagePack, or the manifest that they spell.
 *
 * A manifest has no time at which it ends: a state is as good after a year. What makes it old is a newer one.
 */
import type { Digest } from "../base/digest.ts";
import type { FileFacts } from "../base/file-facts.ts";
import { schemaIssues } from "../base/schema.ts";
import { manifestSchema } from "../base/schemas.gen.ts";
import { decode } from "../codec/decode.ts";
import { encode } from "../codec/encode.ts";
import type { TrustIssue } from "./errors.ts";
import { refuseIfAny } from "./errors.ts";

/** What one server has saved, as `schemas/manifest.schema.json` describes it. */
export interface Manifest {
  readonly optseal: 1;
  readonly job: string;
  /** What the server is called. */
  readonly audience: string;
  /** Which server, from 0. */
  readonly rank: number;
  /** Of how many. */
  readonly servers: number;
  /** The digest of the statement that ordered it, and its sequence. */
  readonly checkpoint: Digest;
  readonly sequence: number;
  /** The digest of the spec that the state belongs to. */
  readonly spec: Digest;
  /** In the byte order of their names. */
  readonly files: readonly FileFacts[];
}

function contentIssues({ rank, servers, sequence, files }: Manifest): readonly TrustIssue[] {
  const issues: TrustIssue[] = [];
  const wrong = (path: string, message: string) => issues.push({ code: "manifest", message, path });
  if (rank >= servers) wrong("rank", `there are ${servers} servers, counted from 0`);
  // JSON Schema takes minus zero for zero; as bytes they are two spellings.
  for (const [path, count] of Object.entries({ rank, sequence }))
    if (Object.is(count, -0)) wrong(path, "minus zero is no count");
  files.forEach(({ name, size }, i) => {
    const before = files[i - 1]?.name;
    if (Object.is(size, -0)) wrong(`files[${i}].size`, "minus zero is no count");
    if (before !== undefined && before >= name)
      wrong(`files[${i}].name`, `\`${name}\` stands behind \`${before}\``);
  });
  return issues;
}

/**
 * The manifest that a payload spells.
 * @throws CodecError, TrustError `manifest`
 */
export function readManifest(payload: Uint8Array): Manifest {
  const value = decode(payload);
  refuseIfAny(schemaIssues(manifestSchema, value, "manifest"));
  const manifest = value as unknown as Manifest;
  refuseIfAny(contentIssues(manifest));
  return manifest;
}

/**
 * The payload of a manifest, to be signed with the payload type `PAYLOAD_TYPES.manifest`.
 * @throws TrustError `manifest`; CodecError for what is no plain data
 */
export function makeManifest(manifest: Manifest): Uint8Array {
  const payload = encode(manifest);
  readManifest(payload);
  return payload;
}
