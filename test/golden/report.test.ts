/** golden: the conformance commands, on the built package, where no framework is needed. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SGD = readFileSync(here("test/golden/tfjs-4/sgd.json"), "utf8");

function conformance(script: string, args: readonly string[], input = "") {
  return spawnSync(process.execPath, [here(`conformance/${script}`), ...args], { encoding: "utf8", input });
}

beforeAll(() => expect(existsSync(here("dist/index.js")), "dist/ is missing: npm run build").toBe(true));

describe("the report", () => {
  it("prints a row for each rule, and ends with 0", () => {
    const { status, stdout } = conformance("report.mjs", ["--summary", "-"], SGD);
    expect(stdout).toMatch(/^rule +cases +largest error +same bits\ntfjs-4\/sgd +14 +0 +100 %\n/);
    expect(status).toBe(0);
  });

  it("ends with 1 where a case is over the limit", () => {
    const document = JSON.parse(SGD) as { cases: { params: { before: string; after: string }[] }[] };
    const [first] = document.cases[0]!.params;
    first!.after = first!.before;
    const { status, stdout } = conformance("report.mjs", ["-"], JSON.stringify(document));
    expect(stdout).toMatch(/tfjs-4\/sgd: sgd 0 +1 +[1-9]/);
    expect(stdout).toMatch(/14 cases, 1 over the limit/);
    expect(status).toBe(1);
  });
});

const text32 = (...values: number[]) => Buffer.from(new Float32Array(values).buffer).toString("base64");

/** A document of TensorFlow.js's plain descent, whose second step ends where it is told to. */
function descent(after: string): string {
  const one = {
    name: "sgd 0",
    spec: { rule: "tfjs-4/sgd", hyper: { learningRate: 0.5 } },
    params: [{ key: "a", shape: [2], before: text32(1, 2), after }],
    steps: [{ a: text32(1, -1) }, { a: text32(0.25, 3) }],
    each: [{ a: text32(0.5, 2.5) }, { a: after }],
  };
  return JSON.stringify({ framework: "tfjs", release: "4.22.0", cases: [one] });
}

const SCHEDULED = JSON.stringify({
  framework: "torch",
  release: "2.13.0",
  cases: [
    {
      name: "steplr 0",
      spec: { schedule: { name: "torch-2.13/steplr", hyper: { step_size: 2, gamma: 0.5 } } },
      base: 1,
      at: [1, 3],
      rates: Buffer.from(new Float64Array([1, 0.25]).buffer).toString("base64"),
    },
  ],
});

describe("npm run conformance", () => {
  const given = ["--framework", "tfjs", "--input", "-"];

  it("cuts a disagreement down to one element and the steps up to it", () => {
    const { status, stdout } = conformance("run.mjs", given, descent(text32(0.375, 1.5)));
    expect(stdout).toContain(`
sgd 0: error 8.0e-1; first in update 2, a[1]
  spec       {"rule":"tfjs-4/sgd","hyper":{"learningRate":0.5}}
  weight     0x1p+1
  gradients  -0x1p+0 0x1.8p+1
  wanted     0x1.8p+0
  got        0x1p+0 (4194304 ulp)
`);
    expect(stdout).toMatch(/^tfjs 4\.22\.0: 1 of 1 cases over 1e-5$/m);
    expect(status).toBe(1);
  });

  it("names what differs in bits within the limit only where it is asked to", () => {
    const near = descent(text32(0.375, 1 + 2 ** -23));
    const quiet = conformance("run.mjs", given, near);
    expect(quiet.stdout).toMatch(/tfjs-4\/sgd +1 +0 +50\.00 %/);
    expect(quiet.stdout).not.toContain("wanted");
    expect(quiet.status).toBe(0);
    const { stdout, status } = conformance("run.mjs", [...given, "--bits"], near);
    expect(stdout).toContain("wanted     0x1.000002p+0\n  got        0x1p+0 (1 ulp)");
    expect(status).toBe(0);
  });

  it("shows a schedule's furthest rate", () => {
    const { status, stdout } = conformance("run.mjs", ["--framework", "torch", "--input", "-"], SCHEDULED);
    expect(stdout).toContain("the rate of update 3");
    expect(stdout).toContain("wanted     0x1p-2\n  got        0x1p-1");
    expect(status).toBe(1);
  });

  it("shows what optseal refuses", () => {
    const refused = descent(text32(0, 0)).replace("learningRate", "learning_rate");
    const { status, stdout } = conformance("run.mjs", given, refused);
    expect(stdout).toMatch(/sgd 0: refused: .*learning_rate/);
    expect(status).toBe(1);
  });

  it("gives the same as JSON", () => {
    const { status, stdout } = conformance("run.mjs", [...given, "--json"], descent(text32(0.375, 1.5)));
    const { outcomes, rows } = JSON.parse(stdout) as { outcomes: object[]; rows: object[] };
    expect(outcomes).toMatchObject([
      { subject: "tfjs-4/sgd", error: (0.5 - 2 ** -22) / 0.625, first: { step: 2 } },
    ]);
    expect(rows).toMatchObject([{ subject: "tfjs-4/sgd", cases: 1, elements: 2, equal: 1 }]);
    expect(status).toBe(1);
  });

  it.each([
    [[], "name a framework"],
    [["--framework", "constructor"], "name a framework"],
    [["--framework", "tfjs", "--schedules"], "tfjs has no schedules"],
    [["--framework", "torch", "--settings", "x"], "torch has settings"],
    [["--framework", "mxnet", "--release", "x"], "mxnet is run in 1.9, 1.0"],
    [["--framework", "torch", "--cases", "many"], "--cases is a number"],
    [["--framework", "torch", "--seed", "-1"], "Option '--seed'"],
    [["--frame"], "Unknown option"],
  ])("refuses %j", (args, message) => {
    const { status, stderr } = conformance("run.mjs", args);
    expect(stderr).toContain(`error: ${message}`);
    expect(status).toBe(2);
  });
});
