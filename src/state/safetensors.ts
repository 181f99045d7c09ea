/**
 * state: the safetensors file form of weights, gradients and optimizer state. Reading: bytes go in, named tensors come
 * out, each in an array of its own. Writing: the same tensors give the same bytes, whatever order they come in.
 *
 * The format: the header's length as 8 bytes, little-endian; a JSON header; the data, which the tensors fill from first
 * to last byte without holes or overlaps. Elements are little-endian, as are the arrays of every host that this runs on.
 */
import { concatBytes, utf8 } from "../base/bytes.ts";
import type { StateCode } from "./errors.ts";
import { StateError } from "./errors.ts";
import type { Entry, Header } from "./safetensors-header.ts";
import { METADATA, oneLine, parseHeader } from "./safetensors-header.ts";
import type { Tensor } from "./tensor.ts";
import { ARRAYS, countOf } from "./tensor.ts";

export interface SafetensorsLimits {
  /** Bytes of the header. A tensor takes about 100, so that the default holds more than 100,000 of them. */
  readonly headerBytes: number;
  /** Dimensions of a tensor; NumPy has 64 at most. */
  readonly rank: number;
}

export const SAFETENSORS_LIMITS: SafetensorsLimits = Object.freeze({ headerBytes: 1 << 24, rank: 64 });

export interface Safetensors {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const PREFIX = 8;

function refuse(code: StateCode, message: string, where: { path?: string; offset?: number }): StateError {
  return new StateError({ code, message, ...where });
}

/**
 * The tensors of a safetensors file. Nothing of `bytes` is kept: every tensor's data is a copy.
 *
 * @param bytes a whole file
 * @throws {StateError} if the file breaks any rule of the format, has an element type of less than a byte or an unknown
 *   one, or exceeds a limit; before any tensor is made
 * @throws {TypeError} if `bytes` is not a `Uint8Array`
 */
export function readSafetensors(bytes: unknown, limits: Partial<SafetensorsLimits> = {}): Safetensors {
  if (!(bytes instanceof Uint8Array)) throw new TypeError("expected a Uint8Array");
  const all = { ...SAFETENSORS_LIMITS, ...limits };
  const { metadata, entries } = readSafetensorsHeader(bytes, bytes.length, all);
  const dataStart = headerEnd(bytes, bytes.length, all);
  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    const ArrayOf = ARRAYS.get(dtype) as NonNullable<ReturnType<typeof ARRAYS.get>>;
    const data = new ArrayOf(copyOf(bytes, dataStart + begin, dataStart + end).buffer);
    tensors.set(name, { dtype, shape, data } as Tensor);
  }
  return { metadata, tensors };
}

/**
 * Where the header of a file ends and its data begins.
 * @param start the file's first 8 bytes, or more
 * @param fileSize how long the whole file is
 * @throws {StateError} `truncated`, `header-limit`
 */
function headerEnd(
  start: Uint8Array,
  fileSize: number,
  { headerBytes }: SafetensorsLimits = SAFETENSORS_LIMITS,
): number {
  if (start.length < PREFIX)
    throw refuse("truncated", "the file is too short for its header's length", { offset: 0 });
  const size = new DataView(start.buffer, start.byteOffset, PREFIX).getBigUint64(0, true);
  if (size > BigInt(headerBytes))
    throw refuse("header-limit", `a header of ${size} bytes is over the limit of ${headerBytes}`, {
      offset: 0,
    });
  if (size > BigInt(fileSize - PREFIX))
    throw refuse("truncated", `the file ends before its header of ${size} bytes does`, { offset: 0 });
  return PREFIX + Number(size);
}

/**
 * What a file says that it holds, held against all rules of the format that can be told without the data.
 * @param start the file up to the end of its header, or further
 * @param fileSize how long the whole file is
 * @throws {StateError} as `readSafetensors`
 */
export function readSafetensorsHeader(
  start: Uint8Array,
  fileSize: number,
  limits: SafetensorsLimits = SAFETENSORS_LIMITS,
): Header {
  const dataStart = headerEnd(start, fileSize, limits);
  const header = parseHeader(copyOf(start, PREFIX, dataStart), PREFIX);
  for (const [name, entry] of header.entries) checkEntry(name, entry, limits.rank);
  checkLayout(header.entries, dataStart, fileSize - dataStart);
  return header;
}

/** `slice` would do, but for Node's Buffer, whose `slice` copies nothing. */
function copyOf(bytes: Uint8Array, begin: number, end: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - begin);
  copy.set(bytes.subarray(begin, end));
  return copy;
}

