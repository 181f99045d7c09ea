import { unpack } from "msgpackr";
import { describe, expect, it } from "vitest";
import { equalBytes, toBase64 } from "../../src/base/bytes.ts";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import type { Envelope, EnvelopeForm, EnvelopeParts } from "../../src/envelope/envelope.ts";
import { MAX_SIGNATURES, makeEnvelope } from "../../src/envelope/envelope.ts";
import { encodeEnvelope, parseEnvelope } from "../../src/envelope/forms.ts";
import { ascii, fromAscii, refusal, TYPE } from "./support.ts";

const FORMS: readonly EnvelopeForm[] = ["json", "binary"];

/** An envelope with made-up signatures: nothing here verifies. */
function sample(
  signatures: number,
  payload: Uint8Array = fromAscii("payload"),
  form: EnvelopeForm = "json",
): Envelope {
  return makeEnvelope(
    form,
    {
      payloadType: TYPE,
      payload,
      signatures: Array.from({ length: signatures }, (_, i) => ({
        keyid: i.toString(16).padStart(64, "0"),
        sig: new Uint8Array(64).fill(i),
      })),
    },
    { bytes: 1 << 24 },
  );
}

describe("both forms", () => {
  it.each(FORMS)("%s: comes back as it was, at every width of a length field", (form) => {
    for (const length of [0, 1, 2, 3, 31, 32, 255, 256, 257, 65_535, 65_536, 100_000])
      for (const count of length < 1000 ? [1, 2, 15, 16] : [1]) {
        const envelope = sample(count, new Uint8Array(length).fill(7), form);
        const bytes = encodeEnvelope(envelope);
        const back = parseEnvelope(bytes);
        expect({ ...back, payload: equalBytes(back.payload, envelope.payload) }).toEqual({
          ...envelope,
          payload: true,
        });
        expect(equalBytes(encodeEnvelope(back), bytes)).toBe(true);
      }
  });

  it("say the same", () => {
    const envelope = sample(2);
    const binary = parseEnvelope(encodeEnvelope(envelope, "binary"));
    expect(binary).toEqual({ ...envelope, form: "binary" });
    expect(encodeEnvelope(binary, "json")).toEqual(encodeEnvelope(envelope));
  });

  it("binary is a canonical document of the codec", () => {
    for (const count of [1, 2, 16])
      for (const length of [0, 31, 300, 70_000]) {
        const envelope = sample(count, new Uint8Array(length).fill(5));
        const bytes = encodeEnvelope(envelope, "binary");
        const document = decode(bytes) as unknown as EnvelopeParts;
        expect(document.payloadType).toBe(TYPE);
        expect(equalBytes(document.payload, envelope.payload)).toBe(true);
        expect(document.signatures.map(({ keyid, sig }) => ({ keyid, sig }))).toEqual(envelope.signatures);
        expect(equalBytes(encode(document), bytes)).toBe(true);
      }
  });

  it("are readable by others: JSON.parse and a MessagePack library", () => {
    const envelope = sample(2, new Uint8Array(300).fill(9));
    const json = encodeEnvelope(envelope, "json");
    expect(json.every((byte) => byte >= 0x20 && byte < 0x7f)).toBe(true);
    expect(JSON.parse(ascii(json))).toEqual({
      payload: toBase64(envelope.payload),
      payloadType: TYPE,
      signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: toBase64(sig) })),
    });
    const binary = unpack(encodeEnvelope(envelope, "binary")) as Record<string, unknown>;
    expect(Object.keys(binary)).toEqual(["payload", "payloadType", "signatures"]);
    expect(new Uint8Array(binary.payload as Buffer)).toEqual(envelope.payload);
    expect(binary.payloadType).toBe(TYPE);
    expect((binary.signatures as { keyid: string }[])[1]?.keyid).toBe(envelope.signatures[1]?.keyid);
  });

  it.each(FORMS)("%s: every truncation and every appended byte is refused", async (form) => {
    const bytes = encodeEnvelope(sample(2), form);
    for (let length = 0; length < bytes.length; length++)
      expect(await refusal(() => parseEnvelope(bytes.subarray(0, length)))).toMatch(
        /^(malformed|base64|no-signature)$/,
      );
    for (let byte = 0; byte < 256; byte++)
      expect(await refusal(() => parseEnvelope(Uint8Array.of(...bytes, byte)))).toBe("malformed");
  });

  it.each(FORMS)("%s: the size limits come before the reading", async (form) => {
    const bytes = encodeEnvelope(sample(1, new Uint8Array(1001), form), form);
    expect(parseEnvelope(bytes, { bytes: 1001 }).payload.length).toBe(1001);
    expect(await refusal(() => parseEnvelope(bytes, { bytes: 1000 }))).toBe("size-limit");
    expect(await refusal(() => parseEnvelope(new Uint8Array(10_000), { bytes: 1000 }))).toBe("size-limit");
    expect(await refusal(() => encodeEnvelope(sample(1, new Uint8Array(1 << 21))))).toBe("size-limit");
    const full = encodeEnvelope(sample(MAX_SIGNATURES, new Uint8Array(1 << 20)), form, { bytes: 1 << 20 });
    expect(parseEnvelope(full).signatures).toHaveLength(MAX_SIGNATURES);
  });

  it("take bytes only", async () => {
    const lying = new (class extends Uint8Array {
      override get length() {
        return 3;
      }
    })(1 << 22);
    expect(await refusal(() => parseEnvelope(lying))).toBe("size-limit");
    const proxy = new Proxy(encodeEnvelope(sample(1)), {});
    for (const other of [
      undefined,
      null,
      "{",
      3,
      {},
      [],
      new ArrayBuffer(9),
      new DataView(new ArrayBuffer(9)),
      proxy,
    ])
      expect(await refusal(() => parseEnvelope(other))).toBe("not-bytes");
  });

  it("are frozen and share no memory with the caller", () => {
    const bytes = encodeEnvelope(sample(1), "binary");
    const envelope = parseEnvelope(bytes);
    const before = structuredClone(envelope);
    bytes.fill(0);
    expect(envelope).toEqual(before);
    for (const part of [envelope, envelope.signatures, envelope.signatures[0]])
      expect(Object.isFrozen(part)).toBe(true);
  });
});

