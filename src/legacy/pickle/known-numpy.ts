/**
 * legacy: what the positive list takes of numpy: arrays, scalars and element types of numbers, booleans and fixed-length
 * texts, and the state of its random generators. No element type that holds Python objects, fields or callbacks is known.
 * Grammars from the pickles that numpy 2.4 writes; numpy 1 writes the same under `numpy.core`.
 */
import type { CallFact, Fact } from "./facts.ts";
import type { KnownGlobal, Refusal } from "./known.ts";
import { isGlobal } from "./known.ts";
import { isCallOf, rows } from "./known-python.ts";
import { bytesOf } from "./values.ts";

/** An element type: kind (`f`, `i`, `u`, `b`, `c`, `S`, `U`), bytes of one element, byte order. */
export interface ElementType {
  readonly kind: string;
  readonly size: number;
  readonly isLittle: boolean;
}

const CODE = /^(?:([biufcSU])([0-9]{1,6}))$/;
const SIZES: ReadonlyMap<string, readonly number[]> = new Map([
  ["b", [1]],
  ["i", [1, 2, 4, 8]],
  ["u", [1, 2, 4, 8]],
  ["f", [2, 4, 8]],
  ["c", [8, 16]],
]);

function isFlag(fact: Fact | undefined): boolean {
  return fact?.kind === "bool" || (fact?.kind === "int" && (fact.value === 0 || fact.value === 1));
}

/** The element type that `numpy.dtype(code, align, copy)` with its state stands for; `undefined` if it is not known. */
export function elementType(fact: Fact | undefined): ElementType | undefined {
  if (fact?.kind !== "call" || !isGlobal(fact.callable, "numpy", "dtype")) return undefined;
  const [code, align, copy] = fact.args.items;
  if (fact.args.items.length !== 3 || code?.kind !== "text" || !isFlag(align) || !isFlag(copy))
    return undefined;
  const [, kind, digits] = CODE.exec(code.value) ?? [];
  if (kind === undefined || fact.states.length > 1) return undefined;
  const width = Number(digits);
  const isText = kind === "S" || kind === "U";
  if (!isText && SIZES.get(kind)?.includes(width) !== true) return undefined;
  const size = kind === "U" ? 4 * width : width;
  const order = fact.states.length === 0 ? "<" : stateOrder(fact.states[0] as Fact, isText ? size : -1);
  return order === undefined ? undefined : { kind, size, isLittle: order !== ">" };
}

/** `(3, order, None, None, None, size, alignment, flags)`: no subarray, no names, no fields. */
function stateOrder(state: Fact, size: number): string | undefined {
  if (state.kind !== "tuple" || state.items.length !== 8) return undefined;
  const [version, order, subarray, names, fields, elsize, alignment, flags] = state.items as Fact[];
  const isPlain = [subarray, names, fields].every((part) => part?.kind === "none");
  const isNumbered = version?.kind === "int" && version.value === 3 && elsize?.kind === "int";
  const flagsFine = flags?.kind === "int" && (flags.value === 0 || flags.value === 8);
  if (!isPlain || !isNumbered || !flagsFine || alignment?.kind !== "int") return undefined;
  if (order?.kind !== "text" || !["<", ">", "|"].includes(order.value)) return undefined;
  return elsize.value === size ? order.value : undefined;
}