function checkEntry(name: string, { dtype, shape, begin, end }: Entry, rank: number): void {
  const path = oneLine(name);
  const itemSize = ARRAYS.get(dtype)?.BYTES_PER_ELEMENT;
  if (itemSize === undefined)
    throw new StateError({
      code: "unknown-dtype",
      message: `element type \`${oneLine(dtype)}\` is not supported`,
      path,
      hint: `one of ${[...ARRAYS.keys()].join(", ")}`,
    });
  const count = shape.length > rank ? undefined : countOf(shape);
  if (count === undefined || count * itemSize > Number.MAX_SAFE_INTEGER)
    throw refuse("bad-shape", `the shape has more than ${rank} dimensions or 2^53 bytes`, { path });
  if (end < begin)
    throw refuse("bad-offsets", `the data ends at ${end}, before it starts at ${begin}`, { path });
  if (end - begin !== count * itemSize)
    throw refuse(
      "size-mismatch",
      `shape [${shape.join(", ")}] of ${dtype} takes ${count * itemSize} bytes, the offsets give ${end - begin}`,
      { path },
    );
}

/** Whether the tensors fill the data from first to last byte, each byte once. */
function checkLayout(entries: ReadonlyMap<string, Entry>, dataStart: number, dataLength: number): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let filled = 0;
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== filled)
      throw refuse(
        "bad-offsets",
        begin > filled
          ? `no tensor has the data from ${filled} to ${begin}`
          : `the data overlaps with another tensor's`,
        { path: oneLine(name) },
      );
    filled = end;
  }
  if (filled > dataLength)
    throw refuse("truncated", `the tensors take ${filled} bytes, the file has ${dataLength}`, {
      path: oneLine((inOrder.at(-1) as [string, Entry])[0]),
    });
  if (filled < dataLength)
    throw refuse("bad-offsets", `no tensor has the data from ${filled} to ${dataLength}`, {
      offset: dataStart + filled,
    });
}

/**
 * A safetensors file. Larger elements come first and names go by their UTF-8 bytes, so that every tensor is aligned to
 * its element and the same tensors give the same bytes; the header is padded with spaces to a multiple of 8.
 *
 * @param metadata texts that stand in the header
 * @throws {StateError} `duplicate-name`, `reserved-name` (`__metadata__`, or a name that has no UTF-8 form),
 *   `unknown-dtype`, `dtype-mismatch` (not the type's array), `bad-shape`, `size-mismatch` (not the shape's number of
 *   elements)
 */
export function writeSafetensors(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata: Iterable<readonly [string, string]> = [],
): Uint8Array {
  const sorted = keyed(tensors);
  for (const [name, tensor] of sorted) checkTensor(name, tensor);
  sorted.sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);

  const members: string[] = [];
  const texts = keyed(metadata);
  if (texts.length > 0)
    members.push(
      `"${METADATA}":{${texts.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(",")}}`,
    );
  let at = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const offsets = [at, at + data.byteLength];
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: offsets })}`);
    at += data.byteLength;
  }
  const header = utf8(`{${members.join(",")}}`);
  const padded = new Uint8Array(Math.ceil(header.length / 8) * 8).fill(0x20);
  padded.set(header);
  const prefix = new Uint8Array(PREFIX);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(padded.length), true);
  const blobs = sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return concatBytes(prefix, padded, ...blobs);
}

/** Pairs in the byte order of their keys. */
function keyed<T>(pairs: Iterable<readonly [string, T]>): [string, T][] {
  const seen = new Map<string, T>();
  for (const [key, value] of pairs) {
    if (key === METADATA || !key.isWellFormed() || (typeof value === "string" && !value.isWellFormed()))
      throw refuse("reserved-name", `\`${oneLine(key)}\` cannot be a name in a header`, {
        path: oneLine(key),
      });
    if (seen.has(key))
      throw refuse("duplicate-name", `\`${oneLine(key)}\` comes twice`, { path: oneLine(key) });
    seen.set(key, value);
  }
  return [...seen].sort(([a], [b]) => compareBytes(utf8(a), utf8(b)));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}

function checkTensor(name: string, { dtype, shape, data }: Tensor): void {
  const path = oneLine(name);
  const ArrayOf = ARRAYS.get(dtype);
  if (ArrayOf === undefined)
    throw refuse("unknown-dtype", `element type \`${oneLine(dtype)}\` is not supported`, { path });
  if (!(data instanceof ArrayOf))
    throw refuse("dtype-mismatch", `the data is no array of ${dtype}`, { path });
  const count = shape.length > SAFETENSORS_LIMITS.rank ? undefined : countOf(shape);
  if (count === undefined) throw refuse("bad-shape", "the shape is none that a file can hold", { path });
  if (count !== data.length)
    throw refuse(
      "size-mismatch",
      `shape [${shape.join(", ")}] has ${count} elements, the data ${data.length}`,
      { path },
    );
}
