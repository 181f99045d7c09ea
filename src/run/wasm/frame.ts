/**
 * run: the frame of a parameter: cells of eight bytes in the memory, where the host leaves what an update begins with and the
 * functions of a module leave what they hand on. The first cells are the same in every frame.
 */
import { SHAPE_NAMES } from "../../spec/operations/table.ts";
import type { Side, TensorShape } from "../../spec/types.ts";
import { sidesOf } from "../../spec/types.ts";
import type { Bytes } from "./bytes.ts";
import { F64, f64Load, get, I32, i32Const, i32Load } from "./instructions.ts";
import { TOTAL } from "./lower.ts";

/** Where 32-bit integers stand, in bytes from the frame's start. */
export const INTEGERS = Object.freeze({ stack: 0, rows: 4, cols: 8, size: 12, word0: 16, word1: 20 });

const NUMBERS_FROM = 3;

/** Names that every frame has a number for, then the hyperparameters. */
export const COMMON: readonly string[] = Object.freeze([...SHAPE_NAMES, "t", "steps", TOTAL]);

/** Gives out cells by name. */
export class Frame {
  readonly #cells = new Map<string, number>();
  #next = NUMBERS_FROM;

  constructor(hyper: readonly string[]) {
    for (const name of [...COMMON, ...hyper]) this.number(name);
  }

  number(name: string): number {
    return this.#cell(name);
  }

  /** The cell of a place's address, or of an array of sums. */
  pointer(name: string): number {
    return this.#cell(`${name} at`);
  }

  /** The cell of a wish that the host has. */
  flag(name: string): number {
    return this.#cell(`${name} wished`);
  }

  #cell(name: string): number {
    const known = this.#cells.get(name);
    if (known !== undefined) return known;
    const at = 8 * this.#next++;
    this.#cells.set(name, at);
    return at;
  }

  get bytes(): number {
    return 8 * this.#next;
  }
}

/** The frame is the first parameter of every function that takes one. */
const FRAME: Bytes = get(0);

export const loadNumber = (at: number): Bytes => [FRAME, f64Load(at)];
export const loadInteger = (at: number): Bytes => [FRAME, i32Load(at)];

/** Rows or columns of a matrix of a tensor. */
export const sideLength = (side: Side): Bytes =>
  side === "1" ? i32Const(1) : loadInteger(side === "R" ? INTEGERS.rows : INTEGERS.cols);

/** How many lines there are of a shape: rows of all matrices. */
export const linesOf = (shape: TensorShape): Bytes => [
  loadInteger(INTEGERS.stack),
  sideLength(sidesOf(shape)[0]),
  I32.mul,
];

/** How many elements a shape has. */
export const lengthOfShape = (shape: TensorShape): Bytes => [
  linesOf(shape),
  sideLength(sidesOf(shape)[1]),
  I32.mul,
];

export const asNumber = (integer: Bytes): Bytes => [integer, F64.fromI32Unsigned];
