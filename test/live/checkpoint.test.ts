/**
 * live: servers killed at random moments, by a seed: whatever was accepted stays accepted, no file is torn, and training goes on to the
 * same bits. Most are processes that save without an end; some are MXNet's, with a scheduler and workers.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Checked } from "../../src/index.ts";
import { author, check, parseSecretKeyFile, sign, signCheckpoint } from "../../src/index.ts";
import { folderStore } from "../../src/node.ts";
import { LANES } from "../../src/trust/store.ts";
import { optseal } from "../cli/fake-io.ts";
import type { Environment } from "./environments.ts";
import { mxnetWithPackage } from "./environments.ts";
import type { Ended, Plan } from "./mxnet/cluster.ts";
import { runPlan, SPLIT } from "./mxnet/cluster.ts";
import { skipIfMissing } from "./skip.ts";

const SEED = Number(process.env.OPTSEAL_SEED ?? 1);
/** Kills of processes that save, and of MXNet's servers; as many of the latter as OPTSEAL_MXNET_KILLS says. */
const [KILLS, MXNET_KILLS] = [47, Number(process.env.OPTSEAL_MXNET_KILLS ?? 3)];
const LAST = 400;
/** Things that a server does for about two checkpoints: one of them is its last. */
const STEPS = 60;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SPEC = {
  optseal: 1,
  rule: "torch-2.13/adamw",
  hyper: { lr: 0.01 },
  schedule: { name: "torch-2.13/steplr", hyper: { step_size: 7 } },
};
const SCOPE = { job: "job", audience: "ps" };

const scratch = mkdtempSync(join(tmpdir(), "optseal-checkpoint-"));
let mxnet: Environment | undefined;
let missing: string | undefined;

