/** Attacks on signatures, keys and envelopes, by id. */
import { describe, expect, it } from "vitest";
import { toBase64, utf8 } from "../../src/base/bytes.ts";
import { ed25519 } from "../../src/envelope/ed25519.ts";
import type { Envelope, EnvelopeForm } from "../../src/envelope/envelope.ts";
import { EnvelopeError } from "../../src/envelope/errors.ts";
import { encodeEnvelope, parseEnvelope } from "../../src/envelope/forms.ts";
import {
  formatPublicKey,
  formatSecretKey,
  parsePublicKeyFile,
  parseSecretKeyFile,
} from "../../src/envelope/key-file.ts";
import type { PublicKey, SecretKey } from "../../src/envelope/keys.ts";
import { exportPublicKey, importPublicKey } from "../../src/envelope/keys.ts";
import { pae } from "../../src/envelope/pae.ts";
import { addSignature, signEnvelope } from "../../src/envelope/sign.ts";
import { verifyEnvelope } from "../../src/envelope/verify.ts";
import {
  alice,
  ascii,
  BACKENDS,
  bob,
  corpus,
  fromAscii,
  hasCorpora,
  hex,
  keys,
  mallory,
  options,
  refusal,
  TYPE,
} from "../envelope/support.ts";

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;
const FORMS: readonly EnvelopeForm[] = ["json", "binary"];
const payload = Uint8Array.of(0x81, 0xa1, 0x61, 0x01);
const one = await signEnvelope({ payloadType: TYPE, payload }, alice.secret);
const two = await addSignature(one, bob.secret);
const json = ascii(encodeEnvelope(one));

