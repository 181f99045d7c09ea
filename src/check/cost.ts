/** check: what one update costs, from the operation table alone. The engines never do more than this says. */
import type { Assignment, Cost, Node, Slot } from "../spec/program.ts";
import type { GradientSteps } from "../spec/tree.ts";
import { isTensor } from "../spec/types.ts";

/** Operations charged to the parameter (scalars) and to each of its elements (tensors). */
interface Charge {
  readonly scalar: number;
  readonly element: number;
}

const NONE: Charge = Object.freeze({ scalar: 0, element: 0 });

const sum = (charges: readonly Charge[]): Charge =>
  charges.reduce((a, b) => ({ scalar: a.scalar + b.scalar, element: a.element + b.element }), NONE);

function charge(node: Node): Charge {
  if (node.kind === "literal" || node.kind === "name") return NONE;
  if (node.kind === "lookup") {
    return sum([
      charge(node.operand),
      { scalar: node.operation.cost * Math.max(1, node.list.length), element: 0 },
    ]);
  }
  const { operation, operands, type } = node;
  const perElement = isTensor(type) || operands.some((operand) => isTensor(operand.type));
  const own = perElement ? { scalar: 0, element: operation.cost } : { scalar: operation.cost, element: 0 };
  return sum([own, ...operands.map(charge)]);
}

/** Each assignment is charged one operation for putting its value in place. */
function chargeAssignment({ node }: Assignment): Charge {
  const store = isTensor(node.type) ? { scalar: 0, element: 1 } : { scalar: 1, element: 0 };
  return sum([charge(node), store]);
}

/** Operations of a list of scalar assignments. */
export function scalarCost(step: readonly Assignment[]): number {
  return sum(step.map(chargeAssignment)).scalar;
}

/** Operations for each element of the spec's own gradient steps: multiplied, clipped, put in place. */
export function gradientCost(gradient: GradientSteps | undefined): number {
  if (gradient === undefined) return 0;
  return 1 + (gradient.rescale === undefined ? 0 : 1) + (gradient.clip_value === undefined ? 0 : 2);
}

/** Bytes for each element: the gradient is read, weight and state are read and written. */
export function costOf(
  step: readonly Assignment[],
  update: readonly Assignment[],
  slots: readonly Slot[],
): Cost {
  const { scalar, element } = sum([...step, ...update].map(chargeAssignment));
  const tensors = slots.filter((slot) => slot.shape === "like").length;
  return { scalar, element, bytes: 4 * (1 + 2 + 2 * tensors) };
}
