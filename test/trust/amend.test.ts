import { describe, expect, it } from "vitest";
import type { StageError } from "../../src/base/errors.ts";
import { documentDigest } from "../../src/codec/document-digest.ts";
import { encode } from "../../src/codec/encode.ts";
import { openAmended, open as openSpec } from "../../src/open.ts";
import { findSchedule, referenceTo } from "../../src/rules/built-in.ts";
import type { Amendment } from "../../src/spec/amendment.ts";
import type { Admitted, Claims } from "../../src/spec/gates.ts";
import type { Spec } from "../../src/spec/tree.ts";
import { checkChange } from "../../src/trust/change.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import type { AmendPolicy } from "../../src/trust/policy.ts";
import { makeAmendment, readAmendment } from "../../src/trust/statement.ts";
import type { SequenceStore } from "../../src/trust/store.ts";
import { memoryStore } from "../../src/trust/store.ts";
import type { DocumentChanges, Person } from "./support.ts";
import {
  alice,
  bob,
  carol,
  claims,
  DAY,
  mallory,
  NOW,
  policy,
  refusal,
  root,
  sgd,
  signed,
  statement,
  trustWith,
} from "./support.ts";

const anything: AmendPolicy = { hyper: { "*": {} }, schedule: true };
const amendable = { ...policy, amend: anything };
const trust = await trustWith({ policy: amendable });
const factor = referenceTo(findSchedule("mxnet-1.9/factorscheduler")!);

const base = documentDigest(sgd);
const withRate = (spec: Spec, learning_rate: number): Spec => ({
  ...spec,
  hyper: { ...spec.hyper, learning_rate },
});

/** Signed changes to a spec, at a sequence. */
function amendment(
  changes: Partial<Amendment> = { hyper: { learning_rate: 0.05 } },
  said: Partial<Claims> = {},
  signers: readonly Person[] = [alice],
): Promise<Uint8Array> {
  const payload = makeAmendment({ base, ...changes }, { ...claims, sequence: 2, ...said });
  return signed(payload, signers, PAYLOAD_TYPES.amendment);
}

const first = await signed(statement(), [alice]);
const settingOf = (changes: object = {}) => ({
  trust,
  job: "bert",
  audience: "server-a",
  store: memoryStore() as SequenceStore,
  now: NOW,
  ...changes,
});

/** A server that has the first spec in force. */
async function running(changes: object = {}) {
  const setting = settingOf(changes);
  const { admitted } = await openSpec(first, setting);
  return { ...setting, base: admitted };
}

