/** run: scalar operations as instructions on binary64; conditions are i32. Operands may be repeated: they are locals or constants. */
import { bug } from "../../base/errors.ts";
import type { Bytes } from "./bytes.ts";
import type { Functions } from "./functions.ts";
import { F32, F64, I32, select } from "./instructions.ts";

type Write = (a: Bytes, b: Bytes, c: Bytes, functions: Functions) => Bytes;

const plain =
  (...code: readonly Bytes[]): Write =>
  (a, b) => [a, b, code];

const called =
  (name: string): Write =>
  (a, b, _, functions) => [a, b, functions.call(name)];

const chosen = (condition: Bytes, yes: Bytes, no: Bytes): Bytes => [yes, no, condition, select];

const WRITERS: { readonly [name: string]: Write } = Object.freeze({
  or: plain(I32.or),
  and: plain(I32.and),
  not: plain(I32.eqz),
  eq: plain(F64.eq),
  ne: plain(F64.ne),
  lt: plain(F64.lt),
  le: plain(F64.le),
  gt: plain(F64.gt),
  ge: plain(F64.ge),
  add: plain(F64.add),
  sub: plain(F64.sub),
  mul: plain(F64.mul),
  div: plain(F64.div),
  neg: plain(F64.neg),
  abs: plain(F64.abs),
  sqrt: plain(F64.sqrt),
  floor: plain(F64.floor),
  f32: plain(F32.fromF64, F64.fromF32),
  sign: (a) => [[a, F64.zero, F64.gt], [a, F64.zero, F64.lt], I32.sub, F64.fromI32],
  min: (a, b) => chosen([b, a, F64.lt], b, a),
  max: (a, b) => chosen([b, a, F64.gt], b, a),
  clip: (a, b) => {
    const low = [b, F64.neg];
    return chosen([a, b, F64.gt], b, chosen([a, low, F64.lt], low, a));
  },
  select: (a, b, c) => chosen(a, b, c),
  ...Object.fromEntries(
    ["pow", "exp", "log", "sin", "cos", "powf", "cosf", "bf16", "f16", "dmlc_f32"].map((name) => [
      name,
      called(name),
    ]),
  ),
});

/** The instructions that leave the result of an operation. */
export function scalarCode(name: string, operands: readonly Bytes[], functions: Functions): Bytes {
  const write = WRITERS[name];
  if (write === undefined) throw bug(`no code for ${name} of scalars`);
  const [a = [], b = [], c = []] = operands;
  return write(a, b, c, functions);
}
