/** run: whether a rule treats each element by itself, so that any part of a parameter can be updated as if it were all. */
import { SHAPE_NAMES } from "../spec/operations/table.ts";
import type { Action, Body, Node } from "../spec/program.ts";

const shapeNames: ReadonlySet<string> = new Set(SHAPE_NAMES);

/** Whether an update of an element takes nothing but that element of gradient, weight and slots, and the step's scalars. */
export function isElementwise({ slots, step, update }: Body): boolean {
  return (
    slots.every(({ shape, init }) => shape === "like" && (init === "weight" || isLocal(init))) &&
    step.every(({ node }) => isLocal(node)) &&
    update.every((action) => !("total" in action) && isLocal(nodeOf(action)))
  );
}

const nodeOf = (action: Exclude<Action, { total: Node }>): Node =>
  "stop" in action ? action.stop : action.node;

function isLocal(node: Node): boolean {
  if (node.kind === "literal") return true;
  if (node.kind === "name") return !shapeNames.has(node.name);
  if (node.kind === "lookup") return isLocal(node.operand);
  return node.operation.kind === "elementwise" && node.operands.every(isLocal);
}
