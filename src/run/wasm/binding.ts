/** run: what a module knows of a group of parameters: hyperparameters, needs, and which body a shape is given. */
import type { Assignment, Binding, Body, ByShape, Node } from "../../spec/program.ts";
import type { BindingDescription, Choice } from "./description.ts";
import { plainValues } from "./description.ts";
import { Frame } from "./frame.ts";
import type { Functions } from "./functions.ts";
import type { Lists } from "./lists.ts";
import { writeScalarProgram } from "./scalar-program.ts";

export interface Around {
  readonly functions: Functions;
  readonly lists: Lists;
  readonly hyper: readonly string[];
  /** The module's bodies, in order. */
  readonly bodies: readonly Body[];
}

/** Writes the function that settles what is asked of a parameter. */
export function writeBinding(binding: Binding, name: string, around: Around): BindingDescription {
  const { functions, lists, hyper, bodies } = around;
  const frame = new Frame(hyper);
  const lines: Assignment[] = [];
  const asked = (node: Node): number => {
    const cell = `=asked ${lines.length}`;
    lines.push({ name: cell, node });
    return frame.number(cell);
  };
  const choice = (own: ByShape): Choice =>
    "ask" in own ? { ask: asked(own.ask), yes: choice(own.yes), no: choice(own.no) } : bodies.indexOf(own);
  const needs = binding.needs.map(({ node, text }) => ({ text, at: asked(node) }));
  const body = choice(binding.bodies);
  const kept = lines.map((line) => line.name);
  const settles = writeScalarProgram(name, { kept, lines }, { frame, functions, lists });
  return {
    ...(binding.match === undefined ? {} : { match: binding.match }),
    hyper: plainValues(binding.hyper),
    ...(settles ? { settle: name } : {}),
    frame: frame.bytes,
    needs,
    body,
  };
}
