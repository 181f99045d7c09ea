/**
 * Test help: a second model of the language, slow and written apart from the first: it walks the tree form, not the program,
 * one element at a time, and has arithmetic of its own but for the elementary functions.
 */
import { dmlcFloat32 } from "../../src/base/dmlc-float.ts";
import { cos, exp, log, pow, sin } from "../../src/base/elementary.ts";
import type { Expression, HyperValue, Line, Rule, SlotDeclaration } from "../../src/spec/tree.ts";

type Shape = "like" | "row" | "col";

/** A scalar, or a tensor by its elements. */
type Naive =
  | { readonly scalar: HyperValue }
  | { readonly shape: Shape; readonly at: readonly number[]; readonly truth?: true };

export interface Extent {
  readonly rows: number;
  readonly cols: number;
}

type Bits = (...x: number[]) => number;

const f = Math.fround;

const NUMBERS = new Map<string, Bits>([
  ["add", (a = 0, b = 0) => a + b],
  ["sub", (a = 0, b = 0) => a - b],
  ["mul", (a = 0, b = 0) => a * b],
  ["div", (a = 0, b = 0) => a / b],
  ["neg", (a = 0) => -a],
  ["pow", (a = 0, b = 0) => pow(a, b)],
  ["abs", (a = 0) => (a < 0 || Object.is(a, -0) ? -a : a)],
  ["sqrt", (a = 0) => Math.sqrt(a)],
  ["exp", (a = 0) => exp(a)],
  ["log", (a = 0) => log(a)],
  ["sin", (a = 0) => sin(a)],
  ["cos", (a = 0) => cos(a)],
  ["floor", (a = 0) => Math.floor(a)],
  ["sign", (a = 0) => (a > 0 ? 1 : a < 0 ? -1 : 0)],
  ["min", (a = 0, b = 0) => (b < a ? b : a)],
  ["max", (a = 0, b = 0) => (b > a ? b : a)],
  ["clip", (a = 0, c = 0) => (a > c ? c : a < -c ? -c : a)],
  ["f32", (a = 0) => f(a)],
  ["dmlc_f32", (a = 0) => dmlcFloat32(a)],
  ["pi", () => Math.PI],
]);

const TRUTHS = new Map<string, (a: number, b: number) => boolean>([
  ["eq", (a, b) => a === b],
  ["ne", (a, b) => !(a === b)],
  ["lt", (a, b) => a < b],
  ["le", (a, b) => a <= b],
  ["gt", (a, b) => a > b],
  ["ge", (a, b) => a >= b],
  ["and", (a, b) => a === 1 && b === 1],
  ["or", (a, b) => a === 1 || b === 1],
  ["not", (a) => a !== 1],
]);

/** Blocks of 1024; in a block four lanes, element i in lane i mod 4; (0 + 1) + (2 + 3); blocks in order. */
export function blockedSum(terms: readonly number[]): number {
  const blocks = Math.ceil(terms.length / 1024);
  let total = 0;
  for (let b = 0; b < blocks; b++) {
    const lanes = [0, 1, 2, 3].map((lane) =>
      terms.slice(b * 1024, (b + 1) * 1024).reduce((sum, term, i) => (i % 4 === lane ? sum + term : sum), 0),
    ) as [number, number, number, number];
    total += lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
  }
  return total;
}

const lengthOf = (shape: Shape, { rows, cols }: Extent) =>
  shape === "like" ? rows * cols : shape === "row" ? rows : cols;

/** Element i of a `to` tensor, looked up in a `from` tensor. */
function seen(value: Naive, to: Shape, i: number, { cols }: Extent): number {
  if ("scalar" in value) return f(Number(value.scalar));
  if (value.shape === to) return value.at[i] as number;
  return value.at[value.shape === "row" ? Math.floor(i / cols) : i % cols] as number;
}

function fold(name: string, a: Naive, extent: Extent): Naive {
  if ("scalar" in a) throw new Error("a fold of a scalar");
  const what = name.replace(/^(row|col)_/, "");
  const finish = (terms: readonly number[]) => {
    if (what === "norm") return Math.sqrt(blockedSum(terms.map((x) => x * x)));
    return what === "mean" ? blockedSum(terms) / terms.length : blockedSum(terms);
  };
  if (what === name) return { scalar: finish(a.at) };
  const shape = name.startsWith("row") ? "row" : "col";
  const at = Array.from({ length: lengthOf(shape, extent) }, (_, line) =>
    f(
      finish(
        a.at.filter((_, i) => (shape === "row" ? Math.floor(i / extent.cols) : i % extent.cols) === line),
      ),
    ),
  );
  return { shape, at };
}

