/**
 * Test help: a meter for the reference engine. It hands the engine a program whose operations count what they do: each
 * application, each term of a fold, each multiplication of a matrix product, each number drawn, by the table's own costs.
 */

import type { Extent } from "../../src/run/extent.ts";
import { extentOf } from "../../src/run/extent.ts";
import type { Checked } from "../../src/spec/gates.ts";
import { checkedGate } from "../../src/spec/gates.ts";
import type { Operation } from "../../src/spec/operations/operation.ts";
import type { Action, Assignment, Body, ByShape, Node, Program } from "../../src/spec/program.ts";
import type { Side, TensorShape } from "../../src/spec/types.ts";
import { isTensor, sidesOf } from "../../src/spec/types.ts";

type Applied = Extract<Node, { kind: "apply" }>;

export class Meter {
  /** Operations done since the last reading, by their costs. */
  #count = 0;
  /** The parameter that is being updated. */
  extent: Extent = extentOf([]);

  /** What has been counted, and begins anew. */
  read(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }

  /** The same spec with a program that counts. */
  counted(checked: Checked): Checked {
    const { program } = checked;
    const bindings = program.bindings.map((binding) => ({
      ...binding,
      bodies: this.#byShape(binding.bodies),
    })) as unknown as Program["bindings"];
    const { schedule } = program;
    const counting =
      schedule === undefined ? {} : { schedule: { ...schedule, step: this.#lines(schedule.step) } };
    return checkedGate.pass({ spec: checked.spec, program: { ...program, bindings, ...counting } });
  }

  #byShape(bodies: ByShape): ByShape {
    if ("ask" in bodies)
      return { ask: bodies.ask, yes: this.#byShape(bodies.yes), no: this.#byShape(bodies.no) };
    const body: Body = bodies;
    return {
      ...body,
      step: this.#lines(body.step),
      update: body.update.map((action) => this.#action(action)),
    };
  }

  #lines(lines: readonly Assignment[]): readonly Assignment[] {
    return lines.map(({ name, node }) => ({ name, node: this.#node(node) }));
  }

  #action(action: Action): Action {
    if ("stop" in action) return { stop: this.#node(action.stop) };
    if ("total" in action) return { ...action, total: this.#node(action.total) };
    return { name: action.name, node: this.#node(action.node) };
  }

  #node(node: Node): Node {
    if (node.kind === "literal" || node.kind === "name") return node;
    if (node.kind === "lookup") {
      const { operation, list } = node;
      const apply: typeof operation.apply = (...given) => {
        this.#count += operation.cost * Math.max(1, list.length);
        return operation.apply(...given);
      };
      return { ...node, operation: { ...operation, apply }, operand: this.#node(node.operand) };
    }
    const operands = node.operands.map((operand) => this.#node(operand));
    return { ...node, operation: this.#operation(node), operands };
  }

  #operation({ operation, operands }: Applied): Applied["operation"] {
    const count = <A extends readonly unknown[], R>(run: (...given: A) => R, cost: number) => {
      return (...given: A): R => {
        this.#count += cost;
        return run(...given);
      };
    };
    const { cost } = operation;
    switch (operation.kind) {
      case "elementwise":
        return { ...operation, apply: count(operation.apply, cost) };
      case "reduction":
        return { ...operation, term: count(operation.term, cost) };
      case "noise":
        return {
          ...operation,
          source: (...given) => count(operation.source(...given), cost),
        };
      case "matrix": {
        const shapes = operands.map(({ type }) => (isTensor(type) ? type.shape : "1x1"));
        const does = () => {
          this.#count += cost * this.#steps(operation, shapes);
          return operation.does;
        };
        // Asked for once in each evaluation.
        return Object.defineProperty({ ...operation }, "does", { get: does });
      }
      default:
        return operation;
    }
  }

  /** Multiplications of a product, moves of a transposition. */
  #steps({ does }: Extract<Operation, { kind: "matrix" }>, shapes: readonly TensorShape[]): number {
    const [left, right] = shapes.map(sidesOf) as [readonly [Side, Side], readonly [Side, Side] | undefined];
    const length = (side: Side) => ({ R: this.extent.rows, C: this.extent.cols, "1": 1 })[side];
    const of = (sides: readonly Side[]) =>
      sides.reduce((product, side) => product * length(side), this.extent.stack);
    return does === "transpose" ? of(left) : of([...left, (right as readonly [Side, Side])[1]]);
  }
}
