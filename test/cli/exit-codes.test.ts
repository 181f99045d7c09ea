import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REFUSALS } from "../../src/cli/exit-codes.ts";
import { reportError } from "../../src/cli/report-error.ts";
import { encodeEnvelope, PAYLOAD_TYPES, parseSecretKeyFile, signEnvelope } from "../../src/index.ts";
import { NOW, optseal, temporaryFolder } from "./fake-io.ts";
import { furnish, TRUSTING, tensors } from "./setting.ts";

const { folder, remove } = temporaryFolder();
const at = (name: string) => join(folder, name);
beforeAll(() => furnish(folder));
afterAll(remove);

const verify = ["verify", "envelope.json", ...TRUSTING];
const run = (...more: readonly string[]) => [
  "run",
  "spec.yaml",
  "--weights",
  "w.safetensors",
  "--out",
  "never",
  ...more,
];

/** An envelope whose signature holds and whose payload is no canonical document. */
async function signedJunk(): Promise<Uint8Array> {
  const { key } = parseSecretKeyFile(readFileSync(at("alice.key"), "utf8"));
  const payload = Uint8Array.of(0x81, 0xa1, 0x61, 0xcc, 0x01);
  return encodeEnvelope(await signEnvelope({ payloadType: PAYLOAD_TYPES.spec, payload }, key));
}

interface Case {
  readonly exitCode: number;
  readonly of: string;
  readonly argv: readonly string[];
  readonly prepare?: () => unknown;
}

const write = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content);

const CASES: readonly Case[] = [
  { exitCode: 0, of: "done", argv: ["check", "spec.yaml"] },
  { exitCode: 2, of: "usage", argv: ["check"] },
  { exitCode: 3, of: "a file", argv: ["check", "missing.yaml"] },
  {
    exitCode: 10,
    of: "spec",
    argv: ["check", "bad.yaml"],
    prepare: () => write("bad.yaml", "optseal: 1\nrule: nobody/nothing\n"),
  },
  {
    exitCode: 11,
    of: "codec",
    argv: ["verify", "junk.json", ...TRUSTING],
    prepare: async () => write("junk.json", await signedJunk()),
  },
  {
    exitCode: 12,
    of: "envelope",
    argv: ["verify", "forged.json", ...TRUSTING],
    prepare: () => write("forged.json", forged(readFileSync(at("envelope.json"), "utf8"))),
  },
  {
    exitCode: 13,
    of: "trust",
    argv: ["verify", "envelope.json", "--trust", "trust.json", "--job", "other", "--audience", "ps"],
  },
  {
    exitCode: 14,
    of: "check",
    argv: ["check", "wrong.yaml"],
    prepare: () => write("wrong.yaml", "optseal: 1\nrule: mxnet-1.9/sgd\nhyper: { x: 1 }\n"),
  },
  {
    exitCode: 15,
    of: "run",
    argv: run("--grads", "x.safetensors"),
    prepare: () => write("x.safetensors", tensors({ unknown: [1] })),
  },
  { exitCode: 16, of: "legacy", argv: ["convert", "hostile.pkl"] },
  { exitCode: 16, of: "legacy, one of several", argv: ["scan", "good.pkl", "hostile.pkl"] },
  { exitCode: 17, of: "state", argv: run("--grads", "spec.yaml") },
];

