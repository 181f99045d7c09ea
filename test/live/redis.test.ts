/**
 * live: the store in a real Redis, raced for by processes and taken away from under them. Rounds of the race: 500, or as many as
 * OPTSEAL_RACE_ROUNDS says.
 */
import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisStore } from "../../src/node.ts";
import { skipIfMissing } from "./skip.ts";

const ROUNDS = Number(process.env.OPTSEAL_RACE_ROUNDS ?? 500);
const BATCH = 20;
const missing =
  spawnSync("redis-server", ["--version"]).status === 0 ? undefined : "there is no redis-server on the path";
const scope = { job: "bert", audience: "server-a" };
const base = mkdtempSync(join(tmpdir(), "optseal-redis-"));
const child = join(base, "child.mjs");
const started: ChildProcess[] = [];

beforeAll(async () => {
  const { nodeByImport } = await import(new URL("../../src/cli/bundle.mjs", import.meta.url).href);
  const entry = fileURLToPath(new URL("../trust/store-child.ts", import.meta.url));
  await build({
    entryPoints: [entry],
    outfile: child,
    bundle: true,
    platform: "node",
    format: "esm",
    plugins: [nodeByImport],
  });
});
afterAll(() => {
  for (const one of started) one.kill("SIGKILL");
  rmSync(base, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** A Redis of this test's own. `keeps`: it writes down all that it is told before it answers. */
async function startRedis(port: number, keeps: boolean): Promise<ChildProcess> {
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--dir", base, "--save", ""];
  const memory = keeps ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
  const server = spawn("redis-server", [...flags, ...memory], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(server);
  for await (const line of createInterface({ input: server.stdout }))
    if (line.includes("Ready to accept")) break;
  server.stdout.resume();
  return server;
}

async function stop(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  server.kill(signal);
  await once(server, "exit");
}

function startChild(url: string, ...task: readonly string[]) {
  const one = spawn(process.execPath, [child, url, ...task], { stdio: ["pipe", "pipe", "inherit"] });
  started.push(one);
  return {
    one,
    lines: createInterface({ input: one.stdout }),
    tell: (text: string) => one.stdin.write(`${text}\n`),
  };
}

describe("redis", () => {
  it("lets one of two processes win each sequence", async (context) => {
    skipIfMissing(context, missing);
    const port = await freePort();
    const server = await startRedis(port, false);
    const all = ["0", "1"].map(() => startChild(`redis://127.0.0.1:${port}/3`, "obey"));
    const readers = all.map(({ lines }) => lines[Symbol.asyncIterator]());
    const said = async () => Promise.all(readers.map(async (reader) => String((await reader.next()).value)));
    expect(await said()).toEqual(["ready", "ready"]);
    const wins = [0, 0];
    let close = 0;
    for (let first = 1; first <= ROUNDS; first += BATCH) {
      const sequences = Array.from({ length: BATCH }, (_, i) => first + i);
      // Each runs through them as fast as it can; who leads changes on the way.
      for (const [i, { tell }] of all.entries())
        tell(sequences.map((sequence) => `${sequence} ${i}`).join("\n"));
      for (const sequence of sequences) {
        const answers = await said();
        expect(
          answers.filter((answer) => answer === "new"),
          `round ${sequence}`,
        ).toHaveLength(1);
        if (answers.includes("conflict")) close++;
        else expect(answers).toContain("lower");
        wins[answers.indexOf("new")]!++;
      }
    }
    console.log(`${ROUNDS} rounds, won by each: ${wins.join(" and ")}; ${close} by less than a round`);
    expect(Math.min(...wins)).toBeGreaterThan(0);
    expect(close).toBeGreaterThan(0);
    for (const { one } of all) one.kill();
    await stop(server, "SIGTERM");
  });

  it("lets one of two amendments of one spec follow it, whichever comes first", async (context) => {
    skipIfMissing(context, missing);
    const port = await freePort();
    const server = await startRedis(port, false);
    const url = `redis://127.0.0.1:${port}/4`;
    const all = ["a", "b"].map(() => startChild(url, "obey"));
    const readers = all.map(({ lines }) => lines[Symbol.asyncIterator]());
    const said = async () => Promise.all(readers.map(async (reader) => String((await reader.next()).value)));
    expect(await said()).toEqual(["ready", "ready"]);
    for (const { tell } of all) tell("1 0");
    await said();
    let [sequence, digit] = [1, "0"];
    for (let round = 0; round < 100; round++) {
      const offers = [0, 1].map((i) => ({
        sequence: sequence + 1 + ((i + round) % 2),
        own: ((2 * round + 2 + i) % 16).toString(16),
      }));
      for (const [i, { tell }] of all.entries()) tell(`${offers[i]?.sequence} ${offers[i]?.own} ${digit}`);
      const answers = await said();
      expect(
        answers.filter((answer) => answer === "new"),
        `round ${round}: ${answers}`,
      ).toHaveLength(1);
      const winner = offers[answers.indexOf("new")]!;
      [sequence, digit] = [winner.sequence, winner.own];
    }
    for (const { one } of all) one.kill();
    await stop(server, "SIGTERM");
  });

  it("stopped and started: nothing is accepted twice, nothing is lost, and nobody needs a restart", async (context) => {
    skipIfMissing(context, missing);
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}/0`;
    let server = await startRedis(port, true);
    const winners = new Map<number, string>();
    const inForce: [number, string][] = [];
    let refused = 0;
    const all = ["a", "b"].map((digit) => {
      const process = startChild(url, "insist", digit);
      process.lines.on("line", (line) => {
        const [answer = "", sequence = "", by = ""] = line.split(" ");
        if (answer === "refused") refused++;
        if (answer === "in-force") inForce.push([Number(sequence), by]);
        if (answer !== "new") return;
        expect(winners.has(Number(sequence)), `${sequence} is new twice`).toBe(false);
        winners.set(Number(sequence), by);
      });
      return process;
    });
    const soon = { timeout: 60_000, interval: 5 };
    const more = async (count: number) => {
      const wanted = winners.size + count;
      await expect.poll(() => winners.size, soon).toBeGreaterThanOrEqual(wanted);
    };
    for (const signal of ["SIGTERM", "SIGKILL", "SIGKILL"] as const) {
      await more(50);
      const before = refused;
      await stop(server, signal);
      await expect.poll(() => refused, soon).toBeGreaterThan(before + 3);
      server = await startRedis(port, true);
    }
    await more(50);
    for (const { one } of all) await stop(one, "SIGKILL");
    const store = redisStore(url);
    const highest = await store.highest(scope);
    expect(highest?.sequence).toBeGreaterThanOrEqual(Math.max(...winners.keys()));
    // Only one whose answer was lost hears of it as in force, and nobody else was told that it won.
    for (const [sequence, by] of inForce) expect(winners.get(sequence) ?? by).toBe(by);
    await store.close();
    await stop(server, "SIGTERM");
  });

  it("that is stopped in the middle of a sentence is refused in time, and heard again", async (context) => {
    skipIfMissing(context, missing);
    const port = await freePort();
    const server = await startRedis(port, false);
    const store = redisStore(`redis://127.0.0.1:${port}/0`);
    expect(await store.highest(scope)).toBeUndefined();
    server.kill("SIGSTOP");
    const asked = performance.now();
    await expect(store.highest(scope)).rejects.toThrow("Redis does not answer");
    expect(performance.now() - asked).toBeLessThan(5000);
    server.kill("SIGCONT");
    await expect.poll(() => store.highest(scope).catch(() => "refused"), { timeout: 20_000 }).toBeUndefined();
    await store.close();
    await stop(server, "SIGTERM");
  });
});
