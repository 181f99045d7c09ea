import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StageError } from "../../src/base/errors.ts";
import { encode } from "../../src/codec/encode.ts";
import { encodeEnvelope } from "../../src/envelope/forms.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { checkPolicy, preparePolicy } from "../../src/trust/policy.ts";
import { makeStatement, readStatement } from "../../src/trust/statement.ts";
import type { Accepted } from "../../src/trust/store.ts";
import { memoryStore } from "../../src/trust/store.ts";
import { readTrust, signTrust } from "../../src/trust/trust.ts";
import {
  admitted,
  bob,
  claims,
  documentWith,
  NOW,
  root,
  sgd,
  signed,
  statement,
  trustWith,
  verified,
} from "../trust/support.ts";

const trust = await trustWith();
const label = fc.stringMatching(/^[!-~]{1,128}$/);

describe("any order of statements", () => {
  it("is accepted with sequences that rise, each once", async () => {
    const messages = new Map<string, Awaited<ReturnType<typeof verified>>>();
    for (let sequence = 0; sequence < 6; sequence++)
      for (const learning_rate of [0.1, 0.2])
        messages.set(
          `${sequence} ${learning_rate}`,
          await verified(statement({ sequence }, { ...sgd, hyper: { learning_rate } })),
        );
    const order = fc.array(fc.constantFrom(...messages.keys()), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(order, fc.boolean(), async (names, together) => {
        const store = memoryStore();
        let inForce: Accepted | undefined;
        const one = async (name: string) => {
          const message = messages.get(name)!;
          const sequence = Number(name.split(" ")[0]);
          const before: Accepted | undefined = inForce;
          try {
            const { status, digest } = await admitted(message, { trust, store });
            if (status === "new") {
              expect(sequence).toBeGreaterThan(inForce?.sequence ?? -1);
              inForce = { sequence, digest };
            } else if (!together) expect({ sequence, digest }).toEqual(before);
          } catch (error) {
            expect(error).toBeInstanceOf(StageError);
            expect((error as StageError).code).toMatch(/^(replay|conflict)$/);
            if (!together) expect(sequence).toBeLessThanOrEqual(before?.sequence ?? -1);
          }
        };
        if (together) await Promise.all(names.map(one));
        else for (const name of names) await one(name);
        expect(await store.highest({ job: "bert", audience: "server-a" })).toEqual(inForce);
        const highest = Math.max(...names.map((name) => Number(name.split(" ")[0])));
        expect(inForce?.sequence).toBe(highest);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a trust document", () => {
  it("is accepted in no spelling but its own", async () => {
    const bytes = encodeEnvelope(await signTrust(documentWith(), root.secret));
    const edit = fc.record({
      at: fc.nat(bytes.length - 1),
      by: fc.integer({ min: 1, max: 255 }),
      cut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, by, cut }) => {
        const changed = cut ? bytes.slice(0, at) : bytes.slice();
        if (!cut) changed[at]! ^= by;
        await expect(readTrust(changed, { now: NOW })).rejects.toBeInstanceOf(StageError);
      }),
      { numRuns: 300 },
    );
  });

  it("is accepted from its root alone, whatever it says", async () => {
    const version = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    await fc.assert(
      fc.asyncProperty(version, async (n) => {
        const payload = encode({ ...documentWith(), version: n });
        const read = async (signer: typeof root) =>
          readTrust(await signed(payload, [signer], PAYLOAD_TYPES.trust), { now: NOW });
        expect((await read(root)).document.version).toBe(n);
        await expect(read(bob)).rejects.toBeInstanceOf(StageError);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a statement", () => {
  it("is read as it was made", () => {
    const any = fc.record({
      job: label,
      audience: fc.array(label, { minLength: 1, maxLength: 64 }),
      sequence: fc.maxSafeNat(),
      issued: fc.nat(),
      expires: fc.integer({ min: 2 ** 31, max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(any, (some) => {
        expect(readStatement(makeStatement(sgd, some))).toEqual({ optseal: 1, claims: some, spec: sgd });
      }),
    );
  });

  it("is read as one or refused, whatever is in its place", () => {
    const junk = fc.oneof(
      fc.uint8Array(),
      fc.anything({ withNullPrototype: true }).map((value) => {
        try {
          return encode({ optseal: 1, claims: value, spec: value });
        } catch {
          return encode({ optseal: 1, claims, spec: null });
        }
      }),
    );
    fc.assert(
      fc.property(junk, (payload) => {
        expect(() => readStatement(payload)).toThrow(StageError);
      }),
    );
  });
});

describe("bounds", () => {
  it("let through exactly what is within", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, number, fc.boolean(), (value, a, b, inGroup) => {
        const [min, max] = a <= b ? [a, b] : [b, a];
        const policy = preparePolicy({ rules: ["*"], custom: false, bounds: { x: { min, max } } });
        const given = { x: value };
        const spec = inGroup
          ? { ...sgd, groups: [{ match: { index: [0] }, hyper: given }] }
          : { ...sgd, hyper: given };
        expect(checkPolicy(spec, policy).length).toBe(value >= min && value <= max ? 0 : 1);
      }),
    );
  });
});
