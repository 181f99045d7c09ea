import { describe, expect, it } from "vitest";
import type { Elementwise, Operation } from "../../src/spec/operations/operation.ts";
import { INFIX_SIGNS, OPERATIONS, PREFIX_SIGNS, RESERVED } from "../../src/spec/operations/table.ts";
import type { Type } from "../../src/spec/types.ts";
import { mask, tensor, typeName } from "../../src/spec/types.ts";

const TYPES: readonly Type[] = [
  { kind: "number" },
  { kind: "boolean" },
  { kind: "null" },
  { kind: "choice" },
  { kind: "list" },
  ...(["RxC", "Rx1", "1xC", "1x1", "CxR", "RxR"] as const).map(tensor),
  ...(["RxC", "Rx1", "1xC"] as const).map(mask),
];

/** Types in short: N number, B boolean, T and M with a shape. */
const short = (type: Type): string => {
  if (type.kind === "tensor" || type.kind === "mask")
    return `${type.kind === "tensor" ? "T" : "M"}.${type.shape}`;
  return type.kind;
};

/** "": no shapes. `undefined`: shapes that do not fit. */
const shapesJoined = (types: readonly Type[]): string | undefined => {
  const shapes = types.flatMap((type) => ("shape" in type ? [type.shape] : []));
  if (shapes.length === 0) return "";
  const sides = [0, 2].map((at) => new Set(shapes.map((shape) => shape[at]).filter((side) => side !== "1")));
  if (sides.some(({ size }) => size > 1)) return undefined;
  return sides.map((side) => [...side][0] ?? "1").join("x");
};

type Rule = (operands: readonly Type[]) => string | undefined;

const isOneOf =
  (...kinds: string[]) =>
  (type: Type | undefined) =>
    kinds.includes(type?.kind as string);

const spread =
  (kinds: readonly [string, string], results: readonly [string, string]): Rule =>
  (operands) => {
    if (!operands.every(isOneOf(...kinds))) return undefined;
    const shape = shapesJoined(operands);
    if (shape === undefined) return undefined;
    return shape === "" ? results[0] : `${results[1]}.${shape}`;
  };

const arithmetic = spread(["number", "tensor"], ["number", "T"]);
const comparison = spread(["number", "tensor"], ["boolean", "M"]);
const logic = spread(["boolean", "mask"], ["boolean", "M"]);
const scalars: Rule = (operands) => (operands.every(isOneOf("number")) ? "number" : undefined);

const select: Rule = ([condition, a, b]) => {
  if (!isOneOf("boolean", "mask")(condition)) return undefined;
  if (condition?.kind === "boolean" && a?.kind === "boolean" && b?.kind === "boolean") return "boolean";
  if (!isOneOf("number", "tensor")(a) || !isOneOf("number", "tensor")(b)) return undefined;
  const shape = shapesJoined([condition, a, b] as Type[]);
  if (shape === undefined) return undefined;
  return shape === "" ? "number" : `T.${shape}`;
};

const whole: Rule = ([a]) => (a?.kind === "tensor" ? "number" : undefined);
const sidesOf = (type: Type | undefined) => (type?.kind === "tensor" ? type.shape.split("x") : undefined);
const rowsFolded: Rule = ([a]) => {
  const [rows, cols] = sidesOf(a) ?? [];
  return rows === undefined || cols === "1" ? undefined : `T.${rows}x1`;
};
const colsFolded: Rule = ([a]) => {
  const [rows, cols] = sidesOf(a) ?? [];
  return rows === undefined || rows === "1" ? undefined : `T.1x${cols}`;
};
const multiplied: Rule = ([a, b]) => {
  const [[rows, inner], [above, cols]] = [sidesOf(a) ?? [], sidesOf(b) ?? []];
  return inner === undefined || inner !== above ? undefined : `T.${rows}x${cols}`;
};
const turned: Rule = ([a]) => {
  const [rows, cols] = sidesOf(a) ?? [];
  return rows === undefined ? undefined : `T.${cols}x${rows}`;
};
const lookup: Rule = ([list, at]) => (list?.kind === "list" && at?.kind === "number" ? "number" : undefined);

