/**
 * live: `optseal.torch` in PyTorch itself: its own tests, beside torch's own optimizers; 16-bit weights of every rule of torch beside
 * the reference engine; and the example, as a person runs it.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { difference } from "../run/wasm/same.ts";
import { torchWithPackage } from "./environments.ts";
import { writeModules } from "./python/modules.ts";
import { skipIfMissing } from "./skip.ts";
import { foundBits, writeHalves } from "./torch/halves.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PACKAGE = here("../../python");
const execute = promisify(execFile);

const scratch = mkdtempSync(join(tmpdir(), "optseal-torch-"));
let missing: string | undefined;
let python: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  try {
    const found = torchWithPackage();
    python = found.python;
    // By these torch rounds each operation, as the rules do: the second is for MKL's square root, by the processor's own.
    env = { ...found.env, ATEN_CPU_CAPABILITY: "default", MKL_VML_DEBUG_CPU_TYPE: "3" };
  } catch (error) {
    missing = (error as Error).message;
  }
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const run = async (args: readonly string[]): Promise<string> =>
  (await execute(python, args, { env, maxBuffer: 2 ** 26 })).stdout;

describe("the Python package in PyTorch", () => {
  it("passes its own tests, with the bits of torch's own optimizers", async (context) => {
    skipIfMissing(context, missing);
    const modules = join(scratch, "modules");
    mkdirSync(modules);
    writeModules(modules);
    env.OPTSEAL_MODULES = modules;
    const flags = ["-q", "-p", "no:cacheprovider", "-W", "ignore", "--rootdir", PACKAGE];
    const tests = ["tests/pytorch", "tests/test_threads.py"].map((path) => join(PACKAGE, path));
    const said = await run(["-B", "-m", "pytest", ...flags, ...tests]).catch(
      (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
    );
    expect(said).toMatch(/^\d{2,} passed in [\d.]+s/m);
  });

  it("has the bits of the reference engine for weights of 16 bits, with and without a master", async (context) => {
    skipIfMissing(context, missing);
    const folder = join(scratch, "halves");
    const expected = await writeHalves(folder);
    await run(["-B", here("torch/run_halves.py"), folder]);
    const differences = [...expected].flatMap(
      ([name, bits]) => difference(name, foundBits(folder, name), bits) ?? [],
    );
    expect(differences).toEqual([]);
    expect(expected.size).toBeGreaterThan(40);
  });

  it("trains by a signed rule in the example, which prints what its page says", (context) => {
    skipIfMissing(context, missing);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [here("../../examples/pytorch/main.mjs")],
      {
        encoding: "utf8",
      },
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const page = readFileSync(here("../../examples/pytorch/README.md"), "utf8");
    const [, transcript] = page.match(/```text\n(.*?)```/s) as RegExpMatchArray;
    expect(masked(stdout)).toBe(masked(transcript as string));
    const [, first, last] = stdout.match(/loss (\S+)\n.*loss (\S+)\n/s) as RegExpMatchArray;
    expect(Number(last)).toBeLessThan(Number(first) / 3);
    expect(Number(stdout.match(/(\S+)% of 360/)?.[1])).toBeGreaterThan(85);
  });
});

/** What is another each time: keys, and what sums come to on another processor. */
const masked = (text: string): string =>
  text
    .replace(/^[0-9a-f]{64}$/gm, "KEY")
    .replace(/loss \S+$/gm, "loss N")
    .replace(/^\S+%/gm, "N%");