beforeAll(() => {
  try {
    mxnet = mxnetWithPackage("1.9");
  } catch (error) {
    missing = `MXNet 1.9 could not be installed: ${(error as Error).message}`;
  }
}, 1_800_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Numbers from 0 to 1, the same for the same seed (a Weyl sequence, mixed). */
function random(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x9e3779b9) | 0;
    const mixed = Math.imul(at ^ (at >>> 16), 0x21f0aaad);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A folder with keys, a trust document, a spec, and orders to save from 1 on. */
async function furnished(name: string, orders: number): Promise<string> {
  const folder = join(scratch, name);
  mkdirSync(folder);
  const now = Math.floor(Date.now() / 1000);
  const run = async (...argv: readonly string[]) =>
    expect(await optseal(folder, argv, { now })).toMatchObject({ exitCode: 0 });
  for (const owner of ["root", "alice", "trainer", "host"]) await run("keygen", owner);
  const roles = ["--signer", "alice.pub", "--checkpointer", "trainer.pub", "--server", "host.pub"];
  await run("trust", "init", "--root", "root.key", ...roles, "-o", "trust.json");
  const keyOf = (owner: string) => parseSecretKeyFile(readFileSync(join(folder, `${owner}.key`), "utf8")).key;
  const checked: Checked = check(author(SPEC));
  const claims = (sequence: number) => ({
    job: SCOPE.job,
    audience: [SCOPE.audience],
    sequence,
    issued: now,
    expires: now + 3600,
  });
  writeFileSync(join(folder, "spec.json"), await sign(checked, claims(1), keyOf("alice")));
  for (let i = 1; i <= orders; i++)
    writeFileSync(
      join(folder, `order-${i}.json`),
      await signCheckpoint(checked, claims(i), keyOf("trainer")),
    );
  return folder;
}

interface Life {
  readonly resumed: number;
  readonly ordered: number;
  readonly saved: number;
}

/** The bits after each order, as any life told them: all lives have to agree. */
type Known = Map<number, string>;

/** Runs a server that saves, killed so many steps after it has resumed; its words are its last. */
async function live(folder: string, last: number, steps: number | undefined, known: Known): Promise<Life> {
  const { python, env } = mxnet as Environment;
  const child = spawn(
    python,
    [here("checkpoint/saver.py"), folder, ...[last, steps ?? []].flat().map(String)],
    {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const closed = once(child, "close");
  const told = { resumed: -1, ordered: 0, saved: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    const [what = "", number = "", bits] = line.split(" ");
    told[what as keyof Life] = Number(number);
    if (bits !== undefined) {
      expect(known.get(Number(number)) ?? bits, `order ${number}, ${what}`).toBe(bits);
      known.set(Number(number), bits);
    }
  }
  const [, signal] = await closed;
  expect(errors.join("")).toBe("");
  expect(signal).toBe(steps === undefined ? null : "SIGKILL");
  return told;
}

describe("servers that save, killed", () => {
  it(`resume ${KILLS} times to what they had saved (seed ${SEED})`, async (context) => {
    skipIfMissing(context, missing);
    const known: Known = new Map();
    const job = async (name: string, kills: number, draw: () => number) => {
      const folder = await furnished(name, LAST);
      const store = folderStore(join(folder, "store"));
      let before: Life = { resumed: 0, ordered: 0, saved: 0 };
      const resumed: number[] = [];
      for (let i = 0; i < kills; i++) {
        const life = await live(folder, LAST, Math.floor(draw() * STEPS), known);
        resumed.push(life.resumed);
        // What was said to be saved is there; what was begun may be.
        expect(life.resumed).toBeGreaterThanOrEqual(Math.max(before.saved, before.resumed));
        expect(life.resumed).toBeLessThanOrEqual(Math.max(before.ordered, before.resumed) + 1);
        const [spec, order, manifest] = await Promise.all(
          [undefined, LANES.checkpoint, LANES.manifest(0, 1)].map((lane) =>
            store.highest({ ...SCOPE, ...(lane === undefined ? {} : { lane }) }),
          ),
        );
        expect(spec?.sequence).toBe(1);
        expect(order?.sequence ?? 0).toBeGreaterThanOrEqual(Math.max(life.ordered, before.ordered));
        expect(manifest?.sequence ?? 0).toBeGreaterThanOrEqual(Math.max(life.saved, life.resumed));
        before = life;
      }
      return resumed;
    };
    const draw = random(SEED);
    const half = Math.ceil(KILLS / 2);
    const lives = await Promise.all([job("one", half, draw), job("two", KILLS - half, random(SEED + 1))]);
    console.log(`resumed at ${lives.map((numbers) => numbers.join(" ")).join("; ")}`);
    for (const numbers of lives) expect(numbers.at(-1)).toBeGreaterThan(3);
    // One that nobody has killed has the same bits at each order.
    const most = Math.max(...lives.flat());
    const calm = await live(await furnished("calm", most), most, undefined, known);
    expect(calm).toEqual({ resumed: 0, ordered: most, saved: most });
  }, 300_000);
});

describe("MXNet's servers, killed while they save", () => {
  const SIZES = [20, 301];
  /** Turns of training at which the orders are given, and the last one. */
  const TURNS = [0, 4, 7, 9];
  const start = [["send", "spec.json"], ...SIZES.map((size, i) => ["init", i, size])] as Plan["steps"];
  const plan = (...steps: Plan["steps"]): Plan => ({
    mode: "dist_sync",
    keys: "int",
    steps: [...start, ...steps],
  });
  const each = (name: string, ...rest: readonly number[]) => SIZES.map((_, i) => [name, i, ...rest] as const);
  const training = plan(
    ...TURNS.slice(1).flatMap((turn, i): Plan["steps"] => [
      ...each("train", turn - (TURNS[i] as number)),
      ["save", `order-${i + 1}.json`],
    ]),
  );
  const resumption = plan(["go_on", ...TURNS]);
  const options = (folder: string) => [
    ...["--job", "job", "--audience", "ps", "--trust", join(folder, "trust.json")],
    ...[
      "--store",
      join(folder, "store"),
      "--checkpoints",
      join(folder, "saved"),
      "--key",
      join(folder, "host.key"),
    ],
  ];
  const server = (folder: string) => ["-m", "optseal.mxnet.server", ...options(folder)];
  const dying = (folder: string, steps: number) => [
    here("mxnet/dying_server.py"),
    String(steps),
    ...options(folder),
  ];
  const only = ({ results: [found = []] }: Ended) => found;

  it.for(["dist_sync", "dist_async"] as const)(
    "two of them, with two workers, bring back every part: %s",
    { timeout: 300_000 },
    async (mode, context) => {
      skipIfMissing(context, missing);
      const folder = await furnished(`mxnet-${mode}`, 1);
      const sizes = [20, 3 * SPLIT + 1];
      const first: Plan["steps"] = [
        ["send", "spec.json"],
        ...sizes.map((size, i) => ["init", i, size]),
      ] as const;
      // Where servers do not wait for all workers, one pushes at a time.
      const train = (turns: number): Plan["steps"] =>
        sizes.flatMap((_, i) =>
          mode === "dist_sync"
            ? [["train", i, turns]]
            : [0, 1].map((rank) => ["alone", rank, "train", i, turns]),
        );
      const save: Plan["steps"][number] = ["alone", 0, "save", "order-1.json"];
      // What was saved, and the turn at which: in the first life by itself, in the second behind that without an order.
      const ask = (...turns: readonly number[]): Plan["steps"] => [
        ["barrier"],
        ["go_on", ...turns],
        ["barrier"],
      ];
      const whole = {
        mode,
        keys: "int",
        steps: [...first, ...train(4), save, ...ask(4), ...train(3)],
      } as const;
      const before = await runPlan(mxnet as Environment, server(folder), whole, folder);
      const saved = before.results[0]?.[whole.steps.indexOf(save)];
      expect(saved).toMatchObject({ status: "new", sequence: 1 });
      const again = { mode, keys: "int", steps: [...first, ...ask(0, 4), ...train(3)] } as const;
      const after = await runPlan(mxnet as Environment, server(folder), again, folder);
      expect(after.results.map(([sent]) => sent)).toMatchObject([{ resumed: 1 }, { resumed: 1 }]);
      const tail = again.steps.length - first.length;
      expect(after.results.map((one) => one.slice(-tail))).toEqual(
        before.results.map((one) => one.slice(-tail)),
      );
      expect(after.servers.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    },
  );

  it(`resume ${MXNET_KILLS} times to the same bits (seed ${SEED})`, async (context) => {
    skipIfMissing(context, missing);
    const found = mxnet as Environment;
    const calm = await furnished("mxnet-calm", 3);
    const told = only(await runPlan(found, server(calm), training, calm, { count: 1 })).slice(start.length);
    const saves = told.filter((_, i) => training.steps[start.length + i]?.[0] === "save");
    expect(saves).toMatchObject([1, 2, 3].map((sequence) => ({ status: "new", sequence })));
    const bits = told.filter((one) => typeof one === "string");
    const final = bits.slice(-SIZES.length);

    const draw = random(SEED + 2);
    const resumed: unknown[] = [];
    for (let i = 0; i < MXNET_KILLS; i++) {
      const folder = await furnished(`mxnet-${i}`, 3);
      // Three saves are 87 steps.
      const steps = Math.floor(((i + draw()) / MXNET_KILLS) * 87);
      const killed = await runPlan(found, dying(folder, steps), training, folder, { count: 1, stuck: true });
      expect(killed.servers.map(({ exitCode }) => exitCode)).toEqual([null]);
      const again = only(await runPlan(found, server(folder), resumption, folder, { count: 1 }));
      const at = (again[0] as { resumed: number | null }).resumed;
      resumed.push(at);
      const [before, after] = again[start.length] as readonly [readonly string[], readonly string[]];
      // After the order: the bits that each key had when it was given.
      if (at !== null) expect(before).toEqual(bits.slice((at - 1) * SIZES.length, at * SIZES.length));
      expect(after).toEqual(final);
    }
    console.log(`MXNet resumed at ${resumed.join(" ")}`);
    expect(new Set(resumed).size).toBeGreaterThan(1);
  }, 1_200_000);
});
