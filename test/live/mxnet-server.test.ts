/**
 * live: MXNet's own servers beside optseal's, with a scheduler, two servers and two workers on this machine: what a pickle does to
 * either, the same bits from the same optimizers, rules that no server has, amendments, and what is refused.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Checked } from "../../src/index.ts";
import { author, check, compile } from "../../src/index.ts";
import type { Environment } from "./environments.ts";
import type { Ended, Plan } from "./mxnet/cluster.ts";
import { OWN, runPlan, SPLIT } from "./mxnet/cluster.ts";
import { amend, furnished, ours, pythonsFor, removeFolders, sign, TRUSTING } from "./mxnet/setting.ts";
import { skipIfMissing } from "./skip.ts";

const RELEASES = ["1.5", "1.9", "2.0"];
const MODES = ["dist_sync", "dist_async"] as const;

let mxnets: ReadonlyMap<string, Environment> = new Map();
let missing: ReadonlyMap<string, string> = new Map();

beforeAll(() => {
  ({ pythons: mxnets, missing } = pythonsFor(RELEASES));
}, 1_800_000);
afterAll(removeFolders);

/** The last has 16-bit weights. */
const OPTIMIZERS = ["sgd", "adam", "scheduled", "half"];
/** A small array, and one that is split over both servers. */
const SIZES = [20, 3 * SPLIT + 1];
const UPDATES = 6;

type Step = Plan["steps"][number];

/** Each optimizer in turn, on keys of its own. */
function comparison(
  mode: Plan["mode"],
  keys: Plan["keys"],
  set: (name: string, sequence: number) => Step,
): Plan {
  const steps = OPTIMIZERS.flatMap((name, i) => [
    set(name, i + 1),
    ...SIZES.flatMap((size, j) => {
      const key = 10 * i + j;
      const train: Step = ["train", key, UPDATES];
      // Where servers do not wait for all workers, the order of their pushes shows: one pushes at a time.
      const turns: Step[] = mode === "dist_sync" ? [train] : [0, 1].map((rank) => ["alone", rank, ...train]);
      const dtype = name === "half" ? "float16" : "float32";
      return [["init", key, size, dtype] as Step, ...turns];
    }),
  ]);
  return { mode, keys, steps };
}

const isTraining = (step: Step): boolean => step.includes("train");

/** The weights after each training, by worker. */
const bitsOf = ({ steps }: Plan, { results }: Ended) =>
  results.map((one) => one.filter((_, i) => isTraining(steps[i] as Step)));

describe.each(RELEASES)("MXNet %s", (release) => {
  const keys = release === "2.0" ? "str" : "int";

  describe.each(MODES)("%s", (mode) => {
    it("has the same final bits on its own servers, from pickles, and on these, from signed documents", async (context) => {
      skipIfMissing(context, missing.get(release));
      const mxnet = mxnets.get(release) as Environment;
      const [own, signed] = [furnished(), furnished()];
      const first = comparison(mode, keys, (name) => ["pickled", name]);
      const second = comparison(mode, keys, (name, sequence) => ["sealed", name, sequence]);
      const [before, after] = await Promise.all([
        runPlan(mxnet, OWN, first, own),
        runPlan(mxnet, ours(signed), second, signed),
      ]);
      const sealed = after.results.flatMap((one) => one.filter((_, i) => second.steps[i]?.[0] === "sealed"));
      expect(sealed.map((one) => (one as { sequence: number }).sequence)).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
      const bits = bitsOf(second, after);
      expect(bits).toEqual(bitsOf(first, before));
      expect(new Set(bits.flat()).size).toBeGreaterThanOrEqual(OPTIMIZERS.length * SIZES.length);
      expect(after.servers.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    });
  });
});

describe("a pickle that acts", () => {
  const training = (...between: readonly Step[]): readonly Step[] => [
    ["init", 1, 20],
    ["train", 1, 3],
    ...between,
    ["train", 1, 3],
  ];
  const plan = (...steps: readonly Step[]): Plan => ({ mode: "dist_sync", keys: "int", steps });

  it("is executed by MXNet's own server, and refused by this one, while training goes on", async (context) => {
    skipIfMissing(context, missing.get("1.9"));
    const mxnet = mxnets.get("1.9") as Environment;
    const [own, attacked, calm] = [furnished(), furnished(), furnished()];
    const acts: readonly Step[] = [
      ["alone", 1, "attack"],
      ["alone", 0, "profile"],
    ];
    const ownPlan = plan(["pickled", "adam"], ...training(...acts));
    const attackedPlan = plan(
      ["sealed", "adam", 1],
      ...training(...acts, ["alone", 1, "send", "attack.pkl"]),
    );
    const calmPlan = plan(["sealed", "adam", 1], ...training());
    const [first, second] = await Promise.all([
      runPlan(mxnet, OWN, ownPlan, own),
      runPlan(mxnet, ours(attacked), attackedPlan, attacked),
    ]);
    const third = await runPlan(mxnet, ours(calm), calmPlan, calm);
    expect(existsSync(join(own, "marker"))).toBe(true);
    expect(existsSync(join(attacked, "marker"))).toBe(false);
    const told = second.results[1]?.[attackedPlan.steps.findIndex((step) => step.includes("send"))];
    expect(told).toMatchObject({ stage: "server", code: "not-dsse" });
    for (const { log } of second.servers) expect(log.match(/^optseal: refused: /gm)).toHaveLength(2);
    expect(bitsOf(attackedPlan, second)).toEqual(bitsOf(calmPlan, third));
    expect(bitsOf(ownPlan, first)).toEqual(bitsOf(calmPlan, third));
    // Nor do files come into being that MXNet's profiler would write.
    const profiles = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("rank"));
    expect(profiles(own)).not.toEqual([]);
    expect(profiles(attacked)).toEqual([]);
  });
});

