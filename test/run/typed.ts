/** Test help: random rules in which every expression has the type that its place takes. */
import type {
  Expression,
  HyperDeclaration,
  HyperValue,
  Rule,
  SlotDeclaration,
  Statement,
} from "../../src/spec/tree.ts";
import type { Tape } from "../spec/tape.ts";
import { NUMBERS } from "../spec/trees.ts";

type Kind = "number" | "boolean" | "like" | "row" | "col" | "mask";

const HYPERS: readonly HyperDeclaration[] = [
  { name: "lr", default: 0.1, scheduled: true },
  { name: "beta", default: 0.9 },
  { name: "off", default: null, nullable: true },
  { name: "flag", type: "boolean", default: false },
  { name: "mode", type: "choice", choices: ["a", "b"], default: "a" },
  { name: "list", type: "list", default: [1, 2, 3] },
];

const ARITHMETIC_1 = ["neg", "abs", "sqrt", "exp", "log", "sin", "cos", "floor", "sign"];
const ARITHMETIC_2 = ["add", "sub", "mul", "div", "pow", "min", "max", "clip"];
const COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"];

export interface TypedRule {
  readonly rule: Rule;
  readonly hyper: { readonly [name: string]: HyperValue };
}

/** Names that have a value at a place, by kind. Hyperparameters alone settle guards. */
type Scope = { readonly [K in Kind]: readonly string[] };

class Typed {
  readonly #tape: Tape;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  /** A condition that follows from hyperparameters. */
  guard(depth = 1): Expression {
    const tape = this.#tape;
    const kind = tape.below(depth > 0 ? 7 : 4);
    if (kind === 0) return "flag";
    if (kind === 1) return ["is", "off", null];
    if (kind === 2) return ["is", "mode", tape.pick(["a", "b"])];
    if (kind === 3) return ["gt", "beta", tape.pick([0, 0.5, 1])];
    if (kind === 4) return ["not", this.guard(depth - 1)];
    if (kind === 5) return ["and", ["not", ["is", "off", null]], ["lt", "off", 1]];
    return [tape.pick(["and", "or"]), this.guard(depth - 1), this.guard(depth - 1)];
  }

  expression(kind: Kind, scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const names = scope[kind];
    if (names.length > 0 && (depth === 0 || tape.below(3) === 0)) return tape.pick(names);
    if (kind === "number") return this.#number(scope, depth);
    if (kind === "boolean") return this.#boolean(scope, depth);
    if (kind === "mask") return this.#mask(scope, depth);
    return this.#tensor(kind, scope, depth);
  }

  #number(scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const kind = depth === 0 ? 0 : tape.below(8);
    const inner = (of: Kind = "number") => this.expression(of, scope, depth - 1);
    if (kind <= 1) return tape.below(8) === 0 ? ["pi"] : tape.pick(NUMBERS);
    if (kind === 2) return [tape.pick(ARITHMETIC_1), inner()];
    if (kind === 3) return [tape.pick(ARITHMETIC_2), inner(), inner()];
    if (kind === 4) return [tape.pick(["f32", "dmlc_f32"]), inner()];
    if (kind === 5) return [tape.pick(["item", "count_below"]), "list", inner()];
    if (kind === 6 && scope.like.length > 0) {
      return [tape.pick(["sum", "mean", "norm"]), inner(tape.pick(["like", "row", "col"] as const))];
    }
    return tape.below(3) === 0
      ? ["select", ["is", "off", null], inner(), "off"]
      : ["select", inner("boolean"), inner(), inner()];
  }

  #boolean(scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const inner = (of: Kind) => this.expression(of, scope, depth - 1);
    const kind = depth === 0 ? 0 : tape.below(5);
    if (kind === 0) return tape.pick([true, false]);
    if (kind === 1) return [tape.pick(COMPARISONS), inner("number"), inner("number")];
    if (kind === 2) return ["not", inner("boolean")];
    if (kind === 3) return ["select", inner("boolean"), inner("boolean"), inner("boolean")];
    return [tape.pick(["and", "or"]), inner("boolean"), inner("boolean")];
  }

  #mask(scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const inner = (of: Kind) => this.expression(of, scope, depth - 1);
    if (depth === 0) return ["gt", "grad", 0];
    const kind = tape.below(4);
    if (kind === 0)
      return [tape.pick(COMPARISONS), inner("like"), inner(tape.pick(["number", "row", "like"] as const))];
    if (kind === 1) return ["not", inner("mask")];
    return [tape.pick(["and", "or"]), inner("mask"), inner(tape.pick(["mask", "boolean"] as const))];
  }

  #tensor(kind: "like" | "row" | "col", scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const inner = (of: Kind) => this.expression(of, scope, depth - 1);
    if (kind !== "like" && (depth === 0 || tape.below(2) === 0)) {
      return [`${kind}_${tape.pick(["sum", "mean"])}`, depth === 0 ? "grad" : inner("like")];
    }
    if (depth === 0) return tape.pick(["grad", "weight"]);
    const other =
      kind === "like"
        ? tape.pick(["number", "like", "row", "col"] as const)
        : tape.pick(["number", kind] as const);
    const form = tape.below(4);
    if (form === 0) return [tape.pick(ARITHMETIC_1), inner(kind)];
    if (form === 1 && kind === "like") return ["select", inner("mask"), inner(other), inner("like")];
    if (form === 2) return [tape.pick(ARITHMETIC_2), inner(other), inner(kind)];
    return [tape.pick(ARITHMETIC_2), inner(kind), inner(other)];
  }
}

