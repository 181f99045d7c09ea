/** run: elementwise operations as instructions on four binary32; masks have all bits of a lane set. Operands may be repeated. */
import { bug } from "../../base/errors.ts";
import type { Bytes } from "./bytes.ts";
import type { Functions } from "./functions.ts";
import { narrowBf16, narrowF16, widenBf16, widenF16 } from "./half-code.ts";
import { f32Const, V128 } from "./instructions.ts";
import { LANE_BY_LANE } from "./lane-by-lane.ts";

type Write = (a: Bytes, b: Bytes, c: Bytes, functions: Functions) => Bytes;

const plain =
  (code: Bytes): Write =>
  (a, b) => [a, b, code];

const splat = (value: number): Bytes => [f32Const(value), V128.f32Splat];

/** Ones where a comparison holds. */
const ones = (comparison: Bytes): Bytes => [comparison, splat(1), V128.and];

const chosen = (condition: Bytes, yes: Bytes, no: Bytes): Bytes => [yes, no, condition, V128.bitselect];

const WRITERS: { readonly [name: string]: Write } = Object.freeze({
  or: plain(V128.or),
  and: plain(V128.and),
  not: plain(V128.not),
  eq: plain(V128.f32Eq),
  ne: plain(V128.f32Ne),
  lt: plain(V128.f32Lt),
  le: plain(V128.f32Le),
  gt: plain(V128.f32Gt),
  ge: plain(V128.f32Ge),
  add: plain(V128.f32Add),
  sub: plain(V128.f32Sub),
  mul: plain(V128.f32Mul),
  div: plain(V128.f32Div),
  neg: plain(V128.f32Neg),
  abs: plain(V128.f32Abs),
  sqrt: plain(V128.f32Sqrt),
  floor: plain(V128.f32Floor),
  min: plain(V128.f32Pmin),
  max: plain(V128.f32Pmax),
  sign: (a) => {
    const above = ones([a, splat(0), V128.f32Gt]);
    const below = ones([a, splat(0), V128.f32Lt]);
    return [above, below, V128.f32Sub];
  },
  clip: (a, b) => {
    const low = [b, V128.f32Neg];
    return chosen([a, b, V128.f32Gt], b, chosen([a, low, V128.f32Lt], low, a));
  },
  select: (a, b, c) => chosen(a, b, c),
  "widen float16": widenF16,
  "widen bfloat16": widenBf16,
  "narrow float16": narrowF16,
  "narrow bfloat16": narrowBf16,
  ...Object.fromEntries(
    [...LANE_BY_LANE.keys()].map((name): [string, Write] => [
      name,
      (a, b, _, functions) => [a, b, functions.call(`${name}_lanes`)],
    ]),
  ),
});

/** Operations whose code names an operand more than once: such operands have to be locals. */
export const REPEATS: ReadonlySet<string> = new Set([
  "sign",
  "clip",
  "widen float16",
  "narrow float16",
  "narrow bfloat16",
]);

/** The instructions that leave the result of an operation. */
export function vectorCode(name: string, operands: readonly Bytes[], functions: Functions): Bytes {
  const write = WRITERS[name];
  if (write === undefined) throw bug(`no code for ${name} of tensors`);
  const [a = [], b = [], c = []] = operands;
  return write(a, b, c, functions);
}
