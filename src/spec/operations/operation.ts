/**
 * spec: what is known of an operation. Everything that any stage needs of it stands in its one entry of the table; no other
 * code enumerates operations by name.
 */
import type { Type } from "../types.ts";

/** How people write it. Operators carry their level of precedence; the higher binds the tighter. */
export type Syntax =
  | { readonly form: "call" }
  | { readonly form: "constant" }
  | { readonly form: "prefix"; readonly sign: string; readonly level: number }
  | { readonly form: "infix"; readonly sign: string; readonly level: number; readonly rightToLeft?: true };

/** The type that operands of these types give, or what is wrong with them, in words. */
export type Typing = (operands: readonly Type[]) => Type | string;

interface Common {
  /** The word in the tree form; for calls and constants, in text too. */
  readonly name: string;
  readonly arity: number;
  readonly syntax: Syntax;
  readonly typing: Typing;
  /** Operations that one element of the result (of a reduction or look-up: of its operand) is charged with. */
  readonly cost: number;
  /** The definition, for people. */
  readonly formula: string;
}

/**
 * Scalar and elementwise operations have one definition: `apply` on binary64. Elementwise, each binary32 operand is
 * widened, `apply` gives a binary64, and that is rounded to binary32. For + - * / and sqrt the two roundings are one,
 * since 53 >= 2 * 24 + 2 (Figueroa, "When is double rounding innocuous?", 1995). Booleans are 1 and 0.
 */
export interface Elementwise extends Common {
  readonly kind: "elementwise";
  readonly apply: (...operands: number[]) => number;
}

/**
 * Folds a tensor into one scalar, or into one value per row or column of its matrices: `term` of each element, summed in
 * binary64 or the greatest of all taken, then `finish`.
 */
export interface Reduction extends Common {
  readonly kind: "reduction";
  readonly along: "all" | "row" | "col";
  readonly fold: "sum" | "greatest";
  readonly term: (element: number) => number;
  readonly finish: (sum: number, count: number) => number;
}

/** The matrices of a tensor multiplied (sums in binary64, one rounding to binary32) or turned. */
export interface MatrixOperation extends Common {
  readonly kind: "matrix";
  readonly does: "multiply" | "transpose";
}

/** A tensor like the parameter, drawn from its operands, the parameter's key and the element's place alone. */
export interface Noise extends Common {
  readonly kind: "noise";
  readonly source: (a: number, b: number, words: readonly [number, number]) => (index: number) => number;
}

/** The sum of a scalar over all parameters of a step. It stands alone on the right side of a line. */
export interface Total extends Common {
  readonly kind: "total";
}

/** Looks a number up in a hyperparameter that is a list of numbers. */
export interface ListLookup extends Common {
  readonly kind: "list";
  readonly apply: (list: readonly number[], operand: number) => number;
}

/** Asks what a hyperparameter is: null, or one of its named choices. The second operand is that word itself. */
export interface Question extends Common {
  readonly kind: "question";
}

export type Operation = Elementwise | Reduction | MatrixOperation | Noise | Total | ListLookup | Question;

export const call: Syntax = Object.freeze({ form: "call" });
export const infix = (sign: string, level: number): Syntax => ({ form: "infix", sign, level });
