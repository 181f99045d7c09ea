/** live: a scheduler, servers and workers of MXNet on this machine. In: a plan. Out: what the workers saw, and all logs. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Environment } from "../environments.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const WORKER = here("worker.py");
/** From this many elements on, arrays are split over servers. */
export const SPLIT = 1000;
const LONGEST_MS = 120_000;
/** What a process may take to end after the workers have. */
const LEAVE_MS = 10_000;

export interface Plan {
  readonly mode: "dist_sync" | "dist_async";
  readonly keys: "int" | "str";
  /** Methods of `worker.py`, each with its arguments. */
  readonly steps: readonly (readonly (string | number)[])[];
}

export interface Ended {
  /** By worker, then by step. */
  readonly results: readonly (readonly unknown[])[];
  /** What each server printed, and its exit code. */
  readonly servers: readonly { readonly log: string; readonly exitCode: number | null }[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A process, and what it has printed so far. */
interface Started {
  readonly name: string;
  readonly child: ChildProcess;
  readonly log: string;
  readonly ended: Promise<unknown>;
}

/** How MXNet's own server is started. */
export const OWN: readonly string[] = ["-c", "import mxnet"];

/**
 * Runs a plan in two workers, on two servers that are started with these words.
 * @throws Error with all logs, where a worker fails; with `stuck`, workers are to hang, and servers to end
 */
export async function runPlan(
  { python, env }: Environment,
  server: readonly string[],
  plan: Plan,
  folder: string,
  { stuck = false, count = 2 }: { readonly stuck?: boolean; readonly count?: number } = {},
): Promise<Ended> {
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  const common = {
    ...env,
    DMLC_PS_ROOT_URI: "127.0.0.1",
    DMLC_PS_ROOT_PORT: String(await freePort()),
    DMLC_NUM_SERVER: String(count),
    DMLC_NUM_WORKER: String(count),
    DMLC_NODE_HOST: "127.0.0.1",
    DMLC_INTERFACE: "lo",
    MXNET_KVSTORE_BIGARRAY_BOUND: String(SPLIT),
    OMP_NUM_THREADS: "1",
  };
  const started: Started[] = [];
  const start = (name: string, role: string, words: readonly string[]) => {
    const child = spawn(python, ["-W", "ignore", ...words], {
      cwd: folder,
      env: { ...common, DMLC_ROLE: role },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const one = { name, child, log: "", ended: once(child, "close") };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        one.log += text;
      });
    started.push(one);
    return one;
  };
  const each = Array.from({ length: count }, (_, i) => i);
  try {
    start("scheduler", "scheduler", OWN);
    const servers = each.map((i) => start(`server-${i}`, "server", server));
    const workers = each.map((i) =>
      start(`worker-${i}`, "worker", [WORKER, join(folder, "plan.json"), folder]),
    );
    const awaited = (stuck ? servers : workers).map(({ ended }) => ended);
    await Promise.race([Promise.all(awaited), sleep(LONGEST_MS, undefined, { ref: false })]);
    const failed = stuck ? [] : workers.filter(({ child }) => child.exitCode !== 0);
    if (failed.length > 0) {
      const all = started.map(({ name, log }) => `== ${name}\n${log}`);
      throw new Error(`workers failed\n${all.join("\n")}`);
    }
    if (!stuck) await Promise.race([Promise.all(started.map(({ ended }) => ended)), sleep(LEAVE_MS)]);
    return {
      results: stuck
        ? []
        : each.map((i) => JSON.parse(readFileSync(join(folder, `results-${i}.json`), "utf8"))),
      servers: servers.map(({ log, child }) => ({ log, exitCode: child.exitCode })),
    };
  } finally {
    for (const { child } of started) child.kill("SIGKILL");
    await Promise.all(started.map(({ ended }) => ended));
  }
}
