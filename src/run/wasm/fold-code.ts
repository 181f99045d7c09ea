/** run: a fold over a whole tensor inside a pass: one binary64 for each block of 1024 elements, in the order of `reduce.ts`. */
import type { Reduction } from "../../spec/operations/operation.ts";
import type { Bytes } from "./bytes.ts";
import type { Code } from "./code.ts";
import { loadInteger } from "./frame.ts";
import type { Functions } from "./functions.ts";
import {
  F64,
  f32Const,
  f64Lane,
  f64Store,
  get,
  I32,
  i32Const,
  set,
  tee,
  upperHalf,
  V128,
  v128Zero,
} from "./instructions.ts";

/** Terms that are squared. */
const SQUARED: ReadonlySet<string> = new Set(["norm", "squares"]);

/** Writes into a pass what one fold needs there. */
export class FoldCode {
  readonly #code: Code;
  readonly #operation: Reduction;
  readonly #sumsAt: number;
  readonly #functions: Functions;
  /** Where the next block's sum goes. */
  readonly #to: number;
  /** Lanes 0 and 1, lanes 2 and 3; of the greatest, one number. */
  readonly #first: number;
  readonly #second: number;
  readonly #term: number;

  constructor(code: Code, operation: Reduction, sumsAt: number, functions: Functions) {
    this.#code = code;
    this.#operation = operation;
    this.#sumsAt = sumsAt;
    this.#functions = functions;
    this.#to = code.local("i32");
    this.#first = code.local(this.#isSum ? "v128" : "f32");
    this.#second = code.local("v128");
    this.#term = code.local("v128");
  }

  get #isSum(): boolean {
    return this.#operation.fold === "sum";
  }

  begin(from: Bytes): void {
    const block = [from, i32Const(10), I32.shrUnsigned, i32Const(3), I32.shl];
    this.#code.add(loadInteger(this.#sumsAt), block, I32.add, set(this.#to));
  }

  beginBlock(): void {
    if (this.#isSum) this.#code.add(v128Zero, set(this.#first), v128Zero, set(this.#second));
    else this.#code.add(f32Const(Number.NEGATIVE_INFINITY), set(this.#first));
  }

  /** Four elements, of which the first `part` count. */
  take(value: Bytes, part?: Bytes): void {
    const code = this.#code;
    const mask = part === undefined ? [] : [part, this.#functions.call("mask_part")];
    if (!this.#isSum) {
      // All bits set are a NaN.
      const counted = part === undefined ? value : [value, mask, V128.not, V128.or];
      code.add(get(this.#first), counted, this.#functions.call("greatest_lanes"), set(this.#first));
      return;
    }
    const counted = part === undefined ? value : [value, mask, V128.and];
    code.add(counted, set(this.#term));
    this.#sum(this.#first, [get(this.#term), V128.f64OfLowF32]);
    this.#sum(this.#second, [upperHalf(get(this.#term)), V128.f64OfLowF32]);
  }

  #sum(lanes: number, pair: Bytes): void {
    const code = this.#code;
    code.add(get(lanes), pair);
    if (SQUARED.has(this.#operation.name)) {
      const wide = this.#wide;
      code.add(tee(wide), get(wide), V128.f64Mul);
    }
    code.add(V128.f64Add, set(lanes));
  }

  #wideLocal: number | undefined;
  get #wide(): number {
    this.#wideLocal ??= this.#code.local("v128");
    return this.#wideLocal;
  }

  endBlock(): void {
    const code = this.#code;
    const pairSum = (lanes: number): Bytes => [[get(lanes), f64Lane(0)], [get(lanes), f64Lane(1)], F64.add];
    const result = this.#isSum
      ? [pairSum(this.#first), pairSum(this.#second), F64.add]
      : [get(this.#first), F64.fromF32];
    code.add(get(this.#to), result, f64Store());
    code.add(get(this.#to), i32Const(8), I32.add, set(this.#to));
  }
}
