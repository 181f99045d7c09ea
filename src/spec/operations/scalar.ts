/** spec: arithmetic, comparison and logic, on scalars and element by element. */
import { cosf } from "../../base/cosf.ts";
import { dmlcFloat32 } from "../../base/dmlc-float.ts";
import { cos, exp, log, pow, sin } from "../../base/elementary.ts";
import { bf16, f16 } from "../../base/half.ts";
import { powf } from "../../base/powf.ts";
import type { Elementwise, Syntax } from "./operation.ts";
import { call, infix } from "./operation.ts";
import { arithmetic, choice, comparison, logic, nothing, scalars } from "./typing.ts";

type Row = readonly [
  name: string,
  arity: number,
  syntax: Syntax,
  typing: Elementwise["typing"],
  cost: number,
  formula: string,
  apply: (...operands: number[]) => number,
];

const prefix = (sign: string, level: number): Syntax => ({ form: "prefix", sign, level });
const bit = (condition: boolean): number => (condition ? 1 : 0);

const LEVEL = Object.freeze({ or: 1, and: 2, not: 3, compare: 4, add: 5, multiply: 6, negate: 7, power: 8 });

const ROWS: readonly Row[] = [
  ["or", 2, infix("or", LEVEL.or), logic, 1, "a or b", (a, b) => bit(a === 1 || b === 1)],
  ["and", 2, infix("and", LEVEL.and), logic, 1, "a and b", (a, b) => bit(a === 1 && b === 1)],
  ["not", 1, prefix("not", LEVEL.not), logic, 1, "not a", (a) => bit(a !== 1)],
  ["eq", 2, infix("==", LEVEL.compare), comparison, 1, "a = b; NaN equals nothing", (a, b) => bit(a === b)],
  ["ne", 2, infix("!=", LEVEL.compare), comparison, 1, "not a = b", (a, b) => bit(a !== b)],
  ["lt", 2, infix("<", LEVEL.compare), comparison, 1, "a < b", (a, b) => bit((a as number) < (b as number))],
  [
    "le",
    2,
    infix("<=", LEVEL.compare),
    comparison,
    1,
    "a <= b",
    (a, b) => bit((a as number) <= (b as number)),
  ],
  ["gt", 2, infix(">", LEVEL.compare), comparison, 1, "a > b", (a, b) => bit((a as number) > (b as number))],
  [
    "ge",
    2,
    infix(">=", LEVEL.compare),
    comparison,
    1,
    "a >= b",
    (a, b) => bit((a as number) >= (b as number)),
  ],
  ["add", 2, infix("+", LEVEL.add), arithmetic, 1, "a + b", (a, b) => (a as number) + (b as number)],
  ["sub", 2, infix("-", LEVEL.add), arithmetic, 1, "a - b", (a, b) => (a as number) - (b as number)],
  ["mul", 2, infix("*", LEVEL.multiply), arithmetic, 1, "a * b", (a, b) => (a as number) * (b as number)],
  ["div", 2, infix("/", LEVEL.multiply), arithmetic, 4, "a / b", (a, b) => (a as number) / (b as number)],
  ["neg", 1, prefix("-", LEVEL.negate), arithmetic, 1, "-a", (a) => -(a as number)],
  [
    "pow",
    2,
    { form: "infix", sign: "^", level: LEVEL.power, rightToLeft: true },
    arithmetic,
    40,
    "a to the power b, with the bits of the C library's pow (glibc 2.28 and later, with fused multiply-add)",
    (a, b) => pow(a as number, b as number),
  ],
  ["abs", 1, call, arithmetic, 1, "|a|", (a) => Math.abs(a as number)],
  ["sqrt", 1, call, arithmetic, 4, "the square root of a", (a) => Math.sqrt(a as number)],
  [
    "exp",
    1,
    call,
    arithmetic,
    20,
    "e to the power a, with the C library's bits too",
    (a) => exp(a as number),
  ],
  [
    "log",
    1,
    call,
    arithmetic,
    20,
    "the natural logarithm of a, with the C library's bits too",
    (a) => log(a as number),
  ],
  ["sin", 1, call, arithmetic, 30, "the sine of a, with the C library's bits too", (a) => sin(a as number)],
  ["cos", 1, call, arithmetic, 30, "the cosine of a, with the C library's bits too", (a) => cos(a as number)],
  ["floor", 1, call, arithmetic, 1, "the greatest integer <= a", (a) => Math.floor(a as number)],
  [
    "sign",
    1,
    call,
    arithmetic,
    1,
    "(a > 0) - (a < 0); 0 for NaN",
    (a) => bit((a as number) > 0) - bit((a as number) < 0),
  ],
  [
    "min",
    2,
    call,
    arithmetic,
    1,
    "b if b < a, else a (a NaN a stays)",
    (a, b) => ((b as number) < (a as number) ? (b as number) : (a as number)),
  ],
  [
    "max",
    2,
    call,
    arithmetic,
    1,
    "b if b > a, else a (a NaN a stays)",
    (a, b) => ((b as number) > (a as number) ? (b as number) : (a as number)),
  ],
  [
    "clip",
    2,
    call,
    arithmetic,
    2,
    "b if a > b, -b if a < -b, else a (NaN passes)",
    (a, c) => {
      const [x, bound] = [a as number, c as number];
      if (x > bound) return bound;
      return x < -bound ? -bound : x;
    },
  ],
  [
    "select",
    3,
    call,
    choice,
    1,
    "b where a holds, else c",
    (c, a, b) => (c === 1 ? (a as number) : (b as number)),
  ],
  ["f32", 1, call, scalars, 1, "a rounded to binary32", (a) => Math.fround(a as number)],
  ["bf16", 1, call, arithmetic, 2, "a rounded to bfloat16", (a) => bf16(a as number)],
  ["f16", 1, call, arithmetic, 4, "a rounded to binary16", (a) => f16(a as number)],
  [
    "powf",
    2,
    call,
    arithmetic,
    30,
    "a to the power b, both as binary32, as the C library's powf gives it (glibc 2.28 and later)",
    (a, b) => powf(a as number, b as number),
  ],
  [
    "cosf",
    1,
    call,
    arithmetic,
    20,
    "the cosine of a as binary32, as the C library's cosf gives it (glibc 2.28 and later)",
    (a) => cosf(a as number),
  ],
  [
    "dmlc_f32",
    1,
    call,
    scalars,
    40,
    "the binary32 that dmlc-core's ParseFloat reads in a's shortest decimal, as MXNet >= 1.5 hands scalars to its kernels",
    (a) => dmlcFloat32(a as number),
  ],
  ["pi", 0, { form: "constant" }, nothing, 0, "the binary64 nearest to pi", () => Math.PI],
];

/** Scalar and elementwise operations. */
export const SCALAR_OPERATIONS: readonly Elementwise[] = ROWS.map(
  ([name, arity, syntax, typing, cost, formula, apply]) =>
    Object.freeze({ kind: "elementwise", name, arity, syntax, typing, cost, formula, apply }),
);
