import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes } from "../../src/base/bytes.ts";
import { ed25519 } from "../../src/envelope/ed25519.ts";
import type { EnvelopeForm } from "../../src/envelope/envelope.ts";
import { EnvelopeError } from "../../src/envelope/errors.ts";
import { encodeEnvelope, parseEnvelope } from "../../src/envelope/forms.ts";
import { parsePublicKeyFile, parseSecretKeyFile } from "../../src/envelope/key-file.ts";
import { importPublicKey, importSecretKey } from "../../src/envelope/keys.ts";
import { addSignature, signEnvelope } from "../../src/envelope/sign.ts";
import { verifyEnvelope } from "../../src/envelope/verify.ts";
import { alice, bob, keys, options, TYPE } from "../envelope/support.ts";

const form = fc.constantFrom<EnvelopeForm>("json", "binary");
const payload = fc.uint8Array({ maxLength: 600 });
const payloadType = fc.stringMatching(/^[A-Za-z0-9!#$&^_.+/;=-]{1,128}$/);

/** What the action returns, or the `EnvelopeError` it throws; any other error fails the property. */
async function outcome<T>(action: () => T | Promise<T>): Promise<T | EnvelopeError> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof EnvelopeError) return error;
    throw error;
  }
}

/** Bytes with a few places written over, removed or inserted. */
function mutate(bytes: Uint8Array, edits: readonly (readonly [number, string, number])[]): Uint8Array {
  const out = [...bytes];
  for (const [place, kind, byte] of edits) {
    const at = place % (out.length + 1);
    if (kind === "set") out[at] = byte;
    else if (kind === "delete") out.splice(at, 1 + (byte % 4));
    else out.splice(at, 0, byte);
  }
  return Uint8Array.from(out);
}

const edits = fc.array(
  fc.tuple(
    fc.nat(5000),
    fc.constantFrom("set", "delete", "insert"),
    fc.oneof(fc.nat(255), fc.constantFrom(34, 44, 61, 125)),
  ),
  { minLength: 1, maxLength: 4 },
);

describe("properties of envelopes", () => {
  it("what is signed is what is verified", async () => {
    await fc.assert(
      fc.asyncProperty(payload, payloadType, form, fc.boolean(), async (bytes, type, spelling, twice) => {
        let envelope = await signEnvelope({ payloadType: type, payload: bytes }, alice.secret, {
          form: spelling,
        });
        if (twice) envelope = await addSignature(envelope, bob.secret);
        const encoded = encodeEnvelope(envelope);
        expect(parseEnvelope(encoded)).toEqual(envelope);
        const verified = await verifyEnvelope(encoded, { keys, payloadTypes: [type] });
        expect(verified.payload).toEqual(bytes);
        expect(verified.payloadType).toBe(type);
        expect(verified.signers).toEqual(twice ? [alice.id, bob.id] : [alice.id]);
      }),
      { numRuns: 300 },
    );
  });

  it("a changed envelope never verifies, and fails with an EnvelopeError; what parses has one spelling", async () => {
    await fc.assert(
      fc.asyncProperty(payload, form, fc.boolean(), edits, async (bytes, spelling, twice, changes) => {
        let envelope = await signEnvelope({ payloadType: TYPE, payload: bytes }, alice.secret, {
          form: spelling,
        });
        if (twice) envelope = await addSignature(envelope, bob.secret);
        const encoded = encodeEnvelope(envelope);
        const changed = mutate(encoded, changes);
        fc.pre(!equalBytes(changed, encoded));
        expect(await outcome(() => verifyEnvelope(changed, options))).toBeInstanceOf(EnvelopeError);
        const parsed = await outcome(() => parseEnvelope(changed));
        if (!(parsed instanceof EnvelopeError)) expect(encodeEnvelope(parsed)).toEqual(changed);
      }),
      { numRuns: 1500 },
    );
  });

  it("any bytes and any JSON are refused with an EnvelopeError", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .uint8Array({ maxLength: 60 })
        .map((tail) => Uint8Array.of(0x83, 0xa7, ...Buffer.from("payload"), ...tail)),
      fc.json().map((text) => new Uint8Array(Buffer.from(text))),
      fc.string({ unit: "binary" }).map((text) => new Uint8Array(Buffer.from(`{"payload":"${text}`))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (input) => {
        expect(await outcome(() => verifyEnvelope(input, options))).toBeInstanceOf(EnvelopeError);
      }),
      { numRuns: 2000 },
    );
  });

  it("any value at a door gives an EnvelopeError or a key", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withTypedArray: true, withNullPrototype: true }), async (value) => {
        expect(await outcome(() => verifyEnvelope(value, options))).toBeInstanceOf(EnvelopeError);
        await outcome(() => importPublicKey(value));
        await outcome(() => importSecretKey(value));
        expect(await outcome(() => parsePublicKeyFile(value))).toBeInstanceOf(EnvelopeError);
        expect(await outcome(() => parseSecretKeyFile(value))).toBeInstanceOf(EnvelopeError);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("properties of the backends", () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

  it("node and webcrypto sign alike and agree on changed signatures", async () => {
    const [node, web] = await Promise.all([ed25519("node"), ed25519("webcrypto")]);
    await fc.assert(
      fc.asyncProperty(seed, payload, fc.nat(511), async (secret, message, bit) => {
        const [key, signature] = [await node.publicKey(secret), await node.sign(secret, message)];
        expect(await web.publicKey(secret)).toEqual(key);
        expect(await web.sign(secret, message)).toEqual(signature);
        expect(await web.verify(key, message, signature)).toBe(true);
        const flipped = signature.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(await node.verify(key, message, flipped)).toBe(false);
        expect(await web.verify(key, message, flipped)).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it("tweetnacl does the same", async () => {
    const [node, portable] = await Promise.all([ed25519("node"), ed25519("tweetnacl")]);
    await fc.assert(
      fc.asyncProperty(seed, payload, fc.nat(511), async (secret, message, bit) => {
        const [key, signature] = [await node.publicKey(secret), await node.sign(secret, message)];
        expect(await portable.publicKey(secret)).toEqual(key);
        expect(await portable.sign(secret, message)).toEqual(signature);
        expect(await portable.verify(key, message, signature)).toBe(true);
        const flipped = signature.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(await portable.verify(key, message, flipped)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});
