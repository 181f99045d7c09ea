/**
 * legacy: where a pickled scheduler stands. MXNet's schedulers catch up at their first call on a server with all the decays
 * that are due by then (`while num_update > ...`); a schedule makes one step for each update. So the decays that are overdue
 * are made here, with the same multiplications.
 */

import { cos, pow } from "../../base/elementary.ts";

/** The own fields of a scheduler that are numbers. */
export type Own = ReadonlyMap<string, number>;
/** What it was made with, by the names of the built-in schedule. */
export type Arguments = ReadonlyMap<string, number | string | readonly number[] | null>;

/** State slots, or why this scheduler cannot go on from where it stands. */
export type Standing = { readonly slots: { readonly [slot: string]: number } } | { readonly problem: string };

/** More pending decays than this are not computed. */
const MOST_DECAYS = 10_000_000;

/** The state with which update number `updates`, the last so far, would find the rate that it had. */
export function standing(className: string, args: Arguments, own: Own, updates: number): Standing {
  return (STANDINGS.get(className) ?? (() => ({ problem: `\`${className}\` has no known state` })))(
    args,
    own,
    updates,
  );
}

/** Whether this is a scheduler whose state is known. */
export function hasState(className: string): boolean {
  return STANDINGS.has(className);
}

/** What a scheduler in this state answers to an update count, 0 included: LBSGD asks before it counts. */
export function rateNow(
  args: Arguments,
  slots: { readonly [slot: string]: number },
  updates: number,
): number {
  const warm = Number(args.get("warmup_steps") ?? 0);
  const [begin, end] = [Number(args.get("warmup_begin_lr") ?? 0), Number(args.get("base_lr"))];
  if (updates < warm) {
    return args.get("warmup_mode") === "constant" ? begin : begin + ((end - begin) * updates) / warm;
  }
  const most = args.get("max_update");
  const { base_now = Number.NaN } = slots;
  if (typeof most !== "number" || updates > most) return base_now;
  const last = Number(args.get("final_lr") ?? 0);
  const [done, span] = [updates - warm, most - warm];
  const power = args.get("pwr");
  if (power === undefined) return last + ((end - last) * (1 + cos((Math.PI * done) / span))) / 2;
  return last + (end - last) * pow(1 - done / span, Number(power));
}

/** The state once a scheduler has given that answer: one with an end keeps it, for all updates past the end. */
export function slotsAfter(
  args: Arguments,
  slots: { readonly [slot: string]: number },
  updates: number,
): { readonly [slot: string]: number } {
  const most = args.get("max_update");
  const isKept =
    typeof most === "number" && updates <= most && updates >= Number(args.get("warmup_steps") ?? 0);
  return isKept ? { ...slots, base_now: rateNow(args, slots, updates) } : slots;
}

const number = (values: ReadonlyMap<string, unknown>, name: string): number => values.get(name) as number;

const STANDINGS: ReadonlyMap<string, (args: Arguments, own: Own, updates: number) => Standing> = new Map([
  ["FactorScheduler", factor],
  ["MultiFactorScheduler", multiFactor],
  ["PolyScheduler", toMaximum],
  ["CosineScheduler", toMaximum],
]);

function factor(args: Arguments, own: Own, updates: number): Standing {
  const [step, by, stop] = [number(args, "step"), number(args, "factor"), number(args, "stop_factor_lr")];
  let [rate, count] = [number(own, "base_lr"), number(own, "count")];
  for (let decays = 0; updates > count + step; decays++) {
    if (decays === MOST_DECAYS)
      return { problem: `more than ${MOST_DECAYS} decays are due by update ${updates}` };
    const next = Math.max(rate * by, stop);
    count += step;
    if (next === rate && Number.isInteger(step) && Number.isInteger(count) && updates > count + step) {
      // The rate has come to rest: only the count still moves.
      count += step * Math.floor((updates - 1 - count) / step);
    }
    rate = next;
  }
  return { slots: { base_now: rate, count } };
}

function multiFactor(args: Arguments, own: Own, updates: number): Standing {
  const steps = args.get("step") as readonly number[];
  let [rate, passed] = [number(own, "base_lr"), number(own, "cur_step_ind")];
  for (; passed < steps.length && updates > (steps[passed] as number); passed++)
    rate *= number(args, "factor");
  return { slots: { base_now: rate, passed } };
}

function toMaximum(_args: Arguments, own: Own): Standing {
  return { slots: { base_now: number(own, "base_lr") } };
}