/** Told here a second time, by hand: what types each operation takes, and what it gives. */
const EXPECTED: { readonly [name: string]: Rule } = {
  ...Object.fromEntries(["or", "and", "not"].map((name) => [name, logic])),
  ...Object.fromEntries(["eq", "ne", "lt", "le", "gt", "ge"].map((name) => [name, comparison])),
  ...Object.fromEntries(
    "add sub mul div neg pow abs sqrt exp log sin cos floor sign min max clip bf16 f16 powf cosf"
      .split(" ")
      .map((name) => [name, arithmetic]),
  ),
  select,
  f32: scalars,
  dmlc_f32: scalars,
  pi: () => "number",
  sum: whole,
  mean: whole,
  norm: whole,
  max_of: whole,
  row_sum: rowsFolded,
  row_mean: rowsFolded,
  row_max: rowsFolded,
  col_sum: colsFolded,
  col_mean: colsFolded,
  col_max: colsFolded,
  matmul: multiplied,
  transpose: turned,
  normal: (operands) => (operands.every(isOneOf("number")) ? "T.RxC" : undefined),
  total: scalars,
  count_below: lookup,
  item: lookup,
  is: () => "boolean",
};

function combinations(arity: number): readonly (readonly Type[])[] {
  if (arity === 0) return [[]];
  return combinations(arity - 1).flatMap((rest) => TYPES.map((type) => [...rest, type]));
}

describe("typing", () => {
  it("is told here of every operation", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...OPERATIONS.keys()].sort());
  });

  it.each([...OPERATIONS.values()])("$name, on all types", (operation: Operation) => {
    for (const operands of combinations(operation.arity)) {
      const result = operation.typing(operands);
      const expected = EXPECTED[operation.name]?.(operands);
      const said = operands.map(typeName).join(", ");
      expect([said, typeof result === "string" ? undefined : short(result)]).toEqual([said, expected]);
      if (typeof result === "string") expect(result).toMatch(/operand \d (is|has)|operands do not fit/);
    }
  });
});

const apply = (name: string, ...operands: number[]) =>
  (OPERATIONS.get(name) as Elementwise).apply(...operands);

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const tiny = 5e-324;

