import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { EnvelopeForm } from "../../src/envelope/envelope.ts";
import { EnvelopeError } from "../../src/envelope/errors.ts";
import { encodeEnvelope } from "../../src/envelope/forms.ts";
import { addSignature, signEnvelope } from "../../src/envelope/sign.ts";
import type { Verified } from "../../src/envelope/verify.ts";
import { isVerified, verifyEnvelope } from "../../src/envelope/verify.ts";
import { alice, BACKENDS, bob, fromAscii, mallory, options, refusal, TYPE } from "./support.ts";

const payload = fromAscii("what was signed");
const unsigned = { payloadType: TYPE, payload };

describe("sign and verify", () => {
  it.each(BACKENDS)("by %s: one signature, then two", async (backend) => {
    for (const form of ["json", "binary"] satisfies EnvelopeForm[]) {
      const one = await signEnvelope(unsigned, alice.secret, { form, backend });
      expect(one.form).toBe(form);
      const two = await addSignature(one, bob.secret, { backend });
      expect(two.signatures[0]).toEqual(one.signatures[0]);
      for (const [envelope, signers] of [
        [one, [alice.id]],
        [two, [alice.id, bob.id]],
      ] as const) {
        const verified = await verifyEnvelope(encodeEnvelope(envelope), { ...options, backend });
        expect(verified).toEqual({
          payloadType: TYPE,
          payload,
          digest: `sha256:${createHash("sha256").update(payload).digest("hex")}`,
          signers,
        });
      }
    }
  });

  it("is the same envelope whoever's backend signs", async () => {
    const all = await Promise.all(
      BACKENDS.map((backend) => signEnvelope(unsigned, alice.secret, { backend })),
    );
    for (const envelope of all) expect(envelope).toEqual(all[0]);
  });

  it("gives a result that nothing else can make", async () => {
    const verified = await verifyEnvelope(
      encodeEnvelope(await signEnvelope(unsigned, alice.secret)),
      options,
    );
    expect(isVerified(verified)).toBe(true);
    expect(Object.isFrozen(verified) && Object.isFrozen(verified.signers)).toBe(true);
    for (const other of [
      { ...verified },
      structuredClone(verified),
      Object.create(verified),
      null,
      undefined,
      "",
      1,
    ])
      expect(isVerified(other)).toBe(false);
    // @ts-expect-error only verifyEnvelope makes `Verified`
    const forged: Verified = {
      payloadType: TYPE,
      payload,
      digest: verified.digest,
      signers: verified.signers,
    };
    expect(isVerified(forged)).toBe(false);
  });

  it("signs an empty payload and one of the largest size", async () => {
    for (const size of [0, 1 << 20]) {
      const envelope = await signEnvelope({ payloadType: TYPE, payload: new Uint8Array(size) }, alice.secret);
      expect((await verifyEnvelope(encodeEnvelope(envelope), options)).payload.length).toBe(size);
    }
    const large = { payloadType: TYPE, payload: new Uint8Array((1 << 20) + 1) };
    expect(await refusal(() => signEnvelope(large, alice.secret))).toBe("size-limit");
    const limits = { bytes: 1 << 21 };
    const bytes = encodeEnvelope(await signEnvelope(large, alice.secret, { limits }), "json", limits);
    expect(await refusal(() => verifyEnvelope(bytes, options))).toBe("size-limit");
    expect((await verifyEnvelope(bytes, { ...options, limits })).payload.length).toBe((1 << 20) + 1);
  });

  it("signs only what an envelope may hold", async () => {
    expect(await refusal(() => signEnvelope({ payloadType: "a b", payload }, alice.secret))).toBe(
      "payload-type",
    );
    const text = { payloadType: TYPE, payload: "text" as unknown as Uint8Array };
    expect(await refusal(() => signEnvelope(text, alice.secret))).toBe("not-bytes");
  });

  it("takes 16 signers and no seventeenth", async () => {
    const { generateKey } = await import("../../src/envelope/key-file.ts");
    let envelope = await signEnvelope(unsigned, alice.secret);
    const keys = new Map([[alice.id, alice.key]]);
    for (let i = 1; i < 16; i++) {
      const { publicKey, secretKey } = await generateKey("someone");
      keys.set(publicKey.id, publicKey);
      envelope = await addSignature(envelope, secretKey);
    }
    const verified = await verifyEnvelope(encodeEnvelope(envelope), { ...options, keys });
    expect(verified.signers).toEqual([...keys.keys()]);
    expect(await refusal(() => addSignature(envelope, bob.secret))).toBe("too-many-signatures");
  });
});

describe("misuse by the calling program", () => {
  it("is a TypeError where it could open a gate", async () => {
    const bytes = encodeEnvelope(await signEnvelope(unsigned, alice.secret));
    const text = `${TYPE},another` as unknown as readonly string[];
    await expect(verifyEnvelope(bytes, { ...options, payloadTypes: text })).rejects.toThrow(TypeError);
    const plain = { [alice.id]: alice.key } as unknown as typeof options.keys;
    await expect(verifyEnvelope(bytes, { ...options, keys: plain })).rejects.toThrow(TypeError);
  });
});

describe("a refusal", () => {
  it("names every unknown key", async () => {
    let envelope = await signEnvelope(unsigned, mallory.secret);
    envelope = await addSignature(envelope, bob.secret);
    const error = await verifyEnvelope(encodeEnvelope(envelope), { ...options, keys: new Map() }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(EnvelopeError);
    expect(error.issues).toMatchObject([
      { code: "unknown-key", path: "signatures[0].keyid" },
      { code: "unknown-key", path: "signatures[1].keyid" },
    ]);
  });

  it("says which signature does not hold", async () => {
    const one = await signEnvelope(unsigned, alice.secret);
    const two = await addSignature(one, bob.secret);
    const [first, second] = two.signatures;
    const swapped = [first!, { keyid: second!.keyid, sig: first!.sig }];
    const error = await verifyEnvelope(encodeEnvelope({ ...two, signatures: swapped }), options).catch(
      (e) => e,
    );
    expect(error).toMatchObject({
      name: "EnvelopeError",
      stage: "envelope",
      code: "bad-signature",
      path: "signatures[1]",
    });
  });

  it("points at the byte of a malformed envelope", async () => {
    const bytes = encodeEnvelope(await signEnvelope(unsigned, alice.secret));
    const error = await verifyEnvelope(bytes.subarray(0, 5), options).catch((e) => e);
    expect(error).toMatchObject({ code: "malformed", offset: 0 });
    const spaced = fromAscii(
      Buffer.from(bytes).toString("latin1").replace(',"payloadType"', ', "payloadType"'),
    );
    const at = bytes.indexOf(",".charCodeAt(0)) - 1;
    expect(await verifyEnvelope(spaced, options).catch((e) => e)).toMatchObject({
      code: "malformed",
      offset: at,
    });
  });
});
