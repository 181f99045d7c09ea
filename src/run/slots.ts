/** run: an optimizer's slots at its start: fresh, or as a state hands them in. */
import type { OptimizerState, SlotValue } from "../spec/optimizer-state.ts";
import type { Program, Slot } from "../spec/program.ts";
import { RunError } from "./errors.ts";
import type { Bound } from "./parameters.ts";
import { evaluateScalar, hyperScalars } from "./scalar.ts";
import { lengthOf } from "./tensor.ts";

/** @throws RunError for slots or schedule scalars that the program does not have */
export function refuseUnknown({ bindings, schedule }: Program, state: OptimizerState | undefined): void {
  const slots = new Set(bindings.flatMap((binding) => binding.slots.map(({ name }) => name)));
  const scalars = new Set(schedule === undefined ? [] : ["rate", ...schedule.slots.map(({ name }) => name)]);
  const unknown =
    [...(state?.slots.keys() ?? [])].find((name) => !slots.has(name)) ??
    [...(state?.schedule.keys() ?? [])].find((name) => !scalars.has(name));
  if (unknown === undefined) return;
  throw new RunError({
    code: "state-unknown",
    message: `the spec has no state \`${unknown}\``,
    path: `state.${unknown}`,
    hint: "a state belongs to the spec that made it",
  });
}

/**
 * A state from elsewhere: counts that are counts, none above the highest, and all that the schedule needs to go on from there.
 * @throws RunError for one that is not so: it would run a schedule through all updates since the first
 */
export function refuseUncounted({ schedule }: Program, state: OptimizerState): void {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  const wrong = [...state.counts].find(([, count]) => !isCount(count) || count > state.updates);
  if (wrong !== undefined || !isCount(state.updates)) {
    const [key, count] = wrong ?? ["updates", state.updates];
    const message = `${count} is no update count of \`${key}\``;
    throw new RunError({ code: "state-count", message, path: `state.counts.${key}` });
  }
  const missing = schedule?.slots.find(({ name }) => state.updates > 0 && !state.schedule.has(name));
  if (missing === undefined) return;
  const message = `the state has no \`${missing.name}\` for the schedule`;
  throw new RunError({ code: "state-missing", message, path: `state.schedule.${missing.name}` });
}

/** The slots of one parameter. @throws RunError for a state without them, or of another size */
export function startSlots(
  { key, data, extent, binding }: Bound,
  state: OptimizerState | undefined,
): Map<string, SlotValue> {
  const path = (slot: Slot) => `state.${slot.name}.${key}`;
  return new Map(
    binding.slots.map((slot) => {
      const given = state?.slots.get(slot.name)?.get(key);
      if (state !== undefined && given === undefined) {
        const message = `the state has no \`${slot.name}\` for \`${key}\``;
        throw new RunError({ code: "state-missing", message, path: path(slot) });
      }
      const fresh = startSlot(slot, data, extent, binding.hyper);
      if (given === undefined) return [slot.name, fresh];
      const fits =
        given instanceof Float32Array && fresh instanceof Float32Array && given.length === fresh.length;
      if (!fits && (typeof given !== "number" || typeof fresh !== "number")) {
        throw new RunError({
          code: "state-shape",
          message: `\`${slot.name}\` of \`${key}\` has another size`,
          path: path(slot),
        });
      }
      return [slot.name, typeof given === "number" ? given : given.slice()];
    }),
  );
}

function startSlot(
  slot: Slot,
  data: Float32Array,
  extent: Bound["extent"],
  hyper: Bound["binding"]["hyper"],
): SlotValue {
  if (slot.init === "weight") return data.slice();
  const value = evaluateScalar(slot.init, hyperScalars(hyper));
  return slot.shape === "scalar" ? value : new Float32Array(lengthOf(slot.shape, extent)).fill(value);
}
