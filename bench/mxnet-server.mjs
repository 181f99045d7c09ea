/**
 * Push, update and pull of one large array: this server against MXNet's own with its own Adam, in turn, in the same run. Both have
 * one worker; their weights are the same bits at the end. Usage: node bench/mxnet-server.mjs [ELEMENTS [PAIRS]]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { author } from "optseal";
import { mxnetWithPackage } from "../conformance/python-package.mjs";
import { compare, fixed, row } from "./measure.mjs";
import { AUDIENCE, JOB, statement, trustFile } from "./setting.mjs";

const [elements = 2 ** 24, pairs = 15] = process.argv.slice(2).map(Number);
const WORKER = fileURLToPath(new URL("mxnet/worker.py", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "optseal-bench-"));
const [trust, envelope, store] = ["trust.json", "envelope.json", "store"].map((name) => join(folder, name));
const adam = author({ optseal: 1, rule: "mxnet-1.9/adam", hyper: { learning_rate: 0.001 } });
writeFileSync(trust, trustFile);
writeFileSync(envelope, await statement(adam, 1, "json"));

const { python, env } = mxnetWithPackage("1.9");
const children = [];

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Starts a scheduler, a server and a worker; gives back the worker's lines. */
async function started(server, ...words) {
  const launcher = {
    DMLC_PS_ROOT_URI: "127.0.0.1",
    DMLC_PS_ROOT_PORT: String(await freePort()),
    DMLC_NUM_SERVER: "1",
    DMLC_NUM_WORKER: "1",
    DMLC_NODE_HOST: "127.0.0.1",
    DMLC_INTERFACE: "lo",
  };
  const start = (role, args, stdio) => {
    const child = spawn(python, ["-W", "ignore", ...args], {
      env: { ...env, ...launcher, DMLC_ROLE: role },
      stdio,
    });
    children.push(child);
    return child;
  };
  const quiet = ["ignore", "ignore", "inherit"];
  start("scheduler", ["-c", "import mxnet"], quiet);
  start("server", server, quiet);
  const worker = start("worker", [WORKER, ...words, String(elements)], ["pipe", "pipe", "inherit"]);
  const lines = createInterface({ input: worker.stdout })[Symbol.asyncIterator]();
  const next = async (wanted) => {
    const { value } = await lines.next();
    if (wanted !== undefined && value !== wanted) throw new Error(`the worker said ${value}`);
    return value;
  };
  await next("ready");
  return {
    update: async () => {
      worker.stdin.write("\n");
      await next("done");
    },
    end: () => {
      worker.stdin.end();
      return next();
    },
  };
}

try {
  const own = ["-c", "import mxnet"];
  const trusting = ["--trust", trust, "--store", store, "--job", JOB, "--audience", AUDIENCE];
  const peer = await started(own, "pickle");
  const subject = await started(["-m", "optseal.mxnet.server", ...trusting], envelope);
  const result = await compare(subject.update, peer.update, { pairs, calls: 1, warmup: 3 });
  const [bits, others] = [await subject.end(), await peer.end()];
  if (bits !== others) throw new Error("the weights differ");
  row("", "ms", "MXNet, ms", "ratio");
  const milliseconds = [result.subject, result.peer].map((time) => fixed(time / 1000, 0));
  row(`Adam, ${elements} float32, push-update-pull`, ...milliseconds, fixed(result.ratio));
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
}
