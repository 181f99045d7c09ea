import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);

const MOST_MS = 50;
const MOST_KB = 64 * 1024;
const RUNS = 3;

/** What the child process prints. */
interface Cost {
  readonly code: string;
  readonly ms: number;
  /** Peak memory of the process after the call, less that of the idle process: the input's own memory is in it. */
  readonly kb: number;
}

/**
 * Each input as an expression of the child process, with the limits under which it gets furthest, and the expected code.
 * The limits are raised so that the scanner itself is put to the test and not only the limit on bytes.
 */
const BOMBS: readonly (readonly [name: string, bytes: string, limits: string, code: string])[] = [
  ["E2 arrays nested 100,000 deep", "nest(0x91, 100_000)", "{}", "depth-limit"],
  ["E2 arrays nested 100,000 deep, deepest limit", "nest(0x91, 100_000)", "{ depth: 512 }", "depth-limit"],
  ["E2 maps nested 100,000 deep", "pairs([0x81, 0xa0], 100_000)", "{}", "depth-limit"],
  ["E1 array of 2^32 - 1", "[0xdd, 255, 255, 255, 255]", "{}", "truncated"],
  ["E1 map of 2^32 - 1", "[0xdf, 255, 255, 255, 255]", "{}", "truncated"],
  ["E1 4 GiB of bytes", "[0xc6, 255, 255, 255, 255, 0]", "{}", "truncated"],
  ["E1 4 GiB of text", "[0xdb, 255, 255, 255, 255, 0x61]", "{}", "truncated"],
  ["E4 a million keys, all the same", "keys(1_000_000)", "{}", "byte-limit"],
  ["E4 a million keys, no limit on bytes", "keys(1_000_000)", "{ bytes: 2 ** 30 }", "node-limit"],
  ["E4 a million keys, no limits", "keys(1_000_000)", "{ bytes: 2 ** 30, nodes: 2 ** 30 }", "duplicate-key"],
  ["E3 4 MB of empty maps", "many(0x80, 4_000_000)", "{ bytes: 2 ** 30 }", "node-limit"],
  ["E3 4 MB of empty arrays", "many(0x90, 4_000_000)", "{ bytes: 2 ** 30 }", "node-limit"],
  ["E7 1 MB of text, its last byte wrong", "text(1_000_000)", "{}", "invalid-utf8"],
];

const PROGRAM = `
import { decode } from "./codec.mjs";
const u32 = (n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const nest = (byte, n) => { const out = new Uint8Array(n + 1).fill(byte); out[n] = 0xc0; return out; };
const pairs = (unit, n) => { const out = new Uint8Array(unit.length * n + 1); for (let i = 0; i < n; i++) out.set(unit, unit.length * i); out[unit.length * n] = 0xc0; return out; };
const many = (byte, n) => { const out = new Uint8Array(n + 5).fill(byte); out.set([0xdd, ...u32(n)]); return out; };
const units = (unit, n) => { const out = new Uint8Array(unit.length * n + 3); out.set([0xdc, n >>> 8, n & 255]); for (let i = 0; i < n; i++) out.set(unit, 3 + unit.length * i); return out; };
const keys = (n) => { const out = new Uint8Array(3 * n + 5); out.set([0xdf, ...u32(n)]); for (let i = 0; i < n; i++) out.set([0xa1, 0x61, 0x01], 5 + 3 * i); return out; };
const text = (n) => { const out = new Uint8Array(n + 5).fill(0x61); out.set([0xdb, ...u32(n)]); out[n + 4] = 0xff; return out; };
const idle = process.resourceUsage().maxRSS;
const made = BYTES;
const bytes = Array.isArray(made) ? Uint8Array.from(made) : made;
const start = performance.now();
let code = "accepted";
try { decode(bytes, LIMITS); } catch (error) { code = error.code ?? String(error); }
const ms = performance.now() - start;
console.log(JSON.stringify({ code, ms, kb: process.resourceUsage().maxRSS - idle }));
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "optseal-codec-"));
  await build({
    entryPoints: ["src/codec/decode.ts"],
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    outfile: join(folder, "codec.mjs"),
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Decodes once in a process of its own, where no code generation from strings is allowed. */
async function measure(bytes: string, limits: string): Promise<Cost> {
  const file = join(folder, "child.mjs");
  await writeFile(file, PROGRAM.replace("BYTES", bytes).replace("LIMITS", limits));
  const { stdout } = await run(process.execPath, ["--disallow-code-generation-from-strings", file]);
  return JSON.parse(stdout);
}

describe("the cost of refusing a bomb, in a fresh process", () => {
  it.each(BOMBS)("%s: under 50 ms and 64 MB", async (_name, bytes, limits, code) => {
    const costs: Cost[] = [];
    for (let i = 0; i < RUNS; i++) costs.push(await measure(bytes, limits));
    expect(costs.map((cost) => cost.code)).toEqual(costs.map(() => code));
    expect(Math.min(...costs.map(({ ms }) => ms))).toBeLessThan(MOST_MS);
    expect(Math.min(...costs.map(({ kb }) => kb))).toBeLessThan(MOST_KB);
  });

  it.each([
    ["empty maps", "units([0x80], 32_767)"],
    ["empty arrays", "units([0x90], 32_767)"],
    ["maps of one entry", "units([0x81, 0xa1, 0x61, 0x01], 10_922)"],
  ])("E3 the most that a limit of 32,768 values lets through, %s: under 64 MB", async (_name, bytes) => {
    const { code, kb } = await measure(bytes, "{ nodes: 2 ** 15 }");
    expect(code).toBe("accepted");
    expect(kb).toBeLessThan(MOST_KB);
  });

  it("measures: a bomb that is let through costs more", async () => {
    const { code, kb } = await measure("many(0x80, 1_500_000)", "{ bytes: 2 ** 30, nodes: 2 ** 30 }");
    expect(code).toBe("accepted");
    expect(kb).toBeGreaterThan(MOST_KB);
  });
});
