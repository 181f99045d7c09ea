/** run: a step of scalars as a function of the frame. It gives back 1 where the update ends, else 0. */
import type { Reduction } from "../../spec/operations/operation.ts";
import type { Bytes } from "./bytes.ts";
import { Code } from "./code.ts";
import type { Frame } from "./frame.ts";
import { asNumber, lengthOfShape, loadInteger, loadNumber } from "./frame.ts";
import type { Functions } from "./functions.ts";
import { F64, f64Const, f64Store, get, I32, i32Const, set } from "./instructions.ts";
import type { Lists } from "./lists.ts";
import { TOTAL } from "./lower.ts";
import type { Scalar } from "./nodes.ts";
import { scalarCode } from "./scalar-code.ts";
import type { ScalarStep } from "./steps.ts";

/** What the functions of one body know of each other. */
export interface Shared {
  readonly frame: Frame;
  readonly functions: Functions;
  readonly lists: Lists;
  /** Scalars that are handed from one function to another in a cell of their own. */
  readonly handed: ReadonlySet<Scalar>;
  /** Places of 16 bits for each element. */
  readonly short: ReadonlySet<string>;
}

/** The name of the cell that a scalar is handed on in: no name of a rule. */
export const handedCell = ({ id }: Scalar): string => `=${id}`;
/** The name of the cell that has the address of a fold's sums. */
export const sumsCell = ({ id }: Scalar): string => `=sums ${id}`;

/** The value of a scalar that another function has worked out, or that nobody needs to. */
export function given(value: Scalar, { frame, handed }: Shared): Bytes {
  if (value.kind === "constant") return value.boolean ? i32Const(value.value) : f64Const(value.value);
  const name = value.kind === "input" && !handed.has(value) ? value.cell : handedCell(value);
  const load = loadNumber(frame.number(name));
  return value.boolean ? [load, f64Const(1), F64.eq] : load;
}

/** After the sums of all blocks are added, or the greatest of them found. */
const FINISH: { readonly [name: string]: (sum: Bytes, count: Bytes) => Bytes } = Object.freeze({
  mean: (sum: Bytes, count: Bytes) => [sum, count, F64.div],
  norm: (sum: Bytes) => [sum, F64.sqrt],
});

class ScalarFunction {
  readonly #shared: Shared;
  readonly #code = new Code({ params: ["i32"], result: "i32" });
  readonly #locals = new Map<Scalar, number>();

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  write({ scalars, cells, ending }: ScalarStep): Code {
    for (const value of scalars) this.#work(value);
    for (const value of scalars) if (this.#shared.handed.has(value)) this.#store(handedCell(value), value);
    for (const [name, value] of cells) this.#store(name, value);
    if (ending.kind === "total") this.#store(TOTAL, ending.value);
    return this.#code.add(ending.kind === "stop" ? this.#use(ending.condition) : i32Const(0));
  }

  #store(name: string, value: Scalar): void {
    const number = this.#use(value);
    this.#code.add(
      get(0),
      number,
      value.boolean ? F64.fromI32 : [],
      f64Store(this.#shared.frame.number(name)),
    );
  }

  #use(value: Scalar): Bytes {
    const local = this.#locals.get(value);
    return local === undefined ? given(value, this.#shared) : get(local);
  }

  #work(value: Scalar): void {
    const bytes = this.#bytesOf(value);
    const local = this.#code.local(value.boolean ? "i32" : "f64");
    this.#code.add(bytes, set(local));
    this.#locals.set(value, local);
  }

  #bytesOf(value: Scalar): Bytes {
    const { frame, functions, lists } = this.#shared;
    if (value.kind === "scalar") {
      const operands = value.operands.map((operand) => this.#use(operand));
      return scalarCode(value.operation.name, operands, functions);
    }
    if (value.kind === "lookup") {
      const { at, count } = lists.place(value.list);
      const list = [i32Const(at), i32Const(count)];
      return [list, this.#use(value.operand), functions.call(value.operation.name)];
    }
    if (value.kind === "fold") {
      const { fold, name } = value.operation as Reduction;
      const length = lengthOfShape(value.operand.shape);
      const blocks = [length, i32Const(1023), I32.add, i32Const(10), I32.shrUnsigned];
      const sums = loadInteger(frame.pointer(sumsCell(value)));
      const folded = [sums, blocks, functions.call(`fold_blocks_${fold}`)];
      return FINISH[name]?.(folded, asNumber(length)) ?? folded;
    }
    const load = loadNumber(frame.number((value as Extract<Scalar, { kind: "input" }>).cell));
    return value.boolean ? [load, f64Const(1), F64.eq] : load;
  }
}

/** Writes the function of a step. */
export function scalarFunction(step: ScalarStep, shared: Shared): Code {
  return new ScalarFunction(shared).write(step);
}
