/** Writes protocol 0 by hand, as Python 3 or Python 2 does but for the memo, so that a test can put anything anywhere. */

/** A Python float, where a plain number would be an int. */
export interface Float {
  readonly float: number | string;
}
export interface Tuple {
  readonly tuple: readonly Value[];
}
/** Pairs, since keys may be numbers. */
export interface Dict {
  readonly dict: readonly (readonly [Value, Value])[];
}
/** An object of a class, `module name`, with its fields. */
export interface Instance {
  readonly of: string;
  readonly fields: Readonly<Record<string, Value>>;
}
/** Opcodes as they are. */
export interface Raw {
  readonly raw: string;
}
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | Float
  | Tuple
  | Dict
  | Instance
  | Raw;

const bit = (value: boolean): string => `I0${value ? 1 : 0}\n`;
const float = (value: number): string =>
  `F${Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value).replace(/e-(\d)$/, "e-0$1")}\n`;

/** The opcodes of a value. */
function opcodes(value: Value, python: 2 | 3): string {
  const inner = (one: Value): string => opcodes(one, python);
  if (value === null) return "N";
  if (typeof value === "boolean") return bit(value);
  if (typeof value === "number") return Number.isInteger(value) ? `I${value}\n` : float(value);
  if (typeof value === "string") return python === 2 ? `S'${value}'\n` : `V${value}\n`;
  if (Array.isArray(value)) return `(${value.map(inner).join("")}l`;
  if ("float" in value) return typeof value.float === "string" ? `F${value.float}\n` : float(value.float);
  if ("raw" in value) return value.raw;
  if ("tuple" in value) return `(${value.tuple.map(inner).join("")}t`;
  if ("dict" in value) return `(${value.dict.map(([key, one]) => inner(key) + inner(one)).join("")}d`;
  const { of, fields } = value as Instance;
  const state = { dict: Object.entries(fields) };
  return `ccopy_reg\n_reconstructor\n(c${of.replace(" ", "\n")}\nc__builtin__\nobject\nNtR${inner(state)}b`;
}

/** A whole pickle. */
export function writePickle(value: Value, python: 2 | 3 = 3): Uint8Array {
  return Buffer.from(`${opcodes(value, python)}.`, "latin1");
}

const NONE: Dict = { dict: [] };
const at = (release: string, since: string): boolean => Number(release) >= Number(since);

/** The fields of the base class in a release, `1.0` to `2.0`, with the values that its constructor gives them. */
export function baseFields(release: string): Readonly<Record<string, Value>> {
  return {
    rescale_grad: { float: 1 },
    lr: { float: 0.01 },
    lr_scheduler: null,
    wd: { float: 0 },
    lr_mult: NONE,
    wd_mult: NONE,
    begin_num_update: 0,
    num_update: 0,
    ...(at(release, "1.5") ? { _all_index_update_counts: { dict: [[0, NONE]] } } : {}),
    _index_update_count: NONE,
    clip_gradient: null,
    multi_precision: false,
    ...(at(release, "1.5") ? { aggregate_num: 0 } : {}),
    idx2name: NONE,
    sym_info: { tuple: [] },
    ...(at(release, "1.6") ? { allow_np_array: false } : {}),
    ...(at(release, "2.0") ? { use_fused_step: true } : {}),
    ...(at(release, "1.3") ? {} : { param_dict: NONE }),
  };
}

/** The class as a release names it, where it keeps it with all others. */
export function classIn(release: string, name: string): string {
  if (!at(release, "1.4")) return `mxnet.optimizer ${name}`;
  if (!at(release, "2.0")) return `mxnet.optimizer.optimizer ${name}`;
  return `mxnet.optimizer.${name === "AdamW" ? "adamW" : name.toLowerCase()} ${name}`;
}

/** An optimizer of a release. */
export function optimizerOf(
  release: string,
  name: string,
  fields: Readonly<Record<string, Value>> = {},
): Instance {
  return { of: classIn(release, name), fields: { ...baseFields(release), ...fields } };
}

/** A NumPy scalar: its type, and the bytes of its value. */
export function numpyScalar(
  type: string,
  bytes: Uint8Array,
  module = "numpy.core.multiarray",
  order = "<",
): Raw {
  const text = Buffer.from(bytes).toString("latin1").replaceAll("\\", "\\u005c").replaceAll("\n", "\\u000a");
  const dtype = `cnumpy\ndtype\n(V${type}\nI00\nI01\ntR(I3\nV${order}\nNNNI-1\nI-1\nI0\ntb`;
  return { raw: `c${module}\nscalar\n(${dtype}c_codecs\nencode\n(V${text}\nVlatin1\ntRtR` };
}

/** An array of MXNet: V2 of its format, dense binary32 on the CPU. */
export function arrayOf(values: readonly number[], shape: readonly number[]): Raw {
  const bytes = Buffer.alloc(12 + 8 * shape.length + 12 + 4 * values.length);
  bytes.writeUInt32LE(0xf993fac9, 0);
  bytes.writeInt32LE(shape.length, 8);
  shape.forEach((size, i) => {
    bytes.writeBigInt64LE(BigInt(size), 12 + 8 * i);
  });
  const device = 12 + 8 * shape.length;
  bytes.writeInt32LE(1, device);
  values.forEach((value, i) => {
    bytes.writeFloatLE(value, device + 12 + 4 * i);
  });
  const text = bytes.toString("latin1").replaceAll("\\", "\\u005c").replaceAll("\n", "\\u000a");
  const buffer = `c__builtin__\nbytearray\n(V${text}\nVlatin-1\ntR`;
  return { raw: `cmxnet.ndarray.ndarray\nNDArray\n(NtR(Vhandle\n${buffer}db` };
}
