/** The language-neutral vectors of this stage. Each statement comes with its trust document and what was accepted before. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBase64 } from "../../src/base/bytes.ts";
import type { Digest } from "../../src/base/digest.ts";
import { openCheckpoint } from "../../src/checkpoint.ts";
import { documentDigest } from "../../src/codec/document-digest.ts";
import { encode } from "../../src/codec/encode.ts";
import { encodeEnvelope, parseEnvelope } from "../../src/envelope/forms.ts";
import type { Verified } from "../../src/envelope/verify.ts";
import { verifyEnvelope } from "../../src/envelope/verify.ts";
import type { Admitted } from "../../src/spec/gates.ts";
import { admit } from "../../src/trust/admit.ts";
import { admitAmended } from "../../src/trust/admit-amended.ts";
import type { Ordered } from "../../src/trust/admit-checkpoint.ts";
import type { AdmittedManifest } from "../../src/trust/admit-manifest.ts";
import { admitManifest } from "../../src/trust/admit-manifest.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { LANES, memoryStore } from "../../src/trust/store.ts";
import { readTrust } from "../../src/trust/trust.ts";
import { refusal } from "./support.ts";

interface DocumentRow {
  readonly name: string;
  readonly now: number;
  readonly envelope: string;
  readonly digest?: string;
  readonly document?: object;
  readonly code?: string;
}
interface StatementRow {
  readonly name: string;
  readonly trust: string;
  readonly job: string;
  readonly audience: string;
  readonly now: number;
  readonly before: { readonly sequence: number; readonly digest: Digest } | null;
  readonly envelope: string;
  readonly status?: string;
  readonly owners?: readonly string[];
  readonly digest?: string;
  readonly sequence?: number;
  readonly code?: string;
}
/** `envelopes`: the spec's, then each amendment in its order; the last is the one that is offered. */
interface AmendmentRow extends Omit<StatementRow, "envelope"> {
  readonly envelopes: readonly string[];
  /** Digests of the spec before the amendment, and with it. */
  readonly amends?: string;
  readonly spec?: string;
}

/** `inForce`: what the store has of specs, `before`: of orders. */
interface OrderRow extends StatementRow {
  readonly spec: string;
  readonly inForce: { readonly sequence: number; readonly digest: Digest };
}
/** `before`: the newest that the store has of this server. */
interface ManifestRow extends StatementRow {
  readonly rank: number;
  readonly servers: number;
  readonly specs: readonly Digest[];
  readonly manifest?: object;
}

function vectors<T>(file: string): T[] {
  return JSON.parse(readFileSync(new URL(`../vectors/trust/${file}`, import.meta.url), "utf8")) as T[];
}

async function admitRow(row: StatementRow, bytes = fromBase64(row.envelope)): Promise<Admitted> {
  const { job, audience, now } = row;
  const store = memoryStore();
  if (row.before !== null) await store.accept({ job, audience }, row.before);
  const trust = await readTrust(fromBase64(row.trust), { now });
  const verified = await verifyEnvelope(bytes, { keys: trust.keys, payloadTypes: [PAYLOAD_TYPES.spec] });
  return admit(verified, { trust, job, audience, store, now });
}

async function amendRow(row: AmendmentRow, form?: "binary"): Promise<Admitted> {
  const { job, audience, now } = row;
  const store = memoryStore();
  if (row.before !== null) await store.accept({ job, audience }, row.before);
  const trust = await readTrust(fromBase64(row.trust), { now });
  const verified: Verified[] = [];
  for (const [i, text] of row.envelopes.entries()) {
    const bytes = fromBase64(text) as Uint8Array;
    const payloadTypes = [PAYLOAD_TYPES[i === 0 ? "spec" : "amendment"]];
    const sent = form === undefined ? bytes : encodeEnvelope(parseEnvelope(bytes), form);
    verified.push(await verifyEnvelope(sent, { keys: trust.keys, payloadTypes }));
  }
  // What `check` says of the amended spec is no part of these: built-ins may have another text by then.
  return admitAmended(verified, { trust, job, audience, store, now }, () => undefined);
}

async function orderRow(row: OrderRow, form?: "binary"): Promise<Ordered> {
  const { job, audience, now } = row;
  const trust = await readTrust(fromBase64(row.trust), { now });
  const setting = { trust, job, audience, now };
  const verifying = { keys: trust.keys, payloadTypes: [PAYLOAD_TYPES.spec] };
  const spec = await verifyEnvelope(fromBase64(row.spec), verifying);
  const base = await admit(spec, { ...setting, store: memoryStore() });
  const store = memoryStore();
  await store.accept({ job, audience }, row.inForce);
  if (row.before !== null) await store.accept({ job, audience, lane: LANES.checkpoint }, row.before);
  const bytes = fromBase64(row.envelope) as Uint8Array;
  const sent = form === undefined ? bytes : encodeEnvelope(parseEnvelope(bytes), form);
  return openCheckpoint(sent, { ...setting, store, base });
}

