/** run: the shapes of all tensors that a body makes or keeps, found once for each. */
import type { Body, Node } from "../spec/program.ts";
import type { TensorShape } from "../spec/types.ts";
import { isTensor, SHAPES } from "../spec/types.ts";

const found = new WeakMap<Body, ReadonlySet<TensorShape>>();

/** In: a body. Out: each shape that any of its values has. */
export function shapesIn(body: Body): ReadonlySet<TensorShape> {
  const known = found.get(body);
  if (known !== undefined) return known;
  const shapes = new Set<TensorShape>();
  for (const { shape } of body.slots) {
    if (shape !== "scalar" && shape !== "shared") shapes.add(SHAPES[shape]);
  }
  for (const action of body.update) {
    addShapes("stop" in action ? action.stop : "total" in action ? action.total : action.node, shapes);
  }
  found.set(body, shapes);
  return shapes;
}

function addShapes(node: Node, shapes: Set<TensorShape>): void {
  if (isTensor(node.type)) shapes.add(node.type.shape);
  if (node.kind === "lookup") addShapes(node.operand, shapes);
  if (node.kind === "apply") for (const operand of node.operands) addShapes(operand, shapes);
}
