/**
 * run: a pass as a function of the frame and a range: of elements where all that it reads has the pass's own shape, else of
 * lines. Four elements at a time; within an element everything is read before anything is written.
 */
import type { Reduction } from "../../spec/operations/operation.ts";
import { sidesOf } from "../../spec/types.ts";
import type { Access } from "./access.ts";
import { SHORT, WHOLE } from "./access.ts";
import type { Bytes } from "./bytes.ts";
import { Code } from "./code.ts";
import { FoldCode } from "./fold-code.ts";
import { loadInteger, sideLength } from "./frame.ts";
import {
  F32,
  f32Const,
  get,
  I32,
  i32Const,
  loop,
  repeat,
  set,
  V128,
  v128Load32Splat,
  when,
} from "./instructions.ts";
import type { Scalar, Tensor } from "./nodes.ts";
import type { Pass } from "./passes.ts";
import { isFlat } from "./passes.ts";
import type { Divisor } from "./quotient.ts";
import { divisorOf, isOrdinary, quotient, RECIPROCALS, reciprocals } from "./quotient.ts";
import type { Shared } from "./scalar-step.ts";
import { given, sumsCell } from "./scalar-step.ts";
import { vectorCode } from "./vector-code.ts";
import type { Settled } from "./version.ts";
import { openCondition, Version } from "./version.ts";

/** How often bodies are repeated in a loop: sixteen elements are a line of the processors' caches. */
const UNROLLED = [4, 2, 1];
/** Larger bodies have enough to do between a loop's jumps. */
const UNROLLED_VALUES = 80;
const BLOCK = 1024;

const [FROM, TO] = [get(1), get(2)];
const times4 = (value: Bytes): Bytes => [value, i32Const(2), I32.shl];

type Each = Extract<Tensor, { kind: "each" }>;

/** How divisions by scalars are made. */
type Dividing = "plainly" | "by reciprocals";

class PassFunction {
  readonly #pass: Pass;
  readonly #shared: Shared;
  readonly #code = new Code({ params: ["i32", "i32", "i32"] });
  /** Addresses by place, which move on. */
  readonly #pointers = new Map<string, number>();
  /** Values that are the same for all elements, or for all of a line. */
  readonly #constant = new Map<Tensor, number>();
  readonly #folds: readonly FoldCode[];
  readonly #locals = new Map<Tensor, number>();
  /** Locals with the reciprocals of divisors. */
  readonly #reciprocals = new Map<Scalar, number>();
  /** Whether the host wants them, and they give the bits of the divisions. */
  #takesReciprocals: Bytes;
  readonly #left = this.#code.local("i32");