const RULE = `rule lion
hyper  lr = 0.0001 in (0,) scheduled   beta1 = 0.9 in [0,1)   beta2 = 0.99 in [0,1)   wd = 0 in [0,)
state  m = 0
update u = sign(beta1 * m + (1 - beta1) * grad)
       weight = weight - lr * (u + wd * weight)
       m = beta2 * m + (1 - beta2) * grad
`;
const SCHEDULE = "schedule halving\nstate now = base * 2\nstep now = now / 2\n  rate = now\n";
const spec = (lr: number) => ({
  optseal: 1,
  rule: RULE,
  hyper: { lr, wd: 0.01 },
  schedule: { rule: SCHEDULE, every: 2 },
});

/** As in `worker.py`. */
const numbers = (size: number, rank: number, turn: number) =>
  Float32Array.from({ length: size }, (_, i) => (((i * 7 + turn * 13 + rank * 3) % 17) - 8) / 16);

/** The bits of both workers' training, by the reference engine. */
function expectedBits(
  size: number,
  stages: readonly { readonly checked: Checked; readonly updates: number }[],
) {
  const data = numbers(size, 0, 100);
  const optimizer = compile(stages[0]?.checked as Checked).attach(new Map([[1, { data }]]));
  let turn = 0;
  return stages.map(({ checked, updates }, stage) => {
    if (stage > 0) optimizer.amend(checked);
    for (let i = 0; i < updates; i++, turn++) {
      const other = numbers(size, 1, turn);
      optimizer.step(
        new Map([[1, numbers(size, 0, turn).map((number, at) => number + (other[at] as number))]]),
      );
    }
    return createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex");
  });
}

