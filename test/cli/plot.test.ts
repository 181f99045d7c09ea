/** `optseal plot` of what is not an everyday schedule. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { optseal, temporaryFolder } from "./fake-io.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

const spec = (rate: number, schedule: string): string =>
  `optseal: 1\nrule: torch-2.13/sgd\nhyper: { lr: ${rate} }\n${schedule}`;
const custom = (rate: number, text: string): string =>
  spec(rate, `schedule:\n  rule: |\n    schedule own\n    step  rate = ${text}\n`);

const SPECS: Readonly<Record<string, string>> = {
  sequential: spec(
    0.1,
    `schedule:
  sequential:
    - { name: torch-2.13/linearlr, hyper: { start_factor: 0.1, total_iters: 100 } }
    - { name: torch-2.13/exponentiallr, hyper: { gamma: 0.99 } }
  milestones: [100]
`,
  ),
  chained: spec(
    0.1,
    `schedule:
  chained:
    - { name: torch-2.13/constantlr, hyper: { factor: 0.5, total_iters: 100 } }
    - { name: torch-2.13/steplr, hyper: { step_size: 200, gamma: 0.5 } }
`,
  ),
  groups: spec(
    0.1,
    `groups: [{ match: { suffix: [bias] }, hyper: { lr: 0.05 } }]
schedule: { name: torch-2.13/multisteplr, hyper: { milestones: [100], gamma: 0.1 } }
`,
  ),
  constant: spec(0.1, ""),
  zero: spec(0, ""),
  own: custom(0.1, "base * 0.5^floor((t - 1) / 100)"),
  tiny: custom(1e-30, "base / t"),
  huge: custom(1e300, "base * t"),
  nan: custom(0.1, "sqrt(500 - t)"),
  none: custom(0.1, "sqrt(0 - t)"),
  negative: custom(0.1, "base - t * 0.001"),
};

beforeAll(() => {
  for (const [name, text] of Object.entries(SPECS)) writeFileSync(join(folder, `${name}.yaml`), text);
});

const lines = async (name: string, ...more: string[]): Promise<readonly string[]> => {
  const { exitCode, stdout, stderr } = await optseal(folder, ["plot", `${name}.yaml`, ...more]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.split("\n");
};

describe("optseal plot", () => {
  it.each([
    ["sequential", /^begins at 0\.01, rises to 0\.1 \(update 101\), falls to \S+ \(\d+\)$/],
    ["chained", /^begins at 0\.05, jumps to 0\.1 \(update 101\), drops to 0\.05 \(201\), 0\.025 \(401\),/],
    ["groups", /^all other parameters: begins at 0\.1, drops to 0\.01 \(update 101\), holds until 125$/],
    ["groups", /^ending in bias: begins at 0\.05, drops to 0\.005 \(update 101\), holds until 125$/],
    ["constant", /^0\.1 throughout$/],
    ["zero", /^0 throughout$/],
    ["own", /^begins at 0\.1, drops to 0\.05 \(update 101\), 0\.025 \(201\)/],
    ["tiny", /^begins at 1e-30, falls to \S+e-32 \(update \d+\)$/],
    ["huge", /^begins at 1e300, rises to 1e303 \(update 1000\)$/],
    ["nan", /^begins at 22\.34, falls to 0 \(update 500\), has no finite value from 501$/],
    ["none", /^no finite value anywhere$/],
    ["negative", /^begins at 0\.099, falls to -0\.9 \(update 1000\), below zero from update 10[123]$/],
  ])("%s: %s", async (name, words) => {
    const text = await lines(name);
    expect(
      text.some((line) => words.test(line)),
      text.slice(0, 4).join("\n"),
    ).toBe(true);
    const image = (await lines(name, "--svg", "-")).join("\n");
    expect(image).not.toMatch(/NaN|Infinity|undefined/);
    expect(image).toContain("</svg>");
  });

  it("one update", async () => {
    expect((await lines("own", "--updates", "1"))[1]).toBe("0.1 throughout");
    expect((await lines("own", "--updates", "1", "--svg", "-")).join("")).toMatch(/<circle cx="76"/);
  });

  it("says of a million updates what one can see, with a bar that goes away", async () => {
    let time = 0;
    const { exitCode, stdout, stderr } = await optseal(folder, ["plot", "own.yaml", "--updates", "1000000"], {
      isTTY: true,
      now: () => (time += 1),
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^begins at 0\.1, drops to 0\.05 \(update 101\),[^┤]* and so on, last 0 \(1000000\)$/m,
    );
    expect(stderr).toMatch(/\d+ of 25000 samples, \d+ s left {3}/);
    expect(stderr).toMatch(/\r {78}\r$/);
  });

  it("in a locale without Unicode, or on the console of Linux, is ASCII", async () => {
    for (const env of [[["LC_ALL", "C"]], [["LANG", "de_DE.ISO-8859-1"]], [["TERM", "linux"]]] as const) {
      const { stdout } = await optseal(folder, ["plot", "groups.yaml"], { env: new Map(env) });
      expect(stdout).toMatch(/^[\n -~]+$/);
      expect(stdout).toMatch(/\|.*:/);
    }
    const { stdout } = await optseal(folder, ["plot", "own.yaml"], { env: new Map([["LANG", "C.UTF-8"]]) });
    expect(stdout).toMatch(/[\u2801-\u28ff]/);
  });
});
