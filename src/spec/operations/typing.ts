/** spec: the ways in which operations take types. */
import type { Type } from "../types.ts";
import {
  BOOLEAN,
  isTensor,
  joinShapes,
  mask,
  NUMBER,
  SHAPES,
  shapeOf,
  sidesOf,
  tensor,
  typeName,
} from "../types.ts";
import type { Typing } from "./operation.ts";

type Kind = Type["kind"];

function unfit(operands: readonly Type[], wanted: readonly Kind[]): string | undefined {
  const wrong = operands.findIndex((type) => !wanted.includes(type.kind));
  if (wrong < 0) return undefined;
  return `operand ${wrong + 1} is a ${typeName(operands[wrong] as Type)}, not a ${wanted.join(" or ")}`;
}

/** One type for operands that spread over each other, or what keeps them apart. */
function together(operands: readonly Type[], scalar: Type, spreadTo: typeof tensor): Type | string {
  const shapes = operands.filter(isTensor).map((type) => type.shape);
  if (shapes.length === 0) return scalar;
  const joined = joinShapes(shapes);
  return joined === undefined ? `operands do not fit: ${shapes.join(" beside ")}` : spreadTo(joined);
}

/** Numbers give `scalar`; as soon as one operand is a tensor, the result is one, elementwise. */
function spread(wanted: readonly Kind[], scalar: Type, spreadTo: typeof tensor): Typing {
  return (operands) => {
    return unfit(operands, wanted) ?? together(operands, scalar, spreadTo);
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
  return together(operands, NUMBER, tensor);
};

/** A tensor folded: all of it to a number, each row or each column of its matrices to one value. */
export const folded =
  (along: "all" | "row" | "col"): Typing =>
  (operands) => {
    const [type] = operands as [Type];
    const problem = unfit(operands, ["tensor"]);
    if (problem !== undefined) return problem;
    if (along === "all" || !isTensor(type)) return NUMBER;
    const [rows, cols] = sidesOf(type.shape);
    if ((along === "row" ? cols : rows) === "1")
      return `operand 1 is folded already: it is a ${typeName(type)}`;
    return tensor(along === "row" ? shapeOf(rows, "1") : shapeOf("1", cols));
  };

/** (a x b), (b x c) -> (a x c). */
export const product: Typing = (operands) => {
  const problem = unfit(operands, ["tensor"]);
  if (problem !== undefined) return problem;
  const [[rows, inner], [above, cols]] = operands.filter(isTensor).map(({ shape }) => sidesOf(shape)) as [
    ReturnType<typeof sidesOf>,
    ReturnType<typeof sidesOf>,
  ];
  return inner === above
    ? tensor(shapeOf(rows, cols))
    : `operand 1 has ${inner} columns and operand 2 has ${above} rows`;
};

/** (a x b) -> (b x a). */
export const turned: Typing = (operands) => {
  const [type] = operands as [Type];
  const problem = unfit(operands, ["tensor"]);
  if (problem !== undefined || !isTensor(type)) return problem ?? NUMBER;
  const [rows, cols] = sidesOf(type.shape);
  return tensor(shapeOf(cols, rows));
};

/** numbers -> a tensor like the parameter. */
export const likeTheParameter: Typing = (operands) => unfit(operands, ["number"]) ?? tensor(SHAPES.like);

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