async function manifestRow(row: ManifestRow, form?: "binary"): Promise<AdmittedManifest> {
  const { job, audience, now, rank, servers, specs } = row;
  const store = memoryStore();
  const lane = LANES.manifest(rank, servers);
  if (row.before !== null) await store.accept({ job, audience, lane }, row.before);
  const trust = await readTrust(fromBase64(row.trust), { now });
  const bytes = fromBase64(row.envelope) as Uint8Array;
  const sent = form === undefined ? bytes : encodeEnvelope(parseEnvelope(bytes), form);
  const verifying = { keys: trust.keys, payloadTypes: [PAYLOAD_TYPES.manifest] };
  const options = { trust, job, audience, now, store, rank, servers, specs };
  return admitManifest(await verifyEnvelope(sent, verifying), options, async () => undefined);
}

describe("vectors: trust documents", () => {
  it.each(vectors<DocumentRow>("document-accept.json"))("$name: accepted", async (row) => {
    const trust = await readTrust(fromBase64(row.envelope), { now: row.now });
    expect({ document: trust.document, digest: trust.digest }).toEqual({
      document: row.document,
      digest: row.digest,
    });
    expect(encode(row.document)).toEqual(parseEnvelope(fromBase64(row.envelope)).payload);
  });

  it.each(vectors<DocumentRow>("document-refuse.json"))("$name: $code", async (row) => {
    expect(await refusal(() => readTrust(fromBase64(row.envelope), { now: row.now }))).toBe(row.code);
  });
});

describe("vectors: statements", () => {
  it.each(vectors<StatementRow>("statement-accept.json"))("$name: $status", async (row) => {
    const binary = encodeEnvelope(parseEnvelope(fromBase64(row.envelope)), "binary");
    for (const bytes of [fromBase64(row.envelope), binary]) {
      const { status, owners, digest, claims } = await admitRow(row, bytes);
      expect({ status, owners, digest, sequence: claims.sequence }).toEqual({
        status: row.status,
        owners: row.owners,
        digest: row.digest,
        sequence: row.sequence,
      });
    }
  });

  it.each(vectors<StatementRow>("statement-refuse.json"))("$name: $code", async (row) => {
    expect(await refusal(() => admitRow(row))).toBe(row.code);
  });
});

describe("vectors: amendments", () => {
  it.each(vectors<AmendmentRow>("amendment-accept.json"))("$name: $status", async (row) => {
    for (const form of [undefined, "binary"] as const) {
      const { status, owners, digest, claims, amends, spec } = await amendRow(row, form);
      expect({
        status,
        owners,
        digest,
        sequence: claims.sequence,
        amends,
        spec: documentDigest(spec),
      }).toEqual({
        status: row.status,
        owners: row.owners,
        digest: row.digest,
        sequence: row.sequence,
        amends: row.amends,
        spec: row.spec,
      });
    }
  });

  it.each(vectors<AmendmentRow>("amendment-refuse.json"))("$name: $code", async (row) => {
    expect(await refusal(() => amendRow(row))).toBe(row.code);
  });
});

describe("vectors: orders to save", () => {
  it.each(vectors<OrderRow>("checkpoint-accept.json"))("$name: $status", async (row) => {
    for (const form of [undefined, "binary"] as const) {
      const { status, owners, digest, claims } = await orderRow(row, form);
      expect({ status, owners, digest, sequence: claims.sequence }).toEqual({
        status: row.status,
        owners: row.owners,
        digest: row.digest,
        sequence: row.sequence,
      });
    }
  });

  it.each(vectors<OrderRow>("checkpoint-refuse.json"))("$name: $code", async (row) => {
    expect(await refusal(() => orderRow(row))).toBe(row.code);
  });
});

describe("vectors: manifests", () => {
  it.each(vectors<ManifestRow>("manifest-accept.json"))("$name: $status", async (row) => {
    for (const form of [undefined, "binary"] as const) {
      const { status, owners, digest, manifest } = await manifestRow(row, form);
      expect({ status, owners, digest, manifest }).toEqual({
        status: row.status,
        owners: row.owners,
        digest: row.digest,
        manifest: row.manifest,
      });
      expect(encode(manifest)).toEqual(parseEnvelope(fromBase64(row.envelope)).payload);
    }
  });

  it.each(vectors<ManifestRow>("manifest-refuse.json"))("$name: $code", async (row) => {
    expect(await refusal(() => manifestRow(row))).toBe(row.code);
  });
});
