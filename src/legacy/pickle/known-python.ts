/**
 * legacy: what the positive list takes of Python's own library: values whose classes have no opcodes. Each grammar is what
 * CPython's pickler writes for the class, protocols 0 to 5, and what Python 2.7 writes where that differs.
 */
import type { Fact } from "./facts.ts";
import type { KnownGlobal, Refusal, Registry } from "./known.ts";
import { isGlobal, knownGlobal } from "./known.ts";
import { bytesOf } from "./values.ts";

type Test = (fact: Fact) => boolean;

const isInteger: Test = (fact) => fact.kind === "int" || fact.kind === "bool";
const isText: Test = (fact) => fact.kind === "text";
const isFloat: Test = (fact) => fact.kind === "float";
const isNone: Test = (fact) => fact.kind === "none";
const isList: Test = (fact) => fact.kind === "list";
const isOptionalInteger: Test = (fact) => isNone(fact) || isInteger(fact);

function isBytesOf(...lengths: readonly number[]): Test {
  return (fact) => lengths.includes(bytesOf(fact)?.length ?? -1);
}

/** Whether a fact is the result of calling this class or function. */
export function isCallOf(module: string, ...names: readonly string[]): Test {
  return (fact) => fact.kind === "call" && names.some((name) => isGlobal(fact.callable, module, name));
}

/** The grammar of a call with one of several rows of arguments. */
export function rows(...options: readonly (readonly Test[])[]): (args: readonly Fact[]) => Refusal {
  return (args) => {
    const fits = options.some(
      (tests) => tests.length === args.length && tests.every((test, i) => test(args[i] as Fact)),
    );
    return fits ? undefined : "has other arguments than CPython writes";
  };
}

/** A state of named attributes, any plain values, none of them a name that Python itself gives a meaning. */
function attributes(state: Fact): Refusal {
  if (state.kind !== "dict") return `has a state of kind ${state.kind} in place of a dict`;
  const isFine = state.entries.every(({ key }) => key.kind === "text" && !key.value.startsWith("__"));
  return isFine ? undefined : "sets an attribute that Python gives a meaning";
}

/** torch's `state_dict` hangs versions on its OrderedDict; no other attribute is known. */
function metadata(state: Fact): Refusal {
  const isFine =
    state.kind === "dict" &&
    state.entries.every(({ key }) => key.kind === "text" && key.value === "_metadata");
  return isFine ? undefined : "sets an attribute of a dictionary";
}

const REDUCE = ["REDUCE"] as const;
const isTimezone = isCallOf("datetime", "timezone");
const isPairList: Test = (fact) =>
  fact.kind === "list" &&
  fact.items.every((pair) => (pair.kind === "list" || pair.kind === "tuple") && pair.items.length === 2);
const DECIMAL = /^[+-]?(?:[0-9]{1,1000}(?:\.[0-9]{0,1000})?(?:E[+-]?[0-9]{1,9})?|Infinity|NaN)$/;
const isDecimal: Test = (fact) => fact.kind === "text" && DECIMAL.test(fact.value);

/** Types that make the empty value of a defaultdict, and that configurations name. */
const TYPES = [
  "int",
  "float",
  "bool",
  "str",
  "bytes",
  "list",
  "tuple",
  "dict",
  "set",
  "frozenset",
  "complex",
];
const ARGUMENTS: ReadonlyMap<string, KnownGlobal["args"]> = new Map([
  ["bytes", rows([])],
  ["set", rows([isList])],
  ["frozenset", rows([isList])],
  ["complex", rows([isFloat, isFloat])],
]);

function builtinType(name: string): KnownGlobal {
  const args = ARGUMENTS.get(name);
  const base = { module: "builtins", name, isData: true };
  return args === undefined ? base : { ...base, how: REDUCE, args };
}

function fromFactory(args: readonly Fact[]): Refusal {
  const [factory, ...more] = args;
  if (more.length > 0) return "has other arguments than CPython writes";
  const isType = TYPES.some((name) => isGlobal(factory, "builtins", name));
  const isKnown = isType || isGlobal(factory, "collections", "OrderedDict");
  return factory === undefined || isNone(factory) || isKnown ? undefined : "has a factory that is not known";
}

