/**
 * spec: a rule as the engines take it: names resolved, types known, guards settled, hyperparameters bound. `check` makes
 * programs; engines run them without asking any question again.
 */
import type { ListLookup, Operation } from "./operations/operation.ts";
import type { HyperValues, Match, SlotShape } from "./tree.ts";
import type { Type } from "./types.ts";

/** A typed expression. */
export type Node =
  | { readonly kind: "literal"; readonly type: Type; readonly value: number }
  | { readonly kind: "name"; readonly type: Type; readonly name: string }
  | {
      readonly kind: "apply";
      readonly type: Type;
      readonly operation: Exclude<Operation, ListLookup>;
      readonly operands: readonly Node[];
    }
  | {
      readonly kind: "lookup";
      readonly type: Type;
      readonly operation: ListLookup;
      readonly list: readonly number[];
      readonly operand: Node;
    };

/** `name` takes the value of `node`: a state slot, `weight`, `rate`, or a local. */
export interface Assignment {
  readonly name: string;
  readonly node: Node;
}

export interface Slot {
  readonly name: string;
  readonly shape: SlotShape;
  /** `weight`: a copy of the parameter as it stands at the start. */
  readonly init: Node | "weight";
}

/** What one update costs. */
export interface Cost {
  /** Operations for each parameter, whatever its size. */
  readonly scalar: number;
  /** Operations for each element. */
  readonly element: number;
  /** Bytes of memory read and written for each element, counting each tensor once in and once out. */
  readonly bytes: number;
}

/** A rule bound to the hyperparameters of one group of parameters. */
export interface Binding {
  /** Absent: for every parameter that no earlier binding matches. */
  readonly match?: Match;
  readonly hyper: HyperValues;
  readonly slots: readonly Slot[];
  readonly step: readonly Assignment[];
  readonly update: readonly Assignment[];
  readonly cost: Cost;
}

/** A schedule bound to its arguments. */
export interface ScheduleProgram {
  readonly hyper: HyperValues;
  readonly slots: readonly Slot[];
  readonly step: readonly Assignment[];
  readonly every: number;
  /** Operations for each schedule step. */
  readonly cost: number;
}

/** The whole of a checked spec, ready for an engine. */
export interface Program {
  /** In order; the last has no `match`. */
  readonly bindings: readonly [Binding, ...Binding[]];
  /** The hyperparameter that the schedule drives. */
  readonly scheduled?: string;
  readonly schedule?: ScheduleProgram;
}