function evaluate(tree: Expression, names: ReadonlyMap<string, Naive>, extent: Extent): Naive {
  if (typeof tree === "string") {
    const value = names.get(tree);
    if (value === undefined) throw new Error(`no ${tree}`);
    return value;
  }
  if (typeof tree !== "object" || tree === null) return { scalar: tree };
  const [name, ...operands] = tree;
  if (name === "is") {
    const asked = evaluate(operands[0] as Expression, names, extent);
    return { scalar: "scalar" in asked && asked.scalar === operands[1] };
  }
  if (name === "select" || name === "and" || name === "or") {
    const first = evaluate(operands[0] as Expression, names, extent);
    if ("scalar" in first && typeof first.scalar === "boolean") {
      if (name === "select") return evaluate(operands[first.scalar ? 1 : 2] as Expression, names, extent);
      if (first.scalar === (name === "or")) return first;
      return evaluate(operands[1] as Expression, names, extent);
    }
  }
  const values = operands.map((operand) => evaluate(operand, names, extent));
  if (/^((row|col)_)?(sum|mean)$|^norm$/.test(name)) return fold(name, values[0] as Naive, extent);
  if (name === "item" || name === "count_below") {
    const [list, at] = values as [{ scalar: readonly number[] }, { scalar: number }];
    const count = list.scalar.filter((x) => x < at.scalar).length;
    return { scalar: name === "item" ? (list.scalar[Math.floor(at.scalar)] ?? Number.NaN) : count };
  }
  const apply = (x: readonly number[]): number => {
    const truth = TRUTHS.get(name);
    if (truth !== undefined) return truth(x[0] as number, x[1] as number) ? 1 : 0;
    if (name === "select") return (x[0] === 1 ? x[1] : x[2]) as number;
    return (NUMBERS.get(name) as Bits)(...x);
  };
  const shapes = values.flatMap((value) => ("scalar" in value ? [] : [value.shape]));
  if (shapes.length === 0) {
    const result = apply(values.map((value) => Number((value as { scalar: number }).scalar)));
    return { scalar: TRUTHS.has(name) ? result === 1 : result };
  }
  const shape = shapes.every((s) => s === shapes[0]) ? (shapes[0] as Shape) : "like";
  const at = Array.from({ length: lengthOf(shape, extent) }, (_, i) =>
    f(apply(values.map((value) => seen(value, shape, i, extent)))),
  );
  return { shape, at };
}

/** This model knows no scalars that parameters share. */
function shapeOf({ shape = "like" }: SlotDeclaration): Shape | "scalar" {
  if (shape === "shared") throw new Error("a shared slot");
  return shape;
}

export interface NaiveState {
  readonly weight: readonly number[];
  readonly slots: ReadonlyMap<string, number | readonly number[]>;
}

const holds = (when: Expression | undefined, names: ReadonlyMap<string, Naive>, extent: Extent): boolean => {
  if (when === undefined) return true;
  const value = evaluate(when, names, extent);
  return "scalar" in value && value.scalar === true;
};

/** How a parameter starts. */
export function naiveStart(
  rule: Rule,
  hyper: ReadonlyMap<string, HyperValue>,
  weight: readonly number[],
  extent: Extent,
): NaiveState {
  const names = new Map<string, Naive>([...hyper].map(([name, scalar]) => [name, { scalar }]));
  const slots = new Map<string, number | readonly number[]>();
  for (const slot of rule.state) {
    const { name, init, when } = slot;
    const shape = shapeOf(slot);
    if (!holds(when, names, extent)) continue;
    if (init === "weight") {
      slots.set(name, weight);
      continue;
    }
    const value = Number((evaluate(init, names, extent) as { scalar: number }).scalar);
    slots.set(name, shape === "scalar" ? value : new Array(lengthOf(shape, extent)).fill(f(value)));
  }
  return { weight, slots };
}

/** One update of one parameter: count `t`, gradient `grad`. */
export function naiveUpdate(
  rule: Rule,
  hyper: ReadonlyMap<string, HyperValue>,
  state: NaiveState,
  now: { readonly t: number; readonly grad: readonly number[]; readonly extent: Extent },
): NaiveState {
  const { t, grad, extent } = now;
  const shapes = new Map(rule.state.map((slot) => [slot.name, shapeOf(slot)]));
  const names = new Map<string, Naive>([...hyper].map(([name, scalar]) => [name, { scalar }]));
  names.set("t", { scalar: t });
  for (const [name, value] of state.slots) {
    const shape = shapes.get(name) as Shape;
    names.set(name, typeof value === "number" ? { scalar: value } : { shape, at: value });
  }
  const run = (lines: readonly Line[]) => {
    for (const line of lines) {
      if (!Array.isArray(line)) throw new Error("not an assignment");
      const [name, value, when] = line;
      if (!holds(when, names, extent)) continue;
      const result = evaluate(value, names, extent);
      const shape = name === "weight" ? "like" : state.slots.has(name) ? shapes.get(name) : undefined;
      if (shape === undefined || shape === "scalar") names.set(name, result);
      else {
        const at = Array.from({ length: lengthOf(shape, extent) }, (_, i) => seen(result, shape, i, extent));
        names.set(name, { shape, at });
      }
    }
  };
  run(rule.step);
  names.set("grad", { shape: "like", at: grad }).set("weight", { shape: "like", at: state.weight });
  run(rule.update);
  const read = (name: string) => {
    const value = names.get(name) as Naive;
    return "scalar" in value ? Number(value.scalar) : value.at;
  };
  return {
    weight: read("weight") as readonly number[],
    slots: new Map([...state.slots.keys()].map((name) => [name, read(name)])),
  };
}
