import { describe, expect, it } from "vitest";
import { digest } from "../../src/base/digest.ts";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { encodeEnvelope, parseEnvelope } from "../../src/envelope/forms.ts";
import { addSignature } from "../../src/envelope/sign.ts";
import type { TrustDocument } from "../../src/trust/document.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { makeTrust, readTrust, signTrust, trustTables } from "../../src/trust/trust.ts";
import type { Person } from "./support.ts";
import { alice, aliceToo, bob, documentWith, mallory, NOW, refusal, root, signed } from "./support.ts";

const good = documentWith();

/** Signed whatever it says. */
function signedBy(document: object, ...people: readonly Person[]): Promise<Uint8Array> {
  return signed(encode(document), people.length > 0 ? people : [root], PAYLOAD_TYPES.trust, "json");
}

function withRoles(roles: Partial<{ root: object; signer: object }>): TrustDocument {
  const { root: r, signer } = good.roles;
  return { ...good, roles: { root: { ...r, ...roles.root }, signer: { ...signer, ...roles.signer } } };
}

describe("a trust document", () => {
  it("is read back as it was signed, frozen, with its tables", async () => {
    const envelope = await signTrust(good, root.secret);
    expect(envelope.form).toBe("json");
    const trust = await readTrust(encodeEnvelope(envelope), { now: NOW });
    expect(trust.document).toEqual(good);
    expect(trust.digest).toBe(digest(makeTrust(good)));
    expect([...trust.keys.keys()]).toEqual([root.id, alice.id, aliceToo.id, bob.id]);
    expect(Object.isFrozen(trust.document.roles.signer.may.rules)).toBe(true);
  });

  it("keeps the tables that decide from those who hold it", async () => {
    const trust = await readTrust(await signedBy(good), { now: NOW });
    (trust.keys as Map<string, unknown>).set(mallory.id, mallory.key);
    expect(trustTables(trust).keys.has(mallory.id)).toBe(false);
  });

  it("needs the root's threshold, by owner", async () => {
    const document = withRoles({ root: { keys: [alice.id, aliceToo.id, bob.id], threshold: 2 } });
    const one = await signTrust(document, alice.secret);
    const same = await addSignature(one, aliceToo.secret);
    const two = await addSignature(one, bob.secret);
    const read = (envelope: typeof one) => readTrust(encodeEnvelope(envelope), { now: NOW });
    expect(await refusal(() => read(one))).toBe("trust:trust-threshold");
    expect(await refusal(() => read(same))).toBe("trust:trust-threshold");
    expect((await read(two)).document).toEqual(document);
  });

  it("may be signed by listed keys of other roles, which do not count", async () => {
    const both = await signedBy(good, root, bob);
    expect((await readTrust(both, { now: NOW })).document.version).toBe(1);
    expect(await refusal(async () => readTrust(await signedBy(good, bob), { now: NOW }))).toBe(
      "trust:trust-threshold",
    );
  });

  it("does not count a root key that it revokes", async () => {
    const document = {
      ...withRoles({ root: { keys: [root.id, bob.id], threshold: 1 } }),
      revoked: [root.id],
    };
    expect(await refusal(async () => readTrust(await signedBy(document, root), { now: NOW }))).toBe(
      "trust:trust-threshold",
    );
    expect((await readTrust(await signedBy(document, bob), { now: NOW })).document.revoked).toEqual([
      root.id,
    ]);
  });

  it("may revoke keys that it does not list", async () => {
    const document = { ...good, revoked: [mallory.id] };
    expect((await readTrust(await signedBy(document), { now: NOW })).document.revoked).toEqual([mallory.id]);
  });

  it("is signed by nobody who is not listed, or is revoked", async () => {
    expect(await refusal(() => signTrust(good, mallory.secret))).toBe("trust:unknown-key");
    const revoked = documentWith({ revoked: [bob.id] });
    expect(await refusal(() => signTrust(revoked, bob.secret))).toBe("trust:revoked-key");
    expect(await refusal(async () => readTrust(await signedBy(good, root, mallory), { now: NOW }))).toBe(
      "envelope:unknown-key",
    );
  });

  it("holds for its time alone", async () => {
    const bytes = await signedBy(good);
    const at = (now: number, skew?: number) => readTrust(bytes, skew === undefined ? { now } : { now, skew });
    expect(await refusal(() => at(good.expires))).toBe("trust:trust-expired");
    expect((await at(good.expires - 1)).document.version).toBe(1);
    expect(await refusal(() => at(good.issued - 61))).toBe("trust:trust-not-yet-valid");
    expect((await at(good.issued - 60)).document.version).toBe(1);
    expect(await refusal(() => at(good.issued - 1, 0))).toBe("trust:trust-not-yet-valid");
    await expect(at(Number.NaN)).rejects.toThrow(TypeError);
  });
});

