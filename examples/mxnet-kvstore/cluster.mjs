/** MXNet's scheduler, two servers of optseal's and two workers, each a process on this machine. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("worker.py", import.meta.url));
const COUNT = 2;
const EACH = Array.from({ length: COUNT }, (_, i) => i);

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/**
 * @param mxnet `{ python, env }`: a Python with MXNet and the package optseal
 * @param folder where logs go, and where the processes work
 * @param serverWords what follows `python` for each server, by its number
 * @param plan the file that the workers are given
 * @param hear called with what workers tell
 * @returns `ended`, of which the promise rejects when a worker fails; `kill(i)`, which ends server `i` as a power cut does;
 *   `stop`, which ends all
 */
export async function startCluster({ python, env }, { folder, serverWords, plan, hear }) {
  const port = await freePort();
  const common = {
    ...env,
    DMLC_PS_ROOT_URI: "127.0.0.1",
    DMLC_PS_ROOT_PORT: String(port),
    DMLC_NUM_SERVER: String(COUNT),
    DMLC_NUM_WORKER: String(COUNT),
    DMLC_NODE_HOST: "127.0.0.1",
    DMLC_INTERFACE: "lo",
    OMP_NUM_THREADS: "1",
  };
  const children = [];
  const start = (name, role, words, stdout) => {
    const log = openSync(join(folder, `${name}.log`), "a");
    const options = {
      cwd: folder,
      env: { ...common, DMLC_ROLE: role },
      stdio: ["ignore", stdout ?? log, log],
    };
    const child = spawn(python, ["-W", "ignore", ...words], options);
    children.push(child);
    return child;
  };
  start("scheduler", "scheduler", ["-c", "import mxnet"]);
  const servers = EACH.map((i) => start(`server-${i}`, "server", serverWords(i)));
  const workers = EACH.map((i) => start(`worker-${i}`, "worker", [WORKER, plan], "pipe"));
  const ends = workers.map(async (worker, i) => {
    createInterface({ input: worker.stdout }).on("line", (line) => hear(JSON.parse(line)));
    const [code] = await once(worker, "close");
    if (code !== 0) throw new Error(`a worker failed: see worker-${i}.log in ${folder}`);
  });
  const ended = Promise.all(ends);
  ended.catch(() => {});
  return {
    ended,
    kill: (i) => servers[i].kill("SIGKILL"),
    async stop() {
      const gone = children
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((child) => once(child, "exit"));
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(gone);
    },
  };
}