/** Elements of a shape, or `undefined` if the fact is no tuple of sizes. */
function elementCount(shape: Fact | undefined): number | undefined {
  if (shape?.kind !== "tuple" || shape.items.length > 64) return undefined;
  let count = 1;
  for (const size of shape.items) {
    if (size.kind !== "int" || typeof size.value === "bigint" || size.value < 0) return undefined;
    count *= size.value;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

function fits(data: Fact | undefined, type: ElementType | undefined, count: number | undefined): boolean {
  if (data === undefined || type === undefined || count === undefined) return false;
  return bytesOf(data)?.length === type.size * count;
}

const WRONG = "does not fit its element type, or has one that is not known";

/** State of an array: `(1, shape, dtype, is_fortran, bytes)`. */
function arrayState(state: Fact): Refusal {
  if (state.kind !== "tuple" || state.items.length !== 5) return "has another state than numpy writes";
  const [version, shape, type, isFortran, data] = state.items as Fact[];
  const isKnown = version?.kind === "int" && version.value === 1 && isFlag(isFortran);
  return isKnown && fits(data, elementType(type), elementCount(shape)) ? undefined : WRONG;
}

function reconstruct(args: readonly Fact[]): Refusal {
  const [cls, shape, code] = args;
  const isEmpty = shape?.kind === "tuple" && shape.items.length === 1 && elementCount(shape) === 0;
  const bytes = code === undefined ? undefined : bytesOf(code);
  const isByte = bytes?.length === 1 && bytes[0] === 0x62;
  return args.length === 3 && isGlobal(cls, "numpy", "ndarray") && isEmpty && isByte
    ? undefined
    : "has other arguments than numpy writes";
}

function scalar(args: readonly Fact[]): Refusal {
  return args.length === 2 && fits(args[1], elementType(args[0]), 1) ? undefined : WRONG;
}

/** `(buffer, dtype, shape, order)`: arrays of protocol 5, within the pickle. */
function fromBuffer(args: readonly Fact[]): Refusal {
  const [data, type, shape, order] = args;
  const isOrder = order?.kind === "text" && (order.value === "C" || order.value === "F");
  return args.length === 4 && isOrder && fits(data, elementType(type), elementCount(shape))
    ? undefined
    : WRONG;
}

function dtype(args: readonly Fact[]): Refusal {
  const [code] = args;
  const isCode = code?.kind === "text" && CODE.test(code.value);
  return args.length === 3 && isCode && isFlag(args[1]) && isFlag(args[2])
    ? undefined
    : "is an element type that is not known";
}

const GENERATORS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"];
const RANDOM = "numpy.random._pickle";
const SEEDS = "numpy.random.bit_generator";

function generatorModule(name: string): string {
  return `numpy.random._${name.toLowerCase().replace("dxsm", "")}`;
}

function isGenerator(fact: Fact): boolean {
  if (fact.kind === "text") return GENERATORS.includes(fact.value);
  return GENERATORS.some((name) => isGlobal(fact, generatorModule(name), name));
}

const isBitGenerator = isCallOf(RANDOM, "__bit_generator_ctor");
const RANDOM_FIELDS = ["bit_generator", "state", "has_uint32", "uinteger", "has_gauss", "gauss"];
const isSeeds = isCallOf(SEEDS, "__pyx_unpickle_SeedSequence");

/** The fields of a generator, since numpy 2 beside the seeds it came from. */
function randomState(state: Fact): Refusal {
  const [fields, seeds] = state.kind === "tuple" && state.items.length === 2 ? state.items : [state];
  const isFine =
    fields?.kind === "dict" &&
    fields.entries.every(({ key }) => key.kind === "text" && RANDOM_FIELDS.includes(key.value)) &&
    (seeds === undefined || seeds.kind === "none" || isSeeds(seeds));
  return isFine ? undefined : "has another state than numpy writes";
}

/** Cython's state of a class: its members in order; a dictionary among them would set attributes. */
function seedState(state: Fact): Refusal {
  const isFine = state.kind === "tuple" && state.items.every((item) => item.kind !== "dict");
  return isFine ? undefined : "has another state than numpy writes";
}

const REDUCE = ["REDUCE"] as const;
const SCALARS =
  "bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split(
    " ",
  );

function multiarray(module: string): readonly KnownGlobal[] {
  return [
    { module, name: "scalar", how: REDUCE, args: scalar },
    { module, name: "_reconstruct", how: REDUCE, args: reconstruct, classArgs: [0], state: arrayState },
  ];
}

/** Known globals of numpy. */
export const NUMPY_GLOBALS: readonly KnownGlobal[] = [
  ...multiarray("numpy.core.multiarray"),
  ...multiarray("numpy._core.multiarray"),
  { module: "numpy.core.numeric", name: "_frombuffer", how: REDUCE, args: fromBuffer },
  { module: "numpy._core.numeric", name: "_frombuffer", how: REDUCE, args: fromBuffer },
  {
    module: "numpy",
    name: "dtype",
    how: REDUCE,
    args: dtype,
    state: (_state, call: CallFact) =>
      elementType(call) === undefined ? "is an element type that is not known" : undefined,
  },
  { module: "numpy", name: "ndarray" },
  ...SCALARS.map((name) => ({ module: "numpy", name, isData: true })),
  ...GENERATORS.map((name) => ({ module: generatorModule(name), name })),
  { module: SEEDS, name: "SeedSequence" },
  {
    module: SEEDS,
    name: "__pyx_unpickle_SeedSequence",
    how: REDUCE,
    args: rows([
      (fact) => isGlobal(fact, SEEDS, "SeedSequence"),
      (fact) => fact.kind === "int",
      (fact) => fact.kind === "none",
    ]),
    classArgs: [0],
    state: seedState,
  },
  {
    module: RANDOM,
    name: "__bit_generator_ctor",
    how: REDUCE,
    args: rows([isGenerator]),
    classArgs: [0],
    state: randomState,
  },
  {
    module: RANDOM,
    name: "__randomstate_ctor",
    how: REDUCE,
    args: rows([], [isGenerator], [isBitGenerator]),
    classArgs: [0],
    state: randomState,
  },
  {
    module: RANDOM,
    name: "__generator_ctor",
    how: REDUCE,
    args: rows([isGenerator], [isBitGenerator]),
    classArgs: [0],
  },
];
