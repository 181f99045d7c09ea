/** The whole way, from either end, through the public face. */
import { describe, expect, it } from "vitest";
import type { Claims, OpenOptions } from "../src/index.ts";
import {
  admit,
  author,
  check,
  compile,
  memoryStore,
  open,
  PAYLOAD_TYPES,
  sign,
  verifyEnvelope,
} from "../src/index.ts";
import { alice, NOW, policy, refusal, refusals, trustWith } from "./trust/support.ts";

const CLAIMS: Claims = { job: "bert", audience: ["server-a"], sequence: 7, issued: NOW, expires: NOW + 3600 };
const trust = await trustWith();
const setting = (changes: Partial<OpenOptions> = {}): OpenOptions => ({
  trust,
  job: "bert",
  audience: "server-a",
  store: memoryStore(),
  now: NOW,
  ...changes,
});
const sgd = (hyper: object, more: object = {}) =>
  author({ optseal: 1, rule: "mxnet-1.9/sgd", hyper, ...more });
const message = (authored = sgd({ learning_rate: 0.5 }), claims = CLAIMS) =>
  sign(check(authored), claims, alice.secret);

describe("open", () => {
  it("takes a signed message to a program that runs", async () => {
    const { admitted, checked } = await open(await message(), setting());
    expect(admitted).toMatchObject({ status: "new", owners: ["alice"], claims: { sequence: 7 } });
    const data = new Float32Array([1, 2]);
    compile(checked)
      .attach({ w: { data } })
      .step({ w: new Float32Array([2, -2]) });
    expect([...data]).toEqual([0, 3]);
  });

  it("takes the same message again as in force, lower ones and other ones not at all", async () => {
    const one = setting();
    await open(await message(), one);
    expect((await open(await message(), one)).admitted.status).toBe("in-force");
    const other = await message(sgd({ learning_rate: 0.25 }));
    expect(await refusal(() => open(other, one))).toBe("trust:conflict");
    const lower = await message(sgd({ learning_rate: 0.25 }), { ...CLAIMS, sequence: 6 });
    expect(await refusal(() => open(lower, one))).toBe("trust:replay");
  });

  it("uses no sequence up for what cannot be run", async () => {
    const one = setting({ shapes: new Map([["w", [2]]]) });
    const lost = await message(sgd({}, { groups: [{ match: { name: ["typo"] }, hyper: { wd_mult: 0 } }] }));
    expect(await refusal(() => open(lost, one))).toBe("check:selector");
    expect(await one.store.highest({ job: "bert", audience: "server-a" })).toBeUndefined();
    expect((await open(await message(), one)).admitted.status).toBe("new");
  });

  it("keeps what it remembers of a message apart from other policies, times and shapes", async () => {
    const bytes = await message(sgd({}, { groups: [{ match: { name: ["b"] }, hyper: { wd_mult: 0 } }] }));
    await open(bytes, setting());
    expect(await refusal(() => open(bytes, setting({ job: "gpt" })))).toBe("trust:wrong-job");
    expect(await refusal(() => open(bytes, setting({ now: NOW + 7200 })))).toBe("trust:expired");
    const strict = await trustWith({ policy: { rules: [], custom: false } });
    expect(await refusal(() => open(bytes, setting({ trust: strict })))).toBe("trust:rule-not-allowed");
    expect(await refusal(() => open(bytes, setting({ shapes: new Map([["w", [1]]]) })))).toBe(
      "check:selector",
    );
    const cheap = await trustWith({ policy: { ...policy, cost: 3 } });
    expect(await refusal(() => open(bytes, setting({ trust: cheap })))).toBe("check:cost-limit");
  });

  it("holds the rate that a schedule computes against the policy's bound, before a weight is written", async () => {
    const bounded = await trustWith({ policy: { ...policy, bounds: { learning_rate: { max: 1 } } } });
    const schedule = { name: "mxnet-1.9/polyscheduler", hyper: { max_update: 4, pwr: -1 } };
    const rising = await message(sgd({ learning_rate: 0.4 }, { schedule }));
    const { checked } = await open(rising, setting({ trust: bounded }));
    const [a, b] = [new Float32Array([1]), new Float32Array([1])];
    const optimizer = compile(checked).attach({ a: { data: a }, b: { data: b } });
    const ones = { a: new Float32Array([1]), b: new Float32Array([1]) };
    optimizer.step(ones);
    optimizer.step(ones);
    const before = [a[0], b[0]];
    // 0.4 / (1 - 3/4) is 1.6.
    expect(await refusals(() => optimizer.step(ones))).toEqual(["run:rate-bound"]);
    expect([a[0], b[0]]).toEqual(before);
    expect(optimizer.updates).toBe(2);
  });

  it("signs nothing that has not passed check", async () => {
    const forged = { spec: sgd({}).spec, program: {} } as unknown as Parameters<typeof sign>[0];
    await expect(sign(forged, CLAIMS, alice.secret)).rejects.toThrow(TypeError);
  });

  it("refuses what is no envelope at all, each kind with a typed error", async () => {
    for (const junk of [
      new Uint8Array(0),
      new TextEncoder().encode("{}"),
      Uint8Array.of(0x80, 4, 0x4e, 0x2e),
    ]) {
      expect(await refusal(() => open(junk, setting()))).toMatch(/^envelope:/);
    }
    await expect(open(await message(), { ...setting(), trust: {} as typeof trust })).rejects.toThrow(
      TypeError,
    );
  });

  it("hands nothing out before its sequence is recorded: `admit` calls nobody on the way", async () => {
    const verified = await verifyEnvelope(await message(), {
      keys: trust.keys,
      payloadTypes: [PAYLOAD_TYPES.spec],
    });
    const leaked: unknown[] = [];
    const sneaky = { ...setting(), prove: (candidate: unknown) => leaked.push(candidate) };
    await admit(verified, sneaky);
    expect(leaked).toEqual([]);
  });
});
