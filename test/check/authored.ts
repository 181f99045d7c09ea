/** Test help: trees past `author`, as no caller can hand them in, and programs of rule texts. */
import { author } from "../../src/author/author.ts";
import type { CheckOptions } from "../../src/check/check.ts";
import { check } from "../../src/check/check.ts";
import type { Authored, Checked } from "../../src/spec/gates.ts";
import { authoredGate } from "../../src/spec/gates.ts";
import type { Assignment, Binding, Body } from "../../src/spec/program.ts";
import { bodiesOf } from "../../src/spec/program.ts";
import type { Spec } from "../../src/spec/tree.ts";

/** Lets any spec past the author's gate: `check` must not need the schema to be safe. */
export function forced(spec: unknown): Authored {
  return authoredGate.pass({ spec: spec as Spec });
}

/** Checks a rule text with the other fields of its spec. */
export function checkedRule(rule: string, spec: object = {}, options?: CheckOptions): Checked {
  return check(author({ optseal: 1, rule, ...spec }), options);
}

/** A binding with the one body that a rule has which asks nothing of shapes. */
export function withBody(binding: Binding): Plain {
  const [body, ...others] = bodiesOf(binding.bodies);
  if (body === undefined || others.length > 0) throw new Error("the rule asks the shape");
  const update = body.update.flatMap((action) => ("node" in action ? [action] : []));
  if (update.length < body.update.length) throw new Error("not all lines are assignments");
  return { ...binding, ...body, update };
}

/** A binding of a rule that has assignments alone and asks nothing of shapes. */
export type Plain = Binding & Omit<Body, "update"> & { readonly update: readonly Assignment[] };

/** The binding for parameters that no group is for. */
export function bindingOf(rule: string, spec: object = {}): Plain {
  return withBody(checkedRule(rule, spec).program.bindings.at(-1) as Binding);
}
