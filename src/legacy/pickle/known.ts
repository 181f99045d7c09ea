/**
 * legacy: the positive list. What a pickle may ask for, with the grammar of the arguments, states and items that go with it.
 * Everything that is not in a registry is refused; there is no list of bad names.
 */
import type { CallFact, CallOpcode, Fact, GlobalFact, TupleFact } from "./facts.ts";
import { globalKey, resolvedKey } from "./names.ts";
import { quoted } from "./text.ts";

/** Why something is refused, as the end of a sentence; `undefined` if it is fine. */
export type Refusal = string | undefined;

export interface KnownGlobal {
  readonly module: string;
  readonly name: string;
  /** Whether the name itself may stand as a value, as a type in a configuration does. */
  readonly isData?: boolean;
  /** Opcodes that may call it; none if absent. */
  readonly how?: readonly CallOpcode[];
  /** The grammar of the arguments; none are allowed if absent. */
  readonly args?: (args: readonly Fact[], registry: Registry) => Refusal;
  /** Indices of arguments that are classes, not data. */
  readonly classArgs?: readonly number[];
  /** The grammar of each state that BUILD sets; none is allowed if absent. */
  readonly state?: (state: Fact, call: CallFact) => Refusal;
  /** Whether SETITEMS may store keys in the result. */
  readonly hasEntries?: boolean;
  /** Whether APPENDS may add to the result. */
  readonly hasItems?: boolean;
}

/** A class of a framework: made without arguments, its state a dictionary of known fields. */
export interface KnownClass {
  readonly module: string;
  readonly name: string;
  /** For each field whether a value may stand there; a field that is not named is refused. */
  readonly fields: ReadonlyMap<string, (value: Fact) => boolean>;
  /** Arguments of a class that is called with some. */
  readonly args?: (args: readonly Fact[]) => boolean;
}

export type Registry = ReadonlyMap<string, KnownGlobal>;

/** A registry of all entries; a later one replaces an earlier one of the same name. */
export function makeRegistry(...entries: readonly KnownGlobal[]): Registry {
  return new Map(entries.map((entry) => [globalKey(entry.module, entry.name), entry]));
}

/** The entry for a global, under its Python 3 name; `undefined` if it is unknown. */
export function knownGlobal(registry: Registry, fact: Fact): KnownGlobal | undefined {
  return fact.kind === "global" ? registry.get(resolvedKey(fact)) : undefined;
}

/** Whether a fact is the global of this (Python 3) name. */
export function isGlobal(fact: Fact | undefined, module: string, name: string): fact is GlobalFact {
  return fact?.kind === "global" && resolvedKey(fact) === globalKey(module, name);
}

/** The entry of a class of a framework. */
export function fromClass(known: KnownClass): KnownGlobal {
  const { module, name, fields, args } = known;
  return {
    module,
    name,
    how: args === undefined ? ["NEWOBJ", "INST", "OBJ"] : ["NEWOBJ", "INST", "OBJ", "REDUCE"],
    args: (given) =>
      given.length === 0 || args?.(given) === true ? undefined : "has other arguments than known",
    state: (state) => refusedFields(state, fields),
  };
}

function refusedFields(state: Fact, fields: KnownClass["fields"]): Refusal {
  if (state.kind !== "dict") return `has a state of kind ${state.kind} in place of a dict`;
  for (const { key, value } of state.entries) {
    if (key.kind !== "text") return `has a field whose name is of kind ${key.kind}`;
    const test = fields.get(key.value);
    if (test === undefined) return `has an unknown field ${quoted(key.value)}`;
    if (!test(value)) return `has a value in field ${quoted(key.value)} that cannot stand there`;
  }
  return undefined;
}

/** `copyreg._reconstructor(cls, object, None)`: how protocols 0 and 1 make an object without calling its class. */
export function reconstructedClass(call: CallFact): GlobalFact | undefined {
  if (!isGlobal(call.callable, "copyreg", "_reconstructor")) return undefined;
  const [cls, base, state] = call.args.items;
  const isPlain =
    call.args.items.length === 3 && isGlobal(base, "builtins", "object") && state?.kind === "none";
  return isPlain && cls?.kind === "global" ? cls : undefined;
}

/** The global whose object a call makes, through `copyreg._reconstructor` where that is used. */
export function classOf(call: CallFact): GlobalFact | undefined {
  return reconstructedClass(call) ?? (call.callable.kind === "global" ? call.callable : undefined);
}

/** What is wrong with a call by a registry; also tells which argument tuples hold classes, by index. */
export function judgeCall(
  registry: Registry,
  call: CallFact,
  classArgs: Map<TupleFact, readonly number[]>,
): { readonly code: "refused-call" | "refused-state" | "refused-items"; readonly why: string } | undefined {
  const callable = knownGlobal(registry, call.callable);
  if (callable === undefined)
    return {
      code: "refused-call",
      why: call.callable.kind === "global" ? "is none of the known ones" : "is computed",
    };
  classArgs.set(call.args, callable.classArgs ?? []);
  if (!callable.how?.includes(call.how))
    return { code: "refused-call", why: `is not known to be called by ${call.how}` };
  if (call.kwargs !== undefined) return { code: "refused-call", why: "has keyword arguments" };
  const refusal =
    callable.args === undefined
      ? call.args.items.length > 0
        ? "has arguments"
        : undefined
      : callable.args(call.args.items, registry);
  if (refusal !== undefined) return { code: "refused-call", why: refusal };
  return judgeResult(registry, call);
}

function judgeResult(registry: Registry, call: CallFact) {
  const made = classOf(call);
  const known = made === undefined ? undefined : knownGlobal(registry, made);
  for (const state of call.states) {
    const why = known?.state === undefined ? "sets a state where none is known" : known.state(state, call);
    if (why !== undefined) return { code: "refused-state", why } as const;
  }
  if (call.entries.length > 0 && known?.hasEntries !== true)
    return { code: "refused-items", why: "stores keys where none are known" } as const;
  if (call.items.length > 0 && known?.hasItems !== true)
    return { code: "refused-items", why: "appends where nothing is known to be appended" } as const;
  return undefined;
}