  constructor(pass: Pass, shared: Shared) {
    this.#pass = pass;
    this.#shared = shared;
    this.#takesReciprocals = hasDivisions(pass) ? loadInteger(shared.frame.flag(RECIPROCALS)) : i32Const(0);
    this.#folds = pass.folds.map(
      (fold) =>
        new FoldCode(
          this.#code,
          fold.operation as Reduction,
          shared.frame.pointer(sumsCell(fold)),
          shared.functions,
        ),
    );
  }

  write(): Code {
    for (const node of this.#pass.nodes) if (node.kind === "splat") this.#splat(node);
    for (const node of this.#pass.nodes) this.#invert(divisorOf(node));
    if (isFlat(this.#pass)) this.#elements();
    else this.#lines();
    return this.#code;
  }

  #splat(node: Extract<Tensor, { kind: "splat" }>): void {
    const local = this.#code.local("v128");
    const value = this.#scalar(node.operand);
    this.#code.add(value, set(local));
    this.#constant.set(node, local);
  }

  #invert(divisor: Divisor | undefined): void {
    if (divisor === undefined || this.#reciprocals.has(divisor.scalar)) return;
    const [local, flag] = [this.#code.local("v128"), this.#code.local("i32")];
    const single = [given(divisor.scalar, this.#shared), F32.fromF64];
    const isOne = isOrdinary(single, divisor.bound);
    this.#code.add(reciprocals(single), set(local), this.#takesReciprocals, isOne, I32.and, set(flag));
    this.#reciprocals.set(divisor.scalar, local);
    this.#takesReciprocals = get(flag);
  }

  #scalar(value: Scalar): Bytes {
    const bytes = given(value, this.#shared);
    // All bits of a mask are set where the condition is 1.
    if (value.boolean) return [i32Const(0), bytes, I32.sub, V128.i32Splat];
    if (value.kind === "constant") return [f32Const(value.value), V128.f32Splat];
    return [bytes, F32.fromF64, V128.f32Splat];
  }

  #elements(): void {
    const code = this.#code;
    for (const place of this.#pass.reads.values()) this.#pointer(place, FROM);
    for (const [place] of this.#pass.writes) this.#pointer(place, FROM);
    if (this.#folds.length === 0) {
      code.add(TO, FROM, I32.sub, set(this.#left));
      this.#run();
      return;
    }
    const [at, next] = [code.local("i32"), code.local("i32")];
    code.add(FROM, set(at));
    for (const fold of this.#folds) fold.begin(FROM);
    const block = code.inside(() => {
      // The block's end: from + 1024, or the range's.
      code.add(get(at), i32Const(BLOCK), I32.add, set(next));
      code.add(get(next), TO, get(next), TO, I32.ltUnsigned, [0x1b], set(next));
      code.add(get(next), get(at), I32.sub, set(this.#left), get(next), set(at));
      for (const fold of this.#folds) fold.beginBlock();
      this.#run();
      for (const fold of this.#folds) fold.endBlock();
    });
    code.add(loop([get(at), TO, I32.ltUnsigned], block));
  }

  /** A local with the address of a place's first element of the range. */
  #pointer(place: string, index: Bytes): number {
    const known = this.#pointers.get(place);
    if (known !== undefined) return known;
    const local = this.#code.local("i32");
    this.#pointers.set(place, local);
    const offset = [index, i32Const(this.#access(place).shift), I32.shl];
    this.#code.add(loadInteger(this.#shared.frame.pointer(place)), offset, I32.add, set(local));
    return local;
  }

  #access = (place: string): Access => (this.#shared.short.has(place) ? SHORT : WHOLE);

  #lines(): void {
    const code = this.#code;
    const [rows, cols] = sidesOf(this.#pass.shape);
    const [line, matrix] = [code.local("i32"), code.local("i32")];
    code.add(FROM, set(line));
    const body = code.inside(() => {
      code.add(get(line), sideLength(rows), I32.div, set(matrix));
      this.#pointers.clear();
      for (const [node, place] of this.#pass.reads) {
        const [ownRows, ownCols] = sidesOf(node.shape);
        const index = get(ownRows === rows ? line : matrix);
        if (ownCols === cols) {
          this.#pointer(place, [index, sideLength(cols), I32.mul]);
        } else {
          const local = this.#constant.get(node) ?? code.local("v128");
          this.#constant.set(node, local);
          code.add(
            loadInteger(this.#shared.frame.pointer(place)),
            times4(index),
            I32.add,
            v128Load32Splat(),
            set(local),
          );
        }
      }
      for (const [place] of this.#pass.writes) {
        this.#pointer(place, [get(line), sideLength(cols), I32.mul]);
      }
      code.add(sideLength(cols), set(this.#left));
      this.#run();
      code.add(get(line), i32Const(1), I32.add, set(line));
    });
    code.add(loop([get(line), TO, I32.ltUnsigned], body));
  }

  /** All elements from the pointers on, as many as are left: by loops of their own for either side of a condition. */
  #run(settled: Settled = new Map()): void {
    const condition = openCondition(this.#pass, settled);
    if (condition === undefined) {
      this.#loops(new Version(this.#pass, settled));
      return;
    }
    const [yes, no] = [true, false].map((holds) =>
      this.#code.inside(() => this.#run(new Map([...settled, [condition, holds]]))),
    ) as [Bytes, Bytes];
    this.#code.add(given(condition, this.#shared), when(yes, no));
  }

  #loops(version: Version): void {
    const code = this.#code;
    const unrolled = UNROLLED.find((times) => times * version.nodes.length <= UNROLLED_VALUES) ?? 1;
    const bump = (elements: number) => {
      for (const [place, local] of this.#pointers)
        code.add(get(local), i32Const(elements << this.#access(place).shift), I32.add, set(local));
      code.add(get(this.#left), i32Const(elements), I32.sub, set(this.#left));
    };
    // Compilers leave in a loop what its body alone needs, unless each way out of the loop comes after the body.
    const main = (dividing: Dividing): Bytes =>
      repeat(
        [get(this.#left), i32Const(4 * unrolled), I32.ge],
        code.inside(() => {
          for (let i = 0; i < unrolled; i++) this.#four(version, 4 * i, false, dividing);
          bump(4 * unrolled);
        }),
      );
    if (version.nodes.some(divisorOf)) code.add(this.#takesReciprocals, when(main("by reciprocals")));
    code.add(main("plainly"));
    const rest = code.inside(() => {
      this.#four(version, 0, true, "plainly");
      bump(4);
    });
    code.add(loop([get(this.#left), i32Const(0), I32.gt], rest));
  }

  #local(value: Tensor): number {
    const known = this.#locals.get(value);
    if (known !== undefined) return known;
    const local = this.#code.local("v128");
    this.#locals.set(value, local);
    return local;
  }

  #each(node: Each, operands: readonly Bytes[], dividing: Dividing): Bytes {
    if (node.name === "spread") return operands[0] as Bytes;
    const divisor = dividing === "by reciprocals" ? divisorOf(node) : undefined;
    if (divisor === undefined) return vectorCode(node.name, operands, this.#shared.functions);
    return quotient(operands[0] as Bytes, get(this.#reciprocals.get(divisor.scalar) as number));
  }

  /** Four elements, `from` of them further on, or what is left of them. */
  #four(version: Version, from: number, isPart: boolean, dividing: Dividing): void {
    const { reads, writes, folds } = this.#pass;
    const { functions } = this.#shared;
    const code = this.#code;
    const inline = new Map<Tensor, Bytes>();
    const use = (value: Tensor): Bytes => {
      const own = version.of(value);
      return inline.get(own) ?? get(this.#constant.get(own) ?? this.#local(own));
    };
    for (const [node, place] of reads) {
      if (this.#constant.has(node) || !version.uses.has(node)) continue;
      const at = get(this.#pointers.get(place) as number);
      const { load, loadPart } = this.#access(place);
      code.add(at, isPart ? [get(this.#left), loadPart(functions)] : load(from), set(this.#local(node)));
    }
    for (const node of version.nodes) {
      if (node.kind !== "each" || reads.has(node)) continue;
      const bytes = this.#each(node, node.operands.map(use), dividing);
      if (version.uses.get(node) === 1) inline.set(node, bytes);
      else code.add(bytes, set(this.#local(node)));
    }
    for (const [place, value] of writes) {
      const at = get(this.#pointers.get(place) as number);
      const { store, storePart } = this.#access(place);
      if (isPart) code.add(at, use(value), get(this.#left), storePart(functions));
      else code.add(at, use(value), store(from));
    }
    for (const [i, { operand }] of folds.entries()) {
      this.#folds[i]?.take(use(operand), isPart ? get(this.#left) : undefined);
    }
  }
}

/** Whether it has divisions that reciprocals can stand for. */
export const hasDivisions = ({ nodes }: Pass): boolean => nodes.some((node) => divisorOf(node) !== undefined);

/** Writes the function of a pass. */
export function passFunction(pass: Pass, shared: Shared): Code {
  return new PassFunction(pass, shared).write();
}