describe("the writer", () => {
  it("refuses parts that no envelope may have", async () => {
    const good = sample(1);
    const [signature] = good.signatures;
    const bad: [string, Partial<Record<keyof Envelope, unknown>>][] = [
      ["payload-type", { payloadType: "" }],
      ["payload-type", { payloadType: 'a"b' }],
      ["payload-type", { payloadType: "a b" }],
      ["payload-type", { payloadType: "a\\b" }],
      ["payload-type", { payloadType: "http://example.com/\u00e9" }],
      ["payload-type", { payloadType: "a".repeat(129) }],
      ["payload-type", { payloadType: 3 }],
      ["not-bytes", { payload: "text" }],
      ["no-signature", { signatures: [] }],
      ["too-many-signatures", { signatures: new Array(17).fill(signature) }],
      ["duplicate-signer", { signatures: [signature, signature] }],
      ["malformed", { signatures: [{ ...signature, keyid: "" }] }],
      ["malformed", { signatures: [{ ...signature, keyid: "A".repeat(64) }] }],
      ["malformed", { signatures: [{ ...signature, keyid: undefined }] }],
      ["malformed", { signatures: [{ ...signature, sig: new Uint8Array(63) }] }],
      ["size-limit", { signatures: [{ ...signature, sig: new Uint8Array(65) }] }],
      ["not-bytes", { signatures: [{ ...signature, sig: "AAAA" }] }],
    ];
    for (const [code, parts] of bad)
      expect([parts, await refusal(() => encodeEnvelope({ ...good, ...parts } as Envelope))]).toEqual([
        parts,
        code,
      ]);
    expect(await refusal(() => encodeEnvelope(good, "toString" as EnvelopeForm))).toBe("malformed");
  });
});
