/**
 * Verification as a service: how much of it there is, against a bare server of node:http in the same run, and what a crowd of
 * hostile clients can take from it. Everything runs in processes of its own and talks through unix sockets.
 */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { open } from "optseal";
import { startProgress } from "../conformance/progress.mjs";
import { fixed, median, row } from "./measure.mjs";
import { requestOf } from "./serve/connection.mjs";
import { goodClient, hostileClients, startServers } from "./serve/processes.mjs";
import { AUDIENCE, gates, JOB, spec, statement, trustFile } from "./setting.mjs";

const USAGE = "usage: node bench/serve.mjs [--requests N]    hostile requests; 1000000";
const CONNECTIONS = 64;
const QUIET_MS = 5000;
const SAMPLE_MS = 250;

function readOptions() {
  try {
    const { values } = parseArgs({ options: { requests: { type: "string", default: "1000000" } } });
    const requests = Number(values.requests);
    if (Number.isSafeInteger(requests) && requests >= 100) return requests;
    throw new Error("--requests is a number from 100");
  } catch ({ message }) {
    console.error(`error: ${message}\n${USAGE}`);
    return process.exit(2);
  }
}

/** Mebibytes in 100,000 requests, by least squares. */
function slope(samples) {
  const mean = (of) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [x, y] = [mean(({ done }) => done), mean(({ memory }) => memory)];
  const over = samples.reduce((sum, { done, memory }) => sum + (done - x) * (memory - y), 0);
  return (1e5 * over) / samples.reduce((sum, { done }) => sum + (done - x) ** 2, 0);
}

const requests = readOptions();
const good = await statement(spec(1), 1, "binary");
const request = requestOf(`/verify?job=${JOB}&audience=${AUDIENCE}`, Buffer.from(good));
const { socket, echo, memory, end } = await startServers(trustFile);
const quiet = () => pause(QUIET_MS);
const cells = ({ perSecond, p50, p99 }) => [Math.round(perSecond), fixed(p50), fixed(p99)];

console.log(
  `verification at a unix socket, ${CONNECTIONS} connections, each asking as soon as it is answered\n`,
);
row("", "per second", "p50, ms", "p99, ms", "ratio to bare");
const crowd = { socket, request, connections: CONNECTIONS };
await goodClient(crowd, () => pause(1500));
const bare = await goodClient({ ...crowd, socket: echo }, quiet);
const many = await goodClient(crowd, quiet);
const health = await goodClient({ ...crowd, request: requestOf("/healthz") }, quiet);
const setting = gates();
let opened = 0;
for (const until = performance.now() + QUIET_MS; performance.now() < until; opened++)
  await open(good, setting);
const perSecond = (1000 * opened) / QUIET_MS;
row("bare node:http, echo of the same bytes", ...cells(bare), fixed(1));
row("GET /healthz", ...cells(health), fixed(health.perSecond / bare.perSecond));
row("POST /verify", ...cells(many), fixed(many.perSecond / bare.perSecond));
row("the library's `open`, in one process", Math.round(perSecond), "", "", fixed(perSecond / bare.perSecond));

console.log(`\n${requests} hostile requests, and good clients among them\n`);
row("", "per second", "p50, ms", "p99, ms", "p99 to quiet");
const samples = [];
const lost = {};
let before = 0;

/** A part of the hostile requests, while a good client is measured; and the same client alone, before and after. */
async function under(name, client, share) {
  const first = await goodClient(client, quiet);
  const part = Math.round(requests * share);
  const progress = startProgress(name, part);
  let done = 0;
  const sampling = setInterval(() => samples.push({ done: before + done, memory: memory() }), SAMPLE_MS);
  let hostile;
  const attacked = await goodClient(client, async () => {
    hostile = await hostileClients({ socket, good, requests: part }, (now) => {
      done = now;
      progress.at(now);
    });
  });
  clearInterval(sampling);
  progress.end();
  before += hostile.done;
  const last = await goodClient(client, quiet);
  const alone = (first.p99 + last.p99) / 2;
  row(`${name}, alone`, ...cells(first), fixed(1));
  row(`${name}, among hostile ones`, ...cells(attacked), fixed(attacked.p99 / alone));
  row("  hostile requests", Math.round(hostile.done / hostile.seconds), "", "", "");
  for (const { failed } of [first, attacked, last])
    for (const [status, count] of Object.entries(failed)) lost[status] = (lost[status] ?? 0) + count;
}

try {
  await under(`${CONNECTIONS} good connections`, crowd, 0.2);
  await under("one, every 5 ms", { socket, request, pauseMs: 5 }, 0.8);
  console.log(`\ngood requests without a good answer: ${JSON.stringify(lost)}`);
  const sizes = samples.map((one) => one.memory);
  const settled = samples.slice(samples.length >> 2);
  console.log(
    `the server's memory: ${fixed(sizes[0], 0)} MiB at the start, ${fixed(median(sizes), 0)} in the median, ` +
      `${fixed(Math.max(...sizes), 0)} at most, ${fixed(sizes.at(-1), 0)} at the end; ` +
      `${fixed(slope(settled))} MiB in 100,000 requests, the first quarter aside`,
  );
} finally {
  console.log(`the server's exit code at SIGTERM: ${await end()}`);
}
