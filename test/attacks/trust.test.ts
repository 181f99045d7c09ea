/** Attacks on the trust stage, by their ids. */
import { describe, expect, it } from "vitest";
import { encode } from "../../src/codec/encode.ts";
import { encodeEnvelope, parseEnvelope } from "../../src/envelope/forms.ts";
import { verifyEnvelope } from "../../src/envelope/verify.ts";
import type { Spec } from "../../src/spec/tree.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { MOST_JUMP } from "../../src/trust/sequence.ts";
import { makeStatement, readStatement } from "../../src/trust/statement.ts";
import { memoryStore } from "../../src/trust/store.ts";
import { readTrust } from "../../src/trust/trust.ts";
import type { Person } from "../trust/support.ts";
import {
  admitted,
  alice,
  aliceToo,
  bob,
  claims,
  custom,
  DAY,
  documentWith,
  NOW,
  policy,
  refusal,
  root,
  sgd,
  signed,
  statement,
  trustWith,
  verified,
} from "../trust/support.ts";

const trust = await trustWith();
const strict = await trustWith({ threshold: 2 });
const readNow = (bytes: Uint8Array, now = NOW) => readTrust(bytes, { now });

describe("G7 one signer who would be two", () => {
  it("the same signature twice", async () => {
    const envelope = parseEnvelope(await signed(statement(), [alice]));
    const twice = { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] };
    expect(await refusal(() => encodeEnvelope(twice))).toBe("envelope:duplicate-signer");
    const json = new TextDecoder().decode(encodeEnvelope(envelope, "json"));
    const one = /\{"keyid".*?\}/.exec(json)?.[0] ?? "";
    const bytes = new TextEncoder().encode(json.replace(one, `${one},${one}`));
    const options = { keys: strict.keys, payloadTypes: [PAYLOAD_TYPES.spec] };
    expect(await refusal(() => verifyEnvelope(bytes, options))).toBe("envelope:duplicate-signer");
  });

  it("one owner with two keys", async () => {
    const message = await verified(statement(), [alice, aliceToo]);
    expect(await refusal(() => admitted(message, { trust: strict }))).toBe("trust:threshold");
  });

  it("one key under two owners, or twice in a role", async () => {
    const document = documentWith();
    const twice = { ...document, keys: [...document.keys, { ...alice.listed, owner: "eve" }] };
    const { signer } = document.roles;
    const role = { ...document.roles, signer: { ...signer, keys: [...signer.keys, alice.id] } };
    for (const [wrong, code] of [
      [twice, "trust:trust-key"],
      [{ ...document, roles: role }, "trust:trust-role"],
    ] as const)
      expect(
        await refusal(async () => readNow(await signed(encode(wrong), [root], PAYLOAD_TYPES.trust))),
      ).toBe(code);
  });

  it("one key under two key ids", async () => {
    const envelope = parseEnvelope(await signed(statement(), [alice]));
    const [one] = envelope.signatures;
    const bytes = encodeEnvelope({ ...envelope, signatures: [one!, { ...one!, keyid: bob.id }] });
    const options = { keys: strict.keys, payloadTypes: [PAYLOAD_TYPES.spec] };
    expect(await refusal(() => verifyEnvelope(bytes, options))).toBe("envelope:bad-signature");
    const map = new Map([...strict.keys, [bob.id, alice.key]]);
    expect(await refusal(() => verifyEnvelope(bytes, { ...options, keys: map }))).toBe("envelope:bad-key");
  });
});

describe("G10 one kind of document as another", () => {
  it("a trust document as a statement, and a statement as a trust document", async () => {
    const document = await signed(encode(documentWith()), [root], PAYLOAD_TYPES.trust);
    const asSpec = { ...parseEnvelope(document), payloadType: PAYLOAD_TYPES.spec };
    const options = { keys: trust.keys, payloadTypes: [PAYLOAD_TYPES.spec] };
    expect(await refusal(() => verifyEnvelope(encodeEnvelope(asSpec), options))).toBe(
      "envelope:bad-signature",
    );
    expect(await refusal(() => verifyEnvelope(document, options))).toBe("envelope:payload-type");
    const message = await signed(statement(), [root]);
    expect(await refusal(() => readNow(message))).toBe("trust:payload-type");
    const asTrust = { ...parseEnvelope(message), payloadType: PAYLOAD_TYPES.trust };
    expect(await refusal(() => readNow(encodeEnvelope(asTrust)))).toBe("trust:trust-document");
  });
});

describe("G14 replay", () => {
  it("to another server, and to another job", async () => {
    const message = await verified();
    expect(await refusal(() => admitted(message, { trust, audience: "server-c" }))).toBe(
      "trust:wrong-audience",
    );
    expect(await refusal(() => admitted(message, { trust, job: "bert/2" }))).toBe("trust:wrong-job");
  });

  it("of what was once in force, later and in parallel", async () => {
    const store = memoryStore();
    const old = await verified(statement({ sequence: 1 }));
    await admitted(old, { trust, store });
    await admitted(await verified(statement({ sequence: 2 })), { trust, store });
    const codes = await Promise.all([1, 2, 3].map(() => refusal(() => admitted(old, { trust, store }))));
    expect(codes).toEqual(["trust:replay", "trust:replay", "trust:replay"]);
  });
});

