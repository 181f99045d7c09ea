/**
 * spec: the types of the rule language. Scalars are binary64; tensors are binary32 and shaped like the parameter, or hold one
 * value per row or column of it. Comparisons of tensors give masks, which only `select` takes.
 */

/** Scalars first, then tensors. `null`, `choice` and `list` are hyperparameters that arithmetic cannot touch. */
export type ScalarType = "number" | "boolean" | "null" | "choice" | "list";
export type TensorShape = "like" | "row" | "col";

export type Type =
  | { readonly kind: ScalarType }
  | { readonly kind: "tensor" | "mask"; readonly shape: TensorShape };

export const NUMBER: Type = Object.freeze({ kind: "number" });
export const BOOLEAN: Type = Object.freeze({ kind: "boolean" });

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
  return isTensor(type) ? `${type.kind} (${type.shape})` : type.kind;
}

/** The shape that tensors of these shapes have together: a row beside a column spreads over the whole parameter. */
export function joinShapes(shapes: readonly TensorShape[]): TensorShape {
  const first = shapes[0] ?? "like";
  return shapes.every((shape) => shape === first) ? first : "like";
}
