import { describe, expect, it } from "vitest";
import { encode } from "../../src/codec/encode.ts";
import type { Verified } from "../../src/envelope/verify.ts";
import { admittedGate } from "../../src/spec/gates.ts";
import { admit } from "../../src/trust/admit.ts";
import type { TrustError } from "../../src/trust/errors.ts";
import { refuse } from "../../src/trust/errors.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { MOST_JUMP } from "../../src/trust/sequence.ts";
import type { SequenceStore } from "../../src/trust/store.ts";
import { memoryStore } from "../../src/trust/store.ts";
import type { Trust } from "../../src/trust/trust.ts";
import {
  admitted,
  alice,
  aliceToo,
  bob,
  claims,
  custom,
  DAY,
  mallory,
  NOW,
  policy,
  refusal,
  refusals,
  root,
  sgd,
  statement,
  trustWith,
  verified,
} from "./support.ts";

const trust = await trustWith();
const trust2 = await trustWith({ threshold: 2 });

describe("admission", () => {
  it("says who said what, to whom, and lets nothing change it", async () => {
    const message = await verified(statement(), [alice, bob]);
    const result = await admitted(message, { trust: trust2 });
    expect(result).toEqual({
      spec: sgd,
      claims,
      digest: message.digest,
      owners: ["alice", "bob"],
      status: "new",
    });
    expect(admittedGate.knows(result)).toBe(true);
    expect(Object.isFrozen(result.spec.hyper)).toBe(true);
  });

  it("hands the cost limit on", async () => {
    const limited = await trustWith({ policy: { ...policy, cost: 40 } });
    expect((await admitted(await verified(), { trust: limited })).costLimit).toBe(40);
  });

  it("takes the very statement in force again, and writes nothing", async () => {
    const store = memoryStore();
    let writes = 0;
    const counting: SequenceStore = {
      highest: store.highest,
      accept: async (scope, offered) => {
        const answer = await store.accept(scope, offered);
        if (answer === "new") writes++;
        return answer;
      },
    };
    const first = await admitted(await verified(), { trust, store: counting });
    const again = await admitted(await verified(), { trust, store: counting });
    // The digest is of the payload: another owner's signature makes no other statement of it.
    const byBob = await admitted(await verified(statement(), [bob]), { trust, store: counting });
    expect([first.status, again.status, byBob.status]).toEqual(["new", "in-force", "in-force"]);
    expect(writes).toBe(1);
  });

  it("counts sequences for each job and audience apart", async () => {
    const store = memoryStore();
    const other = statement({ job: "gpt", sequence: 1 });
    await admitted(await verified(statement({ sequence: 9 })), { trust, store });
    expect((await admitted(await verified(other), { trust, store, job: "gpt" })).status).toBe("new");
    const b = await admitted(await verified(statement({ sequence: 2 })), {
      trust,
      store,
      audience: "server-b",
    });
    expect(b.status).toBe("new");
  });

  it("reports all that is wrong at once, the gravest first", async () => {
    const payload = statement(
      { job: "gpt", audience: ["server-c"], issued: 0, expires: 401 * DAY },
      { ...sgd, rule: custom },
    );
    expect(await refusals(async () => admitted(await verified(payload), { trust }))).toEqual([
      "trust:wrong-audience",
      "trust:wrong-job",
      "trust:expired",
      "trust:lifetime",
      "trust:custom-not-allowed",
    ]);
  });
});

