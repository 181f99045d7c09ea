import { describe, expect, it } from "vitest";
import type { Digest } from "../../src/base/digest.ts";
import { openCheckpoint, openManifest } from "../../src/checkpoint.ts";
import { documentDigest } from "../../src/codec/document-digest.ts";
import { encode } from "../../src/codec/encode.ts";
import type { OpenedAmended } from "../../src/open.ts";
import { openAmended, open as openSpec } from "../../src/open.ts";
import { makeManifest, readManifest } from "../../src/trust/manifest.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import { makeAmendment, makeCheckpoint, readCheckpoint } from "../../src/trust/statement.ts";
import { memoryStore } from "../../src/trust/store.ts";
import type { Person } from "./support.ts";
import {
  alice,
  claims,
  host0,
  host1,
  mallory,
  NOW,
  policy,
  refusal,
  refusals,
  sgd,
  signed,
  statement,
  trainer,
  trustWith,
} from "./support.ts";

const amend = { hyper: { learning_rate: {} }, schedule: false };
const trust = await trustWith({ saves: true, policy: { ...policy, amend } });
const spec = documentDigest(sgd);
const first = await signed(statement({ sequence: 7 }), [alice]);
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}` as Digest;

const order = (changes: object = {}, of: Digest = spec, by: readonly Person[] = [trainer]) =>
  signed(makeCheckpoint(of, { ...claims, ...changes }), by, PAYLOAD_TYPES.checkpoint);

const files = [
  { name: "state-0.safetensors", size: 20, digest: digestOf("a") },
  { name: "weights-0.safetensors", size: 30, digest: digestOf("b") },
];
const manifestOf = {
  optseal: 1,
  job: "bert",
  audience: "server-a",
  rank: 0,
  servers: 2,
  sequence: 5,
} as const;
const good = { ...manifestOf, checkpoint: digestOf("c"), spec, files };
const manifest = (changes: object = {}, by: readonly Person[] = [host0]) =>
  signed(makeManifest({ ...good, ...changes }), by, PAYLOAD_TYPES.manifest);

/** A server that runs the spec. */
async function running() {
  const setting = { trust, job: "bert", audience: "server-a", store: memoryStore(), now: NOW };
  const opened = await openSpec(first, setting);
  return { setting, opened, options: { ...setting, base: opened.admitted } };
}

/** A server that wants its checkpoint, with all files there unless told otherwise. */
async function resuming() {
  const { setting, opened } = await running();
  const file = async (name: string) => files.find((one) => one.name === name);
  return { ...setting, rank: 0, servers: 2, history: [opened.checked], file };
}

describe("an order to save", () => {
  it("is its canonical bytes", () => {
    expect(readCheckpoint(makeCheckpoint(spec, claims))).toEqual({
      optseal: 1,
      claims,
      checkpoint: { spec },
    });
  });

  it("is accepted once as new, and leaves the spec in force", async () => {
    const { setting, options } = await running();
    const bytes = await order({ sequence: 1000 });
    expect(await openCheckpoint(bytes, options)).toMatchObject({
      status: "new",
      spec,
      owners: ["trainer"],
      claims: { sequence: 1000 },
    });
    expect(await openCheckpoint(bytes, options)).toMatchObject({ status: "in-force" });
    expect((await openSpec(first, setting)).admitted.status).toBe("in-force");
    expect(await refusal(async () => openCheckpoint(await order({ sequence: 999 }), options))).toBe(
      "trust:replay",
    );
    const other = await order({ sequence: 1000, expires: NOW + 1 });
    expect(await refusal(() => openCheckpoint(other, options))).toBe("trust:conflict");
    expect(await openCheckpoint(await order({ sequence: 1001 }), options)).toMatchObject({ status: "new" });
  });

  it("is of the spec in force with its amendments", async () => {
    const { setting, opened, options } = await running();
    const payload = makeAmendment({ base: spec, hyper: { learning_rate: 0.2 } }, { ...claims, sequence: 8 });
    const amendment = await signed(payload, [alice], PAYLOAD_TYPES.amendment);
    const amended: OpenedAmended = await openAmended([amendment], { ...setting, base: opened.admitted });
    // This server has not heard of the amendment, which the store has.
    expect(await refusal(async () => openCheckpoint(await order(), options))).toBe("trust:stale-base");
    const now = { ...setting, base: amended.admitted };
    expect(await refusal(async () => openCheckpoint(await order(), now))).toBe("trust:wrong-base");
    const of = documentDigest(amended.admitted.spec);
    expect(await openCheckpoint(await order({}, of), now)).toMatchObject({ status: "new", spec: of });
  });

  const rows: readonly [string, string, () => Promise<Uint8Array>][] = [
    ["of another job", "trust:wrong-job", () => order({ job: "gpt" })],
    ["for others", "trust:wrong-audience", () => order({ audience: ["server-c"] })],
    ["past its time", "trust:expired", () => order({ issued: NOW - 20, expires: NOW - 10 })],
    ["from the future", "trust:not-yet-valid", () => order({ issued: NOW + 999 })],
    ["that lives too long", "trust:lifetime", () => order({ expires: NOW + 1e9 })],
    ["by a signer of specs", "trust:wrong-role", () => order({}, spec, [alice])],
    ["by a server", "trust:wrong-role", () => order({}, spec, [host0])],
    ["by a signer too", "trust:wrong-role", () => order({}, spec, [trainer, alice])],
    ["by a stranger", "envelope:unknown-key", () => order({}, spec, [mallory])],
    ["of another spec", "trust:wrong-base", () => order({}, digestOf("d"))],
    ["that jumps too far", "trust:sequence-jump", () => order({ sequence: 2 ** 40 })],
    ["that is a spec", "envelope:payload-type", async () => first],
    [
      "with a field beside",
      "spec:schema",
      () =>
        signed(
          encode({ optseal: 1, claims, checkpoint: { spec, path: "x" } }),
          [trainer],
          PAYLOAD_TYPES.checkpoint,
        ),
    ],
    [
      "that holds no order",
      "trust:statement",
      () => signed(encode({ optseal: 1, claims, spec: sgd }), [trainer], PAYLOAD_TYPES.checkpoint),
    ],
  ];
  it.each(rows)("%s: %s", async (_, code, make) => {
    const { options } = await running();
    expect(await refusal(async () => openCheckpoint(await make(), options))).toBe(code);
    // What is refused uses nothing up.
    expect(await openCheckpoint(await order({ sequence: 0 }), options)).toMatchObject({ status: "new" });
  });

  it("is refused where the trust document has nobody for it", async () => {
    const { options } = await running();
    const without = await trustWith();
    const setting = { ...options, trust: without };
    const bytes = await order({}, spec, [alice]);
    expect(await refusal(() => openCheckpoint(bytes, setting))).toBe("trust:no-role");
  });

  it("needs what is in force", async () => {
    const { options } = await running();
    const forged = { ...options, base: { ...options.base } as typeof options.base };
    await expect(openCheckpoint(await order(), forged)).rejects.toThrow(TypeError);
  });
});

describe("a manifest", () => {
  it("is its canonical bytes", () => {
    expect(readManifest(makeManifest(good))).toEqual(good);
  });

  it("is accepted, and remembered as the newest", async () => {
    const options = await resuming();
    const opened = await openManifest(await manifest(), options);
    expect(opened).toMatchObject({ status: "new", owners: ["host-0"], manifest: good });
    expect(documentDigest(opened.checked.spec)).toBe(spec);
    expect(await openManifest(await manifest(), options)).toMatchObject({ status: "in-force" });
    const newer = await manifest({ sequence: 6, checkpoint: digestOf("d") });
    expect(await openManifest(newer, options)).toMatchObject({ status: "new" });
    expect(await refusal(async () => openManifest(await manifest(), options))).toBe("trust:replay");
    const rival = await manifest({ sequence: 6, checkpoint: digestOf("e") });
    expect(await refusal(() => openManifest(rival, options))).toBe("trust:conflict");
    // Each server has its own newest.
    const other = { ...options, rank: 1 };
    const theirs = await manifest({ rank: 1 }, [host1]);
    expect(await openManifest(theirs, other)).toMatchObject({ status: "new", owners: ["host-1"] });
  });

  it("has no time at which it ends", async () => {
    const options = { ...(await resuming()), now: NOW + 300 * 86_400 };
    expect(await openManifest(await manifest(), options)).toMatchObject({ status: "new" });
  });

  const rows: readonly [string, string, () => Promise<Uint8Array>][] = [
    ["of another job", "trust:wrong-job", () => manifest({ job: "gpt" })],
    ["by another audience", "trust:wrong-audience", () => manifest({ audience: "server-b" })],
    ["by another server", "trust:wrong-server", () => manifest({ rank: 1 })],
    ["of another number of servers", "trust:wrong-server", () => manifest({ servers: 3 })],
    ["of another spec", "trust:wrong-base", () => manifest({ spec: digestOf("d") })],
    ["by a signer of specs", "trust:wrong-role", () => manifest({}, [alice])],
    ["by who may order", "trust:wrong-role", () => manifest({}, [trainer])],
    ["by a stranger", "envelope:unknown-key", () => manifest({}, [mallory])],
    ["that jumps too far", "trust:sequence-jump", () => manifest({ sequence: 2 ** 40 })],
    ["that is an order", "envelope:payload-type", () => order()],
    [
      "with a file that is not there",
      "state:missing-file",
      () => manifest({ files: [{ ...files[0]!, name: "else.safetensors" }] }),
    ],
    [
      "with a file of another size",
      "state:file-size",
      () => manifest({ files: [{ ...files[0]!, size: 21 }] }),
    ],
    [
      "with another file",
      "state:file-digest",
      () => manifest({ files: [{ ...files[0]!, digest: digestOf("b") }] }),
    ],
  ];
  it.each(rows)("%s: %s", async (_, code, make) => {
    const options = await resuming();
    expect(await refusal(async () => openManifest(await make(), options))).toBe(code);
    expect(await openManifest(await manifest({ sequence: 0 }), options)).toMatchObject({ status: "new" });
  });

  it("tells all that is wrong with its place", async () => {
    const bytes = await manifest({ job: "gpt", audience: "server-c", rank: 1, spec: digestOf("d") });
    expect(await refusals(async () => openManifest(bytes, await resuming()))).toEqual([
      "trust:wrong-job",
      "trust:wrong-audience",
      "trust:wrong-server",
      "trust:wrong-base",
    ]);
  });

  it("is refused where the trust document has no servers", async () => {
    const options = { ...(await resuming()), trust: await trustWith() };
    expect(await refusal(async () => openManifest(await manifest({}, [alice]), options))).toBe(
      "trust:no-role",
    );
  });

  it("needs specs that were checked", async () => {
    const options = await resuming();
    const forged = { ...options, history: options.history.map((one) => ({ ...one }) as typeof one) };
    await expect(openManifest(await manifest(), forged)).rejects.toThrow(TypeError);
  });

  const named = (name: string) => ({ files: [{ ...files[0], name }] });
  const malformed: readonly [string, object][] = [
    ["a rank beyond the servers", { rank: 2 }],
    ["a rank of minus zero", { rank: -0 }],
    ["a sequence of minus zero", { sequence: -0 }],
    ["a size of minus zero", { files: [{ ...files[0], size: -0 }] }],
    ["no servers", { servers: 0 }],
    ["no files", { files: [] }],
    ["files out of order", { files: files.toReversed() }],
    ["a file twice", { files: [files[0], files[0]] }],
    ["a field beside", { path: "/tmp" }],
    ["a size with a fraction", { files: [{ ...files[0], size: 1.5 }] }],
    ["a digest of another kind", { files: [{ ...files[0], digest: "sha1:00" }] }],
    ["version 2", { optseal: 2 }],
    ...[
      "../x.safetensors",
      "/x.safetensors",
      "a/x.safetensors",
      "a\\x.safetensors",
      "x\u0000.safetensors",
      "C:x.safetensors",
      ".x.safetensors",
      "X.safetensors",
      "x.safetensors ",
      "x.safetensors\n",
      "x.pkl",
      ".safetensors",
      "",
      `${"x".repeat(101)}.safetensors`,
    ].map((name): [string, object] => [`a file called ${JSON.stringify(name)}`, named(name)]),
  ];
  it.each(malformed)("with %s is none", async (_, changes) => {
    const payload = encode({ ...good, ...changes });
    expect(await refusal(() => readManifest(payload))).toBe("trust:manifest");
    const bytes = await signed(payload, [host0], PAYLOAD_TYPES.manifest);
    expect(await refusal(async () => openManifest(bytes, await resuming()))).toBe("trust:manifest");
  });
});
