/** run: scalar assignments alone as one function: schedules, the starts of slots, what is asked of a parameter's shape. */
import type { Assignment, Body, Node } from "../../spec/program.ts";
import { lower } from "./lower.ts";
import type { Scalar } from "./nodes.ts";
import type { Shared } from "./scalar-step.ts";
import { scalarFunction } from "./scalar-step.ts";
import type { Step } from "./steps.ts";
import { sequence } from "./steps.ts";

const NOTHING = Object.freeze({ scalar: 0, element: 0, product: 0, cube: 0, bytes: 0 });
const ANY: Node = Object.freeze({ kind: "literal", type: { kind: "number" } as const, value: 0 });

/** Scalars that a frame keeps, by name, and the assignments that change them. */
export interface ScalarProgram {
  readonly kept: readonly string[];
  readonly lines: readonly Assignment[];
}

/** Writes the function into the module; `false` if there is nothing for it to do. */
export function writeScalarProgram(
  name: string,
  { kept, lines }: ScalarProgram,
  shared: Omit<Shared, "handed" | "short">,
): boolean {
  const slots = kept.map((slot) => ({ name: slot, shape: "scalar", init: ANY }) as const);
  const body: Body = { slots, step: lines, update: [], cost: NOTHING };
  const { steps } = sequence(lower(body, {}), new Set());
  const [step] = steps as readonly [Step?];
  if (step?.does !== "scalars") return false;
  shared.functions.exported(
    name,
    scalarFunction(step, { ...shared, handed: new Set<Scalar>(), short: new Set<string>() }),
  );
  return true;
}