/** The envelope with its signature's first six bits changed. */
function forged(envelope: string): string {
  return envelope.replace(/"sig":"(.)/, (_, first: string) => `"sig":"${first === "A" ? "B" : "A"}`);
}

describe("exit codes", () => {
  it.each(CASES)("$exitCode $of", async ({ exitCode, argv, prepare }) => {
    await prepare?.();
    const ran = await optseal(folder, argv);
    expect(ran).toMatchObject({ exitCode });
    if (exitCode !== 0 && argv[0] !== "scan") expect(ran.stderr).toMatch(/^error: .+\nhint: .+\n$/m);
  });

  it("1 for a bug, with the stack only where it is asked for", async () => {
    const lines: string[] = [];
    const sink = {
      isTTY: false,
      columns: undefined,
      write: async (text: string | Uint8Array) => void lines.push(String(text)),
    };
    const io = (debug?: string) => ({
      cwd: "/",
      stdin: (async function* () {})(),
      stdout: sink,
      stderr: sink,
      env: () => debug,
      now: () => NOW,
      interrupted: async () => undefined,
    });
    expect(await reportError(new TypeError("odd\u001b[31m"), io())).toBe(1);
    expect(lines.join("")).toMatch(
      /^error: odd\\u\{1b\}\[31m\nhint: this is a bug in optseal: .*OPTSEAL_DEBUG=1.*\n$/,
    );
    expect(await reportError(new TypeError("odd"), io("1"))).toBe(1);
    expect(lines.join("")).toContain("    at ");
  });

  it("give each stage a number of its own", () => {
    const codes = Object.values(REFUSALS).map(({ exitCode }) => exitCode);
    expect(codes).toEqual([10, 11, 12, 13, 14, 15, 16, 17]);
  });

  it("G22 every failure of verify exits with another code than 0", async () => {
    const whole = readFileSync(at("envelope.json"));
    const wrong = [
      ["--trust", "missing", "--job", "job", "--audience", "ps"],
      ["--trust", "spec.yaml", "--job", "job", "--audience", "ps"],
      ["--trust", "envelope.json", "--job", "job", "--audience", "ps"],
      ["--trust", "trust.json", "--job", "other", "--audience", "ps"],
      ["--trust", "trust.json", "--job", "job", "--audience", "other"],
      ["--trust", "trust.json", "--job", "job"],
      [...TRUSTING, "--emit-spec", "spec.yaml"],
      [...TRUSTING, "--store", "spec.yaml"],
      [...TRUSTING, "--json", "--nonsense"],
    ];
    for (const flags of wrong) {
      const { exitCode, stdout } = await optseal(folder, ["verify", "envelope.json", ...flags]);
      expect({ flags, isZero: exitCode === 0, stdout }).toEqual({ flags, isZero: false, stdout: "" });
    }
    for (let cut = 0; cut < whole.length; cut += 7) {
      const { exitCode, stdout } = await optseal(folder, ["verify", "-", ...TRUSTING], {
        stdin: whole.subarray(0, cut),
      });
      expect({ cut, exitCode, stdout }).toEqual({ cut, exitCode: 12, stdout: "" });
    }
    for (const now of [0, NOW - 3600, NOW + 31 * 86_400, NOW + 400 * 86_400]) {
      expect(await optseal(folder, verify, { now })).toMatchObject({ exitCode: 13, stdout: "" });
    }
    expect(await optseal(folder, verify)).toMatchObject({ exitCode: 0 });
  });

  it.each([
    [3, ["--trust", "missing", "--store", "store"]],
    [12, ["--trust", "spec.yaml", "--store", "store"]],
    [13, ["--trust", "envelope.json", "--store", "store"]],
    [13, ["--trust", "trust.json", "--store", "spec.yaml"]],
    [3, ["--trust", "trust.json", "--store", "store", "--socket", "spec.yaml"]],
    [2, ["--trust", "trust.json", "--store", "store", "--listen", "192.0.2.1:1"]],
    [2, ["--trust", "trust.json", "--store", "store", "--listen", "127.0.0.1:99999"]],
    [2, ["--trust", "trust.json", "--store", "store", "--socket", ""]],
    [2, ["--trust", "trust.json", "--store", "ftp://host"]],
  ])("%i of a server that does not start: %j", async (exitCode, flags) => {
    const place = flags.includes("--socket") || flags.includes("--listen") ? [] : ["--socket", "never.sock"];
    expect(await optseal(folder, ["serve", ...flags, ...place])).toMatchObject({ exitCode, stdout: "" });
    expect(existsSync(at("never.sock"))).toBe(false);
  });

  it("0 of a server that is asked to end", async () => {
    let end = (): void => undefined;
    const interrupted = new Promise<void>((resolve) => {
      end = resolve;
    });
    const argv = ["serve", "--trust", "trust.json", "--store", "store", "--socket", "ps.sock"];
    const served = optseal(folder, argv, { interrupted });
    await expect.poll(() => existsSync(at("ps.sock"))).toBe(true);
    expect(await optseal(folder, argv)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("EADDRINUSE"),
    });
    end();
    const { exitCode, stderr } = await served;
    expect(exitCode).toBe(0);
    const events = stderr.trimEnd().split("\n");
    expect(events.map((line) => JSON.parse(line).event)).toEqual(["listening", "stopping", "stopped"]);
    expect(existsSync(at("ps.sock"))).toBe(false);
  });

  it("tell all issues, the first twenty of them", async () => {
    const hyper = Array.from({ length: 30 }, (_, i) => `x${i}: 1`).join(", ");
    writeFileSync(at("many.yaml"), `optseal: 1\nrule: mxnet-1.9/sgd\nhyper: { ${hyper} }\n`);
    const { stderr } = await optseal(folder, ["check", "many.yaml"]);
    const errors = stderr.split("\n").filter((line) => line.startsWith("error: "));
    expect(errors).toHaveLength(21);
    expect(errors[0]).toMatch(/^error: many\.yaml: .*`x0` \(at hyper\.x0\) \[unknown-hyper\]$/);
    expect(errors[20]).toBe("error: and 10 more");
  });
});