describe("G15 rollback and fast-forward", () => {
  it("an older spec under the same sequence", async () => {
    const store = memoryStore();
    await admitted(await verified(statement({ sequence: 7 })), { trust, store });
    const other = await verified(statement({ sequence: 7, issued: claims.issued - 1 }));
    expect(await refusal(() => admitted(other, { trust, store }))).toBe("trust:conflict");
  });

  it("the last number of all", async () => {
    const store = memoryStore();
    for (const sequence of [Number.MAX_SAFE_INTEGER, 2 ** 40, MOST_JUMP + 1]) {
      const message = await verified(statement({ sequence }));
      expect(await refusal(() => admitted(message, { trust, store }))).toBe("trust:sequence-jump");
    }
    expect((await admitted(await verified(), { trust, store })).status).toBe("new");
  });

  it("a new job name begins anew", async () => {
    const store = memoryStore();
    await admitted(await verified(statement({ sequence: MOST_JUMP })), { trust, store });
    const anew = await verified(statement({ job: "bert/2", sequence: 1 }));
    expect((await admitted(anew, { trust, store, job: "bert/2" })).status).toBe("new");
  });
});

describe("G16 expiry", () => {
  const { issued, expires } = claims;
  const rows: readonly [string, string, object, number][] = [
    ["now is the end", "trust:expired", {}, expires],
    ["far future", "trust:lifetime", { expires: Number.MAX_SAFE_INTEGER }, NOW],
    [
      "from the future, beyond all skew",
      "trust:not-yet-valid",
      { issued: NOW + 61, expires: NOW + DAY },
      NOW,
    ],
    ["from the beginning of time", "trust:lifetime", { issued: 0 }, NOW],
  ];
  it.each(rows)("%s: %s", async (_, code, changes, now) => {
    const message = await verified(statement(changes));
    expect(await refusal(() => admitted(message, { trust, now }))).toBe(code);
  });

  it("no end, an end before the beginning, a text, a fraction, below zero", async () => {
    const times = [undefined, null, issued - 1, "2030-01-01T00:00:00Z", expires + 0.5, -1, true];
    for (const end of times) {
      const { expires: _, ...rest } = claims;
      const wrong = { optseal: 1, claims: end === undefined ? rest : { ...rest, expires: end }, spec: sgd };
      expect(await refusal(() => readStatement(encode(wrong)))).toMatch(/^trust:(statement|lifetime)$/);
    }
  });

  it("a clock that is none", async () => {
    const message = await verified();
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY, -1, "0" as never])
      await expect(admitted(message, { trust, now })).rejects.toThrow(TypeError);
  });
});

describe("G18 downgrade: nothing is fallen back to", () => {
  it("fewer signers, a version before the first, an unsigned payload", async () => {
    expect(await refusal(async () => admitted(await verified(), { trust: strict }))).toBe("trust:threshold");
    const options = { keys: trust.keys, payloadTypes: [PAYLOAD_TYPES.spec] };
    expect(await refusal(() => verifyEnvelope(statement(), options))).toBe("envelope:malformed");
    const older = encode({ optseal: 0, claims, spec: sgd });
    expect(await refusal(async () => admitted(await verified(older), { trust }))).toBe("trust:statement");
  });

  it("a pickle, signed by who may sign", async () => {
    const pickle = new TextEncoder().encode("cos\nsystem\n(S'id'\ntR.");
    const message = await verified(pickle);
    expect(await refusal(() => admitted(message, { trust }))).toMatch(/^codec:/);
  });

  it("a refusal leaves the store as it was", async () => {
    const store = memoryStore();
    const scope = { job: "bert", audience: "server-a" };
    await admitted(await verified(statement({ sequence: 3 })), { trust, store });
    const before = await store.highest(scope);
    const wrong: readonly [Uint8Array, readonly Person[]][] = [
      [statement({ sequence: 2 }), [alice]],
      [statement({ sequence: 9, job: "gpt" }), [alice]],
      [statement({ sequence: 9 }, { ...sgd, rule: custom }), [alice]],
      [statement({ sequence: 9 }), [root]],
      [Uint8Array.of(0xc1), [alice]],
    ];
    for (const [payload, signers] of wrong) {
      await expect(admitted(await verified(payload, signers), { trust, store })).rejects.toThrow();
      expect(await store.highest(scope)).toEqual(before);
    }
  });
});

