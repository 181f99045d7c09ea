/**
 * legacy: MXNet's arrays as pickles hold them, a class called with None whose state is `{"handle": bytes}`. The bytes are those
 * of NDArray::Save, src/ndarray/ndarray.cc: magic number, storage type, shape, device, element type, elements.
 */
import type { Fact } from "../pickle/facts.ts";
import { bytesOf, objectOf } from "../pickle/values.ts";

export interface ForeignArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Where releases keep the class of arrays with row-major storage. */
export const ARRAY_CLASSES: readonly (readonly [module: string, name: string])[] = [
  ["mxnet.ndarray.ndarray", "NDArray"],
  ["mxnet.numpy.multiarray", "ndarray"],
];

/** With a storage type; the later one is written where shapes have NumPy's meaning. */
const MAGIC: ReadonlySet<number> = new Set([0xf993fac9, 0xf993faca]);
const DENSE = 0;
const FLOAT32 = 0;
const MOST_DIMENSIONS = 32;

/** The bytes of an array's handle, or `undefined` if the fact is no array. */
export function handleOf(fact: Fact): Uint8Array | undefined {
  const object = objectOf(fact);
  if (object === undefined) return undefined;
  const isArray = ARRAY_CLASSES.some(([module, name]) => object.module === module && object.name === name);
  const [argument, ...more] = object.args;
  const handle = object.fields.get("handle");
  const isPlain = argument?.kind === "none" && more.length === 0 && object.fields.size === 1;
  return isArray && isPlain && handle !== undefined ? bytesOf(handle) : undefined;
}

/** Bytes of an element, by the code that MXNet gives its type. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [1, 8],
  [2, 2],
  [3, 1],
  [4, 4],
  [5, 1],
  [6, 8],
  [7, 1],
]);

interface Layout {
  readonly shape: readonly number[];
  readonly type: number;
  readonly count: number;
  /** Where the elements begin. */
  readonly data: number;
}

/** What a handle's bytes hold, if they are exactly one dense array. */
function layoutOf(bytes: Uint8Array): Layout | undefined {
  if (bytes.length < 24) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dimensions = view.getInt32(8, true);
  if (!MAGIC.has(view.getUint32(0, true)) || view.getInt32(4, true) !== DENSE) return undefined;
  // Behind the shape: two words of the device and one of the element type.
  const data = 12 + 8 * dimensions + 12;
  if (dimensions < 0 || dimensions > MOST_DIMENSIONS || bytes.length < data) return undefined;
  const shape = Array.from({ length: dimensions }, (_, i) => Number(view.getBigInt64(12 + 8 * i, true)));
  const count = shape.reduce((product, size) => product * size, 1);
  const type = view.getInt32(data - 4, true);
  const size = SIZES.get(type);
  if (shape.some((length) => length < 0) || size === undefined) return undefined;
  return bytes.length === data + size * count ? { shape, type, count, data } : undefined;
}

/** Whether a handle's bytes are exactly one dense array. */
export function isWholeArray(bytes: Uint8Array): boolean {
  return layoutOf(bytes) !== undefined;
}

/** The elements of a dense array of binary32; `undefined` for anything else. */
export function readArray(fact: Fact): ForeignArray | undefined {
  const bytes = handleOf(fact);
  const layout = bytes === undefined ? undefined : layoutOf(bytes);
  if (bytes === undefined || layout?.type !== FLOAT32) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const element = (_: unknown, i: number) => view.getFloat32(layout.data + 4 * i, true);
  return { shape: layout.shape, data: Float32Array.from({ length: layout.count }, element) };
}
