import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { optseal, temporaryFolder } from "./fake-io.ts";
import { furnish, TRUSTING } from "./setting.ts";

const { folder, remove } = temporaryFolder();
const at = (name: string) => join(folder, name);

/** Every place where a command takes a file: `IN` is the wrong one, `OUT` must not come into being. */
const PLACES: readonly (readonly [place: string, argv: readonly string[], otherwise: number])[] = [
  ["convert", ["convert", "IN", "-o", "OUT"], 16],
  ["inspect", ["inspect", "IN"], 16],
  ["check", ["check", "IN"], 10],
  ["check --shapes", ["check", "spec.yaml", "--shapes", "IN"], 17],
  ["plot", ["plot", "IN", "--svg", "OUT"], 10],
  ["sign", ["sign", "IN", "--key", "alice.key", "--job", "j", "--audience", "a", "-o", "OUT"], 10],
  ["sign --key", ["sign", "spec.yaml", "--key", "IN", "--job", "j", "--audience", "a", "-o", "OUT"], 12],
  ["verify", ["verify", "IN", ...TRUSTING, "--emit-spec", "OUT"], 12],
  [
    "verify --trust",
    ["verify", "envelope.json", "--trust", "IN", "--job", "job", "--audience", "ps", "--emit-spec", "OUT"],
    12,
  ],
  ["run", ["run", "IN", "--weights", "w.safetensors", "--grads", "g.safetensors", "--out", "OUT"], 10],
  ["run --weights", ["run", "spec.yaml", "--weights", "IN", "--grads", "g.safetensors", "--out", "OUT"], 17],
  ["run --grads", ["run", "spec.yaml", "--weights", "w.safetensors", "--grads", "IN", "--out", "OUT"], 17],
  [
    "run --state-in",
    [
      "run",
      "spec.yaml",
      "--weights",
      "w.safetensors",
      "--grads",
      "g.safetensors",
      "--state-in",
      "IN",
      "--out",
      "OUT",
    ],
    17,
  ],
  ["trust init --root", ["trust", "init", "--root", "IN", "--signer", "alice.pub", "-o", "OUT"], 12],
  ["trust init --signer", ["trust", "init", "--root", "root.key", "--signer", "IN", "-o", "OUT"], 12],
  ["trust show", ["trust", "show", "IN"], 12],
  ["trust add", ["trust", "add", "IN", "--root", "root.key", "--signer", "alice.pub", "-o", "OUT"], 12],
];

/** A wrong file, and whether the system or the stage refuses it. */
const WRONG: readonly (readonly [what: string, file: string, isSystem: boolean])[] = [
  ["missing", "missing", true],
  ["a folder", "folder", true],
  ["below a file", "spec.yaml/below", true],
  ["a name that is too long", "x".repeat(5000), true],
  ["empty", "empty", false],
  ["binary junk", "junk", false],
];

beforeAll(async () => {
  await furnish(folder);
  mkdirSync(at("folder"));
  writeFileSync(at("empty"), "", { mode: 0o600 });
  const junk = Uint8Array.from({ length: 2000 }, (_, i) => (i * 7919 + 254) & 0xff);
  writeFileSync(at("junk"), junk, { mode: 0o600 });
});
afterAll(remove);

async function refusal(argv: readonly string[]) {
  const before = readdirSync(folder).sort();
  const ran = await optseal(folder, argv);
  expect(ran.stderr).toMatch(/^error: /m);
  expect(ran.stderr).toMatch(/^hint: /m);
  expect(ran.stderr).not.toContain("bug in optseal");
  expect(readdirSync(folder).sort()).toEqual(before);
  return ran;
}

describe.each(PLACES)("%s", (_, argv, otherwise) => {
  it.each(WRONG)("refuses a file that is %s", async (_what, file, isSystem) => {
    const { exitCode } = await refusal(argv.map((word) => (word === "IN" ? file : word)));
    expect(exitCode).toBe(isSystem ? 3 : otherwise);
  });

  it("refuses an output in no folder, in a file, or that is one", async () => {
    if (!argv.includes("OUT")) return;
    for (const out of ["nowhere/out", "spec.yaml/out", "folder", "new/", ""]) {
      const { exitCode } = await refusal(
        argv.map((word) => (word === "OUT" ? out : word === "IN" ? "spec.yaml" : word)),
      );
      expect(exitCode).toBe(out === "" ? 2 : 3);
    }
  });
});

describe("scan", () => {
  it.each(WRONG)("tells of a file that is %s, and of the others", async (_what, file, isSystem) => {
    const { exitCode, stdout } = await optseal(folder, ["scan", file, "good.pkl", "--json"]);
    expect(exitCode).toBe(isSystem ? 3 : 16);
    expect(JSON.parse(stdout)).toMatchObject([
      ...(isSystem ? [] : [{ file, verdict: "refused" }]),
      { file: "good.pkl", verdict: "plain", findings: [] },
    ]);
  });
});

describe("other kinds of files", () => {
  const KINDS = [
    "spec.yaml",
    "w.safetensors",
    "good.pkl",
    "trust.json",
    "envelope.json",
    "alice.pub",
    "alice.key",
  ];
  const FITS: ReadonlyMap<string, readonly string[]> = new Map([
    ["convert", ["good.pkl"]],
    ["inspect", KINDS],
    ["check", ["spec.yaml"]],
    ["check --shapes", ["w.safetensors"]],
    ["plot", ["spec.yaml"]],
    ["sign", ["spec.yaml"]],
    ["sign --key", ["alice.key"]],
    ["verify", ["envelope.json"]],
    ["verify --trust", ["trust.json"]],
    ["run", ["spec.yaml"]],
    ["run --weights", ["w.safetensors"]],
    ["run --grads", ["w.safetensors"]],
    ["run --state-in", []],
    ["trust init --root", ["alice.key"]],
    ["trust init --signer", ["alice.pub"]],
    ["trust show", ["trust.json"]],
    ["trust add", ["trust.json"]],
  ]);

  it.each(PLACES)("%s refuses all that it is not for", async (place, argv) => {
    for (const kind of KINDS) {
      if (FITS.get(place)?.includes(kind)) continue;
      const { exitCode, stdout, stderr } = await refusal(argv.map((word) => (word === "IN" ? kind : word)));
      expect({ place, kind, refused: exitCode >= 2, stdout }).toEqual({
        place,
        kind,
        refused: true,
        stdout: "",
      });
      expect(stderr).not.toMatch(/optseal-ed25519-secret 1/);
    }
  });

  it("inspect says what a file is that it does not show", async () => {
    writeFileSync(at("archive.zip"), Buffer.from("PK\u0003\u0004archive", "latin1"));
    const { exitCode, stderr } = await refusal(["inspect", "archive.zip"]);
    expect(exitCode).toBe(16);
    expect(stderr).toMatch(/archive\.zip: .*an archive/);
    expect(stderr).toContain("unknown-format");
  });
});