const SCALARS: Scope = {
  number: ["lr", "beta", "t"],
  boolean: ["flag"],
  like: [],
  row: [],
  col: [],
  mask: [],
};

/** A rule that `check` passes, with values for its hyperparameters. */
export function typedRuleFrom(tape: Tape): TypedRule {
  const typed = new Typed(tape);
  let scope: Scope = SCALARS;
  const add = (kind: Kind, name: string) => {
    if (!scope[kind].includes(name)) scope = { ...scope, [kind]: [...scope[kind], name] };
  };
  const state = tape.some(4, (i): SlotDeclaration => {
    const name = `slot${i}`;
    const shape = tape.pick(["like", "row", "col", "scalar"] as const);
    const init =
      shape === "like" && tape.below(2) === 0
        ? "weight"
        : tape.pick([0, 1, 0.1, "beta", ["neg", "beta"]] as const);
    return { name, ...(shape === "like" ? {} : { shape }), init };
  });
  const kindOf = ({ shape = "like" }: SlotDeclaration): Kind =>
    shape === "scalar" || shape === "shared" ? "number" : shape;
  const scalarSlots = state.filter(({ shape }) => shape === "scalar");
  for (const slot of scalarSlots) add("number", slot.name);
  const assignment = (name: string, kind: Kind, kinds: readonly Kind[]): Statement => {
    const value = typed.expression(tape.pick(kinds), scope, 3);
    const guarded = tape.below(3) === 1;
    if (!guarded) add(kind, name);
    return guarded ? [name, value, typed.guard()] : [name, value];
  };
  const step = tape.some(4, (i): Statement => {
    if (scalarSlots.length > 0 && tape.below(2) === 0)
      return assignment(tape.pick(scalarSlots).name, "number", ["number"]);
    const kind = tape.pick(["number", "boolean"] as const);
    return assignment(`local${i}`, kind, [kind]);
  });
  for (const name of ["grad", "weight"]) add("like", name);
  for (const slot of state) add(kindOf(slot), slot.name);
  const update = tape.some(6, (i): Statement => {
    const target = tape.below(3);
    if (target === 0) return assignment("weight", "like", ["like", "like", "number", "row", "col"]);
    if (target === 1 && state.length > 0) {
      const slot = tape.pick(state);
      const kind = kindOf(slot);
      return assignment(
        slot.name,
        kind,
        kind === "like" ? ["like", "number", "row"] : kind === "number" ? ["number"] : [kind, "number"],
      );
    }
    const kind = tape.pick(["like", "number", "row", "col", "mask", "boolean"] as const);
    return assignment(`value${i}`, kind, [kind]);
  });
  const hyper = {
    beta: tape.pick([0.9, ...NUMBERS]),
    off: tape.pick([null, 0.5, 2]),
    flag: tape.pick([false, true]),
    mode: tape.pick(["a", "b"]),
    list: tape.pick([[1, 2, 3], [], [0.5]]),
  };
  return { rule: { name: "x", hyper: HYPERS, state, step, update }, hyper };
}
