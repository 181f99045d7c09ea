/**
 * Test help: a second model of the whole language, slow and written apart from the engine. It walks the trees that people write,
 * not programs; it knows each parameter's shape while it runs, so it settles no question beforehand; an update is a coroutine
 * that waits at each `total`. Sums, products and spreading are its own; functions of one number are those of base.
 */
import { keyWords, normal } from "../../src/base/normal.ts";
import { OPERATIONS } from "../../src/spec/operations/table.ts";
import type {
  Expression,
  HyperValue,
  Line,
  Rule,
  Schedule,
  SlotShape,
  Statement,
} from "../../src/spec/tree.ts";
import { blockedSum } from "../run/naive.ts";

const f = Math.fround;

/** Matrices of `rows` by `cols`, one behind the other. */
interface Tensor {
  readonly rows: number;
  readonly cols: number;
  readonly at: readonly number[];
}

type Scalar = HyperValue;
type Value = Scalar | Tensor;

const isTensor = (value: Value): value is Tensor =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const numberOf = (value: Value): number => Number(value);

/** What all updates of a parameter have before them. */
interface Place {
  readonly key: string;
  readonly shape: readonly number[];
  readonly stack: number;
  readonly rows: number;
  readonly cols: number;
}

function placeOf(key: string, shape: readonly number[]): Place {
  const [rows, cols] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  let stack = 1;
  for (const side of shape.slice(0, -2)) stack *= side;
  return { key, shape, stack, rows, cols };
}

/** Two lengths of a side that spread over each other. */
const joined = (a: number, b: number): number => (a === 1 ? b : a);

/** The element of a matrix that stands at a row and a column of one that it has been spread over. */
function at({ rows, cols, at: numbers }: Tensor, matrix: number, row: number, col: number): number {
  return numbers[(matrix * rows + (rows === 1 ? 0 : row)) * cols + (cols === 1 ? 0 : col)] as number;
}

/** A tensor made element by element. */
function made(
  { stack }: Place,
  rows: number,
  cols: number,
  element: (matrix: number, row: number, col: number) => number,
): Tensor {
  const numbers: number[] = [];
  for (let m = 0; m < stack; m++)
    for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) numbers.push(f(element(m, r, c)));
  return { rows, cols, at: numbers };
}

const spread = (place: Place, value: Value, rows: number, cols: number): Tensor =>
  made(place, rows, cols, (m, r, c) => (isTensor(value) ? at(value, m, r, c) : numberOf(value)));

/** One number of numbers; `name` is the fold without its direction. */
function folded(name: string, terms: readonly number[]): number {
  if (name === "max") return terms.reduce((most, x) => (x > most ? x : most), Number.NEGATIVE_INFINITY);
  if (name === "norm") return Math.sqrt(blockedSum(terms.map((x) => x * x)));
  return name === "mean" ? blockedSum(terms) / terms.length : blockedSum(terms);
}

const FOLD = /^(?:(row|col)_)?(sum|mean|norm|(?<=_)max|max(?=_of))(?:_of)?$/;

function fold(name: string, tensor: Tensor, place: Place): Value {
  const [, along, what] = FOLD.exec(name) as unknown as readonly [string, string | undefined, string];
  const { rows, cols } = tensor;
  const line = (length: number, element: (i: number) => number) =>
    folded(
      what,
      Array.from({ length }, (_, i) => element(i)),
    );
  if (along === "row") return made(place, rows, 1, (m, r) => line(cols, (c) => at(tensor, m, r, c)));
  if (along === "col") return made(place, 1, cols, (m, _, c) => line(rows, (r) => at(tensor, m, r, c)));
  return folded(what, tensor.at);
}

/** Sums of products from the first to the last. */
function product(a: Tensor, b: Tensor, place: Place): Tensor {
  return made(place, a.rows, b.cols, (m, r, c) => {
    let sum = 0;
    for (let k = 0; k < a.cols; k++) {
      sum +=
        (a.at[(m * a.rows + r) * a.cols + k] as number) * (b.at[(m * b.rows + k) * b.cols + c] as number);
    }
    return sum;
  });
}

/** Element by element, or of scalars. Truth is 1 and 0 in tensors. */
function applied(name: string, values: readonly Value[], place: Place): Value {
  const operation = OPERATIONS.get(name);
  if (operation?.kind !== "elementwise") throw new Error(`no ${name}`);
  const tensors = values.filter(isTensor);
  const isTruth = /^(eq|ne|lt|le|gt|ge|and|or|not)$/.test(name);
  if (tensors.length === 0) {
    const result = operation.apply(...values.map(numberOf));
    const isBoolean = isTruth || (name === "select" && typeof values[1] === "boolean");
    return isBoolean ? result === 1 : result;
  }
  const rows = tensors.reduce((side, tensor) => joined(side, tensor.rows), 1);
  const cols = tensors.reduce((side, tensor) => joined(side, tensor.cols), 1);
  return made(place, rows, cols, (m, r, c) =>
    operation.apply(...values.map((value) => (isTensor(value) ? at(value, m, r, c) : f(numberOf(value))))),
  );
}

