/** spec: what it costs to run a schedule from its beginning to where it is needed. */
import type { ScheduleProgram } from "./program.ts";

/** Operations that this may take: some seconds. */
export const MAX_CATCH_UP = 100_000_000;
/** What a step is charged at the least. */
const LEAST_OF_A_STEP = 10;

/** Steps, and the operations of all runs together: none for a schedule without state, whose last step says all. */
export function catchUp(
  { slots, every, cost }: ScheduleProgram,
  updates: number,
  runs: number,
): { readonly steps: number; readonly operations: number } {
  const steps = slots.length === 0 ? 0 : Math.ceil(updates / every);
  return { steps, operations: runs * steps * Math.max(cost, LEAST_OF_A_STEP) };
}
