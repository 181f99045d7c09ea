/** legacy: NumPy scalars as pickles hold them: `numpy.core.multiarray.scalar(dtype, bytes)`. */
import type { Fact } from "./pickle/facts.ts";
import { isGlobal } from "./pickle/known.ts";
import { elementType } from "./pickle/known-numpy.ts";
import { bytesOf } from "./pickle/values.ts";

/** NumPy renamed the package in its release 2.0. */
const MODULES = ["numpy.core.multiarray", "numpy._core.multiarray"] as const;

type Reader = (view: DataView, little: boolean) => number | bigint | boolean;

/** By kind and size in bytes. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["f8", (view, little) => view.getFloat64(0, little)],
  ["f4", (view, little) => view.getFloat32(0, little)],
  ["f2", (view, little) => fromHalf(view.getUint16(0, little))],
  ["i8", (view, little) => view.getBigInt64(0, little)],
  ["i4", (view, little) => view.getInt32(0, little)],
  ["i2", (view, little) => view.getInt16(0, little)],
  ["i1", (view) => view.getInt8(0)],
  ["u8", (view, little) => view.getBigUint64(0, little)],
  ["u4", (view, little) => view.getUint32(0, little)],
  ["u2", (view, little) => view.getUint16(0, little)],
  ["u1", (view) => view.getUint8(0)],
  ["b1", (view) => view.getUint8(0) !== 0],
]);

function fromHalf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** A NumPy scalar: what it is exactly, and NumPy's name of its type, such as `f4`. */
export interface NumpyScalar {
  readonly type: string;
  readonly isInteger: boolean;
  /** An integer is a number within 2^53, a bigint beyond. */
  readonly value: number | bigint | boolean;
}

/** Whether a fact is a NumPy scalar of whatever type. */
export function isNumpyScalar(fact: Fact): boolean {
  return fact.kind === "call" && MODULES.some((module) => isGlobal(fact.callable, module, "scalar"));
}

/** The exact value of a NumPy scalar; `undefined` for all other facts, and for types that are no real numbers. */
export function numpyScalar(fact: Fact): NumpyScalar | undefined {
  if (fact.kind !== "call" || !isNumpyScalar(fact)) return undefined;
  const [dtype, data] = fact.args.items;
  const type = elementType(dtype);
  const bytes = data === undefined ? undefined : bytesOf(data);
  if (fact.args.items.length !== 2 || type === undefined || bytes?.length !== type.size) return undefined;
  const name = `${type.kind}${type.size}`;
  const value = READERS.get(name)?.(
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    type.isLittle,
  );
  if (value === undefined) return undefined;
  const isSmall = typeof value === "bigint" && Number.isSafeInteger(Number(value));
  return {
    type: name,
    isInteger: type.kind === "i" || type.kind === "u",
    value: isSmall ? Number(value) : value,
  };
}
