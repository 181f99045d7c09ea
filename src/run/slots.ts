/** run: an optimizer's slots at its start: fresh, or as a state hands them in. */
import type { OptimizerState, SlotValue } from "../spec/optimizer-state.ts";
import type { Program, Slot } from "../spec/program.ts";
import { bodiesOf } from "../spec/program.ts";
import { SHAPES } from "../spec/types.ts";
import { RunError } from "./errors.ts";
import { lengthOf } from "./extent.ts";
import type { Bound } from "./parameters.ts";
import { MASTER, widened } from "./precision.ts";
import { evaluateScalar } from "./scalar.ts";

/** @throws RunError for slots that the program does not have. `keepsMasters`: of 16-bit weights. */
export function refuseUnknown(
  { bindings }: Program,
  keepsMasters: boolean,
  state: OptimizerState | undefined,
): void {
  const slots = bindings.flatMap(({ bodies }) => bodiesOf(bodies).flatMap((body) => body.slots));
  const own = new Set(slots.flatMap(({ name, shape }) => (shape === "shared" ? [] : [name])));
  if (keepsMasters) own.add(MASTER.name);
  const shared = new Set(slots.flatMap(({ name, shape }) => (shape === "shared" ? [name] : [])));
  const unknown =
    [...(state?.slots.keys() ?? [])].find((name) => !own.has(name)) ??
    [...(state?.shared.keys() ?? [])].find((name) => !shared.has(name));
  if (unknown === undefined) return;
  throw new RunError({
    code: "state-unknown",
    message: `the spec has no state \`${unknown}\``,
    path: `state.${unknown}`,
    hint: "a state belongs to the spec that made it",
  });
}

/** A state from elsewhere: counts that are counts, none above the highest. @throws RunError for one that is not so */
export function refuseUncounted(state: OptimizerState): void {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  const wrong = [...state.counts].find(([, count]) => !isCount(count) || count > state.updates);
  if (wrong === undefined && isCount(state.updates)) return;
  const [key, count] = wrong ?? ["updates", state.updates];
  const message = `${count} is no update count of \`${key}\``;
  throw new RunError({ code: "state-count", message, path: `state.counts.${key}` });
}

/** The scalars that all parameters share: fresh, or as a state hands them in. @throws RunError for a state without them */
export function startShared(
  parameters: readonly Bound[],
  state: OptimizerState | undefined,
): Map<string, number> {
  // All that a state has is kept, though no parameter that is attached here may have the slot.
  const shared = new Map(state?.shared);
  for (const { body, constants } of parameters) {
    for (const { name, shape, init } of body.slots) {
      if (shape !== "shared" || shared.has(name) || init === "weight") continue;
      if (state !== undefined) {
        const message = `the state has no \`${name}\``;
        throw new RunError({ code: "state-missing", message, path: `state.${name}` });
      }
      shared.set(name, evaluateScalar(init, constants));
    }
  }
  return shared;
}

/** An array of one number. */
export interface Filled {
  readonly fill: number;
  readonly length: number;
}

/** What a slot starts from: a number, or an array, which is somebody else's and has to be copied. */
export type SlotStart = SlotValue | Filled;

/** Writes what a slot starts from to where it is kept, which is all zeros. */
export function fillSlot(place: Float32Array, start: Float32Array | Filled): void {
  if (start instanceof Float32Array) place.set(start);
  else if (!Object.is(start.fill, 0)) place.fill(start.fill);
}

/** The slots of one parameter. @throws RunError for a state without them, or of another size */
export function startSlots(
  { key, data, half, hasMaster, extent, body, constants }: Bound,
  state: OptimizerState | undefined,
): ReadonlyMap<string, SlotStart> {
  const path = (slot: Slot) => `state.${slot.name}.${key}`;
  return new Map(
    [...body.slots, ...(hasMaster ? [MASTER] : [])].flatMap((slot): readonly [string, SlotStart][] => {
      if (slot.shape === "shared") return [];
      const given = state?.slots.get(slot.name)?.get(key);
      if (state !== undefined && given === undefined) {
        const message = `the state has no \`${slot.name}\` for \`${key}\``;
        throw new RunError({ code: "state-missing", message, path: path(slot) });
      }
      const fresh = startSlot(slot, () => widened(data, half), extent, constants);
      if (given === undefined) return [[slot.name, fresh]];
      const isKnown = typeof given === "number" || given instanceof Float32Array;
      if (!isKnown || lengthIn(given) !== lengthIn(fresh)) {
        throw new RunError({
          code: "state-shape",
          message: `\`${slot.name}\` of \`${key}\` has another size`,
          path: path(slot),
        });
      }
      return [[slot.name, given]];
    }),
  );
}

function startSlot(
  slot: Slot,
  weights: () => Float32Array,
  extent: Bound["extent"],
  constants: Bound["constants"],
): SlotStart {
  if (slot.init === "weight") return weights();
  const value = evaluateScalar(slot.init, constants);
  if (slot.shape === "scalar" || slot.shape === "shared") return value;
  return { fill: value, length: lengthOf(SHAPES[slot.shape], extent) };
}

const lengthIn = (value: SlotStart): number | undefined =>
  typeof value === "number" ? undefined : value.length;
