/** live: a few fresh cases of each framework, run by the real one and by the built package. The seed is printed. */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { skipIfMissing } from "./skip.ts";

const SCRIPT = fileURLToPath(new URL("../../conformance/run.mjs", import.meta.url));

function conformance(...args: string[]) {
  return spawnSync(process.execPath, [SCRIPT, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

interface Draw {
  readonly framework: string;
  readonly rules?: number;
  readonly schedules?: number;
}

/** How many cases are drawn of each framework, spread over its rules or schedules. MXNet's rules have a test of their own. */
const DRAWS: readonly Draw[] = [
  { framework: "mxnet", schedules: 16 },
  { framework: "torch", rules: 42, schedules: 28 },
  { framework: "keras", rules: 42, schedules: 6 },
  { framework: "optax", rules: 84, schedules: 8 },
  { framework: "tfjs", rules: 140 },
  { framework: "transformers", rules: 6, schedules: 20 },
  { framework: "deepspeed", rules: 12, schedules: 10 },
  { framework: "arxiv", rules: 4 },
];

const reasons = new Map<string, string | undefined>();

/** Why a framework cannot be run here, if it cannot. */
function reasonFor(framework: string): string | undefined {
  if (!reasons.has(framework)) {
    const { status, stderr } = conformance("--framework", framework, "--prepare");
    reasons.set(framework, status === 0 ? undefined : `${framework} could not be installed\n${stderr}`);
  }
  return reasons.get(framework);
}

/** Draws, runs and compares; what is over the limit is shown with what shows it. */
function compare(framework: string, count: number, ...more: string[]): void {
  const seed = String(randomInt(2 ** 31));
  const args = ["--framework", framework, "--cases", String(count), "--seed", seed, ...more];
  console.log(`npm run conformance -- ${args.join(" ")}`);
  const { status, stdout, stderr } = conformance(...args);
  expect(status, `${stdout}${stderr}`).toBe(0);
  const [, over, cases] = /: (\d+) of (\d+) cases over/.exec(stdout) ?? [];
  expect(over).toBe("0");
  expect(Number(cases)).toBe(count);
}

describe("the real frameworks, in cases that were never seen before", () => {
  it.for(DRAWS.filter(({ rules }) => rules !== undefined))(
    "$framework: rules",
    ({ framework, rules }, context) => {
      skipIfMissing(context, reasonFor(framework));
      compare(framework, rules as number);
    },
  );

  it.for(DRAWS.filter(({ schedules }) => schedules !== undefined))(
    "$framework: schedules",
    ({ framework, schedules }, context) => {
      skipIfMissing(context, reasonFor(framework));
      compare(framework, schedules as number, "--schedules");
    },
  );

  it("are all of the table's", () => {
    const { stdout } = conformance("--help");
    const named = /^ +--framework +(.*)$/m.exec(stdout)?.[1]?.split(", ").sort();
    expect(DRAWS.map(({ framework }) => framework).sort()).toEqual(named);
  });
});
