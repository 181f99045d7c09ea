/** spec: the ways in which operations take types. */
import type { Type } from "../types.ts";
import { BOOLEAN, isTensor, joinShapes, mask, NUMBER, tensor, typeName } from "../types.ts";
import type { Typing } from "./operation.ts";

type Kind = Type["kind"];

function unfit(operands: readonly Type[], wanted: readonly Kind[]): string | undefined {
  const wrong = operands.findIndex((type) => !wanted.includes(type.kind));
  if (wrong < 0) return undefined;
  return `operand ${wrong + 1} is a ${typeName(operands[wrong] as Type)}, not a ${wanted.join(" or ")}`;
}

const shapesOf = (operands: readonly Type[]) => operands.filter(isTensor).map((type) => type.shape);

/** Numbers give `scalar`; as soon as one operand is a tensor, the result is one, elementwise. */
function spread(wanted: readonly Kind[], scalar: Type, spreadTo: typeof tensor): Typing {
  return (operands) => {
    const problem = unfit(operands, wanted);
    if (problem !== undefined) return problem;
    const shapes = shapesOf(operands);
    return shapes.length === 0 ? scalar : spreadTo(joinShapes(shapes));
  };
}

/** number, tensor -> number, or tensor if any operand is one. */
export const arithmetic: Typing = spread(["number", "tensor"], NUMBER, tensor);
/** number, tensor -> boolean, or mask. */
export const comparison: Typing = spread(["number", "tensor"], BOOLEAN, mask);
/** boolean, mask -> boolean, or mask. */
export const logic: Typing = spread(["boolean", "mask"], BOOLEAN, mask);

/** numbers only: what a framework does to a scalar before it meets a tensor. */
export const scalars: Typing = (operands) => unfit(operands, ["number"]) ?? NUMBER;

/** (boolean or mask, a, b): a and b as in arithmetic, or both boolean. */
export const choice: Typing = (operands) => {
  const [condition, ...branches] = operands as [Type, ...Type[]];
  const problem = unfit([condition], ["boolean", "mask"]);
  if (problem !== undefined) return problem;
  if (!isTensor(condition) && branches.every((type) => type.kind === "boolean")) return BOOLEAN;
  const wrong = unfit(branches, ["number", "tensor"]);
  if (wrong !== undefined) return `between the branches, ${wrong}`;
  const shapes = shapesOf(operands);
  return shapes.length === 0 ? NUMBER : tensor(joinShapes(shapes));
};

/** A whole tensor folded: along all of it to a number, along rows or columns to one value for each. */
export const folded =
  (along: "all" | "row" | "col"): Typing =>
  (operands) => {
    const [type] = operands as [Type];
    const problem = unfit(operands, ["tensor"]);
    if (problem !== undefined) return problem;
    if (along === "all") return NUMBER;
    if (isTensor(type) && type.shape !== "like")
      return `operand 1 is folded already: it is a ${typeName(type)}`;
    return tensor(along);
  };

/** (list, number) -> number. */
export const lookup: Typing = (operands) => {
  const [list, operand] = operands as [Type, Type];
  if (list.kind !== "list") return `operand 1 is a ${typeName(list)}, not a list`;
  return unfit([operand], ["number"]) === undefined
    ? NUMBER
    : `operand 2 is a ${typeName(operand)}, not a number`;
};

export const nothing: Typing = () => NUMBER;
export const yesOrNo: Typing = () => BOOLEAN;
