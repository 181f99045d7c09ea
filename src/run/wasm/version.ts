/**
 * run: a pass for one outcome of its scalar conditions. A `select` between tensors by a scalar is decided once, not for each
 * element, and what only the other side needs is not worked out.
 */
import type { Scalar, Tensor } from "./nodes.ts";
import type { Pass } from "./passes.ts";
import { divisorOf } from "./quotient.ts";
import { REPEATS } from "./vector-code.ts";

/** Conditions by what they have come to. */
export type Settled = ReadonlyMap<Scalar, boolean>;

/** Each more doubles a pass's code. */
const MOST_CONDITIONS = 2;

const conditionOf = (node: Tensor): Scalar | undefined => {
  if (node.kind !== "each" || node.name !== "select") return undefined;
  const [condition] = node.operands;
  return condition?.kind === "splat" ? condition.operand : undefined;
};

/** A condition that decides something in a pass and is not settled; `undefined` if there is none, or enough are. */
export function openCondition(pass: Pass, settled: Settled): Scalar | undefined {
  if (settled.size >= MOST_CONDITIONS) return undefined;
  const { nodes } = new Version(pass, settled);
  return nodes
    .flatMap((node) => (pass.reads.has(node) ? [] : (conditionOf(node) ?? [])))
    .find((one) => !settled.has(one));
}

/** The values that a pass needs once conditions are settled. */
export class Version {
  /** How often each value that is needed is used. */
  readonly uses = new Map<Tensor, number>();
  /** The needed values, operands first. */
  readonly nodes: readonly Tensor[];
  readonly #pass: Pass;
  readonly #settled: Settled;

  constructor(pass: Pass, settled: Settled) {
    this.#pass = pass;
    this.#settled = settled;
    for (const [, value] of pass.writes) this.#use(value, 1);
    for (const { operand } of pass.folds) this.#use(operand, 2);
    this.nodes = pass.nodes.filter((node) => this.uses.has(node));
  }

  /** The value that stands for another where the conditions are settled. */
  of(value: Tensor): Tensor {
    if (this.#pass.reads.has(value) || value.kind !== "each") return value;
    const condition = conditionOf(value);
    const holds = condition === undefined ? undefined : this.#settled.get(condition);
    return holds === undefined ? value : this.of(value.operands[holds ? 1 : 2] as Tensor);
  }

  #use(given: Tensor, times: number): void {
    const value = this.of(given);
    const before = this.uses.get(value);
    this.uses.set(value, times + (before ?? 0));
    if (before !== undefined || value.kind !== "each" || this.#pass.reads.has(value)) return;
    const isRepeated = REPEATS.has(value.name) || divisorOf(value) !== undefined;
    for (const operand of value.operands) this.#use(operand, isRepeated ? 2 : 1);
  }
}
