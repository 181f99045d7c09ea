/** legacy: NumPy scalars as pickles hold them: `numpy.core.multiarray.scalar(dtype, bytes)`. */
import type { Fact } from "./pickle/facts.ts";
import { isGlobal } from "./pickle/known.ts";
import { elementType } from "./pickle/known-numpy.ts";
import { bytesOf } from "./pickle/values.ts";

/** NumPy renamed the package in its release 2.0. */
const MODULES = ["numpy.core.multiarray", "numpy._core.multiarray"] as const;

type Reader = (view: DataView, little: boolean) => number;

/** By kind and size in bytes. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["f8", (view, little) => view.getFloat64(0, little)],
  ["i8", (view, little) => Number(view.getBigInt64(0, little))],
  ["i4", (view, little) => view.getInt32(0, little)],
  ["i2", (view, little) => view.getInt16(0, little)],
  ["i1", (view) => view.getInt8(0)],
  ["u8", (view, little) => Number(view.getBigUint64(0, little))],
  ["u4", (view, little) => view.getUint32(0, little)],
  ["u2", (view, little) => view.getUint16(0, little)],
  ["u1", (view) => view.getUint8(0)],
]);

/**
 * The number in a NumPy scalar that is exactly a Python number: float64, int64, int32, uint8 and the like. `undefined` for
 * all other facts; float32 and float16 scalars among them, since arithmetic with them rounds otherwise than Python's.
 */
export function numpyNumber(fact: Fact): number | undefined {
  if (fact.kind !== "call" || !MODULES.some((module) => isGlobal(fact.callable, module, "scalar")))
    return undefined;
  const [dtype, data] = fact.args.items;
  const type = elementType(dtype);
  const bytes = data === undefined ? undefined : bytesOf(data);
  if (fact.args.items.length !== 2 || type === undefined || bytes?.length !== type.size) return undefined;
  const value = READERS.get(`${type.kind}${type.size}`)?.(
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    type.isLittle,
  );
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return type.kind === "f" || Number.isSafeInteger(value) ? value : undefined;
}
