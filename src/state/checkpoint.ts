/**
 * state: an optimizer's state as a safetensors file, and back. Tensors are named `state/SLOT/KEY` (binary32, one dimension),
 * `scalar/SLOT/KEY` and `shared/SLOT` (binary64), `count/KEY`, `updates` and `schedule/SLOT`; `state/weight/KEY` are the 32 bits of 16-bit
 * weights. The metadata names the spec that they belong to.
 */
import type { Digest } from "../base/digest.ts";
import type { OptimizerState, SlotValue } from "../spec/optimizer-state.ts";
import { StateError } from "./errors.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import type { Tensor } from "./tensor.ts";

const FORMAT = "optseal-state-1";

const f64 = (value: number): Tensor => ({ dtype: "F64", shape: [], data: Float64Array.of(value) });
const i64 = (value: number): Tensor => ({ dtype: "I64", shape: [], data: BigInt64Array.of(BigInt(value)) });
const f32 = (data: Float32Array): Tensor => ({ dtype: "F32", shape: [data.length], data });

/** The bytes of a state file. `spec` is the digest of the spec that the state belongs to. */
export function writeState(state: OptimizerState, spec: Digest): Uint8Array {
  const tensors: [string, Tensor][] = [["updates", i64(state.updates)]];
  for (const [key, count] of state.counts) tensors.push([`count/${key}`, i64(count)]);
  for (const [name, value] of state.schedule) tensors.push([`schedule/${name}`, f64(value)]);
  for (const [name, value] of state.shared) tensors.push([`shared/${name}`, f64(value)]);
  for (const [slot, values] of state.slots) {
    for (const [key, value] of values) {
      if (typeof value === "number") tensors.push([`scalar/${slot}/${key}`, f64(value)]);
      else tensors.push([`state/${slot}/${key}`, f32(value)]);
    }
  }
  return writeSafetensors(tensors, [
    ["format", FORMAT],
    ["spec", spec],
  ]);
}

/**
 * The state in a file.
 * @throws StateError for a file of another kind, of another spec, or with tensors that no state has.
 */
export function readState(bytes: unknown, spec: Digest): OptimizerState {
  const { metadata, tensors } = readSafetensors(bytes);
  if (metadata.get("format") !== FORMAT) {
    throw new StateError({
      code: "not-a-state",
      message: "the file holds no optimizer state",
      path: "__metadata__.format",
    });
  }
  if (metadata.get("spec") !== spec) {
    throw new StateError({
      code: "other-spec",
      message: `the state belongs to the spec ${metadata.get("spec") ?? "(none)"}`,
      path: "__metadata__.spec",
      hint: `this one is ${spec}`,
    });
  }
  const counts = new Map<string, number>();
  const schedule = new Map<string, number>();
  const shared = new Map<string, number>();
  const slots = new Map<string, Map<string, SlotValue>>();
  let updates: number | undefined;
  for (const [name, tensor] of tensors) {
    const [, kind, rest] = /^([a-z]+)(?:\/(.*))?$/s.exec(name) ?? [];
    if (kind === "updates" && rest === undefined) updates = whole(name, tensor);
    else if (kind === "count" && rest) counts.set(rest, whole(name, tensor));
    else if (kind === "schedule" && rest) schedule.set(rest, real(name, tensor));
    else if (kind === "shared" && rest) shared.set(rest, real(name, tensor));
    else {
      const [, slot, key] = /^([A-Za-z_][A-Za-z0-9_]*)\/(.+)$/s.exec(rest ?? "") ?? [];
      if (slot === undefined || key === undefined || (kind !== "state" && kind !== "scalar"))
        throw stranger(name);
      const ofSlot = slots.get(slot) ?? new Map<string, SlotValue>();
      slots.set(slot, ofSlot.set(key, kind === "scalar" ? real(name, tensor) : array(name, tensor)));
    }
  }
  if (updates === undefined) throw stranger("updates");
  return { counts, updates, schedule, shared, slots };
}

function stranger(name: string): StateError {
  return new StateError({
    code: "state-tensor",
    message: `\`${name}\` is missing or no tensor of a state`,
    path: name,
  });
}

function whole(name: string, { dtype, shape, data }: Tensor): number {
  const value = dtype === "I64" && shape.length === 0 ? Number(data[0]) : -1;
  if (!Number.isSafeInteger(value) || value < 0) throw stranger(name);
  return value;
}

function real(name: string, { dtype, shape, data }: Tensor): number {
  if (dtype !== "F64" || shape.length !== 0) throw stranger(name);
  return data[0] as number;
}

function array(name: string, { dtype, shape, data }: Tensor): Float32Array {
  if (dtype !== "F32" || shape.length !== 1) throw stranger(name);
  return data as Float32Array;
}