/** Names of an update: hyperparameters, the shape's, slots, locals. */
type Names = Map<string, Value>;

function evaluate(tree: Expression, names: Names, place: Place): Value {
  if (typeof tree === "string") {
    const value = names.get(tree);
    if (value === undefined) throw new Error(`no ${tree}`);
    return value;
  }
  if (typeof tree !== "object" || tree === null) return tree;
  const [name, ...operands] = tree;
  const of = (i: number) => evaluate(operands[i] as Expression, names, place);
  if (name === "is") return of(0) === operands[1];
  if (name === "select" || name === "and" || name === "or") {
    const first = of(0);
    if (typeof first === "boolean") {
      if (name === "select") return of(first ? 1 : 2);
      return first === (name === "or") ? first : of(1);
    }
  }
  if (name === "normal") {
    const [seed, stream] = [numberOf(of(0)), numberOf(of(1))];
    const { rows, cols } = place;
    return made(place, rows, cols, (m, r, c) =>
      normal(seed, stream, keyWords(place.key), (m * rows + r) * cols + c),
    );
  }
  if (name === "item") return (of(0) as readonly number[])[Math.floor(numberOf(of(1)))] ?? Number.NaN;
  if (name === "count_below") {
    const limit = numberOf(of(1));
    return (of(0) as readonly number[]).filter((x) => x < limit).length;
  }
  if (name === "matmul") return product(of(0) as Tensor, of(1) as Tensor, place);
  if (name === "transpose") {
    const turned = of(0) as Tensor;
    return made(place, turned.cols, turned.rows, (m, r, c) => at(turned, m, c, r));
  }
  const values = operands.map((_, i) => of(i));
  return FOLD.test(name) ? fold(name, values[0] as Tensor, place) : applied(name, values, place);
}

/** A slot's or the weight's content, as an engine hands it out. */
export type Content = number | readonly number[];

interface ModelParameter {
  readonly place: Place;
  readonly shapes: ReadonlyMap<string, SlotShape>;
  weight: Tensor;
  readonly slots: Map<string, Value>;
}

/** An optimizer. Every parameter has a gradient in every step. */
export class Model {
  readonly #rule: Rule;
  readonly #hyper: ReadonlyMap<string, HyperValue>;
  readonly #schedule: { readonly tree: Schedule; readonly scalars: Names } | undefined;
  readonly #parameters: readonly ModelParameter[];
  readonly #shared = new Map<string, Value>();
  #t = 0;

  constructor(
    rule: Rule,
    hyper: ReadonlyMap<string, HyperValue>,
    parameters: readonly { key: string; shape: readonly number[]; data: readonly number[] }[],
    schedule?: { readonly tree: Schedule; readonly hyper: ReadonlyMap<string, HyperValue> },
  ) {
    this.#rule = rule;
    this.#hyper = hyper;
    this.#parameters = parameters.map(({ key, shape, data }) => this.#start(placeOf(key, shape), data));
    if (schedule === undefined) return;
    const scalars: Names = new Map<string, Value>([...schedule.hyper, ["base", hyper.get("lr") as number]]);
    const nowhere = placeOf("", []);
    for (const { name, init, when } of schedule.tree.state) {
      if (holds(when, scalars, nowhere)) scalars.set(name, evaluate(init, scalars, nowhere));
    }
    this.#schedule = { tree: schedule.tree, scalars };
  }

  #names({ key, shape, rows, cols, stack }: Place): Names {
    const named = { rank: shape.length, rows, cols, size: stack * rows * cols };
    if (key === "") throw new Error("a parameter without a key");
    return new Map<string, Value>([...this.#hyper, ...Object.entries(named)]);
  }

  #start(place: Place, data: readonly number[]): ModelParameter {
    const names = this.#names(place);
    const { rows, cols } = place;
    const weight = { rows, cols, at: data };
    const slots = new Map<string, Value>();
    const shapes = new Map<string, SlotShape>();
    for (const { name, shape = "like", init, when } of this.#rule.state) {
      if (!holds(when, names, place)) continue;
      shapes.set(name, shape);
      const value = init === "weight" ? weight : evaluate(init, names, place);
      if (shape === "shared") this.#shared.set(name, this.#shared.get(name) ?? value);
      else if (shape === "scalar") slots.set(name, value);
      else slots.set(name, spread(place, value, shape === "col" ? 1 : rows, shape === "row" ? 1 : cols));
    }
    return { place, shapes, weight, slots };
  }

