/** check: what one update costs, from the operation table alone. The engines never do more than this says. */
import type { Action, Assignment, Cost, Node, Slot } from "../spec/program.ts";
import type { GradientSteps } from "../spec/tree.ts";
import type { Type } from "../spec/types.ts";
import { isTensor, sidesOf } from "../spec/types.ts";

type Charge = Omit<Cost, "bytes">;

const NONE: Charge = Object.freeze({ scalar: 0, element: 0, product: 0, cube: 0 });

const FIELDS = ["scalar", "element", "product", "cube"] as const;

const merged = (charges: readonly Charge[], join: (a: number, b: number) => number): Charge =>
  charges.reduce((a, b) => {
    const fields = FIELDS.map((field) => [field, join(a[field], b[field])]);
    return Object.fromEntries(fields) as unknown as Charge;
  }, NONE);

const sum = (charges: readonly Charge[]): Charge => merged(charges, (a, b) => a + b);

/** Whether a tensor is as long on both sides: it may hold more elements than the parameter. */
function isSquare(type: Type): boolean {
  if (!isTensor(type)) return false;
  const [rows, cols] = sidesOf(type.shape);
  return rows === cols && rows !== "1";
}

/** Once for each element of the largest of these values. */
function perElement(types: readonly Type[], cost: number): Charge {
  if (types.some(isSquare)) return { ...NONE, product: cost };
  return types.some(isTensor) ? { ...NONE, element: cost } : { ...NONE, scalar: cost };
}

function charge(node: Node): Charge {
  if (node.kind === "literal" || node.kind === "name") return NONE;
  if (node.kind === "lookup") {
    return sum([
      charge(node.operand),
      { ...NONE, scalar: node.operation.cost * Math.max(1, node.list.length) },
    ]);
  }
  const { operation, operands, type } = node;
  const types = [type, ...operands.map((operand) => operand.type)];
  const multiplies = operation.kind === "matrix" && operation.does === "multiply";
  const own = multiplies
    ? { ...NONE, [types.every(isSquare) ? "cube" : "product"]: operation.cost }
    : perElement(types, operation.cost);
  return sum([own, ...operands.map(charge)]);
}

/** Each line is charged one operation for putting its value in place, which a number in a tensor's place fills. */
function chargeAction(action: Action, tensors: ReadonlySet<string>): Charge {
  if ("stop" in action) return sum([charge(action.stop), { ...NONE, scalar: 1 }]);
  const node = "total" in action ? action.total : action.node;
  const placing = tensors.has(action.name) ? { ...NONE, element: 1 } : perElement([node.type], 1);
  return sum([charge(node), placing, "total" in action ? { ...NONE, scalar: 1 } : NONE]);
}

const NO_TENSORS: ReadonlySet<string> = new Set();

/** Operations of a list of scalar assignments. */
export function scalarCost(step: readonly Assignment[]): number {
  return sum(step.map((action) => chargeAction(action, NO_TENSORS))).scalar;
}

/** Operations for each element of the spec's own gradient steps: multiplied, clipped, scaled, put in place. */
export function gradientCost(gradient: GradientSteps | undefined): number {
  if (gradient === undefined) return 0;
  const { rescale, clip_value, clip_norm } = gradient;
  return (
    1 +
    (rescale === undefined ? 0 : 1) +
    (clip_value === undefined ? 0 : 2) +
    (clip_norm === undefined ? 0 : 4)
  );
}

/** Bytes for each element: the gradient is read, weight and state are read and written. */
export function costOf(step: readonly Assignment[], update: readonly Action[], slots: readonly Slot[]): Cost {
  const tensors = slots.filter(({ shape }) => shape === "like").length;
  const filled = slots.filter(({ shape }) => shape !== "scalar" && shape !== "shared");
  const places = new Set(["weight", ...filled.map(({ name }) => name)]);
  const charges = [...step, ...update].map((action) => chargeAction(action, places));
  return { ...sum(charges), bytes: 4 * (1 + 2 + 2 * tensors) };
}

/** The most that any of these may cost, each kind of cost by itself. */
export function mostOf(priced: readonly { readonly cost: Cost }[]): Cost {
  const costs = priced.map(({ cost }) => cost);
  return {
    ...merged(costs, Math.max),
    bytes: Math.max(0, ...costs.map(({ bytes }) => bytes)),
  };
}

/** The side of a matrix that a limit on operations is read for. */
export const LIMIT_SIDE = 1024;

/** Operations for one element: of matrices with sides of {@link LIMIT_SIDE} where products depend on them. */
export function perElementCost({ element, product, cube }: Cost): number {
  return element + (product + cube) * LIMIT_SIDE;
}
