import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Digest } from "../../src/base/digest.ts";
import { folderStore } from "../../src/node.ts";
import type { Accepted, Scope, SequenceStore } from "../../src/trust/store.ts";
import { LANES, memoryStore } from "../../src/trust/store.ts";
import { refusal } from "./support.ts";

const scope = { job: "bert", audience: "server-a" };
const at = (sequence: number, digit = "a"): Accepted => ({
  sequence,
  digest: `sha256:${digit.repeat(64)}` as Digest,
});

const base = mkdtempSync(join(tmpdir(), "optseal-store-"));
const child = join(base, "child.mjs");
let made = 0;
/** A path in which there is nothing yet. */
const fresh = () => join(base, `store-${made++}`);

beforeAll(async () => {
  const entry = fileURLToPath(new URL("store-child.ts", import.meta.url));
  await build({ entryPoints: [entry], outfile: child, bundle: true, platform: "node", format: "esm" });
});
afterAll(() => rmSync(base, { recursive: true }));

/** The folder of the only scope, and the name of the only accepted sequence in it. */
function onlyFile(folder: string): { readonly inner: string; readonly file: string } {
  const inner = join(folder, readdirSync(folder).find((name) => name !== "unfinished")!);
  return { inner, file: join(inner, readdirSync(inner)[0]!) };
}

const stores: readonly [string, () => SequenceStore][] = [
  ["memory", memoryStore],
  ["folder", () => folderStore(fresh())],
];

describe.each(stores)("a store in %s", (_, make) => {
  it("answers by the highest", async () => {
    const store = make();
    expect(await store.highest(scope)).toBeUndefined();
    expect(await store.accept(scope, at(5))).toBe("new");
    expect(await store.accept(scope, at(5))).toBe("in-force");
    expect(await store.accept(scope, at(5, "b"))).toBe("conflict");
    expect(await store.accept(scope, at(4))).toBe("lower");
    expect(await store.accept(scope, at(10))).toBe("new");
    expect(await store.accept(scope, at(5))).toBe("lower");
    expect(await store.accept(scope, at(Number.MAX_SAFE_INTEGER))).toBe("new");
    expect(await store.highest(scope)).toEqual(at(Number.MAX_SAFE_INTEGER));
  });

  it("lets one follow another, and nothing that was to follow something else", async () => {
    const store = make();
    expect(await store.accept(scope, at(1), at(1).digest)).toBe("stale");
    await store.accept(scope, at(1));
    expect(await store.accept(scope, at(3, "b"), at(1, "f").digest)).toBe("stale");
    expect(await store.accept(scope, at(3, "b"), at(1).digest)).toBe("new");
    expect(await store.accept(scope, at(3, "b"), at(1).digest)).toBe("in-force");
    expect(await store.accept(scope, at(3, "c"), at(1).digest)).toBe("conflict");
    expect(await store.accept(scope, at(2, "c"), at(1).digest)).toBe("lower");
    expect(await store.accept(scope, at(5, "c"), at(1).digest)).toBe("stale");
    expect(await store.highest(scope)).toEqual(at(3, "b"));
  });

  it("of many that are to follow one, lets one", async () => {
    const store = make();
    await store.accept(scope, at(1));
    const rivals = [..."23456789"].map((digit) =>
      store.accept(scope, at(Number(digit), digit), at(1).digest),
    );
    const answers = (await Promise.all(rivals)).toSorted();
    expect(answers.filter((answer) => answer === "new")).toHaveLength(1);
    expect(new Set(answers)).not.toContain("in-force");
  });

  it("keeps scopes apart", async () => {
    const store = make();
    await store.accept(scope, at(5));
    expect(await store.accept({ job: "bert", audience: "server-b" }, at(1))).toBe("new");
    expect(await store.accept({ job: "ber", audience: "tserver-a" }, at(0))).toBe("new");
    expect((await store.highest(scope))?.sequence).toBe(5);
  });

  it("counts each lane by itself", async () => {
    const store = make();
    const [orders, mine, theirs] = [LANES.checkpoint, LANES.manifest(0, 2), LANES.manifest(1, 2)].map(
      (lane) => ({ ...scope, lane }),
    ) as [Scope, Scope, Scope];
    await store.accept(scope, at(5));
    expect(await store.accept(orders, at(9))).toBe("new");
    expect(await store.accept(mine, at(3))).toBe("new");
    expect(await store.highest(theirs)).toBeUndefined();
    expect(await store.accept(scope, at(5))).toBe("in-force");
    expect(await store.accept(orders, at(5))).toBe("lower");
    expect((await store.highest(mine))?.sequence).toBe(3);
    for (const lane of ["", "a b", "a/", "/1", "../1", "a\n", "Manifest/0"])
      await expect(store.accept({ ...scope, lane }, at(1))).rejects.toThrow(TypeError);
  });

  it("takes no labels that no statement has", async () => {
    const store = make();
    for (const job of ["", "a\nb", "a b", "x".repeat(129)])
      await expect(store.accept({ job, audience: "s" }, at(1))).rejects.toThrow(TypeError);
  });

  it("lets one of many win", async () => {
    const store = make();
    const answers = await Promise.all([..."0123456789"].map((digit) => store.accept(scope, at(1, digit))));
    expect(answers.toSorted()).toEqual([...new Array(9).fill("conflict"), "new"]);
  });
});