function little(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function integer(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** The eight y coordinates, below 2^255, that spell a point of small order; y and y + p spell the same point. */
const SMALL_ORDER_KEYS = [
  ...[0n, 1n, P - 1n, P, P + 1n].map(little),
  hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
  hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
].flatMap((key) => {
  const other = key.slice();
  other[31]! |= 0x80;
  return [key, other];
});

describe.skipIf(!hasCorpora)("attacks on Ed25519: corpora", () => {
  interface Row {
    readonly key: string;
    readonly sig: string;
    readonly msg: string;
  }

  it("G1 G2 G3: whatever one backend accepts, all accept", async () => {
    const backends = await Promise.all(BACKENDS.map((name) => ed25519(name)));
    const rows = [
      ...corpus<Row[]>("cctv-ed25519.json").map(
        ({ key, sig, msg }) => [hex(key), utf8(msg), hex(sig)] as const,
      ),
      ...corpus<{ pub_key: string; message: string; signature: string }[]>("ed25519-speccheck.json").map(
        (row) => [hex(row.pub_key), hex(row.message), hex(row.signature)] as const,
      ),
    ];
    let accepted = 0;
    for (const row of rows) {
      const answers = await Promise.all(backends.map((backend) => backend.verify(...row)));
      expect(new Set(answers).size).toBe(1);
      if (answers[0]) accepted++;
    }
    expect(accepted).toBe(44);
  });
});

describe.each(BACKENDS)("attacks on Ed25519 by %s", (name) => {
  it("G4 malleability: S + L is refused, and the digest does not depend on signatures", async () => {
    const sig = one.signatures[0]!.sig;
    for (const factor of [1n, 2n, 7n]) {
      const other = Uint8Array.of(...sig.subarray(0, 32), ...little(integer(sig.subarray(32)) + factor * L));
      const forged = { ...one, signatures: [{ keyid: alice.id, sig: other }] };
      expect(await refusal(() => verifyEnvelope(encodeEnvelope(forged), { ...options, backend: name }))).toBe(
        "bad-signature",
      );
    }
    const results = await Promise.all(
      [one, two].flatMap((envelope) =>
        FORMS.map((form) => verifyEnvelope(encodeEnvelope(envelope, form), { ...options, backend: name })),
      ),
    );
    expect(new Set(results.map(({ digest }) => digest)).size).toBe(1);
  });

  it("G5 the identity as a key signs nothing, nor does any point of small order", async () => {
    const backend = await ed25519(name);
    expect(SMALL_ORDER_KEYS).toHaveLength(14);
    for (const r of SMALL_ORDER_KEYS)
      for (const key of SMALL_ORDER_KEYS)
        for (const message of ["", "any", "message"])
          expect(await backend.verify(key, utf8(message), Uint8Array.of(...r, ...little(0n)))).toBe(false);
  });

  it("G5 the identity as R is refused under a good key", async () => {
    const backend = await ed25519(name);
    const key = exportPublicKey(alice.key);
    for (const r of SMALL_ORDER_KEYS)
      expect(await backend.verify(key, payload, Uint8Array.of(...r, ...little(1n)))).toBe(false);
  });
});

describe("attacks on keys", () => {
  it("G5 keys of small order cannot be imported", async () => {
    for (const key of SMALL_ORDER_KEYS) {
      expect(await refusal(() => importPublicKey(key))).toBe("bad-key");
      const file = `optseal-ed25519-public 1 ${toBase64(key)} alice\n`;
      expect(await refusal(() => parsePublicKeyFile(file))).toBe("bad-key");
    }
  });

  it("G6 no key has two encodings", async () => {
    for (let y = P; y < 2n ** 255n; y++)
      for (const sign of [0, 0x80]) {
        const key = little(y);
        key[31]! |= sign;
        expect(await refusal(() => importPublicKey(key))).toBe("bad-key");
      }
  });

  it("G7 a signer counts once: same signature twice, same key under two ids", async () => {
    const [signature] = one.signatures;
    expect(await refusal(() => encodeEnvelope({ ...one, signatures: [signature!, signature!] }))).toBe(
      "duplicate-signer",
    );
    const object = json.slice(json.indexOf('{"keyid"'), json.lastIndexOf("]"));
    const twice = fromAscii(json.replace(object, `${object},${object}`));
    expect(await refusal(() => verifyEnvelope(twice, options))).toBe("duplicate-signer");
    expect(await refusal(() => addSignature(one, alice.secret))).toBe("duplicate-signer");

    // The verifier's own map may call a key by its own id only, so two names never lead to one key.
    const aliased = new Map([...keys, [mallory.id, alice.key]]);
    const both: Envelope = { ...one, signatures: [signature!, { keyid: mallory.id, sig: signature!.sig }] };
    expect(await refusal(() => verifyEnvelope(encodeEnvelope(both), { ...options, keys: aliased }))).toBe(
      "bad-key",
    );
  });

  it("G9 key confusion: no key passes for another kind", async () => {
    const [publicText, secretText] = [
      formatPublicKey({ key: alice.key, owner: "alice" }),
      formatSecretKey({ key: alice.secret, owner: "alice" }),
    ];
    for (const [parse, text, code] of [
      [parsePublicKeyFile, secretText, "secret-as-public"],
      [parseSecretKeyFile, publicText, "public-as-secret"],
    ] as const) {
      let error: unknown;
      try {
        parse(text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(EnvelopeError);
      expect(error).toMatchObject({ code, hint: expect.stringContaining("name the") });
      expect(String(error)).not.toContain(text.split(" ")[2]!);
    }
    expect(await refusal(() => parsePublicKeyFile(`\n ${secretText}`))).toBe("secret-as-public");
    expect(await refusal(() => importPublicKey(new Uint8Array(64).fill(1)))).toBe("bad-key");
    const swapped = new Map([[alice.id, { id: alice.id, kind: "optseal-ed25519-public" } as PublicKey]]);
    expect(await refusal(() => verifyEnvelope(encodeEnvelope(one), { ...options, keys: swapped }))).toBe(
      "bad-key",
    );
    const asSecret = alice.key as unknown as SecretKey;
    expect(await refusal(() => signEnvelope({ payloadType: TYPE, payload }, asSecret))).toBe("bad-key");
  });
});

describe("attacks on envelopes", () => {
  it("G8 signature stripping: there is no unsigned mode", async () => {
    const signatures = json.slice(json.indexOf('"signatures"'), -1);
    const stripped = [
      [json.replace(signatures, '"signatures":[]'), "no-signature"],
      [json.replace(signatures, '"signatures":null'), "malformed"],
      [json.replace(signatures, '"signatures":[null]'), "malformed"],
      [json.replace(signatures, '"signatures":{}'), "malformed"],
      [json.replace(`,${signatures}`, ""), "malformed"],
      [json.replace(/"sig":"[^"]*"/, '"sig":""'), "malformed"],
      [json.replace(/"sig":"[^"]*"/, '"sig":null'), "malformed"],
      [json.replace(/"keyid":"[^"]*"/, '"keyid":""'), "malformed"],
      [json.replace('"keyid"', '"alg":"none","keyid"'), "malformed"],
    ] as const;
    for (const [text, code] of stripped)
      expect([text, await refusal(() => verifyEnvelope(fromAscii(text), options))]).toEqual([text, code]);
    expect(await refusal(() => encodeEnvelope({ ...one, signatures: [] }))).toBe("no-signature");
    // `signatures` is the last field: an empty array takes its place.
    const binary = encodeEnvelope(one, "binary");
    const field = ascii(binary).indexOf("signatures\x91");
    const empty = Uint8Array.of(...binary.subarray(0, field + 10), 0x90);
    expect(await refusal(() => verifyEnvelope(empty, options))).toBe("no-signature");
  });

  it("G10 payload types are compared exactly and signed", async () => {
    const state = await signEnvelope({ payloadType: "application/vnd.optseal.state", payload }, alice.secret);
    expect(await refusal(() => verifyEnvelope(encodeEnvelope(state), options))).toBe("payload-type");
    const relabelled = encodeEnvelope({ ...state, payloadType: TYPE });
    expect(await refusal(() => verifyEnvelope(relabelled, options))).toBe("bad-signature");
    for (const type of [
      TYPE.toUpperCase(),
      `${TYPE};v=1`,
      TYPE.slice(0, -1),
      "application/json",
      `/${TYPE}`,
    ]) {
      const other = encodeEnvelope(await signEnvelope({ payloadType: type, payload }, alice.secret));
      expect(await refusal(() => verifyEnvelope(other, options))).toBe("payload-type");
    }
    for (const type of [` ${TYPE}`, `${TYPE} `, `${TYPE}\\u0000`, TYPE.replace("a", "\u0430"), ""]) {
      const text = new Uint8Array(Buffer.from(json.replace(TYPE, type), "utf8"));
      expect(await refusal(() => verifyEnvelope(text, options))).toBe("payload-type");
    }
    expect(await refusal(() => verifyEnvelope(encodeEnvelope(one), { ...options, payloadTypes: [] }))).toBe(
      "payload-type",
    );
  });

  it("G11 the encoding that is signed is not ambiguous", () => {
    const seen = new Map<string, string>();
    const texts = ["", " ", "1", "1 a", "a", "a 1", "a 1 b", "b", "\u00e9", "DSSEv1 1 a 1 b"];
    for (const type of texts)
      for (const body of texts) {
        const encoded = ascii(pae(type, utf8(body)));
        expect(seen.get(encoded)).toBeUndefined();
        seen.set(encoded, `${type}|${body}`);
      }
    expect(ascii(pae("http://example.com/\u00e9", utf8("x"))).startsWith("DSSEv1 21 ")).toBe(true);
  });

  it("G12 one spelling: what JSON.parse would take for the same envelope is refused", async () => {
    const parsed = JSON.parse(json) as {
      payload: string;
      payloadType: string;
      signatures: { keyid: string; sig: string }[];
    };
    const [signature] = parsed.signatures;
    const { sig } = signature!;
    const respelled = [
      JSON.stringify(parsed, null, 1),
      JSON.stringify({ signatures: parsed.signatures, payloadType: TYPE, payload: parsed.payload }),
      JSON.stringify({ ...parsed, signatures: [{ sig, keyid: alice.id }] }),
      `${json}\n`,
      ` ${json}`,
      json.replace('{"payload"', '{"payload":"AAAA","payload"'),
      json.replace('{"payload"', '{"\\u0070ayload"'),
      json.replace(/}$/, ',"payload":"AAAA"}'),
      json.replace(/}$/, ',"extra":0}'),
      json.replace(/}$/, ',"__proto__":{"signatures":[]}}'),
      json.replace(sig, sig.replaceAll("+", "-").replaceAll("/", "\\/")),
      json.replace(sig, sig.replace("==", "")),
      json.replace(sig, `${sig.slice(0, 40)}\\n${sig.slice(40)}`),
      json.replace(parsed.payload, "gaFhAR=="),
      json.replace(parsed.payload, "gaFhAQ"),
      json.replace(parsed.payload, "gaFhAQ== "),
    ].filter((text) => text !== json);
    expect(respelled.length).toBeGreaterThanOrEqual(15);
    for (const text of respelled)
      expect([text, await refusal(() => verifyEnvelope(fromAscii(text), options))]).toEqual([
        text,
        expect.stringMatching(/^(malformed|base64)$/),
      ]);
  });

  it("G13 key ids decide nothing: another's id, a made-up id, a name of Object.prototype", async () => {
    const sig = one.signatures[0]!.sig;
    const forged = (keyid: string) => encodeEnvelope({ ...one, signatures: [{ keyid, sig }] });
    expect(await refusal(() => verifyEnvelope(forged(bob.id), options))).toBe("bad-signature");
    expect(await refusal(() => verifyEnvelope(forged(mallory.id), options))).toBe("unknown-key");
    for (const keyid of ["__proto__", "constructor", "toString"])
      expect(await refusal(() => verifyEnvelope(fromAscii(json.replace(alice.id, keyid)), options))).toBe(
        "malformed",
      );
  });

  it("G13 100,000 signatures cost no more than seventeen", async () => {
    const object = json.slice(json.indexOf('{"keyid"'), json.lastIndexOf("]"));
    const many = fromAscii(json.replace(object, new Array(100_000).fill(object).join(",")));
    expect(await refusal(() => verifyEnvelope(many, options))).toBe("size-limit");
    const limits = { bytes: 1 << 26 };
    expect(await refusal(() => verifyEnvelope(many, { ...options, limits }))).toBe("too-many-signatures");
    const header = ascii(encodeEnvelope(one, "binary")).replace("signatures\x91", "signatures\xdc\xff\xff");
    expect(await refusal(() => parseEnvelope(fromAscii(header)))).toBe("too-many-signatures");
  });

  it("G13 no signature is tried before every key is known", async () => {
    const stranger = await addSignature(one, mallory.secret);
    const bad = {
      ...stranger,
      signatures: [{ keyid: alice.id, sig: new Uint8Array(64) }, stranger.signatures[1]!],
    };
    expect(await refusal(() => verifyEnvelope(encodeEnvelope(bad), options))).toBe("unknown-key");
  });

  it("G18 no fallback: bare payloads, pickles and plain JSON are no envelopes", async () => {
    for (const text of [
      "",
      "{}",
      "[]",
      "null",
      '{"rule":"torch-2.13/sgd"}',
      "cos\nsystem\n(S'id'\ntR.",
      ascii(payload),
    ])
      expect(await refusal(() => verifyEnvelope(fromAscii(text), options))).toBe("malformed");
  });

  it("G23 a refusal tells nothing that is not in the envelope", async () => {
    const forged = encodeEnvelope({ ...one, signatures: [{ keyid: bob.id, sig: one.signatures[0]!.sig }] });
    const error = (await verifyEnvelope(forged, options).catch((thrown) => thrown)) as EnvelopeError;
    expect(error.issues).toHaveLength(1);
    expect(error.message).toBe("the signature does not hold (at signatures[0])");
  });

  it("G24 signatures are deterministic", async () => {
    const again = await signEnvelope({ payloadType: TYPE, payload }, alice.secret);
    expect(again).toEqual(one);
  });
});

describe("G25 the caller's bytes may change after the call", () => {
  it.each(BACKENDS)("verification by %s keeps to its copy", async (backend) => {
    for (const form of FORMS)
      for (const memory of [ArrayBuffer, SharedArrayBuffer]) {
        const encoded = encodeEnvelope(two, form);
        const bytes = new Uint8Array(new memory(encoded.length));
        bytes.set(encoded);
        const known = new Map(keys);
        const types = [TYPE];
        const pending = verifyEnvelope(bytes, { keys: known, payloadTypes: types, backend });
        bytes.fill(0);
        known.clear();
        types.length = 0;
        const verified = await pending;
        expect(verified.payload).toEqual(payload);
        expect(verified.payload.buffer.byteLength).toBe(payload.length);
      }
  });

  it.each(BACKENDS)("signing by %s keeps to its copy", async (backend) => {
    const bytes = payload.slice();
    const pending = signEnvelope({ payloadType: TYPE, payload: bytes }, alice.secret, { backend });
    bytes.fill(0);
    expect(await pending).toEqual(one);

    const mutable = structuredClone(one) as { payload: Uint8Array; payloadType: string } & Envelope;
    const adding = addSignature(mutable, bob.secret, { backend });
    mutable.payload.fill(0);
    mutable.payloadType = "other";
    expect(await adding).toEqual(two);
  });

  it("a Node buffer is copied, not shared", async () => {
    const buffer = Buffer.from(encodeEnvelope(one, "binary"));
    const verified = await verifyEnvelope(buffer, options);
    buffer.fill(0);
    expect(verified.payload).toEqual(payload);
    expect(Buffer.isBuffer(verified.payload)).toBe(false);
  });
});

describe("every single-bit flip and every truncation is refused", () => {
  const cases = FORMS.flatMap((form) =>
    [one, two].map((envelope) => [form, envelope.signatures.length, envelope] as const),
  );

  it.each(cases)("%s, %i signature(s)", async (form, _count, envelope) => {
    const bytes = encodeEnvelope(envelope, form);
    expect((await verifyEnvelope(bytes, options)).signers).toHaveLength(envelope.signatures.length);
    const codes = new Set<string>();
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      codes.add(await refusal(() => verifyEnvelope(flipped, options)));
    }
    for (let length = 0; length < bytes.length; length++)
      codes.add(await refusal(() => verifyEnvelope(bytes.subarray(0, length), options)));
    for (const code of ["malformed", "bad-signature", "unknown-key", "payload-type"])
      expect(codes).toContain(code);
  });
});