describe("an amendment", () => {
  it("is one of those that come at the same moment, whatever their sequences", async () => {
    const setting = await running();
    const rivals = await Promise.all(
      [3, 2, 4].map((sequence) => amendment({ hyper: { learning_rate: 0.1 / sequence } }, { sequence })),
    );
    const results = await Promise.allSettled(rivals.map((one) => openAmended([one], setting)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    const codes = results.map((one) => (one.status === "rejected" ? one.reason.code : undefined));
    expect(codes).toEqual([undefined, "replay", "stale-base"]);
    expect((await setting.store.highest(setting))?.sequence).toBe(3);
  });

  it("is admitted as the amended spec, and the next is of that", async () => {
    const setting = await running();
    const one = await openAmended([await amendment()], setting);
    expect(one.admitted).toMatchObject({
      spec: withRate(sgd, 0.05),
      amends: base,
      claims: { sequence: 2 },
      owners: ["alice"],
      status: "new",
    });
    expect(one.checked.program.bindings[0].hyper.learning_rate).toBe(0.05);
    const next = await amendment(
      { base: documentDigest(withRate(sgd, 0.05)), hyper: { wd: 0.1 } },
      { sequence: 3 },
      [bob],
    );
    const two = await openAmended([next], { ...setting, base: one.admitted });
    expect(two.admitted.spec.hyper).toEqual({ learning_rate: 0.05, wd: 0.1 });
    expect((await setting.store.highest(setting))?.sequence).toBe(3);
  });

  it("said again is in force: to a server that has heard it, and to one of the same store that has not", async () => {
    const setting = await running();
    const bytes = await amendment();
    const { admitted } = await openAmended([bytes], setting);
    const again = await openAmended([bytes], { ...setting, base: admitted });
    const elsewhere = await openAmended([bytes], setting);
    for (const one of [again, elsewhere]) {
      expect(one.admitted.status).toBe("in-force");
      expect(one.admitted.spec).toEqual(admitted.spec);
      expect(one.admitted.digest).toBe(admitted.digest);
    }
  });

  it("is taken up after a restart with all that led to it", async () => {
    const setting = settingOf();
    const spec = withRate(sgd, 0.05);
    const second = await amendment({ base: documentDigest(spec), hyper: { wd: 0.1 } }, { sequence: 7 });
    const history = [first, await amendment(), second];
    const fresh = await openAmended(history, setting);
    expect([fresh.admitted.status, fresh.history.length]).toEqual(["new", 3]);
    expect(fresh.history.map(({ spec: { hyper } }) => hyper)).toEqual([
      { learning_rate: 0.1 },
      { learning_rate: 0.05 },
      { learning_rate: 0.05, wd: 0.1 },
    ]);
    expect((await openAmended(history, setting)).admitted.status).toBe("in-force");
    // One that has missed the last, and one that has missed all.
    for (const heard of [1, 2]) {
      const late = settingOf();
      if (heard === 1) await openSpec(first, late);
      else await openAmended(history.slice(0, 2), late);
      expect((await openAmended(history, late)).admitted.status).toBe("new");
      expect((await late.store.highest(late))?.sequence).toBe(7);
    }
  });

  it("may be of a spec that is past its time, where that was accepted in time", async () => {
    const later = { now: NOW + 31 * DAY };
    const late = await amendment(undefined, { issued: NOW + 31 * DAY, expires: NOW + 60 * DAY });
    const live = await running();
    expect((await openAmended([late], { ...live, ...later })).admitted.status).toBe("new");
    const { base: _, ...heard } = await running();
    expect((await openAmended([first, late], { ...heard, ...later })).admitted.status).toBe("new");
    expect(await refusal(() => openAmended([first, late], settingOf(later)))).toBe("trust:expired");
  });

  it("is its canonical bytes, with a payload type of its own", async () => {
    const payload = makeAmendment({ base, hyper: { learning_rate: 1 } }, claims);
    expect(readAmendment(payload)).toEqual({
      optseal: 1,
      claims,
      amendment: { base, hyper: { learning_rate: 1 } },
    });
    const asSpec = await signed(payload, [alice]);
    expect(await refusal(() => openSpec(asSpec, settingOf()))).toBe("trust:statement");
    const asAmendment = await signed(statement(), [alice], PAYLOAD_TYPES.amendment);
    expect(await refusal(async () => openAmended([asAmendment], await running()))).toBe("trust:statement");
    expect(await refusal(async () => openSpec(await amendment(), settingOf()))).toBe("envelope:payload-type");
    expect(await refusal(async () => openAmended([first], await running()))).toBe("envelope:payload-type");
  });
});

const schedule = { rule: factor, hyper: { step: 10 } };
const big = { ...policy, amend: { hyper: { learning_rate: { factor: 2 } }, schedule: false } };
type Row = readonly [code: string, bytes: () => Promise<Uint8Array>, changes?: () => Promise<object>];
const ROWS: { readonly [name: string]: Row } = {
  "of another spec": [
    "trust:wrong-base",
    () => amendment({ base: documentDigest(withRate(sgd, 9)), hyper: { wd: 0 } }),
  ],
  "below the highest": ["trust:replay", () => amendment(undefined, { sequence: 0 })],
  "at the sequence of what it amends": ["trust:replay", () => amendment(undefined, { sequence: 1 })],
  "far above the highest": ["trust:sequence-jump", () => amendment(undefined, { sequence: 2 ** 40 })],
  "past its time": ["trust:expired", () => amendment(undefined, { expires: NOW - 1 })],
  "from the future": ["trust:not-yet-valid", () => amendment(undefined, { issued: NOW + DAY })],
  "for another job": ["trust:wrong-job", () => amendment(undefined, { job: "gpt" })],
  "for other servers": ["trust:wrong-audience", () => amendment(undefined, { audience: ["server-z"] })],
  "by a key that is not listed": ["envelope:unknown-key", () => amendment(undefined, {}, [mallory])],
  "by a role that may not": ["trust:wrong-role", () => amendment(undefined, {}, [root])],
  "by signers who may not amend": [
    "trust:amend-not-allowed",
    () => amendment(),
    async () => ({ trust: await trustWith() }),
  ],
  "by too few": [
    "trust:threshold",
    () => amendment(),
    async () => ({ trust: await trustWith({ threshold: 2, policy: amendable }) }),
  ],
  "by a revoked key": [
    "trust:revoked-key",
    () => amendment(),
    async () => ({ trust: await trustWith({ revoked: [alice.id], policy: amendable }) }),
  ],
  "larger than allowed at once": [
    "trust:change-limit",
    () => amendment({ hyper: { learning_rate: 0.3 } }),
    async () => ({ trust: await trustWith({ policy: big }) }),
  ],
  "of a hyperparameter that is not to be changed": [
    "trust:amend-not-allowed",
    () => amendment({ hyper: { wd: 0.3 } }),
    async () => ({ trust: await trustWith({ policy: big }) }),
  ],
  "of the schedule where that is not to be replaced": [
    "trust:amend-not-allowed",
    () => amendment({ schedule }),
    async () => ({ trust: await trustWith({ policy: big }) }),
  ],
  "outside the bounds of any spec": [
    "trust:hyper-bound",
    () => amendment({ hyper: { learning_rate: 3 } }),
    async () => ({
      trust: await trustWith({ policy: { ...amendable, bounds: { learning_rate: { max: 1 } } } }),
    }),
  ],
  "with a schedule that no spec may have": [
    "trust:rule-not-allowed",
    () => amendment({ schedule }),
    async () => ({ trust: await trustWith({ policy: { ...amendable, rules: ["mxnet-1.9/sgd"] } }) }),
  ],
  "with a schedule written out": [
    "trust:custom-not-allowed",
    () => amendment({ schedule: { rule: { name: "flat", hyper: [], state: [], step: [["rate", "base"]] } } }),
  ],
  "of a group that there is not": ["spec:amendment", () => amendment({ groups: [{ group: 0, hyper: {} }] })],
  "of a hyperparameter that there is not": ["check:unknown-hyper", () => amendment({ hyper: { lr: 1 } })],
  "of another type than a hyperparameter's": [
    "check:hyper-type",
    () => amendment({ hyper: { learning_rate: true } }),
  ],
  "after which there is other state": ["check:amendment", () => amendment({ hyper: { momentum: 0.9 } })],
};

describe("an amendment is refused", () => {
  it.each(Object.entries(ROWS))("%s", async (_, [code, bytes, changes]) => {
    const { base: spec, ...setting } = await running();
    const own = { ...setting, ...(await changes?.()) };
    expect(await refusal(async () => openAmended([await bytes()], { ...own, base: spec }))).toBe(code);
    // Nothing is used up, and what is true of one server is true of one that was started again.
    expect(await setting.store.highest(setting)).toEqual({ sequence: 1, digest: spec.digest });
    expect(await refusal(async () => openAmended([first, await bytes()], own))).toBe(code);
    expect(await setting.store.highest(setting)).toEqual({ sequence: 1, digest: spec.digest });
  });

  const malformed: readonly (readonly [string, object])[] = [
    ["that changes nothing", { base }],
    ["without a base", { hyper: { learning_rate: 1 } }],
    ["of a digest that is none", { base: "sha256:0", hyper: {} }],
    ["of the rule", { base, rule: sgd.rule }],
    ["of a match", { base, groups: [{ group: 0, match: { name: ["a"] }, hyper: {} }] }],
    ["of a group by its name", { base, groups: [{ group: "bias", hyper: {} }] }],
    ["of the counts", { base, resume: { begin: 0 }, hyper: {} }],
    ["with a schedule that is none", { base, schedule: { every: 2 } }],
  ];
  it.each(malformed)("%s", async (_, said) => {
    const payload = encode({ optseal: 1, claims: { ...claims, sequence: 2 }, amendment: said });
    const bytes = await signed(payload, [alice], PAYLOAD_TYPES.amendment);
    expect(await refusal(async () => openAmended([bytes], await running()))).toBe("spec:schema");
  });

  it("of a group that is changed twice", async () => {
    const grouped: Spec = { ...sgd, groups: [{ match: { suffix: ["b"] }, hyper: {} }] };
    const groups = [0, 0].map((group) => ({ group, hyper: { wd: 0 } }));
    const spec = await signed(statement({}, grouped), [alice]);
    const bytes = await amendment({ base: documentDigest(grouped), groups });
    expect(await refusal(() => openAmended([spec, bytes], settingOf()))).toBe("spec:amendment");
  });
});

describe("an amendment of what is not in force any more", () => {
  it("is refused, whatever it is brought with", async () => {
    const setting = await running();
    const old = await amendment(undefined, { sequence: 9 });
    await openSpec(await signed(statement({ sequence: 5 }, withRate(sgd, 0.7)), [alice]), setting);
    expect(await refusal(() => openAmended([old], setting))).toBe("trust:stale-base");
    const { base: _, ...anew } = setting;
    expect(await refusal(() => openAmended([first, old], anew))).toBe("trust:stale-base");
    expect((await setting.store.highest(setting))?.sequence).toBe(5);
  });

  it("is refused where another amendment came first", async () => {
    const setting = await running();
    await openAmended([await amendment({ hyper: { wd: 0.1 } })], setting);
    const rival = await amendment(undefined, { sequence: 3 });
    expect(await refusal(() => openAmended([rival], setting))).toBe("trust:stale-base");
  });

  it("is refused where the same spec was signed again since", async () => {
    const setting = await running();
    await openSpec(await signed(statement({ sequence: 5 }), [alice]), setting);
    const bytes = await amendment(undefined, { sequence: 9 });
    expect(await refusal(() => openAmended([bytes], setting))).toBe("trust:stale-base");
  });

  it("is refused by a store that has heard of nothing", async () => {
    const setting = await running();
    const empty = { ...setting, store: memoryStore() };
    expect(await refusal(async () => openAmended([await amendment()], empty))).toBe("trust:stale-base");
  });

  it("leaves the spec before it a replay", async () => {
    const setting = await running();
    await openAmended([await amendment()], setting);
    expect(await refusal(() => openSpec(first, setting))).toBe("trust:replay");
  });
});

describe("those who may amend", () => {
  const may: AmendPolicy = { hyper: { learning_rate: { factor: 2 } }, schedule: false };
  const amender = { keys: [carol.id, bob.id], threshold: 1, may };
  const outcome = async (
    trustChanges: DocumentChanges,
    signers: readonly Person[],
    changes: Partial<Amendment> = { hyper: { learning_rate: 0.05 } },
  ) => {
    const setting = await running();
    const own = { ...setting, trust: await trustWith(trustChanges) };
    const bytes = await amendment(changes, {}, signers);
    return openAmended([bytes], own).then(
      ({ admitted }) => admitted.owners.join(),
      ({ stage, code }: StageError) => `${stage}:${code}`,
    );
  };

  it("are signers, where the policy says so, and amenders, each within their own limits", async () => {
    const both = { policy: amendable, amender };
    expect(await outcome(both, [alice])).toBe("alice");
    expect(await outcome(both, [carol])).toBe("carol");
    const wide = { hyper: { learning_rate: 1 } };
    expect(await outcome(both, [alice], wide)).toBe("alice");
    expect(await outcome(both, [carol], wide)).toBe("trust:change-limit");
    expect(await outcome(both, [carol], { hyper: { wd: 1 } })).toBe("trust:amend-not-allowed");
    expect(await outcome(both, [carol], { schedule: null })).toBe("trust:amend-not-allowed");
  });

  it("are held to the signers' policy of all that is sent", async () => {
    const bounded = { policy: { ...policy, bounds: { learning_rate: { max: 0.15 } } }, amender };
    expect(await outcome(bounded, [carol], { hyper: { learning_rate: 0.2 } })).toBe("trust:hyper-bound");
  });

  it("are amenders alone, where signers are to send whole specs", async () => {
    expect(await outcome({ amender }, [carol])).toBe("carol");
    expect(await outcome({ amender }, [alice])).toBe("trust:wrong-role");
    // One who is of both, and one of each: there is no role that both are of.
    expect(await outcome({ amender }, [bob])).toBe("bob");
    expect(await outcome({ policy: amendable, amender }, [alice, carol])).toBe("trust:wrong-role");
    expect(await outcome({ policy: amendable, amender }, [bob, carol])).toBe("bob,carol");
  });

  it("reach the threshold of their own role", async () => {
    const two = { ...amender, threshold: 2 };
    expect(await outcome({ amender: two }, [carol])).toBe("trust:threshold");
    expect(await outcome({ amender: two }, [carol, bob])).toBe("carol,bob");
    expect(await outcome({ amender, revoked: [carol.id] }, [carol])).toBe("trust:revoked-key");
    expect(await refusal(() => trustWith({ amender: { ...amender, threshold: 3 } }))).toBe(
      "trust:trust-role",
    );
    expect(await refusal(() => trustWith({ amender: { ...amender, keys: [mallory.id] } }))).toBe(
      "trust:trust-role",
    );
  });

  it("sign no specs, and none that an amendment is brought with", async () => {
    const setting = settingOf({ trust: await trustWith({ amender }) });
    const spec = await signed(statement(), [carol]);
    expect(await refusal(() => openSpec(spec, setting))).toBe("trust:wrong-role");
    const bytes = await amendment(undefined, {}, [carol]);
    expect(await refusal(() => openAmended([spec, bytes], setting))).toBe("trust:wrong-role");
  });
});

it("takes for `base` only what was admitted, and at least one statement", async () => {
  const setting = await running();
  const forged = { ...setting.base } as Admitted;
  await expect(openAmended([await amendment()], { ...setting, base: forged })).rejects.toThrow(TypeError);
  await expect(openAmended([], setting)).rejects.toThrow(TypeError);
});

describe("what amendments may change", () => {
  const grouped: Spec = { ...sgd, groups: [{ match: { suffix: ["b"] }, hyper: { learning_rate: 1 } }] };
  const found = (from: Spec, to: Spec, amend: AmendPolicy["hyper"]) =>
    checkChange(from, to, false, { hyper: amend, schedule: false }).map(
      ({ code, path }) => `${code} ${path}`,
    );
  const double = { learning_rate: { factor: 2 } };
  const to = (learning_rate: number, from = sgd) => [from, withRate(from, learning_rate)] as const;
  const rows: readonly [string, readonly [Spec, Spec], AmendPolicy["hyper"], readonly string[]][] = [
    ["twice as much", to(0.2), double, []],
    ["half as much", to(0.05), double, []],
    ["the same", to(0.1), {}, []],
    ["three times, as decimals have it", to(0.9, withRate(sgd, 0.3)), { learning_rate: { factor: 3 } }, []],
    ["a little more than twice", to(0.2000001), double, ["change-limit hyper.learning_rate"]],
    ["less than half", to(0.0499), double, ["change-limit hyper.learning_rate"]],
    ["another sign", to(-0.1), double, ["change-limit hyper.learning_rate"]],
    ["to zero", to(0), double, ["change-limit hyper.learning_rate"]],
    ["from zero", to(1e-9, withRate(sgd, 0)), double, ["change-limit hyper.learning_rate"]],
    ["as much as one likes", to(1e6), { learning_rate: {} }, []],
    ["any other", to(0.2), { "*": { factor: 2 } }, []],
    ["its own limit before any other's", to(1), { "*": {}, ...double }, ["change-limit hyper.learning_rate"]],
    ["nothing of it", to(0.2), { wd: {} }, ["amend-not-allowed hyper.learning_rate"]],
    [
      "null for a number",
      [sgd, { ...sgd, hyper: { ...sgd.hyper, clip_gradient: 1 } }],
      { clip_gradient: { factor: 1e9 } },
      ["change-limit hyper.clip_gradient"],
    ],
    [
      "a list, item by item",
      [
        { ...sgd, hyper: { l: [1, 2] } },
        { ...sgd, hyper: { l: [2, 5] } },
      ],
      { l: { factor: 2 } },
      ["change-limit hyper.l"],
    ],
    [
      "a list of another length",
      [
        { ...sgd, hyper: { l: [1, 2] } },
        { ...sgd, hyper: { l: [1] } },
      ],
      { l: { factor: 2 } },
      ["change-limit hyper.l"],
    ],
    [
      "a default",
      [sgd, { ...sgd, hyper: { ...sgd.hyper, rescale_grad: 3 } }],
      { rescale_grad: { factor: 2 } },
      ["change-limit hyper.rescale_grad"],
    ],
    [
      "a group's own, from its own",
      [grouped, { ...grouped, groups: [{ ...grouped.groups![0]!, hyper: { learning_rate: 0.1 } }] }],
      double,
      ["change-limit groups[0].hyper.learning_rate"],
    ],
    [
      "a group's first, from that of all",
      [
        { ...grouped, groups: [{ match: { suffix: ["b"] }, hyper: {} }] },
        { ...grouped, groups: [{ match: { suffix: ["b"] }, hyper: { learning_rate: 0.2 } }] },
      ],
      double,
      [],
    ],
  ];
  it.each(rows)("%s", (_, [from, next], amend, issues) => {
    expect(found(from, next, amend)).toEqual(issues);
  });
});