/** For 50 processes one after another, on a machine that does other things too. */
const KILLS_MS = 300_000;

describe("a folder", () => {
  it("does not take a file of one lane for one of another", async () => {
    const folder = fresh();
    const lane = { ...scope, lane: LANES.checkpoint };
    await folderStore(folder).accept(scope, at(7));
    const { inner } = onlyFile(folder);
    await folderStore(folder).accept(lane, at(8));
    const other = readdirSync(folder).find((name) => name !== "unfinished" && !inner.endsWith(name))!;
    cpSync(join(folder, other), inner, { recursive: true });
    expect(await refusal(() => folderStore(folder).highest(scope))).toBe("trust:store");
    expect(await folderStore(folder).highest(lane)).toEqual(at(8));
  });

  it("outlives the store", async () => {
    const folder = fresh();
    await folderStore(folder).accept(scope, at(7));
    expect(await folderStore(folder).highest(scope)).toEqual(at(7));
    expect(await folderStore(folder).accept(scope, at(7))).toBe("in-force");
  });

  it("is made for its owner alone, with what is above it", async () => {
    const folder = join(fresh(), "a", "b");
    await folderStore(folder).accept(scope, at(7));
    const { inner, file } = onlyFile(folder);
    expect([folder, inner, file].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual([
      "700",
      "700",
      "600",
    ]);
  });

  it("is not made by looking, nor written by saying the same again", async () => {
    const folder = fresh();
    await folderStore(folder).highest(scope);
    expect(existsSync(folder)).toBe(false);
    await folderStore(folder).accept(scope, at(7));
    const { inner, file } = onlyFile(folder);
    const before = [statSync(inner), statSync(file)].map(({ mtimeMs, ctimeMs }) => [mtimeMs, ctimeMs]);
    expect(await folderStore(folder).accept(scope, at(7))).toBe("in-force");
    expect([statSync(inner), statSync(file)].map(({ mtimeMs, ctimeMs }) => [mtimeMs, ctimeMs])).toEqual(
      before,
    );
  });

  it("is cleared of what others left unfinished long ago, and of nothing else", async () => {
    const folder = fresh();
    await folderStore(folder).accept(scope, at(1));
    const [old, young] = ["old", "young"].map((name) => join(folder, "unfinished", name)) as [string, string];
    for (const path of [old, young]) writeFileSync(path, "opt");
    utimesSync(old, 0, 0);
    await folderStore(folder).accept(scope, at(2));
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });

  it("takes no offer that is none", async () => {
    const store = folderStore(fresh());
    for (const offered of [at(-1), at(0.5), at(2 ** 53), { sequence: 1, digest: "sha256:../../x" as Digest }])
      await expect(store.accept(scope, offered)).rejects.toThrow(TypeError);
    expect(() => folderStore("")).toThrow(TypeError);
  });
});

type Damage = (paths: { readonly folder: string; readonly inner: string; readonly file: string }) => void;

const damages: readonly [string, Damage][] = [
  ["torn", ({ file }) => writeFileSync(file, readFileSync(file).subarray(0, 40))],
  ["empty", ({ file }) => writeFileSync(file, "")],
  ["followed by more", ({ file }) => writeFileSync(file, `${readFileSync(file, "latin1")}x`)],
  ["another's", ({ file }) => writeFileSync(file, readFileSync(file, "latin1").replace("bert", "gpt2"))],
  ["renamed", ({ inner, file }) => renameSync(file, join(inner, "9".padStart(16, "0")))],
  ["a folder", ({ inner }) => mkdirSync(join(inner, "9".padStart(16, "0")))],
  ["beside a stranger", ({ inner }) => writeFileSync(join(inner, "notes.txt"), "")],
  ["beside a sequence too high", ({ inner }) => writeFileSync(join(inner, "9".repeat(16)), "")],
  [
    "of another scope",
    ({ file }) => writeFileSync(file, readFileSync(file, "latin1").replace("server-a", "server-b")),
  ],
  ["open to others", ({ inner }) => chmodSync(inner, 0o777)],
  ["in a folder open to others", ({ folder }) => chmodSync(folder, 0o770)],
  [
    "in a file instead of a folder",
    ({ inner }) => {
      rmSync(inner, { recursive: true });
      writeFileSync(inner, "");
    },
  ],
];

describe("a history that cannot be read is not an empty one", () => {
  it.each(damages)("%s: store", async (_, damage) => {
    const folder = fresh();
    await folderStore(folder).accept(scope, at(7));
    damage({ folder, ...onlyFile(folder) });
    expect(await refusal(() => folderStore(folder).highest(scope))).toBe("trust:store");
    expect(await refusal(() => folderStore(folder).accept(scope, at(8)))).toBe("trust:store");
  });

  it("gone under a store that knows better: store", async () => {
    const folder = fresh();
    const store = folderStore(folder);
    await store.accept(scope, at(7));
    const reader = folderStore(folder);
    await reader.highest(scope);
    const copy = fresh();
    cpSync(folder, copy, { recursive: true });
    rmSync(onlyFile(folder).file);
    for (const one of [store, reader]) expect(await refusal(() => one.highest(scope))).toBe("trust:store");
    rmSync(folder, { recursive: true });
    for (const one of [store, reader])
      expect(await refusal(() => one.accept(scope, at(8)))).toBe("trust:store");
    cpSync(copy, folder, { recursive: true });
    expect(await store.accept(scope, at(8))).toBe("new");
  });

  it("in a place where no folder can be: store", async () => {
    const file = fresh();
    writeFileSync(file, "");
    expect(await refusal(() => folderStore(join(file, "store")).accept(scope, at(1)))).toBe("trust:store");
  });
});

const exited = (one: ChildProcess) => new Promise<void>((done) => void one.once("exit", () => done()));

/** A child and its lines, one at a time. */
function start(folder: string, ...task: readonly string[]) {
  const one = spawn(process.execPath, [child, folder, ...task], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: one.stdout })[Symbol.asyncIterator]();
  return {
    one,
    over: exited(one),
    line: async () => String((await lines.next()).value),
    tell: (text: string) => one.stdin.write(`${text}\n`),
  };
}