describe("application", () => {
  it.each<[string, readonly number[], number]>([
    ["or", [0, 0], 0],
    ["or", [0, 1], 1],
    ["or", [1, 1], 1],
    ["and", [1, 0], 0],
    ["and", [1, 1], 1],
    ["not", [1], 0],
    ["not", [0], 1],
    ["eq", [nan, nan], 0],
    ["eq", [0, -0], 1],
    ["eq", [inf, inf], 1],
    ["ne", [nan, nan], 1],
    ["ne", [0, -0], 0],
    ["lt", [-inf, inf], 1],
    ["lt", [nan, 1], 0],
    ["le", [1, 1], 1],
    ["le", [nan, nan], 0],
    ["gt", [tiny, 0], 1],
    ["gt", [0, -0], 0],
    ["ge", [-0, 0], 1],
    ["ge", [1, nan], 0],
    ["add", [0.1, 0.2], 0.30000000000000004],
    ["add", [-0, 0], 0],
    ["add", [-0, -0], -0],
    ["add", [inf, -inf], nan],
    ["sub", [0, 0], 0],
    ["sub", [-0, 0], -0],
    ["mul", [-0, 3], -0],
    ["mul", [0, inf], nan],
    ["mul", [1e200, 1e200], inf],
    ["mul", [tiny, 0.5], 0],
    ["div", [1, 0], inf],
    ["div", [1, -0], -inf],
    ["div", [0, 0], nan],
    ["div", [tiny, 2], 0],
    ["neg", [0], -0],
    ["neg", [inf], -inf],
    ["pow", [0, 0], 1],
    ["pow", [nan, 0], 1],
    ["pow", [-8, 1 / 3], nan],
    ["pow", [2, -1074], tiny],
    ["pow", [-2, 3], -8],
    ["pow", [1, inf], 1],
    ["abs", [-0], 0],
    ["abs", [-inf], inf],
    ["sqrt", [-1], nan],
    ["sqrt", [-0], -0],
    ["sqrt", [4], 2],
    ["exp", [0], 1],
    ["exp", [-inf], 0],
    ["exp", [1000], inf],
    ["log", [0], -inf],
    ["log", [-1], nan],
    ["log", [1], 0],
    ["sin", [-0], -0],
    ["sin", [inf], nan],
    ["cos", [0], 1],
    ["floor", [-0.5], -1],
    ["floor", [-0], -0],
    ["floor", [-inf], -inf],
    ["sign", [-3], -1],
    ["sign", [tiny], 1],
    ["sign", [-0], 0],
    ["sign", [0], 0],
    ["sign", [nan], 0],
    ["min", [1, 2], 1],
    ["min", [nan, 1], nan],
    ["min", [1, nan], 1],
    ["min", [0, -0], 0],
    ["min", [-0, 0], -0],
    ["max", [1, 2], 2],
    ["max", [nan, 1], nan],
    ["max", [1, nan], 1],
    ["max", [-0, 0], -0],
    ["clip", [3, 2], 2],
    ["clip", [-3, 2], -2],
    ["clip", [1, 2], 1],
    ["clip", [nan, 2], nan],
    ["clip", [-0, 0], -0],
    ["clip", [5, 0], 0],
    ["clip", [-5, 0], -0],
    ["clip", [5, nan], 5],
    ["clip", [inf, inf], inf],
    ["select", [1, 2, 3], 2],
    ["select", [0, 2, 3], 3],
    ["select", [0, nan, -0], -0],
    ["f32", [0.1], 0.10000000149011612],
    ["f32", [1e39], inf],
    ["f32", [-1e-50], -0],
    ["f32", [1.401298464324817e-45], 1.401298464324817e-45],
    ["f32", [nan], nan],
    ["dmlc_f32", [0.1], 0.10000000149011612],
    ["dmlc_f32", [-inf], -inf],
    ["pi", [], Math.PI],
  ])("%s %j is %d", (name, operands, expected) => {
    expect(apply(name, ...operands)).toBe(expected);
  });

  it("look-ups stay inside their list", () => {
    const list = [10, 20, 20, 5];
    const look = (name: string, at: number) => {
      const operation = OPERATIONS.get(name);
      return operation?.kind === "list" ? operation.apply(list, at) : undefined;
    };
    expect([20, 20.5, 0, inf, nan].map((at) => look("count_below", at))).toEqual([2, 4, 0, 4, 0]);
    expect([0, 3.9, -0.5, 4, 1e308, -inf, nan].map((at) => look("item", at))).toEqual([
      10,
      5,
      nan,
      nan,
      nan,
      nan,
      nan,
    ]);
  });
});

describe("the table", () => {
  it("has a formula, a whole cost and one spelling for each operation", () => {
    const spellings = [...OPERATIONS.values()].map(({ name, syntax, cost, formula }) => {
      expect(formula).not.toBe("");
      expect(Number.isSafeInteger(cost) && cost >= 0).toBe(true);
      return "sign" in syntax ? `${syntax.form} ${syntax.sign}` : `word ${name}`;
    });
    expect(new Set(spellings).size).toBe(OPERATIONS.size);
    expect([...PREFIX_SIGNS.keys()]).toEqual(["not", "-"]);
    expect(INFIX_SIGNS.size).toBe(14);
  });

  it("reserves every word that the grammar gives a meaning", () => {
    for (const word of [
      "pi",
      "grad",
      "weight",
      "t",
      "base",
      "rate",
      "when",
      "is",
      "or",
      "null",
      "scheduled",
    ]) {
      expect(RESERVED.has(word)).toBe(true);
    }
    expect(RESERVED.has("toString")).toBe(false);
  });
});