describe("signers", () => {
  const rows: readonly [string, string, () => Promise<unknown>][] = [
    [
      "unknown key",
      "trust:unknown-key",
      async () => admitted(await verified(statement(), [mallory]), { trust }),
    ],
    [
      "unknown key beside a good one",
      "trust:unknown-key",
      async () => admitted(await verified(statement(), [alice, mallory]), { trust }),
    ],
    [
      "key of another role",
      "trust:wrong-role",
      async () => admitted(await verified(statement(), [root]), { trust }),
    ],
    ["threshold unmet", "trust:threshold", async () => admitted(await verified(), { trust: trust2 })],
    [
      "one owner, two keys",
      "trust:threshold",
      async () => admitted(await verified(statement(), [alice, aliceToo]), { trust: trust2 }),
    ],
    [
      "revoked key",
      "trust:revoked-key",
      async () => admitted(await verified(), { trust: await trustWith({ revoked: [alice.id] }) }),
    ],
    [
      "revoked key beside a good one",
      "trust:revoked-key",
      async () =>
        admitted(await verified(statement(), [bob, alice]), {
          trust: await trustWith({ revoked: [alice.id] }),
        }),
    ],
  ];
  it.each(rows)("%s: %s", async (_, code, action) => {
    expect(await refusal(action)).toBe(code);
  });

  it("are judged before the payload is read", async () => {
    const junk = await verified(Uint8Array.of(0xc1), [mallory]);
    expect(await refusal(() => admitted(junk, { trust }))).toBe("trust:unknown-key");
  });
});

describe("claims", () => {
  const { issued, expires } = claims;
  const rows: readonly [string, string, Parameters<typeof statement>[0], object][] = [
    ["wrong audience", "trust:wrong-audience", {}, { audience: "server-c" }],
    ["audience in other case", "trust:wrong-audience", {}, { audience: "Server-A" }],
    ["wrong job", "trust:wrong-job", {}, { job: "gpt" }],
    ["part of the job", "trust:wrong-job", { job: "bert2" }, {}],
    ["expired", "trust:expired", {}, { now: expires + 1 }],
    ["expired at this very second", "trust:expired", {}, { now: expires }],
    ["not yet valid", "trust:not-yet-valid", {}, { now: issued - 61 }],
    ["not yet valid without skew", "trust:not-yet-valid", {}, { now: issued - 1, skew: 0 }],
    ["lifetime", "trust:lifetime", { expires: issued + 400 * DAY + 1 }, {}],
  ];
  it.each(rows)("%s: %s", async (_, code, changes, options) => {
    const message = await verified(statement(changes));
    expect(await refusals(() => admitted(message, { trust, ...options }))).toEqual([code]);
  });

  it("hold to the second", async () => {
    const message = await verified();
    for (const now of [expires - 1, issued, issued - 60])
      expect((await admitted(message, { trust, now })).status).toBe("new");
    const long = await verified(statement({ expires: issued + 400 * DAY }));
    expect((await admitted(long, { trust })).status).toBe("new");
  });

  it("live as long as the policy says", async () => {
    const short = await trustWith({ policy: { ...policy, lifetime: DAY } });
    expect(await refusal(async () => admitted(await verified(), { trust: short }))).toBe("trust:lifetime");
  });

  it("do not outlive the trust document", async () => {
    const ending = await trustWith({ expires: NOW + 100 });
    const message = await verified();
    expect((await admitted(message, { trust: ending, now: NOW + 99 })).status).toBe("new");
    expect(await refusal(() => admitted(message, { trust: ending, now: NOW + 100 }))).toBe(
      "trust:trust-expired",
    );
  });
});

