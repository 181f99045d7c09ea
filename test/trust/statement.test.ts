import { describe, expect, it } from "vitest";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import type { Claims } from "../../src/spec/gates.ts";
import type { Spec } from "../../src/spec/tree.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { makeStatement, readStatement } from "../../src/trust/statement.ts";
import { claims, custom, refusal, sgd } from "./support.ts";

describe("a statement", () => {
  it("is its canonical bytes", () => {
    const payload = makeStatement(sgd, claims);
    expect(readStatement(payload)).toEqual({ optseal: 1, claims, spec: sgd });
    expect(encode(decode(payload))).toEqual(payload);
    expect(makeStatement({ ...sgd, rule: custom }, claims)).not.toEqual(payload);
  });

  it("has a payload type of its own", () => {
    const types = Object.values(PAYLOAD_TYPES);
    expect(new Set(types).size).toBe(types.length);
  });
});

const claimRows: readonly [string, string, object][] = [
  ["no job", "trust:statement", { job: "" }],
  ["a job with a line feed", "trust:statement", { job: "a\nb" }],
  ["a job beyond ASCII", "trust:statement", { job: "b\u0435rt" }],
  ["no audience", "trust:statement", { audience: [] }],
  ["an audience that is one text", "trust:statement", { audience: "server-a" }],
  ["a sequence below 0", "trust:statement", { sequence: -1 }],
  ["a sequence of minus zero", "trust:statement", { sequence: -0 }],
  ["a sequence beyond 2^53", "trust:statement", { sequence: 2 ** 53 }],
  ["a sequence as text", "trust:statement", { sequence: "1" }],
  ["a time with a fraction", "trust:statement", { issued: 1.5 }],
  ["a time without end", "trust:statement", { expires: Number.POSITIVE_INFINITY }],
  ["a time as text", "trust:statement", { expires: "2030-01-01T00:00:00Z" }],
  ["a claim that is not known", "trust:statement", { unsigned: true }],
  ["an end before its beginning", "trust:lifetime", { expires: claims.issued - 1 }],
  ["an end at its beginning", "trust:lifetime", { expires: claims.issued }],
  ["a time that is not a number", "codec:not-a-number", { issued: Number.NaN }],
];

const { expires: _, ...endless } = claims;
const rows: readonly [string, string, unknown][] = [
  ["no claims", "trust:statement", { optseal: 1, spec: sgd }],
  ["no end", "trust:statement", { optseal: 1, claims: endless, spec: sgd }],
  ["no spec", "trust:statement", { optseal: 1, claims }],
  ["a list", "trust:statement", [1, claims, sgd]],
  ["version 0", "trust:statement", { optseal: 0, claims, spec: sgd }],
  ["a field beside", "trust:statement", { optseal: 1, claims, spec: sgd, policy: {} }],
  ["a spec that is text", "trust:statement", { optseal: 1, claims, spec: "sgd" }],
  ["a spec that is none", "spec:schema", { optseal: 1, claims, spec: {} }],
  [
    "a spec with a rule's name alone",
    "spec:schema",
    { optseal: 1, claims, spec: { optseal: 1, rule: "mxnet-1.9/sgd" } },
  ],
  [
    "a spec with a field that is not known",
    "spec:schema",
    { optseal: 1, claims, spec: { ...sgd, _target_: "os.system" } },
  ],
];

describe("a statement is refused", () => {
  it.each(claimRows)("%s: %s", async (_name, code, changes) => {
    expect(await refusal(() => makeStatement(sgd, { ...claims, ...changes } as Claims))).toBe(code);
  });

  it.each(rows)("%s: %s", async (_name, code, value) => {
    expect(await refusal(() => readStatement(encode(value)))).toBe(code);
  });

  it("before it is signed, with a spec that does not fit", async () => {
    expect(await refusal(() => makeStatement({ ...sgd, hyper: { lr: {} } } as unknown as Spec, claims))).toBe(
      "spec:schema",
    );
  });

  it("that is not in its canonical form", async () => {
    const payload = makeStatement(sgd, claims);
    expect(await refusal(() => readStatement(Uint8Array.of(...payload, 0)))).toBe("codec:trailing-bytes");
  });
});
