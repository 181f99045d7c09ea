/**
 * legacy: what a pickle says, as plain facts. A fact is inert: a call is written down, never made. Values that a pickle
 * shares through its memo are one and the same fact object, so facts form a graph without cycles, not a tree.
 */

interface Made {
  /** Offset of the opcode that made it. */
  readonly offset: number;
}

/** Numbers a container within its stream; identity across streams is that of the object itself. */
interface Container extends Made {
  readonly id: number;
}

export interface NoneFact extends Made {
  readonly kind: "none";
}
export interface BoolFact extends Made {
  readonly kind: "bool";
  readonly value: boolean;
}
/** Exact: a `number` if it is a safe integer, a `bigint` otherwise. */
export interface IntFact extends Made {
  readonly kind: "int";
  readonly value: number | bigint;
}
/** Binary64, negative zero, infinities and NaN included. `bits` are the eight bytes of a NaN as read, else 0n. */
export interface FloatFact extends Made {
  readonly kind: "float";
  readonly value: number;
  readonly bits: bigint;
}
/** `py2`: written as a Python 2 `str`, which holds bytes; here they are ASCII. */
export interface TextFact extends Made {
  readonly kind: "text";
  readonly value: string;
  readonly py2: boolean;
}
/** A view of the reader's own copy of the file. `py2`: a Python 2 `str` that is not ASCII. */
export interface BytesFact extends Made {
  readonly kind: "bytes";
  readonly value: Uint8Array;
  readonly py2: boolean;
}
export interface BytearrayFact extends Made {
  readonly kind: "bytearray";
  readonly value: Uint8Array;
}
export interface ListFact extends Container {
  readonly kind: "list";
  readonly items: readonly Fact[];
}
export interface TupleFact extends Container {
  readonly kind: "tuple";
  readonly items: readonly Fact[];
}
export interface SetFact extends Container {
  readonly kind: "set" | "frozenset";
  readonly items: readonly Fact[];
}
export interface Entry {
  readonly key: Fact;
  readonly value: Fact;
}
/** Entries in the order written, duplicates included; Python keeps the last value of equal keys. */
export interface DictFact extends Container {
  readonly kind: "dict";
  readonly entries: readonly Entry[];
}
/** A module and name that Python's unpickler would look up, spelled as the stream spells them. */
export interface GlobalFact extends Made {
  readonly kind: "global";
  readonly module: string;
  readonly name: string;
  /** The protocol in force, which decides whether Python 3 translates Python 2's names. */
  readonly protocol: number;
}
export type CallOpcode = "REDUCE" | "NEWOBJ" | "NEWOBJ_EX" | "INST" | "OBJ";
/** A call that Python's unpickler would make, and what it would then do to the result. */
export interface CallFact extends Container {
  readonly kind: "call";
  readonly how: CallOpcode;
  readonly callable: Fact;
  readonly args: TupleFact;
  /** NEWOBJ_EX only. */
  readonly kwargs: Fact | undefined;
  /** States set by BUILD, in order. */
  readonly states: readonly Fact[];
  /** What SETITEM and SETITEMS store. */
  readonly entries: readonly Entry[];
  /** What APPEND and APPENDS add. */
  readonly items: readonly Fact[];
}
/** A reference to something outside the pickle, such as a storage in a torch file. */
export interface PersistentFact extends Container {
  readonly kind: "persistent";
  readonly key: Fact;
}
export interface ExtensionFact extends Made {
  readonly kind: "extension";
  readonly code: number;
}
/** Stands where the stream is broken. A pickle read without error holds none. */
export interface UnknownFact extends Made {
  readonly kind: "unknown";
}

export type ContainerFact = ListFact | TupleFact | SetFact | DictFact | CallFact | PersistentFact;
export type LeafFact =
  | NoneFact
  | BoolFact
  | IntFact
  | FloatFact
  | TextFact
  | BytesFact
  | BytearrayFact
  | GlobalFact
  | ExtensionFact
  | UnknownFact;
export type Fact = LeafFact | ContainerFact;

/** Whether a fact holds other facts. */
export function isContainer(fact: Fact): fact is ContainerFact {
  return "id" in fact;
}

/** The `index`-th fact that a container refers to, or `undefined` past the last. */
export function childAt(fact: ContainerFact, index: number): Fact | undefined {
  switch (fact.kind) {
    case "list":
    case "tuple":
    case "set":
    case "frozenset":
      return fact.items[index];
    case "dict":
      return entryAt(fact.entries, index);
    case "persistent":
      return index === 0 ? fact.key : undefined;
    case "call":
      return callChildAt(fact, index);
    default:
      return fact satisfies never;
  }
}

function entryAt(entries: readonly Entry[], index: number): Fact | undefined {
  const entry = entries[index >> 1];
  return index & 1 ? entry?.value : entry?.key;
}

function callChildAt(call: CallFact, index: number): Fact | undefined {
  if (index === 0) return call.callable;
  if (index === 1) return call.args;
  if (index === 2 && call.kwargs !== undefined) return call.kwargs;
  let at = index - (call.kwargs === undefined ? 2 : 3);
  if (at < call.states.length) return call.states[at];
  at -= call.states.length;
  if (at < call.items.length) return call.items[at];
  return entryAt(call.entries, at - call.items.length);
}
