/** The language-neutral vectors of this stage: each is written, read and verified, in both forms, by every backend. */
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64, toHex } from "../../src/base/bytes.ts";
import type { EnvelopeForm } from "../../src/envelope/envelope.ts";
import { encodeEnvelope, parseEnvelope } from "../../src/envelope/forms.ts";
import { formatPublicKey, parsePublicKeyFile, parseSecretKeyFile } from "../../src/envelope/key-file.ts";
import { exportPublicKey, keyId, publicKeyOf } from "../../src/envelope/keys.ts";
import { addSignature, signEnvelope } from "../../src/envelope/sign.ts";
import { verifyEnvelope } from "../../src/envelope/verify.ts";
import { BACKENDS, hex, refusal, vectors } from "./support.ts";

interface Keys {
  readonly owner: string;
  readonly publicKey: string;
  readonly keyid: string;
  readonly publicFile: string;
  readonly secretFile: string;
}
interface Accept {
  readonly name: string;
  readonly form: EnvelopeForm;
  readonly payloadType: string;
  readonly payload: string;
  readonly signers: readonly string[];
  readonly digest: string;
  readonly envelope: string;
}
interface Refuse {
  readonly name: string;
  readonly code: string;
  readonly envelope: string;
}

const people = vectors<Keys[]>("keys.json");
const accept = vectors<Accept[]>("accept.json");
const refuse = vectors<Refuse[]>("refuse.json");

// Two of the three keys are trusted; the third signs the vectors of unknown keys.
const trusted = people.slice(0, 2).map(({ publicFile }) => parsePublicKeyFile(publicFile).key);
const options = {
  keys: new Map(trusted.map((key) => [keyId(key), key])),
  payloadTypes: [...new Set(accept.map(({ payloadType }) => payloadType))],
};

describe("vectors: keys", () => {
  it.each(people)("$owner", async (row) => {
    const { key, owner } = parseSecretKeyFile(row.secretFile);
    const publicKey = await publicKeyOf(key);
    expect({ owner, id: keyId(publicKey), raw: toHex(exportPublicKey(publicKey)) }).toEqual({
      owner: row.owner,
      id: row.keyid,
      raw: row.publicKey,
    });
    expect(formatPublicKey({ key: publicKey, owner })).toBe(row.publicFile);
  });
});

describe("vectors: accept", () => {
  it.each(accept)("$name ($form)", async (row) => {
    const bytes = fromBase64(row.envelope)!;
    for (const backend of BACKENDS) {
      const verified = await verifyEnvelope(bytes, { ...options, backend });
      expect({ ...verified, payload: toHex(verified.payload) }).toEqual({
        payloadType: row.payloadType,
        payload: row.payload,
        digest: row.digest,
        signers: row.signers,
      });
    }
    expect(toBase64(encodeEnvelope(parseEnvelope(bytes)))).toBe(row.envelope);
  });

  it.each(accept)("$name ($form), written anew", async (row) => {
    const secrets = new Map(
      people.map(({ keyid, secretFile }) => [keyid, parseSecretKeyFile(secretFile).key]),
    );
    const [first, ...rest] = row.signers.map((id) => secrets.get(id)!);
    let envelope = await signEnvelope({ payloadType: row.payloadType, payload: hex(row.payload) }, first!, {
      form: row.form,
    });
    for (const secret of rest) envelope = await addSignature(envelope, secret);
    expect(toBase64(encodeEnvelope(envelope))).toBe(row.envelope);
  });
});

describe("vectors: refuse", () => {
  it.each(refuse)("$name: $code", async (row) => {
    for (const backend of BACKENDS)
      expect(await refusal(() => verifyEnvelope(fromBase64(row.envelope), { ...options, backend }))).toBe(
        row.code,
      );
  });
});
