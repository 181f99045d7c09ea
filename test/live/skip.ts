/** live: what a machine cannot do is skipped with its reason; in continuous integration it is a failure. */
import type { TestContext } from "vitest";

/** Whether everything must run. */
export const inCi: boolean = !["", "0", "false"].includes(process.env.CI ?? "");

/** Ends the test here if there is a reason why it cannot run. */
export function skipIfMissing(context: TestContext, reason: string | undefined): void {
  if (reason === undefined) return;
  if (inCi) throw new Error(`cannot run here: ${reason}`);
  console.warn(`skipped: ${reason}`);
  context.skip(reason);
}
