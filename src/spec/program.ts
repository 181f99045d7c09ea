/**
 * spec: a rule as the engines take it: names resolved, types known, guards settled, hyperparameters bound. `check` makes
 * programs; engines run them without asking any question again.
 */
import type { ListLookup, Operation, Question, Total } from "./operations/operation.ts";
import type { HyperValues, Match, SlotShape } from "./tree.ts";
import type { Type } from "./types.ts";

/** A typed expression. */
export type Node =
  | { readonly kind: "literal"; readonly type: Type; readonly value: number }
  | { readonly kind: "name"; readonly type: Type; readonly name: string }
  | {
      readonly kind: "apply";
      readonly type: Type;
      readonly operation: Exclude<Operation, ListLookup | Question | Total>;
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

/** `name` takes the sum of `total` over all parameters of the step that come to this line of the rule. */
export interface TotalLine {
  readonly name: string;
  readonly total: Node;
  readonly line: number;
}

/** Where `stop` holds, the update of this parameter ends. */
export interface StopLine {
  readonly stop: Node;
}

export type Action = Assignment | TotalLine | StopLine;

export interface Slot {
  readonly name: string;
  readonly shape: SlotShape;
  /** `weight`: a copy of the parameter as it stands at the start. */
  readonly init: Node | "weight";
}

/** What one update costs at the most. The longer side is that of the parameter's matrices. */
export interface Cost {
  /** Operations for each parameter, whatever its size. */
  readonly scalar: number;
  /** Operations for each element. */
  readonly element: number;
  /** Operations for each element and each unit of the longer side: matrix products, square matrices. */
  readonly product: number;
  /** Operations for each matrix and each cube of the longer side: products of square matrices. */
  readonly cube: number;
  /** Bytes of memory read and written for each element, counting each tensor once in and once out. */
  readonly bytes: number;
}

/** What a rule comes to for parameters of which the shape's questions are answered. */
export interface Body {
  readonly slots: readonly Slot[];
  readonly step: readonly Assignment[];
  readonly update: readonly Action[];
  readonly cost: Cost;
}

/** Bodies by what is asked of a parameter's shape: `yes` where `ask` holds. */
export type ByShape = Body | { readonly ask: Node; readonly yes: ByShape; readonly no: ByShape };

/** A condition on the parameter's shape, and its text. */
export interface Need {
  readonly node: Node;
  readonly text: string;
}

/** A rule bound to the hyperparameters of one group of parameters. */
export interface Binding {
  /** Absent: for every parameter that no earlier binding matches. */
  readonly match?: Match;
  readonly hyper: HyperValues;
  readonly needs: readonly Need[];
  readonly bodies: ByShape;
  /** Of all bodies: the slots that any of them has, and the most that any of them costs. */
  readonly slots: readonly Slot[];
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
  /** The hyperparameter that the schedule's rate drives, and the one that its momentum drives. */
  readonly scheduled?: string;
  readonly cycled?: string;
  readonly schedule?: ScheduleProgram;
}

/** All bodies that a parameter may be given, whatever its shape. */
export function bodiesOf(bodies: ByShape): readonly Body[] {
  return "ask" in bodies ? [...bodiesOf(bodies.yes), ...bodiesOf(bodies.no)] : [bodies];
}
