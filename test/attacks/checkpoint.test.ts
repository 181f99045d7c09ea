/** Attacks on checkpoints: whoever can write to a server's folder, or send it what was sent before, would have it run another state. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { encodeEnvelope, PAYLOAD_TYPES, parseEnvelope } from "../../src/index.ts";
import { optseal, temporaryFolder } from "../cli/fake-io.ts";
import { furnish, TRUSTING } from "../cli/setting.ts";

const { folder, remove } = temporaryFolder();
const at = (...names: readonly string[]) => join(folder, ...names);
/** Where it is attacked: a copy of a good checkpoint. */
const LIVE = "live";
let store = "";
let stores = 0;

async function good(...argv: readonly string[]): Promise<void> {
  expect(await optseal(folder, argv)).toMatchObject({ exitCode: 0 });
}

/** A checkpoint for an order: one update further than the last. */
async function save(sequence: number, place: string, rank: string, key = "host.key"): Promise<void> {
  mkdirSync(at(place));
  const order = `order-${sequence}.json`;
  const grads = ["--grads", ...new Array<string>(sequence).fill("g.safetensors")];
  const files = [`${place}/weights.safetensors`, `${place}/state.safetensors`] as const;
  await good(
    "run",
    "spec.yaml",
    "--weights",
    "w.safetensors",
    ...grads,
    "--out",
    files[0],
    "--state-out",
    files[1],
  );
  const signing = ["--checkpoint", order, "--key", key, "--rank", rank];
  await good("manifest", ...files, ...signing, "-o", `${place}/manifest.json`);
}

async function verified(rank = "0/2", ...more: readonly string[]): Promise<string> {
  const options = ["--base", "envelope.json", "--rank", rank, "--store", store, ...more];
  const { exitCode, stdout, stderr } = await optseal(folder, [
    "verify",
    `${LIVE}/manifest.json`,
    ...TRUSTING,
    ...options,
  ]);
  const said = exitCode === 0 ? /^status +(\S+)$/m.exec(stdout) : /\[([a-z-]+)\]$/m.exec(stderr);
  return `${exitCode} ${said?.[1] ?? stderr.split("\n")[0]}`;
}

function place(from: string): void {
  rmSync(at(LIVE), { recursive: true, force: true });
  mkdirSync(at(LIVE));
  for (const name of readdirSync(at(from))) copyFileSync(at(from, name), at(LIVE, name));
}

beforeAll(async () => {
  await furnish(folder);
  for (const name of ["trainer", "host", "stranger"]) await good("keygen", name);
  const roles = ["--signer", "alice.pub", "--checkpointer", "trainer.pub", "--server", "host.pub"];
  await good("trust", "init", "--root", "root.key", ...roles, "-o", "trust.json", "--force");
  const order = (sequence: number, of: string) =>
    good(
      "checkpoint",
      of,
      "--key",
      "trainer.key",
      "--sequence",
      `${sequence}`,
      "-o",
      `order-${sequence}.json`,
    );
  for (const sequence of [1, 2]) await order(sequence, "envelope.json");
  await save(1, "first", "0/2");
  await save(2, "second", "0/2");
  await save(2, "other", "1/2");
  const bert = ["--job", "bert", "--audience", "ps"];
  await good("sign", "spec.yaml", "--key", "alice.key", ...bert, "-o", "bert.json");
  await order(3, "bert.json");
  await save(3, "bert", "0/2");
});
afterAll(remove);
beforeEach(() => {
  store = `store-${stores++}`;
  place("second");
});

