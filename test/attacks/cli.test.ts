import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { optseal, temporaryFolder } from "../cli/fake-io.ts";
import { furnish, SPEC, TRUSTING, tensors } from "../cli/setting.ts";

let folder: string;
let remove: () => void;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  ({ folder, remove } = temporaryFolder());
  await furnish(folder);
});
afterEach(() => remove());

const SIGN = ["sign", "spec.yaml", "--key", "alice.key", "--job", "job", "--audience", "ps"];

describe("C1 paths and inputs", () => {
  it("C1 keygen takes a name and no path", async () => {
    for (const name of [
      "../evil",
      "/tmp/evil",
      "a/b",
      "a\\b",
      "..",
      ".",
      "",
      "-x",
      "a\0b",
      "con\u202e",
      "a b",
    ]) {
      const before = readdirSync(folder);
      expect(await optseal(folder, ["keygen", "--", name])).toMatchObject({ exitCode: 2, stdout: "" });
      expect(readdirSync(folder)).toEqual(before);
    }
  });

  it("C1 nothing that exists is overwritten without --force", async () => {
    writeFileSync(at("out"), "precious");
    const commands = [
      [...SIGN, "-o", "out"],
      ["convert", "good.pkl", "-o", "out"],
      ["convert", "good.pkl", "-o", "new", "--report", "out"],
      ["plot", "spec.yaml", "--svg", "out"],
      ["verify", "envelope.json", ...TRUSTING, "--emit-spec", "out"],
      ["trust", "init", "--root", "root.key", "--signer", "alice.pub", "-o", "out"],
      ["trust", "add", "trust.json", "--root", "root.key", "--signer", "root.pub", "-o", "out"],
      ["run", "spec.yaml", "--weights", "w.safetensors", "--grads", "g.safetensors", "--out", "out"],
      [
        "run",
        "spec.yaml",
        "--weights",
        "w.safetensors",
        "--grads",
        "g.safetensors",
        "--out",
        "new",
        "--state-out",
        "out",
      ],
    ];
    for (const argv of commands) {
      const { exitCode, stderr } = await optseal(folder, argv);
      expect({ argv, exitCode }).toEqual({ argv, exitCode: 3 });
      expect(stderr).toContain("--force");
      expect(readFileSync(at("out"), "utf8")).toBe("precious");
      expect(existsSync(at("new"))).toBe(false);
    }
    expect(await optseal(folder, [...SIGN, "-o", "out", "--force"])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(at("out"), "utf8")).toContain("payloadType");
  });

  it("C1 a symbolic link is replaced itself, and what it points to is left alone", async () => {
    writeFileSync(at("precious"), "precious");
    symlinkSync(at("precious"), at("link"));
    symlinkSync(at("nothing"), at("dangling"));
    for (const link of ["link", "dangling"]) {
      expect(await optseal(folder, [...SIGN, "-o", link])).toMatchObject({ exitCode: 3 });
      expect(lstatSync(at(link)).isSymbolicLink()).toBe(true);
    }
    for (const link of ["link", "dangling"]) {
      expect(await optseal(folder, [...SIGN, "-o", link, "--force"])).toMatchObject({ exitCode: 0 });
      expect(lstatSync(at(link)).isSymbolicLink()).toBe(false);
    }
    expect(readFileSync(at("precious"), "utf8")).toBe("precious");
    expect(existsSync(at("nothing"))).toBe(false);
  });

  it("C1 a device, pipe or folder is never replaced, not even with --force", async () => {
    expect(spawnSync("mkfifo", [at("pipe")]).status).toBe(0);
    symlinkSync("/dev/null", at("null"));
    mkdirSync(at("folder"));
    for (const out of ["pipe", "null", "folder", "/dev/null"])
      expect(await optseal(folder, [...SIGN, "-o", out, "--force"])).toMatchObject({ exitCode: 3 });
    expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("C1 a standard input without end is refused at the limit", async () => {
    const commands = [
      ["check", "-"],
      ["verify", "-", ...TRUSTING],
      ["convert", "-"],
      ["sign", "spec.yaml", "--key", "-", "--job", "job", "--audience", "ps", "-o", "out"],
    ];
    for (const argv of commands) {
      let sent = 0;
      const endless = (async function* () {
        for (const chunk = new Uint8Array(1 << 20); ; sent += chunk.length) yield chunk;
      })();
      const { exitCode, stderr } = await optseal(folder, argv, { stdin: endless });
      expect({ argv, exitCode }).toEqual({ argv, exitCode: 3 });
      expect(stderr).toContain("too-large");
      expect(sent).toBeLessThan(100 << 20);
    }
  });

  it("C1 a large file is refused before it is read", async () => {
    writeFileSync(at("huge"), "");
    spawnSync("truncate", ["-s", "5G", at("huge")]);
    for (const argv of [
      ["check", "huge"],
      ["inspect", "huge"],
      ["convert", "huge"],
      ["verify", "huge", ...TRUSTING],
    ]) {
      const { exitCode, stderr } = await optseal(folder, argv);
      expect({ argv, exitCode }).toEqual({ argv, exitCode: 3 });
      expect(stderr).toContain("too-large");
    }
  });

  it("C1 standard input is read once", async () => {
    const ran = await optseal(folder, ["verify", "-", "--trust", "-", "--job", "job", "--audience", "ps"], {
      stdin: readFileSync(at("envelope.json")),
    });
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

const HOSTILE =
  "\u001b[2J\u001b]0;title\u0007\u009b31m\u202efdp\u2066\u200b\r\nerror: all is well\u2028\u{e0041}";
/** Whatever could do more than print; line feeds end our own lines. */
const DANGEROUS = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;

describe("C2 terminal escapes", () => {
  /** Python's pickle of a call of a global with a hostile name, protocol 2. */
  function hostilePickle(): Uint8Array {
    const name = Buffer.from(HOSTILE.replace(/[\r\n]/g, ""));
    return Buffer.concat([
      Buffer.from("\u0080\u0002c", "latin1"),
      name,
      Buffer.from("\n"),
      name,
      Buffer.from("\n)R."),
    ]);
  }

  it("C2 names of files and arguments are escaped", async () => {
    for (const argv of [
      ["check", HOSTILE],
      [HOSTILE],
      ["show", HOSTILE],
      ["list", HOSTILE],
      ["check", `--${HOSTILE}`],
      ["keygen", HOSTILE],
      ["plot", "spec.yaml", "--updates", HOSTILE],
    ]) {
      for (const isTTY of [true, false]) {
        const { stderr, stdout } = await optseal(folder, argv, { isTTY });
        expect(stdout).toBe("");
        expect(stderr).not.toMatch(DANGEROUS);
        expect(stderr).not.toMatch(/^error: all is well/m);
        expect(stderr).toContain("\\u{1b}");
      }
    }
  });

  it("C2 what pickles hold is escaped", async () => {
    writeFileSync(at("evil.pkl"), hostilePickle());
    for (const argv of [
      ["scan", "evil.pkl"],
      ["scan", "--json", "evil.pkl"],
      ["inspect", "evil.pkl"],
      ["convert", "evil.pkl"],
    ]) {
      const { stdout, stderr } = await optseal(folder, argv);
      expect(stdout + stderr).not.toMatch(DANGEROUS);
      expect(stdout + stderr).toMatch(/1b/);
    }
    const [{ globals }] = JSON.parse((await optseal(folder, ["scan", "--json", "evil.pkl"])).stdout);
    expect(globals[0].name).toBe(HOSTILE.replace(/[\r\n]/g, ""));
  });

  it("C2 what specs, tensors and envelopes hold is escaped", async () => {
    const rule = "rule own\nhyper lr = 1 scheduled\nupdate weight = weight - lr * grad\n";
    const groups = [{ match: { name: [HOSTILE] }, hyper: { lr: 2 } }];
    writeFileSync(at("evil.yaml"), JSON.stringify({ optseal: 1, rule, groups }));
    writeFileSync(at("wrong.yaml"), JSON.stringify({ optseal: 1, rule, groups, hyper: { [HOSTILE]: 1 } }));
    writeFileSync(at("evil.safetensors"), tensors({ [HOSTILE]: [1] }));
    await optseal(folder, [
      "sign",
      "evil.yaml",
      "--key",
      "alice.key",
      "--job",
      "job",
      "--audience",
      "ps",
      "-o",
      "evil.json",
    ]);
    for (const argv of [
      ["check", "evil.yaml"],
      ["check", "evil.yaml", "--json"],
      ["check", "evil.yaml", "--shapes", "evil.safetensors"],
      ["check", "wrong.yaml"],
      ["inspect", "evil.yaml"],
      ["inspect", "evil.json"],
      ["inspect", "evil.safetensors"],
      ["run", "spec.yaml", "--weights", "w.safetensors", "--grads", "evil.safetensors", "--out", "never"],
      ["run", "spec.yaml", "--weights", "evil.safetensors", "--grads", "g.safetensors", "--out", "never"],
    ]) {
      const { stdout, stderr } = await optseal(folder, argv);
      expect(stdout + stderr).not.toBe("");
      expect(stdout + stderr).not.toMatch(DANGEROUS);
    }
  });

  it("C2 an image of a curve stays XML", async () => {
    const rule = "rule a_b\nhyper lr = 1 scheduled\nupdate weight = weight - lr * grad\n";
    writeFileSync(at("own.yaml"), JSON.stringify({ optseal: 1, rule }));
    expect(await optseal(folder, ["plot", "own.yaml", "--svg", "own.svg"])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(at("own.svg"), "utf8")).toMatch(/^<svg [^<]*>\n<title>a_b, constant rate<\/title>/);
  });

  it("C2 a document on a terminal is escaped, and exact everywhere else", async () => {
    writeFileSync(at("own.pkl"), renamed(readFileSync(at("good.pkl")), "fc1_bias", "fc1_bi\u202e"));
    const terminal = await optseal(folder, ["convert", "own.pkl"], { isTTY: true });
    const pipe = await optseal(folder, ["convert", "own.pkl"]);
    expect(terminal).toMatchObject({ exitCode: 0 });
    expect(terminal.stdout).not.toMatch(DANGEROUS);
    expect(pipe.stdout.includes("\u202e") || pipe.stdout.includes("\\u202e")).toBe(true);
  });
});

/** A pickle of protocol 0 with one text for another. */
function renamed(pickle: Uint8Array, from: string, to: string): Uint8Array {
  const escaped = to.replace(/[^ -~]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return Buffer.from(Buffer.from(pickle).toString("latin1").replaceAll(from, escaped), "latin1");
}

describe("C3 partial writes", () => {
  it("C3 a failure leaves no output and no temporary file", async () => {
    const before = readdirSync(folder).sort();
    const failing = [
      ["convert", "hostile.pkl", "-o", "out", "--report", "report"],
      [
        "run",
        "spec.yaml",
        "--weights",
        "w.safetensors",
        "--grads",
        "g.safetensors",
        "spec.yaml",
        "--out",
        "out",
        "--state-out",
        "state",
      ],
      ["sign", "spec.yaml", "--key", "alice.pub", "--job", "job", "--audience", "ps", "-o", "out"],
      ["sign", "spec.yaml", "--key", "alice.key", "--job", "a job", "--audience", "ps", "-o", "out"],
      ["convert", "good.pkl", "-o", "out", "--report", "out"],
    ];
    for (const argv of failing) {
      const { exitCode } = await optseal(folder, argv);
      expect({ argv, isZero: exitCode === 0 }).toEqual({ argv, isZero: false });
      expect(readdirSync(folder).sort()).toEqual(before);
    }
  });

  it("C3 of two outputs none is written where one cannot be", async () => {
    const { writeOutputs } = await import("../../src/cli/write-outputs.ts");
    const io = { cwd: folder } as Parameters<typeof writeOutputs>[0];
    const before = readdirSync(folder).sort();
    const long = "x".repeat(256);
    const outputs = [
      { path: "first", bytes: "1" },
      { path: long, bytes: "2" },
    ];
    await expect(writeOutputs(io, outputs, false)).rejects.toMatchObject({
      name: "FileError",
      code: "ENAMETOOLONG",
    });
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it("C3 what is replaced is whole before and after", async () => {
    const input = ["run", "spec.yaml", "--weights", "w.safetensors", "--grads", "g.safetensors", "--out"];
    await optseal(folder, [...input, "out"]);
    const held = openSync(at("out"), "r");
    const old = readFileSync(at("out"));
    await optseal(folder, [...input, "out", "--force"]);
    // The old file is still what it was for whoever reads it: it was not written to.
    expect(readFileSync(held)).toEqual(old);
  });
});

describe("C4 exit codes", () => {
  it("C4 usage errors are 2 and name what is near, whatever objects have", async () => {
    for (const word of ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "then"]) {
      expect(await optseal(folder, [word])).toMatchObject({ exitCode: 2, stdout: "" });
      expect(await optseal(folder, ["trust", word])).toMatchObject({ exitCode: 2, stdout: "" });
      expect(await optseal(folder, ["help", word])).toMatchObject({ exitCode: 2, stdout: "" });
      expect(await optseal(folder, ["list", word])).toMatchObject({ exitCode: 2, stdout: "" });
      expect(await optseal(folder, ["check", "spec.yaml", `--${word}`])).toMatchObject({
        exitCode: 2,
        stdout: "",
      });
      expect(await optseal(folder, ["check", "spec.yaml", `--${word}=1`])).toMatchObject({
        exitCode: 2,
        stdout: "",
      });
      expect(await optseal(folder, ["show", word])).toMatchObject({ exitCode: 10, stdout: "" });
    }
    expect((await optseal(folder, ["verfy"])).stderr).toContain("did you mean `verify`?");
  });
});

describe("C5 secrets", () => {
  it("C5 key files are made for their owner alone, whatever the mask", async () => {
    const old = process.umask(0);
    try {
      await optseal(folder, ["keygen", "new"]);
    } finally {
      process.umask(old);
    }
    expect(statSync(at("new.key")).mode & 0o777).toBe(0o600);
    expect(statSync(at("new.pub")).mode & 0o777).toBe(0o644);
  });

  it("C5 a key file that others may read is refused", async () => {
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o777]) {
      chmodSync(at("alice.key"), mode);
      const { exitCode, stderr } = await optseal(folder, [...SIGN, "-o", "out"]);
      expect({ mode, exitCode }).toEqual({ mode, exitCode: 3 });
      expect(stderr).toContain("chmod 600");
    }
    for (const mode of [0o600, 0o400]) {
      chmodSync(at("alice.key"), mode);
      expect(await optseal(folder, [...SIGN, "-o", "out", "--force"])).toMatchObject({ exitCode: 0 });
    }
  });

  it("C5 no output ever holds a secret key", async () => {
    const [, , secret = ""] = readFileSync(at("alice.key"), "utf8").split(" ");
    const line = readFileSync(at("alice.key"), "utf8").trim();
    const debug = new Map([["OPTSEAL_DEBUG", "1"]]);
    for (const argv of [
      ["inspect", "alice.key"],
      ["check", "alice.key"],
      ["convert", "alice.key"],
      ["scan", "alice.key"],
      ["scan", "--json", "alice.key"],
      ["plot", "alice.key"],
      ["trust", "show", "alice.key"],
      ["verify", "alice.key", ...TRUSTING],
      ["verify", "envelope.json", "--trust", "alice.key", "--job", "job", "--audience", "ps"],
      ["trust", "init", "--root", "root.key", "--signer", "alice.key", "-o", "out"],
      ["check", "spec.yaml", "--shapes", "alice.key"],
      // The key itself in place of its file.
      ["sign", "spec.yaml", "--key", line, "--job", "job", "--audience", "ps", "-o", "out"],
      ["inspect", line],
      [line],
    ]) {
      const { stdout, stderr } = await optseal(folder, argv, { env: debug });
      expect(stdout + stderr).not.toContain(secret);
      expect(stdout + stderr).not.toBe("");
    }
  });
});

describe("G25 time of check, time of use", () => {
  it("G25 an envelope is read once: a pipe gives it once", async () => {
    expect(spawnSync("mkfifo", [at("pipe")]).status).toBe(0);
    const whole = readFileSync(at("envelope.json"));
    const { writeFile } = await import("node:fs/promises");
    const [ran] = await Promise.all([
      optseal(folder, [
        "run",
        "pipe",
        ...TRUSTING,
        "--weights",
        "w.safetensors",
        "--grads",
        "g.safetensors",
        "--out",
        "out",
      ]),
      writeFile(at("pipe"), whole),
    ]);
    expect(ran).toMatchObject({ exitCode: 0 });
  });

  it("G25 a buffer that is changed after it was handed over changes nothing", async () => {
    const chunk = new Uint8Array(readFileSync(at("envelope.json")));
    let isHandedOver = false;
    const stdin = (async function* () {
      yield chunk.subarray(0, 100);
      yield chunk.subarray(100);
      isHandedOver = true;
      chunk.fill(0);
    })();
    // As a native stream may, which uses its buffers again.
    const { exitCode, stdout } = await optseal(folder, ["verify", "-", ...TRUSTING], { stdin });
    expect(isHandedOver).toBe(true);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^status +new$/m);
  });

  it("G25 a spec of more than the limit is refused, whatever it grows to", async () => {
    writeFileSync(at("spec.yaml"), SPEC + "#".repeat(9 << 20));
    expect(await optseal(folder, ["check", "spec.yaml"])).toMatchObject({ exitCode: 3 });
  });
});
