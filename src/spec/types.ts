/**
 * spec: the types of the rule language. Scalars are binary64; tensors are binary32. A parameter is a stack of matrices of R
 * rows and C columns, and a tensor's shape says of each side of a matrix whether it is R, C or 1 long. Comparisons of
 * tensors give masks, which only `select` takes.
 */

/** Scalars first, then tensors. `null`, `choice` and `list` are hyperparameters that arithmetic cannot touch. */
export type ScalarType = "number" | "boolean" | "null" | "choice" | "list";
/** How long a side of a matrix is: as the parameter has rows, as it has columns, or 1. */
export type Side = "R" | "C" | "1";
export type TensorShape = `${Side}x${Side}`;

export type Type =
  | { readonly kind: ScalarType }
  | { readonly kind: "tensor" | "mask"; readonly shape: TensorShape };

export const NUMBER: Type = Object.freeze({ kind: "number" });
export const BOOLEAN: Type = Object.freeze({ kind: "boolean" });

/** The shapes that slots can have, by the words that declare them. */
export const SHAPES = Object.freeze({ like: "RxC", row: "Rx1", col: "1xC" } satisfies {
  [word: string]: TensorShape;
});

export const tensor = (shape: TensorShape): Type => ({ kind: "tensor", shape });
export const mask = (shape: TensorShape): Type => ({ kind: "mask", shape });

/** Whether a type has a shape: tensors and masks. */
export function isTensor(
  type: Type,
): type is { readonly kind: "tensor" | "mask"; readonly shape: TensorShape } {
  return type.kind === "tensor" || type.kind === "mask";
}

/** A type in words, for messages. */
export function typeName(type: Type): string {
  if (!isTensor(type)) return type.kind;
  const word = Object.entries(SHAPES).find(([, shape]) => shape === type.shape)?.[0];
  return `${type.kind} (${word ?? type.shape})`;
}

/** The sides of a shape. */
export function sidesOf(shape: TensorShape): readonly [rows: Side, cols: Side] {
  return shape.split("x") as unknown as readonly [Side, Side];
}

export const shapeOf = (rows: Side, cols: Side): TensorShape => `${rows}x${cols}`;

/** The shape that tensors of these shapes have together, as they spread over sides of 1; `undefined` if R meets C. */
export function joinShapes(shapes: readonly TensorShape[]): TensorShape | undefined {
  const sides = shapes.map(sidesOf);
  const rows = joinSides(sides.map(([side]) => side));
  const cols = joinSides(sides.map(([, side]) => side));
  return rows === undefined || cols === undefined ? undefined : shapeOf(rows, cols);
}

function joinSides(sides: readonly Side[]): Side | undefined {
  const long = new Set(sides.filter((side) => side !== "1"));
  return long.size > 1 ? undefined : ([...long][0] ?? "1");
}
