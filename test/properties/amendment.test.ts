import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StageError } from "../../src/base/errors.ts";
import { documentDigest } from "../../src/codec/document-digest.ts";
import { amend, author, check, writeAmendmentYaml } from "../../src/index.ts";
import { openAmended, open as openSpec } from "../../src/open.ts";
import type { Admitted } from "../../src/spec/gates.ts";
import type { Spec } from "../../src/spec/tree.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { makeAmendment } from "../../src/trust/statement.ts";
import { memoryStore } from "../../src/trust/store.ts";
import { alice, claims, NOW, policy, sgd, signed, statement, trustWith } from "../trust/support.ts";

const trust = await trustWith({
  policy: { ...policy, amend: { hyper: { learning_rate: {} }, schedule: false } },
});
const RATES = [0.1, 0.2];
const specAt = (learning_rate: number): Spec => ({ ...sgd, hyper: { learning_rate } });

/** A spec or an amendment at a sequence: which rate it leaves, and which it is of. */
interface Offer {
  readonly sequence: number;
  readonly from: number | undefined;
  readonly to: number;
  readonly bytes: Uint8Array;
}

const offers: Offer[] = [];
for (let sequence = 0; sequence < 4; sequence++)
  for (const to of RATES) {
    offers.push({
      sequence,
      from: undefined,
      to,
      bytes: await signed(statement({ sequence }, specAt(to)), [alice]),
    });
    for (const from of RATES) {
      const said = { base: documentDigest(specAt(from)), hyper: { learning_rate: to } };
      const payload = makeAmendment(said, { ...claims, sequence });
      offers.push({ sequence, from, to, bytes: await signed(payload, [alice], PAYLOAD_TYPES.amendment) });
    }
  }

describe("specs and amendments in any order", () => {
  it("leave in force what a server that goes by sequence and base has", async () => {
    const order = fc.array(fc.constantFrom(...offers), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(order, async (list) => {
        const setting = { trust, job: "bert", audience: "server-a", store: memoryStore(), now: NOW };
        let inForce: Admitted | undefined;
        let last: Offer | undefined;
        for (const offer of list) {
          const isAgain = offer === last;
          const isNext = offer.sequence > (last?.sequence ?? -1);
          const fits = offer.from === undefined || (last !== undefined && offer.from === last.to);
          const base = inForce;
          const opening =
            offer.from === undefined
              ? openSpec(offer.bytes, setting)
              : base === undefined
                ? openAmended([offer.bytes], setting)
                : openAmended([offer.bytes], { ...setting, base });
          const answer = await opening.then(
            ({ admitted }) => admitted,
            (error: unknown) => {
              expect(error).toBeInstanceOf(StageError);
              return undefined;
            },
          );
          expect(answer?.status).toBe(isAgain ? "in-force" : isNext && fits ? "new" : undefined);
          if (answer === undefined) continue;
          [inForce, last] = [answer, offer];
          expect(answer.spec).toEqual(specAt(offer.to));
          expect((await setting.store.highest(setting))?.sequence).toBe(offer.sequence);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("an amendment as text", () => {
  const schedule = { name: "torch-2.13/steplr", hyper: { step_size: 3 }, every: 2 };
  const spec = check(
    author({
      optseal: 1,
      rule: "torch-2.13/adamw",
      schedule,
      groups: [0, 1].map((i) => ({ match: { index: [i] }, hyper: { lr: 0.1 } })),
    }),
  );
  const value = fc.double({ min: 1e-6, max: 0.9, noNaN: true });
  const changes = fc.record(
    {
      hyper: fc.record(
        { lr: value, weight_decay: value, betas: fc.tuple(value, value) },
        { requiredKeys: ["lr"] },
      ),
      groups: fc.uniqueArray(fc.record({ group: fc.nat(1), hyper: fc.record({ eps: value }) }), {
        minLength: 1,
        selector: ({ group }) => group,
      }),
      schedule: fc.constantFrom(null, schedule, { name: "torch-2.13/exponentiallr", hyper: { gamma: 0.5 } }),
    },
    { requiredKeys: ["hyper"] },
  );

  it("is read back as it was, and amends to the same spec", () => {
    fc.assert(
      fc.property(changes, (said) => {
        const { amendment, checked } = amend(spec, said);
        const again = amend(spec, writeAmendmentYaml(amendment));
        expect(again.amendment).toEqual(amendment);
        expect(documentDigest(again.checked.spec)).toBe(documentDigest(checked.spec));
      }),
      { numRuns: 100 },
    );
  });
});
