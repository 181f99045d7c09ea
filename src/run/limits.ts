/** run: what a schedule gives, against what the trust document allows. */
import type { Bound, Checked } from "../spec/gates.ts";
import { RunError } from "./errors.ts";
import type { Drive } from "./schedule.ts";

/** A result of the schedule with what the policy allows of it. */
export type Limit = readonly [result: keyof Drive, hyper: string | undefined, bound: Bound];

/** The limits of a spec's schedule. */
export const limitsOf = ({ program, rateBound = {}, momentumBound = {} }: Checked): readonly Limit[] => [
  ["rate", program.scheduled, rateBound],
  ["momentum", program.cycled, momentumBound],
];

/** @throws RunError `rate-bound` for what is outside, and for what is no number where there is a bound */
export function refuseOutside(limits: readonly Limit[], drive: Drive, updates: number): void {
  for (const [result, hyper, bound] of limits) {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bound;
    const bounded = min > Number.NEGATIVE_INFINITY || max < Number.POSITIVE_INFINITY;
    const value = drive[result];
    if (!bounded || value === undefined || (value >= min && value <= max)) continue;
    throw new RunError({
      code: "rate-bound",
      message: `the schedule gives ${value} for update ${updates}, outside what the trust document allows`,
      path: "schedule",
      hint: `${hyper ?? `the ${result}`} has to stay from ${min} to ${max}`,
    });
  }
}
