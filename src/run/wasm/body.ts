/** run: the functions of one body, and its part of the module's description. */
import type { Body } from "../../spec/program.ts";
import type { GradientSteps } from "../../spec/tree.ts";
import type { TensorShape } from "../../spec/types.ts";
import { isElementwise } from "../elementwise.ts";
import type { Half } from "../precision.ts";
import { MASTER } from "../precision.ts";
import type { BodyDescription, Place, StepDescription, Sums } from "./description.ts";
import { COMMON, Frame } from "./frame.ts";
import type { Functions } from "./functions.ts";
import type { Lists } from "./lists.ts";
import type { Precision } from "./lower.ts";
import { lower, SHORT_WEIGHT, TOTAL } from "./lower.ts";
import type { Scalar } from "./nodes.ts";
import { hasDivisions, passFunction } from "./pass.ts";
import { isFlat } from "./passes.ts";
import { RECIPROCALS } from "./quotient.ts";
import { writeScalarProgram } from "./scalar-program.ts";
import type { Shared } from "./scalar-step.ts";
import { scalarFunction, sumsCell } from "./scalar-step.ts";
import type { Step } from "./steps.ts";
import { scalarsIn, sequence } from "./steps.ts";
import { grainOf, PACKED, packFunction, unitOf, wholeFunction } from "./whole-step.ts";

/** What the bodies of a module have in common. */
export interface Surroundings {
  readonly gradient: GradientSteps;
  readonly functions: Functions;
  readonly lists: Lists;
  readonly hyper: readonly string[];
  /** A name for the next function that the host calls. */
  readonly nextName: () => string;
  /** What the function is called that works out the numbers which slots start from. */
  readonly startName: string;
}

const BLOCK = 1024;

/** Writes a body's functions into the module. */
export function writeBody(given: Body, precision: Precision, around: Surroundings): BodyDescription {
  const { functions, lists, hyper } = around;
  const body = precision.hasMaster ? { ...given, slots: [...given.slots, MASTER] } : given;
  const frame = new Frame(hyper);
  const lowered = lower(given, around.gradient, precision);
  const { steps, scratch } = sequence(lowered, new Set(body.slots.map(({ name }) => name)));
  const short = new Set([
    ...(precision.weight === undefined ? [] : [SHORT_WEIGHT]),
    ...(precision.gradient === undefined ? [] : ["grad"]),
  ]);
  const shared: Shared = { frame, functions, lists, handed: handedOn(steps, body), short };
  const places = placesOf(body, precision, scratch, frame);
  const writer = new StepWriter(shared, around.nextName, places);
  const described = steps.flatMap((step) => writer.write(step));
  const inits = body.slots.flatMap(({ name, init }) =>
    init === "weight" ? [] : [{ name: initCell(name), node: init }],
  );
  const starts = writeScalarProgram(
    around.startName,
    { kept: inits.map(({ name }) => name), lines: inits },
    shared,
  );
  const named = [...hyper, ...body.slots.flatMap(({ name, shape }) => (isNumber(shape) ? [name] : []))];
  const numbers = Object.fromEntries([...COMMON, ...named].map((name) => [name, frame.number(name)]));
  const slots = body.slots.map(({ name, shape, init }) => ({
    name,
    shape,
    ...(init === "weight" ? {} : { init: frame.number(initCell(name)) }),
  }));
  const isApart = isElementwise(given) && isPlain(places, writer.sums, described);
  const divides = steps.some((step) => step.does === "pass" && hasDivisions(step.pass));
  return {
    ...(isApart ? { elementwise: true } : {}),
    ...(divides ? { reciprocals: frame.flag(RECIPROCALS) } : {}),
    frame: frame.bytes,
    numbers,
    ...(starts ? { start: around.startName } : {}),
    slots,
    places: withShares(places, described),
    sums: writer.sums,
    steps: described,
  };
}

/** No total over all gradients, and no memory but that of weights, gradients and slots. */
const isPlain = (
  places: readonly Place[],
  sums: readonly Sums[],
  steps: readonly StepDescription[],
): boolean =>
  sums.length === 0 &&
  steps.every(({ does }) => does !== "total") &&
  places.every(({ role }) => role !== "scratch");

/** The cell that a slot starts from: no name of a rule. */
const initCell = (name: string): string => `=start ${name}`;

const isNumber = (shape: string): boolean => shape === "scalar" || shape === "shared";

/** Scalars that another step needs than the one that works them out. */
function handedOn(steps: readonly Step[], { slots }: Body): ReadonlySet<Scalar> {
  const madeIn = new Map<Scalar, Step>();
  for (const step of steps)
    if (step.does === "scalars") for (const one of step.scalars) madeIn.set(one, step);
  // A cell that is never written, here or by another parameter's update, can be read whenever it is needed.
  const changing = new Set([
    TOTAL,
    ...slots.flatMap(({ name, shape }) => (shape === "shared" ? [name] : [])),
    ...steps.flatMap((step) => (step.does === "scalars" ? [...step.cells.keys()] : [])),
  ]);
  const stays = (value: Scalar) => value.kind === "input" && !changing.has(value.cell);
  const handed = new Set<Scalar>();
  for (const step of steps) {
    for (const value of scalarsIn(step)) {
      if (value.kind !== "constant" && madeIn.get(value) !== step && !stays(value)) handed.add(value);
    }
  }
  return handed;
}