describe("a rule and a schedule that no server has", () => {
  it("run there, are amended midway, and stay in force through all that is refused", async (context) => {
    skipIfMissing(context, missing.get("1.9"));
    const folder = furnished();
    sign(folder, "old", spec(0.5), 1);
    sign(folder, "spec", spec(0.25), 2);
    amend(folder, "slower", ["spec"], 4, 0.125);
    amend(folder, "other", ["old"], 5, 0.25);
    amend(folder, "late", ["spec"], 6, 0.25);
    amend(folder, "large", ["spec", "slower"], 7, 1);
    sign(folder, "foreign", spec(0.25), 8, "mallory");
    const refused = {
      old: ["trust", "replay"],
      other: ["trust", "wrong-base"],
      late: ["trust", "wrong-base"],
      large: ["trust", "change-limit"],
      foreign: ["envelope", "unknown-key"],
    };
    const steps: Step[] = [
      ["send", "spec.json"],
      ["init", 1, 20],
      ["train", 1, 3],
      ["send", "slower.json"],
      ["train", 1, 3],
      ...Object.keys(refused).map((name, i): Step => ["alone", i % 2, "send", `${name}.json`]),
      ["alone", 1, "send", "spec.json"],
      ["alone", 0, "send", "spec.json", "slower.json"],
      ["train", 1, 3],
    ];
    const plan: Plan = { mode: "dist_sync", keys: "int", steps };
    const ended = await runPlan(mxnets.get("1.9") as Environment, ours(folder), plan, folder);
    const [first, slower] = [check(author(spec(0.25))), check(author(spec(0.125)))];
    const expected = expectedBits(20, [
      { checked: first, updates: 3 },
      { checked: slower, updates: 3 },
      { checked: slower, updates: 3 },
    ]);
    expect(bitsOf(plan, ended)).toEqual([expected, expected]);
    const sent = steps.flatMap((step, i) => {
      const at = step.indexOf("send");
      if (at < 0) return [];
      const found = ended.results.map((one) => one[i]).find((one) => one !== null);
      return [[step.slice(at + 1).join(" "), found] as const];
    });
    expect(sent[0]).toMatchObject(["spec.json", { sequence: 2 }]);
    expect(sent[1]).toMatchObject(["slower.json", { sequence: 4 }]);
    for (const [i, [name, [stage, code]]] of Object.entries(refused).entries())
      expect(sent[i + 2]).toMatchObject([`${name}.json`, { stage, code }]);
    for (const again of sent.slice(-2)) expect(again[1]).toMatchObject({ status: "in-force", sequence: 4 });
  });
});

describe("a server", () => {
  it("ends with a clear line when a gradient comes and nothing was ever accepted", async (context) => {
    skipIfMissing(context, missing.get("1.9"));
    const folder = furnished();
    sign(folder, "foreign", spec(0.25), 1, "mallory");
    const steps: Step[] = [
      ["send", "foreign.json"],
      ["init", 1, 20],
      ["push", 1],
    ];
    const plan: Plan = { mode: "dist_async", keys: "int", steps };
    const options = { stuck: true, count: 1 };
    const { servers } = await runPlan(mxnets.get("1.9") as Environment, ours(folder), plan, folder, options);
    expect(servers[0]?.exitCode).toBe(13);
    expect(servers[0]?.log).toMatch(/^optseal: error: a gradient of key 1 came, and no optimizer/m);
    expect(servers[0]?.log).toMatch(/^optseal: hint: call optseal.mxnet.set_optimizer/m);
  });

  const UNABLE: Readonly<Record<string, readonly [number, (folder: string) => readonly string[], object?]>> =
    {
      "without a trust document": [2, () => ["-m", "optseal.mxnet.server", ...TRUSTING]],
      "outside of MXNet's launcher": [2, ours, { DMLC_NUM_SERVER: "" }],
      "with a trust document that is not there": [3, (folder) => [...ours(folder), "--trust", "none.json"]],
      "with a trust document that is none": [12, (folder) => [...ours(folder), "--trust", "alice.pub"]],
      "with a store that is a file": [3, (folder) => [...ours(folder), "--store", "alice.pub"]],
      "without the command": [3, ours, { OPTSEAL_COMMAND: "/nowhere/optseal" }],
    };

  it.each(Object.keys(UNABLE))("does not start %s", (name) => {
    // Nothing of MXNet's is needed: it is not even imported.
    const found = mxnets.get("1.9") ?? [...mxnets.values()][0];
    if (found === undefined) return;
    const [exitCode, words, more = {}] = UNABLE[name] as (typeof UNABLE)[string];
    const folder = furnished();
    const launcher = {
      DMLC_PS_ROOT_URI: "127.0.0.1",
      DMLC_PS_ROOT_PORT: "1",
      DMLC_NUM_SERVER: "1",
      DMLC_NUM_WORKER: "1",
    };
    const { status, stderr } = spawnSync(found.python, ["-W", "ignore", ...words(folder)], {
      cwd: folder,
      env: { ...found.env, ...launcher, ...more },
      encoding: "utf8",
    });
    expect({ status, stderr }).toMatchObject({
      status: exitCode,
      stderr: expect.stringMatching(/^optseal: error: .+\noptseal: hint: .+\n$/),
    });
  });
});
