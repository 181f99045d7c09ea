/** run: loops over elements. Those that go without regard to rows can take folds. */
import type { TensorShape } from "../../spec/types.ts";
import type { Scalar, Tensor } from "./nodes.ts";

/** One loop over the elements of a shape. */
export interface Pass {
  readonly shape: TensorShape;
  /** What is worked out, operands first. */
  readonly nodes: readonly Tensor[];
  /** Tensors that are read from a place: their own, or one that an earlier pass has filled. */
  readonly reads: ReadonlyMap<Tensor, string>;
  readonly writes: readonly (readonly [place: string, value: Tensor])[];
  /** Folds to a scalar of tensors of this shape. */
  readonly folds: readonly Fold[];
}

export type Fold = Extract<Scalar, { kind: "fold" }>;

/** Operations that are worth more than a read and a write of memory. */
export const DEAR = new Set([
  "div",
  "sqrt",
  "pow",
  "exp",
  "log",
  "sin",
  "cos",
  "powf",
  "cosf",
  "bf16",
  "f16",
]);

/** Whether all that a pass reads has its own shape. */
export function isFlat({ shape, reads }: Pass): boolean {
  return [...reads.keys()].every((value) => value.shape === shape);
}

/**
 * A pass, or two: sums have their lanes from the element's place, so that of rows and columns a second pass folds what the first
 * has written. What is cheap is worked out again there.
 * @param temporary a new place for a value
 */
export function withFlatFolds(pass: Pass, temporary: (value: Tensor) => string): readonly Pass[] {
  if (isFlat(pass) || pass.folds.length === 0) return [pass];
  const places = new Map(pass.writes.map(([place, value]) => [value, place]));
  const writes = new Map(pass.writes);
  const nodes = new Map<number, Tensor>();
  const reads = new Map<Tensor, string>();
  const isThere = (value: Tensor): boolean => places.has(value) || value.kind === "splat";
  const read = (value: Tensor): void => {
    const place = places.get(value) ?? temporary(value);
    places.set(value, place);
    writes.set(place, value);
    reads.set(value, place);
  };
  const use = (value: Tensor): void => {
    if (nodes.has(value.id)) return;
    nodes.set(value.id, value);
    if (value.kind === "splat") return;
    const isCheap = value.kind === "each" && !DEAR.has(value.name) && value.operands.every(isThere);
    if (isCheap && !places.has(value)) for (const operand of value.operands) use(operand);
    else read(value);
  };
  for (const { operand } of pass.folds) use(operand);
  return [
    { ...pass, writes: [...writes], folds: [] },
    {
      shape: pass.shape,
      nodes: [...nodes.values()].toSorted((a, b) => a.id - b.id),
      reads,
      writes: [],
      folds: pass.folds,
    },
  ];
}
