/**
 * live: the Python package, installed into an empty environment: its own tests, and the bits of every built-in rule and of random
 * rules beside both engines of this language. More random rules with OPTSEAL_CASES; OPTSEAL_SEED repeats a run.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ruleNames } from "../../src/rules/built-in.ts";
import { RunError } from "../../src/run/errors.ts";
import type { Checked } from "../../src/spec/gates.ts";
import { beyondAmending } from "../../src/spec/kept.ts";
import { randomCase } from "../run/wasm/random-program.ts";
import type { Given } from "../run/wasm/same.ts";
import { findPython, PINS } from "./environments.ts";
import { builtInCase } from "./python/built-in.ts";
import { Batch } from "./python/cases.ts";
import { writeModules } from "./python/modules.ts";
import { skipIfMissing } from "./skip.ts";

const CASES = Number(process.env.OPTSEAL_CASES ?? 300);
const SEED = Number(process.env.OPTSEAL_SEED ?? Date.now() % 1_000_000_000);
const BATCH = 20;
const PACKAGE = fileURLToPath(new URL("../../python", import.meta.url));
const RUNNER = fileURLToPath(new URL("python/run_cases.py", import.meta.url));
const COMMAND = fileURLToPath(new URL("../../dist/bin/optseal.js", import.meta.url));
const MINORS = [9, 10, 11, 12];

const scratch = mkdtempSync(join(tmpdir(), "optseal-python-"));
const python = join(scratch, "venv", "bin", "python");
let missing: string | undefined;
let installed = "";

const execute = promisify(execFile);
const run = async (command: string, ...args: string[]): Promise<string> =>
  (await execute(command, args, { maxBuffer: 2 ** 26 })).stdout;

beforeAll(async () => {
  let base: string;
  try {
    base = findPython(MINORS);
  } catch (error) {
    missing = (error as Error).message;
    return;
  }
  await run(base, "-m", "venv", join(scratch, "venv"));
  writeFileSync(join(scratch, "pins.txt"), Object.values(PINS).join("\n"));
  const pip = [python, "-m", "pip", "--disable-pip-version-check"] as const;
  const install = [...pip, "install", "--quiet", "--constraint", join(scratch, "pins.txt")] as const;
  await run(...install, PACKAGE);
  installed = await run(...pip, "list", "--format=freeze");
  await run(...install, `${PACKAGE}[test]`);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What the package makes of a batch of cases, as differences; the next batch can be drawn meanwhile. */
async function ranInPython(batch: Batch, folder: string): Promise<readonly string[]> {
  batch.close();
  await run(python, RUNNER, folder);
  const found = batch.differences();
  rmSync(folder, { recursive: true });
  return found;
}

interface Drawn {
  readonly name: string;
  readonly checked: Checked;
  readonly given: Given;
  readonly amended?: Checked;
}

/** Runs all cases in three engines; gives back how many ran and where they differ. */
async function compared(cases: Iterable<Drawn | undefined>) {
  const differences: string[] = [];
  const waiting: Promise<readonly string[]>[] = [];
  let [ran, folders, folder, batch] = [0, 0, "", undefined as Batch | undefined];
  const close = async () => {
    if (batch === undefined) return;
    // One process at a time runs beside this one.
    differences.push(...(await Promise.all(waiting.splice(0))).flat());
    waiting.push(ranInPython(batch, folder));
    batch = undefined;
  };
  for (const one of cases) {
    if (one === undefined) continue;
    if (batch === undefined) {
      folder = join(scratch, `cases-${folders++}`);
      mkdirSync(folder);
      batch = new Batch(folder);
    }
    try {
      const found = batch.add(one.name, one.checked, one.given, one.amended);
      if (found !== undefined) differences.push(`${one.name}: WebAssembly in Node: ${found}`);
      ran += 1;
    } catch (error) {
      if (!(error instanceof RunError && ["needs", "shape"].includes(error.code))) throw error;
    }
    if (batch.size >= BATCH) await close();
  }
  await close();
  differences.push(...(await Promise.all(waiting)).flat());
  return { ran, differences };
}

describe("the Python package", () => {
  it("installs into an empty environment, with NumPy and wasmtime alone", (context) => {
    skipIfMissing(context, missing);
    const names = [...installed.matchAll(/^([\w-]+)==/gm)].map(([, name]) => name as string);
    const others = names.filter((name) => !["pip", "setuptools"].includes(name));
    expect(others.sort()).toEqual(["numpy", "optseal", "wasmtime"]);
  });

  it("passes its own tests", async (context) => {
    skipIfMissing(context, missing);
    const modules = join(scratch, "modules");
    mkdirSync(modules);
    writeModules(modules);
    process.env.OPTSEAL_MODULES = modules;
    process.env.OPTSEAL_COMMAND = `${process.execPath} ${COMMAND}`;
    const flags = ["-q", "-p", "no:cacheprovider", "--rootdir", PACKAGE];
    const said = await run(python, "-B", "-m", "pytest", ...flags, join(PACKAGE, "tests")).catch(
      (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
    );
    expect(said).toMatch(/^\d{2,} passed(, \d+ skipped)? in [\d.]+s/m);
  });

  it(`has the bits of both engines for each built-in rule (seed ${SEED})`, async (context) => {
    skipIfMissing(context, missing);
    const cases = ruleNames.map((rule, i) => ({ name: rule, ...builtInCase(rule, SEED + i) }));
    const { ran, differences } = await compared(cases);
    expect(differences).toEqual([]);
    expect(ran).toBe(ruleNames.length);
  });

  it(`is amended to the bits of both engines, by other values and another base rate (seed ${SEED})`, async (context) => {
    skipIfMissing(context, missing);
    const cases = ruleNames.flatMap((rule, i) => {
      const { checked, given } = builtInCase(rule, SEED + i);
      const amended = builtInCase(rule, SEED + i, SEED + i + 1).checked;
      if (beyondAmending(checked, amended).length > 0) return [];
      return [{ name: rule, checked, given: { ...given, steps: 5 }, amended }];
    });
    const { ran, differences } = await compared(cases);
    expect(differences).toEqual([]);
    expect(ran).toBeGreaterThan(ruleNames.length / 2);
  });

  it(`has them for ${CASES} random rules (seed ${SEED})`, async (context) => {
    skipIfMissing(context, missing);
    function* drawn(): Generator<Drawn | undefined> {
      for (let seed = SEED; seed < SEED + CASES; seed++) {
        const one = randomCase(seed);
        yield one && { name: `OPTSEAL_SEED=${seed} OPTSEAL_CASES=1`, ...one };
      }
    }
    const { ran, differences } = await compared(drawn());
    console.log(`${ran} random rules in three engines, from seed ${SEED}`);
    expect(differences).toEqual([]);
    expect(ran).toBeGreaterThan(CASES / 2);
  }, 7_200_000);
});
