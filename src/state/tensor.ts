/** state: tensors as typed arrays. The names of the element types are those of the safetensors format. */

/** Where JavaScript has no numbers of a type, the array holds their bits: F16, BF16 and F8; BOOL is a byte each. */
export interface TensorData {
  readonly F64: Float64Array;
  readonly I64: BigInt64Array;
  readonly U64: BigUint64Array;
  readonly F32: Float32Array;
  readonly I32: Int32Array;
  readonly U32: Uint32Array;
  readonly F16: Uint16Array;
  readonly BF16: Uint16Array;
  readonly I16: Int16Array;
  readonly U16: Uint16Array;
  readonly F8_E4M3: Uint8Array;
  readonly F8_E5M2: Uint8Array;
  readonly I8: Int8Array;
  readonly U8: Uint8Array;
  readonly BOOL: Uint8Array;
}

export type Dtype = keyof TensorData;

/** Elements in row-major order; as many as the product of `shape`, which is 1 for `[]`. */
export type Tensor = {
  [D in Dtype]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: TensorData[D] };
}[Dtype];

interface ArrayClass {
  new (buffer: ArrayBuffer): TensorData[Dtype];
  readonly BYTES_PER_ELEMENT: number;
}

/** The array class of each element type. */
export const ARRAYS: ReadonlyMap<string, ArrayClass> = new Map<Dtype, ArrayClass>([
  ["F64", Float64Array],
  ["I64", BigInt64Array],
  ["U64", BigUint64Array],
  ["F32", Float32Array],
  ["I32", Int32Array],
  ["U32", Uint32Array],
  ["F16", Uint16Array],
  ["BF16", Uint16Array],
  ["I16", Int16Array],
  ["U16", Uint16Array],
  ["F8_E4M3", Uint8Array],
  ["F8_E5M2", Uint8Array],
  ["I8", Int8Array],
  ["U8", Uint8Array],
  ["BOOL", Uint8Array],
]);

/**
 * How many elements a shape has, or `undefined` if a dimension is no natural number, or if the dimensions other than 0
 * multiply to more than 2^53 - 1.
 */
export function countOf(shape: readonly number[]): number | undefined {
  let nonZero = 1;
  let empty = false;
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) return undefined;
    if (dimension === 0) empty = true;
    else nonZero *= dimension;
    if (nonZero > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return empty ? 0 : nonZero;
}
