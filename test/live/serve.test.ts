/**
 * live: the service as a process of its own, among hostile requests by another process: good clients lose nothing, its memory stays
 * bounded, and it ends in order. Hostile requests: 20,000, or as many as OPTSEAL_HOSTILE_REQUESTS says.
 */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { skipIfMissing } from "./skip.ts";

const REQUESTS = Number(process.env.OPTSEAL_HOSTILE_REQUESTS ?? 20_000);
/** All that clients may make the server hold is 64 MiB; what Node's heap does with as much garbage is as much again. */
const MOST_GROWTH = 128;

const bench = (name: string) => import(new URL(`../../bench/${name}`, import.meta.url).href);

describe("a server among hostile clients", () => {
  it("answers every good request, does not grow, and ends in order", async (context) => {
    skipIfMissing(context, existsSync("/proc/self/status") ? undefined : "memory is read from /proc");
    const { startServers, goodClient, hostileClients } = await bench("serve/processes.mjs");
    const { requestOf } = await bench("serve/connection.mjs");
    const { AUDIENCE, JOB, spec, statement, trustFile } = await bench("setting.mjs");
    const good = Buffer.from(await statement(spec(1), 1, "binary"));
    const { socket, memory, end } = await startServers(trustFile);
    const request = requestOf(`/verify?job=${JOB}&audience=${AUDIENCE}`, good);
    const sizes: number[] = [];
    let code: number | undefined;
    try {
      const attack = (requests: number) => hostileClients({ socket, good, requests });
      await attack(REQUESTS / 4);
      const sampling = setInterval(() => sizes.push(memory()), 100);
      const told = await goodClient({ socket, request, connections: 8, pauseMs: 5 }, async () => {
        const { sent, done } = await attack(REQUESTS);
        expect(done).toBeGreaterThanOrEqual(REQUESTS);
        expect(Object.values<number>(sent).every((count) => count > 0)).toBe(true);
      });
      clearInterval(sampling);
      console.log(
        `${told.answers} good answers, p99 ${told.p99.toFixed(0)} ms; ${Math.min(...sizes).toFixed(0)} to ${Math.max(...sizes).toFixed(0)} MiB`,
      );
      expect(told.failed).toEqual({});
      expect(told.answers).toBeGreaterThan(100);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(MOST_GROWTH);
    } finally {
      code = await end();
    }
    expect(code).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });
});