const [first, ...others] = good.keys;
const { revoked: _, ...withoutRevoked } = good;
const rows: readonly [string, string, object][] = [
  ["no list of revoked keys", "trust:trust-document", withoutRevoked],
  ["another version of the form", "trust:trust-document", { ...good, optseal: 2 }],
  ["version 0", "trust:trust-document", { ...good, version: 0 }],
  ["an unknown field", "trust:trust-document", { ...good, unsigned: true }],
  [
    "a field that an inherited one would satisfy",
    "trust:trust-document",
    { ...good, roles: { constructor: 1 } },
  ],
  ["a time with a fraction", "trust:trust-document", { ...good, expires: NOW + 0.5 }],
  ["no time to live", "trust:trust-document", { ...good, expires: good.issued }],
  ["a threshold of 0", "trust:trust-document", withRoles({ signer: { threshold: 0 } })],
  [
    "another algorithm",
    "trust:trust-document",
    { ...good, keys: [{ ...first, algorithm: "none" }, ...others] },
  ],
  [
    "a key id that somebody states",
    "trust:trust-document",
    { ...good, keys: [{ ...first, id: root.id }, ...others] },
  ],
  [
    "an owner with a space",
    "trust:trust-document",
    { ...good, keys: [{ ...first, owner: "a b" }, ...others] },
  ],
  [
    "bounds the wrong way round",
    "trust:trust-document",
    withRoles({ signer: { may: { rules: [], custom: false, bounds: { wd: { min: 1, max: 0 } } } } }),
  ],
  [
    "the same key for two owners",
    "trust:trust-key",
    { ...good, keys: [...good.keys, { ...alice.listed, owner: "eve" }] },
  ],
  [
    "the identity as a key",
    "trust:trust-key",
    { ...good, keys: [...good.keys, { ...first, public: `AQ${"A".repeat(41)}=` }] },
  ],
  [
    "a key with y above p",
    "trust:trust-key",
    { ...good, keys: [...good.keys, { ...first, public: `${"/".repeat(42)}8=` }] },
  ],
  [
    "base64 with unused bits set",
    "trust:trust-key",
    { ...good, keys: [...good.keys, { ...first, public: `${"A".repeat(42)}B=` }] },
  ],
  ["a role with a key that is not listed", "trust:trust-role", withRoles({ signer: { keys: [mallory.id] } })],
  ["a role with a key twice", "trust:trust-role", withRoles({ signer: { keys: [alice.id, alice.id] } })],
  ["a threshold above the keys", "trust:trust-role", withRoles({ root: { threshold: 2 } })],
  ["a threshold above the owners", "trust:trust-role", withRoles({ signer: { threshold: 3 } })],
  [
    "a threshold above the owners left",
    "trust:trust-role",
    { ...documentWith({ threshold: 2 }), revoked: [bob.id] },
  ],
];

describe("a trust document is refused", () => {
  it.each(rows)("%s: %s", async (_name, code, document) => {
    expect(await refusal(async () => readTrust(await signedBy(document), { now: NOW }))).toBe(code);
    expect(await refusal(() => makeTrust(document as TrustDocument))).toBe(code);
  });

  it("in an envelope of another kind", async () => {
    const bytes = await signed(encode(good), [root], PAYLOAD_TYPES.spec, "json");
    expect(await refusal(() => readTrust(bytes, { now: NOW }))).toBe("trust:payload-type");
  });

  it("without an envelope", async () => {
    expect(await refusal(() => readTrust(makeTrust(good), { now: NOW }))).toBe("envelope:malformed");
    expect(await refusal(() => readTrust(JSON.stringify(good), { now: NOW }))).toBe("envelope:not-bytes");
  });

  it("with a signature over another document", async () => {
    const { payload } = parseEnvelope(await signedBy({ ...good, version: 2 }));
    const envelope = { ...parseEnvelope(await signedBy(good)), payload };
    expect(await refusal(() => readTrust(encodeEnvelope(envelope), { now: NOW }))).toBe(
      "envelope:bad-signature",
    );
    expect((decode(payload) as { version: number }).version).toBe(2);
  });
});