  /** What the schedule gives at this step, under the names of the hyperparameters that it drives. */
  #driven(): readonly (readonly [string, Value])[] {
    if (this.#schedule === undefined) return [];
    const { tree, scalars } = this.#schedule;
    const names: Names = new Map(scalars).set("t", this.#t);
    for (const [name, value, when] of tree.step) {
      if (holds(when, names, placeOf("", []))) names.set(name, evaluate(value, names, placeOf("", [])));
    }
    for (const { name } of tree.state) scalars.set(name, names.get(name) as Value);
    const momentum = names.get("momentum");
    return [
      ["lr", names.get("rate") as Value],
      ...(momentum === undefined ? [] : [["mu", momentum] as const]),
    ];
  }

  step(gradients: readonly (readonly number[])[]): void {
    this.#t += 1;
    const driven = this.#driven();
    const running = this.#parameters.map((parameter, i) => {
      const update = this.#update(parameter, gradients[i] as readonly number[], driven);
      return { update, now: update.next() };
    });
    for (;;) {
      const waiting = running.flatMap((one) => (one.now.done ? [] : [{ one, ...one.now.value }]));
      if (waiting.length === 0) return;
      const line = Math.min(...waiting.map((each) => each.line));
      const here = waiting.filter((each) => each.line === line);
      let sum = 0;
      for (const { value } of here) sum += value;
      for (const { one } of here) one.now = one.update.next(sum);
    }
  }

  *#update(
    parameter: ModelParameter,
    gradient: readonly number[],
    driven: readonly (readonly [string, Value])[],
  ): Generator<{ readonly line: number; readonly value: number }, void, number> {
    const { place, slots } = parameter;
    const { rows, cols } = place;
    const names: Names = new Map([
      ...this.#names(place),
      ...driven,
      ["t", this.#t],
      ["steps", this.#t],
      ...slots,
    ]);
    const read = (tree: Expression): Value => {
      for (const [name, value] of this.#shared) names.set(name, value);
      return evaluate(tree, names, place);
    };
    const assign = (name: string, value: Value): void => {
      const shape = name === "weight" ? "like" : parameter.shapes.get(name);
      const isWhole = shape === "like" || shape === "row" || shape === "col";
      const kept = isWhole
        ? spread(place, value, shape === "col" ? 1 : rows, shape === "row" ? 1 : cols)
        : value;
      names.set(name, kept);
      if (name === "weight") parameter.weight = kept as Tensor;
      else if (shape === "shared") this.#shared.set(name, kept);
      else if (shape !== undefined) slots.set(name, kept);
    };
    const run = ([name, tree, when]: Statement): void => {
      if (when === undefined || read(when) === true) assign(name, read(tree));
    };
    for (const statement of this.#rule.step) run(statement);
    names.set("grad", { rows, cols, at: gradient }).set("weight", parameter.weight);
    for (const [line, what] of this.#rule.update.entries() as IterableIterator<[number, Line]>) {
      if ("stop" in what) {
        if (read(what.stop) === true) return;
      } else if ("repeat" in what) {
        const count = numberOf(read(what.repeat));
        for (let i = 0; i < count; i++) what.lines.forEach(run);
      } else if (Array.isArray(what[1]) && what[1][0] === "total") {
        const [name, [, tree], when] = what as unknown as [
          string,
          ["total", Expression],
          Expression | undefined,
        ];
        if (when === undefined || read(when) === true)
          assign(name, yield { line, value: numberOf(read(tree)) });
      } else run(what);
    }
  }

  /** Weights and slots by parameter, and what all of them share. */
  contents(): { readonly parameters: readonly Contents[]; readonly shared: ReadonlyMap<string, Content> } {
    const content = (value: Value): Content => (isTensor(value) ? value.at : numberOf(value));
    const all = (values: ReadonlyMap<string, Value>) =>
      new Map([...values].map(([name, value]) => [name, content(value)] as const));
    const parameters = this.#parameters.map(({ weight, slots }) => ({
      weight: weight.at,
      slots: all(slots),
    }));
    return { parameters, shared: all(this.#shared) };
  }
}

export interface Contents {
  readonly weight: readonly number[];
  readonly slots: ReadonlyMap<string, Content>;
}

function holds(when: Expression | undefined, names: Names, place: Place): boolean {
  return when === undefined || evaluate(when, names, place) === true;
}