describe("G20 revocation", () => {
  it("stale: with the trust document, all that it lists expires", async () => {
    const message = await verified(statement({ expires: NOW + 390 * DAY }));
    const later = trust.document.expires;
    expect(await refusal(() => admitted(message, { trust, now: later }))).toBe("trust:trust-expired");
    const bytes = await signed(encode(documentWith()), [root], PAYLOAD_TYPES.trust);
    expect(await refusal(() => readNow(bytes, later))).toBe("trust:trust-expired");
  });

  it("missing", async () => {
    const { revoked: _, ...document } = documentWith({ revoked: [alice.id] });
    const bytes = await signed(encode(document), [root], PAYLOAD_TYPES.trust);
    expect(await refusal(() => readNow(bytes))).toBe("trust:trust-document");
  });

  it("from the future", async () => {
    const future = encode(documentWith({ issued: NOW + 61, revoked: [alice.id] }));
    expect(await refusal(async () => readNow(await signed(future, [root], PAYLOAD_TYPES.trust)))).toBe(
      "trust:trust-not-yet-valid",
    );
    expect(
      await refusal(async () => admitted(await verified(), { trust, now: trust.document.issued - 61 })),
    ).toMatch(/not-yet-valid$/);
  });

  it("taken out of the document, the signature with it", async () => {
    const revoking = parseEnvelope(
      await signed(encode(documentWith({ revoked: [alice.id] })), [root], PAYLOAD_TYPES.trust),
    );
    const without = { ...revoking, payload: encode(documentWith()) };
    expect(await refusal(() => readNow(encodeEnvelope(without)))).toBe("envelope:bad-signature");
  });
});

describe("G24 what is signed is checked first", () => {
  it("an invalid spec makes no statement", async () => {
    const wrong = { ...sgd, rule: { __reduce__: ["os.system", "id"] } } as unknown as Spec;
    expect(await refusal(() => makeStatement(wrong, claims))).toBe("spec:schema");
  });
});

describe("G25 bytes changed between verification and use", () => {
  it("are not what was verified", async () => {
    const message = await verified();
    const other = statement({ sequence: 2 });
    message.payload.set(other.subarray(0, message.payload.length));
    expect(await refusal(() => admitted(message, { trust }))).toBe("trust:statement");
  });

  it("of a trust document are copied before anything is read", async () => {
    const bytes = await signed(encode(documentWith()), [root], PAYLOAD_TYPES.trust);
    const reading = readNow(bytes);
    bytes.fill(0);
    expect((await reading).document).toEqual(documentWith());
  });
});

describe("S10 a policy that comes with the message", () => {
  const mine = { rules: ["*"], custom: true };
  const rows: readonly [string, string, unknown][] = [
    ["in the statement", "trust:statement", { optseal: 1, claims, spec: sgd, policy: mine }],
    ["in the claims", "trust:statement", { optseal: 1, claims: { ...claims, may: mine }, spec: sgd }],
    ["in the spec", "spec:schema", { optseal: 1, claims, spec: { ...sgd, policy: mine } }],
    ["a whole trust document", "trust:statement", { optseal: 1, claims, spec: sgd, trust: documentWith() }],
  ];
  it.each(rows)("%s: %s", async (_, code, value) => {
    expect(await refusal(async () => admitted(await verified(encode(value)), { trust }))).toBe(code);
  });

  it("a trust document by those whom it trusts, in place of the one at hand", async () => {
    const message = await verified(statement({}, { ...sgd, rule: custom }));
    const theirs = encode(documentWith({ policy: mine }));
    expect(await refusal(async () => readNow(await signed(theirs, [alice], PAYLOAD_TYPES.trust)))).toBe(
      "trust:trust-threshold",
    );
    expect(await refusal(() => admitted(message, { trust }))).toBe("trust:custom-not-allowed");
  });
});

describe("S11 names that every object has", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

  it("as a rule", async () => {
    for (const name of names) {
      const value = { optseal: 1, claims, spec: { ...sgd, rule: { ...sgd.rule, name } } };
      const code = await refusal(async () => admitted(await verified(encode(value)), { trust }));
      expect(code).toMatch(/^(spec:schema|trust:rule-not-allowed)$/);
    }
  });

  it("as a key id, an owner, a job or a bound", async () => {
    for (const name of names) {
      const { roles, ...rest } = documentWith();
      const document = { ...rest, roles: { ...roles, signer: { ...roles.signer, keys: [name] } } };
      expect(
        await refusal(async () => readNow(await signed(encode(document), [root], PAYLOAD_TYPES.trust))),
      ).toBe("trust:trust-document");
      const bounds = Object.fromEntries([[name, { max: 0 }]]);
      const bounded = await trustWith({ policy: { ...policy, bounds } });
      const message = await verified(statement({ job: name, audience: [name] }));
      const store = memoryStore();
      expect((await admitted(message, { trust: bounded, store, job: name, audience: name })).status).toBe(
        "new",
      );
      expect(await store.highest({ job: name, audience: "server-a" })).toBeUndefined();
    }
    expect(({} as { max?: unknown }).max).toBeUndefined();
  });
});