describe("a checkpoint", () => {
  it("is good before anybody touches it", async () => {
    expect(await verified()).toBe("0 new");
    expect(await verified()).toBe("0 in-force");
  });

  it("with one bit of a file turned", async () => {
    const bytes = readFileSync(at(LIVE, "state.safetensors"));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(at(LIVE, "state.safetensors"), bytes);
    expect(await verified()).toBe("17 file-digest");
    // What was refused is not remembered: the older one is still good.
    place("first");
    expect(await verified()).toBe("0 new");
  });

  it("with a file of another checkpoint, of as many bytes", async () => {
    copyFileSync(at("first", "state.safetensors"), at(LIVE, "state.safetensors"));
    expect(await verified()).toBe("17 file-digest");
  });

  it("with its files under each other's names", async () => {
    renameSync(at(LIVE, "state.safetensors"), at(LIVE, "x"));
    renameSync(at(LIVE, "weights.safetensors"), at(LIVE, "state.safetensors"));
    renameSync(at(LIVE, "x"), at(LIVE, "weights.safetensors"));
    expect(await verified()).toBe("17 file-size");
  });

  it.each(["state.safetensors", "weights.safetensors"])("with %s cut at any byte", async (name) => {
    for (const length of [0, 1, 7, 8, 9, 60, 67]) {
      place("second");
      truncateSync(at(LIVE, name), length);
      expect(await verified()).toBe("17 file-size");
    }
    rmSync(at(LIVE, name));
    expect(await verified()).toBe("17 missing-file");
  });

  it("with a manifest cut at any byte, as a torn write leaves it", async () => {
    const bytes = readFileSync(at(LIVE, "manifest.json"));
    for (let length = 0; length < bytes.length; length += 97) {
      writeFileSync(at(LIVE, "manifest.json"), bytes.subarray(0, length));
      expect(await verified()).toBe("12 malformed");
    }
  });

  it("that is older than one that was accepted", async () => {
    expect(await verified()).toBe("0 new");
    place("first");
    expect(await verified()).toBe("13 replay");
    // Known to be good without the store, which alone can tell.
    store = `store-${stores++}`;
    expect(await verified()).toBe("0 new");
  });

  it("of another server of the job", async () => {
    place("other");
    expect(await verified()).toBe("13 wrong-server");
    expect(await verified("1/2")).toBe("0 new");
    expect(await verified("1/3")).toBe("13 wrong-server");
  });

  it("of another job", async () => {
    place("bert");
    expect(await verified()).toBe("13 wrong-job");
  });

  it("signed by keys that are no server's", async () => {
    for (const [key, refusal] of [
      ["stranger", "12 unknown-key"],
      ["alice", "13 wrong-role"],
      ["trainer", "13 wrong-role"],
      ["root", "13 wrong-role"],
    ] as const) {
      const files = [`${LIVE}/weights.safetensors`, `${LIVE}/state.safetensors`];
      const signing = ["--checkpoint", "order-2.json", "--key", `${key}.key`, "--rank", "0/2"];
      await good("manifest", ...files, ...signing, "-o", `${LIVE}/manifest.json`, "--force");
      expect(await verified()).toBe(refusal);
    }
  });

  it("whose order or spec stands in the manifest's place", async () => {
    for (const [name, code] of [
      ["order-2.json", "2 error: `--rank` is for manifests"],
      ["envelope.json", "2 error: `--rank` is for manifests"],
      ["trust.json", "2 error: `--rank` is for manifests"],
    ] as const) {
      copyFileSync(at(name), at(LIVE, "manifest.json"));
      expect(await verified()).toBe(code);
    }
    const parsed = parseEnvelope(readFileSync(at("order-2.json")));
    const forged = encodeEnvelope({ ...parsed, payloadType: PAYLOAD_TYPES.manifest });
    writeFileSync(at(LIVE, "manifest.json"), forged);
    expect(await verified()).toBe("12 bad-signature");
  });

  it.runIf(process.platform !== "win32")("with links, folders and pipes in place of files", async () => {
    const state = at(LIVE, "state.safetensors");
    renameSync(state, at(LIVE, "elsewhere"));
    symlinkSync(at(LIVE, "elsewhere"), state);
    expect(await verified()).toBe("17 missing-file");
    rmSync(state);
    mkdirSync(state);
    expect(await verified()).toBe("17 missing-file");
    rmSync(state, { recursive: true });
    expect(spawnSync("mkfifo", [state]).status).toBe(0);
    expect(await verified()).toBe("17 missing-file");
  });
});

describe("what a server would sign", () => {
  const sign = async (name: string, bytes: Uint8Array) => {
    writeFileSync(at(name), bytes);
    const signing = ["--checkpoint", "order-2.json", "--key", "host.key", "--rank", "0/2", "--force"];
    const { exitCode, stderr } = await optseal(folder, ["manifest", name, ...signing, "-o", "never.json"]);
    return `${exitCode} ${/\[([a-z-]+)\]$/m.exec(stderr)?.[1]}`;
  };
  const weights = () => readFileSync(at("second", "weights.safetensors"));

  it("is no file that is cut, a pickle or empty", async () => {
    expect(await sign("x.safetensors", weights().subarray(0, 40))).toBe("17 truncated");
    expect(await sign("x.safetensors", weights().subarray(0, -1))).toBe("17 truncated");
    expect(await sign("x.safetensors", readFileSync(at("good.pkl")))).toBe("17 header-limit");
    expect(await sign("x.safetensors", new Uint8Array(0))).toBe("17 truncated");
  });

  it("has no name that leads elsewhere on any system", async () => {
    for (const name of ["..safetensors", "a b.safetensors", "A.safetensors", "a\\b.safetensors", "x.pkl"])
      expect(await sign(name, weights())).toBe("13 manifest");
  });
});
