/**
 * A good client, in a process of its own: asks the same question by so many connections, each as soon as it has its answer (or
 * after a pause), until it is told to stop. Every answer must be 200: it says how many were not.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Connection } from "./connection.mjs";

const quantile = (sorted, q) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

async function ask({ path, request, pauseMs }, tally, isOver) {
  let connection = new Connection(path);
  while (!isOver()) {
    const started = performance.now();
    const status = await connection.ask(request);
    tally.milliseconds.push(performance.now() - started);
    if (status !== 200) tally.failed[status] = (tally.failed[status] ?? 0) + 1;
    // A server may close a connection between two answers, by HTTP: that is no failure.
    if (!connection.isOpen) connection = new Connection(path);
    if (pauseMs > 0) await pause(pauseMs);
  }
  connection.close();
}

process.once("message", async ({ path, request, connections, pauseMs }) => {
  let over = false;
  process.once("message", () => {
    over = true;
  });
  const tally = { milliseconds: [], failed: {} };
  const started = performance.now();
  const task = { path, request: Buffer.from(request, "base64"), pauseMs };
  await Promise.all(Array.from({ length: connections }, () => ask(task, tally, () => over)));
  const seconds = (performance.now() - started) / 1000;
  const sorted = tally.milliseconds.sort((a, b) => a - b);
  process.send(
    {
      answers: sorted.length,
      failed: tally.failed,
      perSecond: sorted.length / seconds,
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      most: sorted.at(-1),
    },
    () => process.disconnect(),
  );
});