function placesOf(
  { slots }: Body,
  precision: Precision,
  scratch: ReadonlyMap<string, TensorShape>,
  frame: Frame,
): readonly Place[] {
  const at = (name: string) => frame.pointer(name);
  const weight = precision.weight === undefined ? "weight" : SHORT_WEIGHT;
  const typed = (type: Half | undefined) => (type === undefined ? {} : { type });
  const shapes = { like: "RxC", row: "Rx1", col: "1xC" } as const;
  return [
    { name: "grad", role: "gradient", shape: "RxC", ...typed(precision.gradient), at: at("grad") },
    { name: weight, role: "weight", shape: "RxC", ...typed(precision.weight), at: at(weight) },
    ...slots.flatMap(({ name, shape }): readonly Place[] =>
      shape === "scalar" || shape === "shared"
        ? []
        : [{ name, role: "slot", shape: shapes[shape], at: at(name) }],
    ),
    ...[...scratch].map(([name, shape]): Place => ({ name, role: "scratch", shape, at: at(name) })),
  ];
}

/** Which scratch places can have the same memory: the first to be free again serves the next of its shape. */
function withShares(places: readonly Place[], steps: readonly StepDescription[]): readonly Place[] {
  const used = places.map(() => ({ first: 0, last: -1 }));
  for (const [i, step] of steps.entries()) {
    if (step.does !== "pass") continue;
    for (const place of [...step.reads, ...step.writes]) {
      const range = used[place] as (typeof used)[number];
      if (range.last < 0) range.first = i;
      range.last = i;
    }
  }
  const shares: { readonly shape: TensorShape; until: number }[] = [];
  const numbers = new Map<number, number>();
  const order = [...places.keys()].filter((i) => places[i]?.role === "scratch");
  for (const i of order.toSorted((a, b) => (used[a]?.first ?? 0) - (used[b]?.first ?? 0))) {
    const { first, last } = used[i] as (typeof used)[number];
    const { shape } = places[i] as Place;
    const free = shares.findIndex((share) => share.shape === shape && share.until < first);
    const share = free < 0 ? shares.push({ shape, until: last }) - 1 : free;
    (shares[share] as (typeof shares)[number]).until = last;
    numbers.set(i, share);
  }
  return places.map((place, i) => {
    const share = numbers.get(i);
    return share === undefined ? place : { ...place, share };
  });
}

class StepWriter {
  readonly sums: Sums[] = [];
  readonly #shared: Shared;
  readonly #nextName: () => string;
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(shared: Shared, nextName: () => string, places: readonly Place[]) {
    this.#shared = shared;
    this.#nextName = nextName;
    this.#numbers = new Map(places.map(({ name }, i) => [name, i]));
  }

  write(step: Step): readonly StepDescription[] {
    const name = this.#nextName();
    const { functions } = this.#shared;
    const numbered = (names: Iterable<string>) =>
      [...new Set(names)].map((one) => this.#numbers.get(one) as number);
    if (step.does === "scalars") {
      functions.exported(name, scalarFunction(step, this.#shared));
      const { ending } = step;
      const scalars: StepDescription = {
        does: "scalars",
        function: name,
        ...(ending.kind === "stop" ? { stops: true } : {}),
      };
      return ending.kind === "total" ? [scalars, { does: "total", line: ending.line }] : [scalars];
    }
    if (step.does === "pack") {
      const { pack } = step;
      functions.exported(name, packFunction(pack, this.#shared));
      return [
        {
          does: "pass",
          function: name,
          over: "lines",
          shape: pack.shape,
          grain: PACKED,
          reads: numbered([pack.from]),
          writes: numbered(pack.to),
          sums: [],
        },
      ];
    }
    if (step.does === "whole") {
      const { whole } = step;
      functions.exported(name, wholeFunction(whole, this.#shared));
      return [
        {
          does: "pass",
          function: name,
          over: unitOf(whole.node),
          shape: whole.node.shape,
          grain: grainOf(whole.node),
          reads: numbered(whole.from),
          writes: numbered([whole.to, ...(whole.within ?? [])]),
          sums: [],
        },
      ];
    }
    const { pass } = step;
    functions.exported(name, passFunction(pass, this.#shared));
    const first = this.sums.length;
    for (const fold of pass.folds) {
      this.sums.push({ shape: pass.shape, at: this.#shared.frame.pointer(sumsCell(fold)) });
    }
    return [
      {
        does: "pass",
        function: name,
        over: isFlat(pass) ? "elements" : "lines",
        shape: pass.shape,
        grain: isFlat(pass) ? BLOCK : 1,
        reads: numbered(pass.reads.values()),
        writes: numbered(pass.writes.map(([place]) => place)),
        sums: pass.folds.map((_, i) => first + i),
      },
    ];
  }
}
