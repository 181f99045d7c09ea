/** The processes of the service's bench: the server, its peer, good clients and hostile ones. None shares a thread with another. */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const CLI = here("../../dist/bin/optseal.js");
const PATIENCE_MS = 10_000;

async function listening(child, path) {
  const until = Date.now() + PATIENCE_MS;
  while (!existsSync(path)) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`nobody listens at ${path}`);
    await pause(20);
  }
}

/**
 * `optseal serve` with a store in a folder, and a bare server of node:http beside it, in a new folder.
 * @param {Uint8Array} trust the trust document's bytes
 */
export async function startServers(trust) {
  const folder = mkdtempSync(join(tmpdir(), "optseal-bench-"));
  const [socket, echo, file] = ["serve.sock", "echo.sock", "trust.json"].map((name) => join(folder, name));
  writeFileSync(file, trust);
  const place = ["--socket", socket, "--trust", file, "--store", join(folder, "accepted")];
  // Its log is of the size of what hostile clients say.
  const server = spawn(process.execPath, [CLI, "serve", ...place], { stdio: "ignore" });
  const peer = spawn(process.execPath, [here("echo.mjs"), echo], { stdio: "ignore" });
  await Promise.all([listening(server, socket), listening(peer, echo)]);
  return {
    socket,
    echo,
    /** Mebibytes of the server that are in memory. */
    memory: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]) / 1024,
    /** The server's exit code, after SIGTERM. */
    async end() {
      const over = [server, peer].map((child) => child.exitCode ?? once(child, "exit"));
      server.kill("SIGTERM");
      peer.kill();
      await Promise.all(over);
      rmSync(folder, { recursive: true });
      return server.exitCode;
    },
  };
}

/**
 * A good client, for as long as `work` takes.
 * @returns answers, failures by status (0: closed without an answer), answers a second, and the times' p50, p99 and most in ms
 */
export async function goodClient({ socket, request, connections = 1, pauseMs = 0 }, work) {
  const client = fork(here("good.mjs"));
  client.send({ path: socket, request: Buffer.from(request).toString("base64"), connections, pauseMs });
  await work();
  const told = once(client, "message");
  client.send("enough");
  return (await told)[0];
}

/** So many hostile requests. @returns how many of each kind, and seconds */
export async function hostileClients({ socket, good, requests }, at = () => undefined) {
  const crowd = fork(here("hostile.mjs"));
  const started = performance.now();
  let last;
  crowd.on("message", (message) => {
    last = message;
    at(message.done);
  });
  const over = once(crowd, "exit");
  crowd.send({ path: socket, good: Buffer.from(good).toString("base64"), requests });
  await over;
  if (last?.sent === undefined) throw new Error("the hostile clients broke");
  return { ...last, seconds: (performance.now() - started) / 1000 };
}
