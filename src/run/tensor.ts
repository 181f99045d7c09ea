/**
 * run: the reference engine's tensors: plain loops over Float32Arrays, one binary32 rounding for each written operation. This
 * is the definition that other engines are held to.
 */
import { bug } from "../base/errors.ts";
import { keyWords } from "../base/normal.ts";
import type { Elementwise, Operation } from "../spec/operations/operation.ts";
import type { Node } from "../spec/program.ts";
import type { TensorShape, Type } from "../spec/types.ts";
import { isTensor, SHAPES } from "../spec/types.ts";
import type { Extent } from "./extent.ts";
import { lengthOf, spreadTo } from "./extent.ts";
import { multiply, transpose } from "./matrix.ts";
import { reduce } from "./reduce.ts";

/** What the names of an update stand for: scalars as numbers, tensors as arrays of their shape's length. */
export type Values = Map<string, number | Float32Array>;

/** Of the parameter: how large it is, and what its noise is keyed with. */
export interface Site {
  readonly extent: Extent;
  readonly key: string;
}

type Value = number | Float32Array;
type Apply = Extract<Node, { kind: "apply" }>;

/** The value of a node: a number for scalars, else an array that the caller must not write to. */
export function evaluate(node: Node, values: Values, site: Site): Value {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "name": {
      const value = values.get(node.name);
      if (value === undefined) throw bug(`no value ${node.name}`);
      return value;
    }
    case "lookup":
      return node.operation.apply(node.list, evaluate(node.operand, values, site) as number);
    case "apply": {
      const operands = node.operands.map((operand) => evaluate(operand, values, site));
      return EVALUATORS[node.operation.kind](node as never, operands, site);
    }
    default:
      return node satisfies never;
  }
}

type Kind = Apply["operation"]["kind"];
type Of<K extends Kind> = Apply & { readonly operation: Extract<Operation, { kind: K }> };
type Evaluator<K extends Kind> = (node: Of<K>, operands: readonly Value[], site: Site) => Value;

const EVALUATORS: { readonly [K in Kind]: Evaluator<K> } = {
  elementwise: (node, operands, { extent }) => {
    if (!isTensor(node.type)) return node.operation.apply(...(operands as number[]));
    const { shape } = node.type;
    const spread = operands.map((operand, i) =>
      typeof operand === "number"
        ? Math.fround(operand)
        : spreadTo(operand, shapeOfNode(node.operands[i]), shape, extent),
    );
    return elementwise(node.operation, spread, lengthOf(shape, extent));
  },
  reduction: ({ operation, operands: [node] }, [data], { extent }) =>
    reduce(operation, data as Float32Array, shapeOfNode(node), extent),
  matrix: ({ operation, operands: [left, right] }, [a, b], { extent }) =>
    operation.does === "transpose"
      ? transpose(a as Float32Array, shapeOfNode(left), extent)
      : multiply(a as Float32Array, shapeOfNode(left), b as Float32Array, shapeOfNode(right), extent),
  noise: ({ operation }, operands, { extent, key }) => {
    const [seed, stream] = operands as [number, number];
    const draw = operation.source(seed, stream, keyWords(key));
    return new Float32Array(lengthOf(SHAPES.like, extent)).map((_, i) => draw(i));
  },
};

function shapeOfNode(node: Node | undefined): TensorShape {
  if (node === undefined || !isTensor(node.type)) throw bug("a tensor without a shape");
  return node.type.shape;
}

function elementwise(
  { apply }: Elementwise,
  operands: readonly (number | Float32Array)[],
  length: number,
): Float32Array {
  const out = new Float32Array(length);
  const at = (operand: number | Float32Array | undefined, i: number): number =>
    typeof operand === "number" ? operand : ((operand as Float32Array)[i] as number);
  const [a, b, c] = operands;
  if (operands.length === 1) {
    for (let i = 0; i < length; i++) out[i] = apply(at(a, i));
  } else if (operands.length === 2) {
    for (let i = 0; i < length; i++) out[i] = apply(at(a, i), at(b, i));
  } else {
    for (let i = 0; i < length; i++) out[i] = apply(at(a, i), at(b, i), at(c, i));
  }
  return out;
}

/** A tensor as a slot of this shape holds it. */
export function spreadOver(data: Float32Array, type: Type, shape: TensorShape, extent: Extent): Float32Array {
  return isTensor(type) ? spreadTo(data, type.shape, shape, extent) : data;
}