describe("processes", () => {
  it("that each bring an amendment of one spec: exactly one is told that it is new", async () => {
    const folder = fresh();
    const all = Array.from({ length: 4 }, () => start(folder, "obey"));
    for (const { line } of all) expect(await line()).toBe("ready");
    const store = folderStore(folder);
    let winner = { sequence: 0, digit: "0" };
    await store.accept(scope, at(0, "0"));
    for (let round = 0; round < 50; round++) {
      // Whoever comes first is as often the one with the higher sequence as with the lower.
      const offers = all.map((_, i) => ({
        sequence: winner.sequence + 1 + ((i * 3 + round) % 4),
        digit: ((4 * round + 4 + i) % 16).toString(16),
      }));
      for (const [i, { tell }] of all.entries())
        tell(`${offers[i]!.sequence} ${offers[i]!.digit} ${winner.digit}`);
      const answers = await Promise.all(all.map(({ line }) => line()));
      expect(
        answers.filter((answer) => answer === "new"),
        `round ${round}: ${answers}`,
      ).toHaveLength(1);
      expect(answers).not.toContain("in-force");
      winner = offers[answers.indexOf("new")]!;
      expect(await store.highest(scope)).toEqual(at(winner.sequence, winner.digit));
    }
    for (const { one } of all) one.kill();
    await Promise.all(all.map(({ over }) => over));
  });

  it("killed at 50 moments forget nothing that they accepted", { timeout: KILLS_MS }, async () => {
    const folder = fresh();
    let said = -1;
    let seed = 1;
    for (let i = 0; i < 50; i++) {
      const { one, over, line } = start(
        folder,
        "climb",
        String(((await folderStore(folder).highest(scope))?.sequence ?? -1) + 1),
      );
      // Any moment within a few acceptances, once the first is through.
      let last = await line();
      seed = (seed * 48271) % 2147483647;
      setTimeout(() => one.kill("SIGKILL"), (seed % 1000) / 50);
      for (; last !== "undefined"; last = await line()) {
        const [answer, sequence] = last.split(" ");
        expect(answer).toBe("new");
        said = Number(sequence);
      }
      await over;
      expect(one.signalCode).toBe("SIGKILL");
      const highest = await folderStore(folder).highest(scope);
      expect(highest?.sequence).toBeGreaterThanOrEqual(said);
      expect(highest?.sequence).toBeLessThanOrEqual(said + 1);
      expect(await folderStore(folder).accept(scope, at(said, "f"))).toMatch(/^(lower|conflict)$/);
    }
    expect(said).toBeGreaterThan(50);
  });

  it("of which eight race: one wins each sequence, and what is accepted only rises", async () => {
    const folder = fresh();
    const all = Array.from({ length: 8 }, () => start(folder, "obey"));
    for (const { line } of all) expect(await line()).toBe("ready");
    for (let sequence = 1; sequence <= 20; sequence++) {
      // One line for all at once, each with a digest of its own; then all with the same.
      all.forEach(({ tell }, i) => void tell(`${2 * sequence} ${i}`));
      const answers = await Promise.all(all.map(({ line }) => line()));
      expect(answers.toSorted()).toEqual([...new Array(7).fill("conflict"), "new"]);
      for (const { tell } of all) tell(`${2 * sequence + 1} a`);
      const same = await Promise.all(all.map(({ line }) => line()));
      expect(same.toSorted()).toEqual([...new Array(7).fill("in-force"), "new"]);
    }
    const offers = all.map((_, i) => Array.from({ length: 40 }, (__, k) => 100 + ((k * 37 + i * 11) % 160)));
    let known = 0;
    const answers = await Promise.all(
      all.map(async ({ tell, line }, i) => {
        const accepted: number[] = [];
        for (const sequence of offers[i]!) {
          // Accepted by anyone before this was offered.
          const before = known;
          tell(`${sequence} ${i}`);
          if ((await line()) !== "new") continue;
          expect(sequence).toBeGreaterThan(before);
          known = Math.max(known, sequence);
          accepted.push(sequence);
        }
        return accepted;
      }),
    );
    for (const accepted of answers) expect(accepted).toEqual(accepted.toSorted((a, b) => a - b));
    const accepted = answers.flat();
    expect(new Set(accepted).size).toBe(accepted.length);
    expect((await folderStore(folder).highest(scope))?.sequence).toBe(Math.max(...offers.flat()));
    for (const { one } of all) one.kill();
    await Promise.all(all.map(({ over }) => over));
  });
});