describe("sequence", () => {
  it("lower, and another digest at the same one", async () => {
    const store = memoryStore();
    await admitted(await verified(statement({ sequence: 5 })), { trust, store });
    const lower = await verified(statement({ sequence: 4 }));
    const other = await verified(statement({ sequence: 5 }, { ...sgd, hyper: { learning_rate: 0.2 } }));
    expect(await refusal(() => admitted(lower, { trust, store }))).toBe("trust:replay");
    expect(await refusal(() => admitted(other, { trust, store }))).toBe("trust:conflict");
    expect((await store.highest({ job: "bert", audience: "server-a" }))?.sequence).toBe(5);
  });

  it("begins at 0, and jumps no further than it may", async () => {
    const store = memoryStore();
    const at = async (sequence: number) =>
      admitted(await verified(statement({ sequence })), { trust, store });
    expect((await at(0)).status).toBe("new");
    expect((await at(MOST_JUMP)).status).toBe("new");
    expect(await refusal(() => at(2 * MOST_JUMP + 1))).toBe("trust:sequence-jump");
    expect((await at(2 * MOST_JUMP)).status).toBe("new");
  });

  it("is not used up by what cannot be proven", async () => {
    const store = memoryStore();
    const message = await verified();
    const fail = () => {
      throw refuse("hyper-bound", "not today");
    };
    expect(await refusal(() => admitted(message, { trust, store, prove: fail }))).toBe("trust:hyper-bound");
    expect(await refusal(() => admitted(message, { trust, store, prove: async () => fail() }))).toBe(
      "trust:hyper-bound",
    );
    expect(await store.highest({ job: "bert", audience: "server-a" })).toBeUndefined();
    const seen: boolean[] = [];
    await admitted(message, {
      trust,
      store,
      prove: (candidate) => void seen.push(admittedGate.knows(candidate)),
    });
    expect(seen).toEqual([true]);
  });

  it("is refused to whoever loses a race", async () => {
    const store = memoryStore();
    const messages = await Promise.all(
      [0.1, 0.2, 0.3].map(async (learning_rate) =>
        verified(statement({}, { ...sgd, hyper: { learning_rate } })),
      ),
    );
    const codes = await Promise.all(
      messages.map((message) =>
        admitted(message, { trust, store }).then(
          ({ status }) => status,
          (error: TrustError) => error.code,
        ),
      ),
    );
    expect(codes.toSorted()).toEqual(["conflict", "conflict", "new"]);
  });

  it("is in force for whoever comes second with the same statement", async () => {
    const store = memoryStore();
    const message = await verified();
    const both = await Promise.all([
      admitted(message, { trust, store }),
      admitted(message, { trust, store }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["in-force", "new"]);
    expect(both.every((one) => admittedGate.knows(one))).toBe(true);
  });

  it("is refused if another rose while this one was proven", async () => {
    const store = memoryStore();
    const first = await verified(statement({ sequence: 1 }));
    const second = await verified(statement({ sequence: 2 }));
    const prove = async () => void (await admitted(second, { trust, store }));
    expect(await refusal(() => admitted(first, { trust, store, prove }))).toBe("trust:replay");
  });
});

describe("a store that fails", () => {
  const good = memoryStore();
  const rows: readonly [string, Partial<Record<keyof SequenceStore, () => Promise<unknown>>>][] = [
    ["cannot be read", { highest: () => Promise.reject(new Error("no disk")) }],
    ["cannot be written", { accept: () => Promise.reject(new Error("no disk")) }],
    ["reads something else", { highest: async () => ({ sequence: "1", digest: "x" }) }],
    ["answers something else", { accept: async () => "constructor" }],
    ["answers nothing", { accept: async () => undefined }],
  ];
  it.each(rows)("%s: store", async (_, changes) => {
    const store = { ...good, ...changes } as SequenceStore;
    expect(await refusal(async () => admitted(await verified(), { trust, store }))).toBe("trust:store");
  });
});

describe("misuse", () => {
  it("is a TypeError", async () => {
    const message = await verified();
    const forged = { ...message } as Verified;
    const copied = { ...trust } as Trust;
    await expect(admitted(forged, { trust })).rejects.toThrow(TypeError);
    await expect(admitted(message, { trust: copied })).rejects.toThrow(TypeError);
    for (const wrong of [{ now: Number.NaN }, { now: -1 }, { skew: Number.NaN }, { skew: 1e9 }, { job: "" }])
      await expect(admitted(message, { trust, ...wrong })).rejects.toThrow(TypeError);
    await expect(
      admit(message, { trust, job: "bert", store: memoryStore(), now: NOW } as never),
    ).rejects.toThrow(TypeError);
  });

  it("is refused where bytes were changed after they were verified", async () => {
    const message = await verified();
    message.payload[10]! ^= 1;
    expect(await refusal(() => admitted(message, { trust }))).toBe("trust:statement");
  });

  it("is refused for a document of another kind", async () => {
    const message = await verified(encode({ optseal: 1 }), [alice], PAYLOAD_TYPES.trust);
    expect(await refusal(() => admitted(message, { trust }))).toBe("trust:payload-type");
  });
});