function reconstructor(args: readonly Fact[], registry: Registry): Refusal {
  const [cls, base, state] = args;
  if (
    cls === undefined ||
    args.length !== 3 ||
    !isGlobal(base, "builtins", "object") ||
    state?.kind !== "none"
  )
    return "has another base or state than plain objects have";
  const isMade = knownGlobal(registry, cls)?.how?.includes("NEWOBJ") === true;
  return isMade ? undefined : "makes an object of a class that is not known";
}

/** Known globals of Python's library. */
export const PYTHON_GLOBALS: readonly KnownGlobal[] = [
  ...TYPES.map(builtinType),
  { module: "builtins", name: "object" },
  {
    module: "builtins",
    name: "bytearray",
    how: REDUCE,
    args: (args) =>
      rows([], [isBytesLike], [isText, isLatin1])(args) === undefined
        ? undefined
        : "has other arguments than bytes",
  },
  { module: "builtins", name: "range", how: REDUCE, args: rows([isInteger, isInteger, isInteger]) },
  {
    module: "builtins",
    name: "slice",
    how: REDUCE,
    args: rows([isOptionalInteger, isOptionalInteger, isOptionalInteger]),
  },
  { module: "_codecs", name: "encode", how: REDUCE, args: rows([isText, isLatin1]) },
  { module: "copyreg", name: "_reconstructor", how: REDUCE, args: reconstructor, classArgs: [0, 1] },
  {
    module: "collections",
    name: "OrderedDict",
    how: REDUCE,
    args: rows([], [isPairList]),
    state: metadata,
    hasEntries: true,
  },
  {
    module: "collections",
    name: "defaultdict",
    how: REDUCE,
    args: fromFactory,
    classArgs: [0],
    hasEntries: true,
  },
  { module: "collections", name: "Counter", how: REDUCE, args: rows([(fact) => fact.kind === "dict"]) },
  {
    module: "collections",
    name: "deque",
    how: REDUCE,
    args: rows([], [isList], [isList, isOptionalInteger], [isEmptyTuple, isOptionalInteger]),
    hasItems: true,
  },
  { module: "datetime", name: "date", how: REDUCE, args: rows([isBytesOf(4)]) },
  { module: "datetime", name: "time", how: REDUCE, args: rows([isBytesOf(6)], [isBytesOf(6), isTimezone]) },
  {
    module: "datetime",
    name: "datetime",
    how: REDUCE,
    args: rows([isBytesOf(10)], [isBytesOf(10), isTimezone]),
  },
  { module: "datetime", name: "timedelta", how: REDUCE, args: rows([isInteger, isInteger, isInteger]) },
  {
    module: "datetime",
    name: "timezone",
    how: REDUCE,
    args: rows([isCallOf("datetime", "timedelta")], [isCallOf("datetime", "timedelta"), isText]),
  },
  { module: "decimal", name: "Decimal", how: REDUCE, args: rows([isDecimal]) },
  {
    module: "fractions",
    name: "Fraction",
    how: REDUCE,
    args: rows([isInteger, isInteger], [isFractionText]),
  },
  { module: "argparse", name: "Namespace", how: ["NEWOBJ"], state: attributes },
  { module: "types", name: "SimpleNamespace", how: REDUCE, state: attributes },
];

function isBytesLike(fact: Fact): boolean {
  return bytesOf(fact) !== undefined;
}
function isLatin1(fact: Fact): boolean {
  return fact.kind === "text" && (fact.value === "latin1" || fact.value === "latin-1");
}
function isEmptyTuple(fact: Fact): boolean {
  return fact.kind === "tuple" && fact.items.length === 0;
}
function isFractionText(fact: Fact): boolean {
  return fact.kind === "text" && /^-?[0-9]{1,1000}(?:\/[0-9]{1,1000})?$/.test(fact.value);
}
