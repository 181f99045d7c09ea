/** live: the browser's part of the engine's test. Steps with several threads, and posts what came of it. */
import type { EngineOutcome } from "./engine-story.ts";
import { tellSteps } from "./engine-story.ts";

/** What the page posts. */
export interface EngineReport {
  readonly outcome?: EngineOutcome;
  /** Whether this page may share memory with other threads. */
  readonly isolated: boolean;
  readonly error?: string;
}

const isolated = globalThis.crossOriginIsolated;
const sent = await tellSteps(3).then(
  (outcome): EngineReport => ({ outcome, isolated }),
  (error: unknown): EngineReport => ({ error: String(error), isolated }),
);
await fetch("/report", { method: "POST", body: JSON.stringify(sent) });
