import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { File, Visits } from "./chromium.ts";
import { bundled, startVisits } from "./chromium.ts";
import type { EngineReport } from "./engine-page.ts";
import { tellSteps } from "./engine-story.ts";
import { skipIfMissing } from "./skip.ts";

/** Modules are made from bytes: a policy has to allow that, and still allows no code from strings. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; base-uri 'none'";
/** What lets a page share memory with its threads. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const thread = new URL("../../src/run/threads/thread.gen.js", import.meta.url);

async function files(): Promise<ReadonlyMap<string, File>> {
  return new Map<string, File>([
    ["/page.js", ["text/javascript", await bundled("engine-page.ts")]],
    ["/thread.gen.js", ["text/javascript", readFileSync(thread, "utf8")]],
  ]);
}

let visits: Visits<EngineReport>;
beforeAll(async () => {
  visits = await startVisits(files, (query) => ({
    "content-security-policy": POLICY,
    ...(query.has("isolated") ? ISOLATION : {}),
  }));
}, 120_000);
afterAll(() => visits.close());

it.for([
  ["with cross-origin isolation, by three threads", "?isolated", true],
  ["without it, by one", "", false],
] as const)(
  "a module steps in Chromium to the same bits as in Node: %s",
  async ([, query, isolated], context) => {
    skipIfMissing(context, visits.missing);
    const report = await visits.visit(query);
    expect(report.error).toBeUndefined();
    expect(report.isolated).toBe(isolated);
    expect(report.outcome).toEqual(await tellSteps(1));
  },
);
