/** legacy: NumPy scalars as pickles hold them: `numpy.core.multiarray.scalar(dtype, bytes)`. */
import type { Fact } from "./pickle/facts.ts";
import { isGlobal } from "./pickle/known.ts";
import { bytesOf } from "./pickle/values.ts";

/** NumPy renamed the package in its release 2.0. */
const MODULES = ["numpy.core.multiarray", "numpy._core.multiarray"] as const;

/**
 * The number in a NumPy scalar that is exactly a Python number: float64, int64, int32, uint8 and the like. `undefined` for
 * all other facts; float32 and float16 scalars among them, since arithmetic with them rounds otherwise than Python's.
 */
export function numpyNumber(fact: Fact): number | undefined {
  if (fact.kind !== "call" || !MODULES.some((module) => isGlobal(fact.callable, module, "scalar")))
    return undefined;
  const [dtype, data] = fact.args.items;
  if (dtype?.kind !== "call" || data === undefined || !isGlobal(dtype.callable, "numpy", "dtype"))
    return undefined;
  const code = dtype.args.items[0];
  const state = dtype.states[0];
  const order = state?.kind === "tuple" ? state.items[1] : undefined;
  const bytes = bytesOf(data);
  if (code?.kind !== "text" || order?.kind !== "text" || bytes === undefined) return undefined;
  const read = READERS.get(code.value);
  if (read === undefined || bytes.length !== Number(code.value.slice(1))) return undefined;
  const value = read(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), order.value !== ">");
  return Number.isFinite(value) && (code.value === "f8" || Number.isSafeInteger(value)) ? value : undefined;
}

const READERS: ReadonlyMap<string, (view: DataView, little: boolean) => number> = new Map([
  ["f8", (view, little) => view.getFloat64(0, little)],
  ["i8", (view, little) => Number(view.getBigInt64(0, little))],
  ["i4", (view, little) => view.getInt32(0, little)],
  ["i2", (view, little) => view.getInt16(0, little)],
  ["i1", (view) => view.getInt8(0)],
  ["u8", (view, little) => Number(view.getBigUint64(0, little))],
  ["u4", (view, little) => view.getUint32(0, little)],
  ["u2", (view, little) => view.getUint16(0, little)],
  ["u1", (view) => view.getUint8(0)],
] satisfies [string, (view: DataView, little: boolean) => number][]);
