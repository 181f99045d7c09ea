/** run: the reference engine's scalars, in binary64. */
import { bug } from "../base/errors.ts";
import type { Assignment, Node } from "../spec/program.ts";
import type { HyperValues } from "../spec/tree.ts";

/** Values of names; true and false are 1 and 0. */
export type Scalars = Map<string, number>;

/** The value of a node that holds no tensor. */
export function evaluateScalar(node: Node, scalars: ReadonlyMap<string, number>): number {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "name": {
      const value = scalars.get(node.name);
      if (value === undefined) throw bug(`no scalar ${node.name}`);
      return value;
    }
    case "lookup":
      return node.operation.apply(node.list, evaluateScalar(node.operand, scalars));
    case "apply": {
      if (node.operation.kind !== "elementwise") throw bug(`${node.operation.name} of scalars`);
      return node.operation.apply(...node.operands.map((operand) => evaluateScalar(operand, scalars)));
    }
    default:
      return node satisfies never;
  }
}

/** Runs scalar assignments in order, each seeing those before it. */
export function runScalars(step: readonly Assignment[], scalars: Scalars): void {
  for (const { name, node } of step) scalars.set(name, evaluateScalar(node, scalars));
}

/** The hyperparameters that arithmetic can use. */
export function hyperScalars(hyper: HyperValues): Scalars {
  const scalars: Scalars = new Map();
  for (const [name, value] of Object.entries(hyper)) {
    if (typeof value === "number" || typeof value === "boolean") scalars.set(name, Number(value));
  }
  return scalars;
}
