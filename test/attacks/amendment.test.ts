/** Attacks by amendments: whoever may change a little would change more, or something else. */
import { describe, expect, it } from "vitest";
import { documentDigest } from "../../src/codec/document-digest.ts";
import { encode } from "../../src/codec/encode.ts";
import { encodeEnvelope, parseEnvelope } from "../../src/envelope/forms.ts";
import { openAmended, open as openSpec } from "../../src/open.ts";
import type { Amendment } from "../../src/spec/amendment.ts";
import type { Spec } from "../../src/spec/tree.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { makeAmendment } from "../../src/trust/statement.ts";
import type { SequenceStore } from "../../src/trust/store.ts";
import { memoryStore } from "../../src/trust/store.ts";
import type { Person } from "../trust/support.ts";
import {
  alice,
  bob,
  claims,
  custom,
  NOW,
  policy,
  refusal,
  root,
  sgd,
  signed,
  statement,
  trustWith,
} from "../trust/support.ts";

const trust = await trustWith({
  policy: {
    ...policy,
    bounds: { learning_rate: { max: 0.5 } },
    amend: { hyper: { learning_rate: { factor: 2 } }, schedule: false },
  },
});
const base = documentDigest(sgd);
const first = await signed(statement(), [alice]);

const amended = (learning_rate: number): Spec => ({ ...sgd, hyper: { learning_rate } });

function amendment(
  said: Amendment,
  sequence: number,
  signers: readonly Person[] = [alice],
): Promise<Uint8Array> {
  return signed(makeAmendment(said, { ...claims, sequence }), signers, PAYLOAD_TYPES.amendment);
}

async function running() {
  const store: SequenceStore = memoryStore();
  const setting = { trust, job: "bert", audience: "server-a", store, now: NOW };
  const { admitted } = await openSpec(first, setting);
  return { ...setting, base: admitted };
}

describe("one who may change a little", () => {
  it("goes no further in small steps than the bounds", async () => {
    let setting = await running();
    const refused: (string | undefined)[] = [];
    let rate = 0.1;
    for (let sequence = 2; sequence < 6; sequence++) {
      const bytes = await amendment(
        { base: documentDigest(amended(rate)), hyper: { learning_rate: rate * 2 } },
        sequence,
      );
      try {
        setting = { ...setting, base: (await openAmended([bytes], setting)).admitted };
        rate *= 2;
      } catch {
        refused.push(await refusal(() => openAmended([bytes], setting)));
      }
    }
    expect([rate, ...refused]).toEqual([0.4, "trust:hyper-bound", "trust:hyper-bound"]);
  });

  it("does not reach further by a group, or by what a group had of all", async () => {
    const grouped: Spec = { ...sgd, groups: [{ match: { suffix: ["b"] }, hyper: {} }] };
    const setting = { ...(await running()), store: memoryStore() };
    const { base: _, ...anew } = setting;
    const spec = await signed(statement({}, grouped), [alice]);
    const wide = { base: documentDigest(grouped), groups: [{ group: 0, hyper: { learning_rate: 0.45 } }] };
    expect(await refusal(async () => openAmended([spec, await amendment(wide, 2)], anew))).toBe(
      "trust:change-limit",
    );
  });

  it("does not pass a small change of another spec for one of this", async () => {
    const setting = await running();
    const other = await amendment({ base: documentDigest(amended(0.3)), hyper: { learning_rate: 0.5 } }, 2);
    expect(await refusal(() => openAmended([other], setting))).toBe("trust:wrong-base");
    // Nor with a spec brought that was signed, and is not in force.
    const rival = await signed(statement({ sequence: 0 }, amended(0.3)), [alice]);
    const { base: _, ...anew } = setting;
    expect(await refusal(() => openAmended([rival, other], anew))).toBe("trust:stale-base");
  });

  it("does not bring a spec of one's own that nobody may send", async () => {
    const own: Spec = { ...sgd, rule: custom };
    const { base: _, ...anew } = { ...(await running()), store: memoryStore() };
    const spec = await signed(statement({ sequence: 0 }, own), [alice]);
    const bytes = await amendment({ base: documentDigest(own), hyper: { learning_rate: 0.2 } }, 2);
    expect(await refusal(() => openAmended([spec, bytes], anew))).toBe("trust:custom-not-allowed");
    const unsigned = await signed(statement({ sequence: 0 }), [root]);
    const good = await amendment({ base, hyper: { learning_rate: 0.2 } }, 2);
    expect(await refusal(() => openAmended([unsigned, good], anew))).toBe("trust:wrong-role");
  });
});

describe("an amendment sent again", () => {
  it("changes nothing back once another is in force", async () => {
    let setting = await running();
    const up = await amendment({ base, hyper: { learning_rate: 0.2 } }, 2);
    const down = await amendment({ base: documentDigest(amended(0.2)), hyper: { learning_rate: 0.1 } }, 3);
    for (const bytes of [up, down])
      setting = { ...setting, base: (await openAmended([bytes], setting)).admitted };
    // The spec in force is the first again, so the first amendment names it: its sequence is used up.
    expect(documentDigest(setting.base.spec)).toBe(base);
    expect(await refusal(() => openAmended([up], setting))).toBe("trust:replay");
    expect(await refusal(() => openAmended([first, up], { ...setting, base: undefined as never }))).toBe(
      "trust:replay",
    );
  });

  it("under another kind's payload type, or with its payload changed, has no signature that holds", async () => {
    const setting = await running();
    const parsed = parseEnvelope(await amendment({ base, hyper: { learning_rate: 0.2 } }, 2));
    const asSpec = encodeEnvelope({ ...parsed, payloadType: PAYLOAD_TYPES.spec });
    expect(await refusal(() => openSpec(asSpec, setting))).toBe("envelope:bad-signature");
    const payload = makeAmendment({ base, hyper: { learning_rate: 0.19 } }, { ...claims, sequence: 2 });
    expect(await refusal(() => openAmended([encodeEnvelope({ ...parsed, payload })], setting))).toBe(
      "envelope:bad-signature",
    );
  });

  it("while it waits for its turn, is accepted once", async () => {
    const setting = await running();
    const [one, two] = [
      await amendment({ base, hyper: { learning_rate: 0.2 } }, 2),
      await amendment({ base, hyper: { learning_rate: 0.15 } }, 2, [bob]),
    ];
    const answers = await Promise.allSettled(
      [one, two, one, two].map((bytes) => openAmended([bytes], setting)),
    );
    const fresh = answers.filter(
      (answer) => answer.status === "fulfilled" && answer.value.admitted.status === "new",
    );
    expect(fresh).toHaveLength(1);
  });
});

describe("names that every object has", () => {
  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("%s", async (name) => {
    const hyper = JSON.parse(`{"${name}": 1}`) as object;
    const payload = encode({
      optseal: 1,
      claims: { ...claims, sequence: 2 },
      amendment: { base, hyper },
    });
    const bytes = await signed(payload, [alice], PAYLOAD_TYPES.amendment);
    expect(await refusal(async () => openAmended([bytes], await running()))).toBe("trust:amend-not-allowed");
  });
});
