/** run: the parameters that an optimizer works on, and the gradients that it is handed. */
import { matches } from "../spec/match.ts";
import type { Binding, Body, ByShape, Program } from "../spec/program.ts";
import { RunError } from "./errors.ts";
import type { Extent } from "./extent.ts";
import { extentOf, lengthOf } from "./extent.ts";
import type { Half, Numbers } from "./precision.ts";
import { HALVES } from "./precision.ts";
import type { Scalars } from "./scalar.ts";
import { evaluateScalar, hyperScalars } from "./scalar.ts";
import { shapesIn } from "./shapes-in.ts";

/** A parameter's key: a text, or a non-negative integer, which its decimal text stands for too. */
export type Key = string | number;

/**
 * Weights, updated in place, and their shape; without one, the parameter is one-dimensional. 16-bit weights are handed over as
 * their bits.
 */
export type Parameter = { readonly shape?: readonly number[] } & (
  | { readonly data: Float32Array; readonly dtype?: "float32" }
  | { readonly data: Uint16Array; readonly dtype: Half }
);

/** A key as the text that stands for it. @throws RunError for a key that is none. */
export function keyText(key: unknown): string {
  if (typeof key === "string" && key !== "") return key;
  if (typeof key === "number" && Number.isSafeInteger(key) && key >= 0) return String(key);
  throw new RunError({
    code: "parameter",
    message: `\`${String(key)}\` is no key: a text or a non-negative integer is one`,
    path: "parameters",
  });
}

/** The entries of a Map, or of a plain object's own fields. */
export const entriesIn = <T>(
  entries: ReadonlyMap<Key, T> | { readonly [key: string]: T },
): Iterable<readonly [Key, T]> => (entries instanceof Map ? entries : Object.entries(entries));

/** Two keys stand for one parameter. */
export const twice = (key: string): RunError =>
  new RunError({ code: "parameter", message: `\`${key}\` is there twice`, path: key });

/** Parameters by the texts of their keys. @throws RunError for two keys that stand for the same parameter */
export function entriesOf<T>(
  entries: ReadonlyMap<Key, T> | { readonly [key: string]: T },
): ReadonlyMap<string, T> {
  const named = new Map<string, T>();
  for (const [key, value] of entriesIn(entries)) {
    const text = keyText(key);
    if (named.has(text)) throw twice(text);
    named.set(text, value);
  }
  return named;
}

/** A parameter bound to its group's program, as its shape settles it. */
export interface Bound {
  readonly key: string;
  readonly data: Numbers;
  /** Of 16-bit weights: which; and whether a slot keeps them in 32 bits. */
  readonly half: Half | undefined;
  readonly hasMaster: boolean;
  readonly extent: Extent;
  /** The size of the first dimension. */
  readonly first: number;
  /** Which of the program's bindings it is. */
  readonly group: number;
  readonly body: Body;
  /** Numbers that no update changes: hyperparameters, and those of the shape. */
  readonly constants: ReadonlyMap<string, number>;
}

/** Finds each parameter's group and holds its data against its shape. `keepsMasters`: of 16-bit weights. */
export function bindParameter(
  key: string,
  parameter: Parameter,
  program: Program,
  keepsMasters = false,
): Bound {
  const { data } = parameter;
  const path = `parameters.${key}`;
  const half = halfOf(parameter, path);
  const shape = parameter.shape ?? [data.length];
  const extent = extentOf(shape);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || extent.size !== data.length) {
    const message = `${data.length} numbers do not fill the shape [${shape.join(", ")}]`;
    throw new RunError({ code: "shape", message, path });
  }
  const group = program.bindings.findIndex(({ match }) => match === undefined || matches(match, key));
  const binding = program.bindings[group] as Binding;
  const constants = constantsOf(binding, extent);
  const unmet = binding.needs.find(({ node }) => evaluateScalar(node, constants) !== 1);
  if (unmet !== undefined) {
    const message = `the rule needs \`${unmet.text}\`, and the shape is [${shape.join(", ")}]`;
    throw new RunError({ code: "needs", message, path, hint: "give such parameters another rule" });
  }
  const body = bodyAt(binding.bodies, constants);
  refuseHuge(body, extent, path);
  return {
    key,
    data,
    half,
    hasMaster: half !== undefined && keepsMasters,
    extent,
    first: shape[0] ?? 1,
    group,
    body,
    constants,
  };
}

/** The 16-bit type of weights; `undefined` for binary32. @throws RunError for all other arrays */
function halfOf({ data, dtype = "float32" }: Parameter, path: string): Half | undefined {
  if (dtype === "float32" && data instanceof Float32Array) return undefined;
  const half = HALVES.find((one) => one === dtype);
  if (half !== undefined && data instanceof Uint16Array) return half;
  const isKnown = dtype === "float32" || half !== undefined;
  throw new RunError({
    code: "parameter",
    message: isKnown
      ? `the weights are not a ${half === undefined ? "Float32Array" : `Uint16Array with the bits of ${half}`}`
      : `there are no weights of type \`${String(dtype)}\``,
    path,
    hint: 'a Float32Array, or a Uint16Array with dtype "float16" or "bfloat16"',
  });
}

/** Of a tensor that is larger than its parameter: 1 GiB. */
const MOST_ELEMENTS = 2 ** 28;

/** A step that cannot get its memory would stop between two parameters, so what it needs is looked at before the first. */
function refuseHuge(body: Body, extent: Extent, path: string): void {
  const most = Math.max(MOST_ELEMENTS, extent.size);
  for (const shape of shapesIn(body)) {
    const length = lengthOf(shape, extent);
    if (length <= most) continue;
    const message = `the rule makes a tensor of ${length} numbers; ${most} are the most`;
    throw new RunError({ code: "shape", message, path, hint: "give such parameters another rule" });
  }
}

function bodyAt(bodies: ByShape, constants: Scalars): Body {
  if (!("ask" in bodies)) return bodies;
  return bodyAt(evaluateScalar(bodies.ask, constants) === 1 ? bodies.yes : bodies.no, constants);
}

function constantsOf({ hyper }: Binding, { rank, rows, cols, size }: Extent): Scalars {
  const constants = hyperScalars(hyper);
  for (const [name, value] of Object.entries({ rank, rows, cols, size })) constants.set(name, value);
  return constants;
}

/** What a binding's rule comes to for a parameter of this shape. */
export function bodyFor(binding: Binding, shape: readonly number[]): Body {
  return bodyAt(binding.bodies, constantsOf(binding, extentOf(shape)));
}

/** @throws RunError for two parameters of which one's memory reaches into the other's */
export function refuseOverlaps(parameters: readonly Bound[]): void {
  const byPlace = new Map<ArrayBufferLike, Bound[]>();
  for (const bound of parameters) {
    if (bound.data.length === 0) continue;
    const sharing = byPlace.get(bound.data.buffer) ?? [];
    sharing.push(bound);
    byPlace.set(bound.data.buffer, sharing);
  }
  for (const sharing of byPlace.values()) {
    sharing.sort((a, b) => a.data.byteOffset - b.data.byteOffset);
    sharing.forEach(({ key, data }, i) => {
      const before = sharing[i - 1];
      if (before === undefined || before.data.byteOffset + before.data.byteLength <= data.byteOffset) return;
      const message = `its weights share memory with those of \`${before.key}\``;
      throw new RunError({ code: "parameter", message, path: `parameters.${key}` });
    });
  }
}

/** Weights are no longer what they were. */
export const detached = (path: string): RunError =>
  new RunError({ code: "detached", message: "the weights' buffer has been detached or resized", path });
