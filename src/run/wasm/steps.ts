/** run: a body as one list of steps, each of which becomes a function of the module. */

import type { TensorShape } from "../../spec/types.ts";
import { shapeOf, sidesOf } from "../../spec/types.ts";
import type { Ending, Lowered } from "./lower.ts";
import type { Scalar, Tensor } from "./nodes.ts";
import type { Pass } from "./passes.ts";
import type { Step as WholeStep } from "./plan.ts";
import { plan } from "./plan.ts";

/** Scalars worked out in order; then those that cells of slots take; then how the block ends, if it ends here. */
export interface ScalarStep {
  readonly does: "scalars";
  readonly scalars: readonly Scalar[];
  readonly cells: ReadonlyMap<string, Scalar>;
  readonly ending: Ending;
}

export type Step =
  | ScalarStep
  | { readonly does: "pass"; readonly pass: Pass }
  | { readonly does: "pack"; readonly pack: Pack }
  | { readonly does: "whole"; readonly whole: WholeStep };

/** Rows or columns made ready for a product. */
export interface Pack {
  readonly from: string;
  /** Each has one half of the numbers, in binary64. */
  readonly to: readonly [low: string, high: string];
  /** Of what is written: its rows are the lines. */
  readonly shape: TensorShape;
  readonly along: "row" | "col";
}

export interface Sequence {
  readonly steps: readonly Step[];
  /** Tensors beside those of the parameter, its gradient and its slots. */
  readonly scratch: ReadonlyMap<string, TensorShape>;
}

const GOES_ON: Ending = Object.freeze({ kind: "end" });

/** The steps of all blocks, in order. */
export function sequence({ blocks, shapes }: Lowered, slots: ReadonlySet<string>): Sequence {
  const steps: Step[] = [];
  const known = new Set<Scalar>();
  const scratch = new Map([...shapes].filter(([place]) => place.startsWith("local ") && !slots.has(place)));
  const add = (scalars: readonly Scalar[], cells: ReadonlyMap<string, Scalar>, ending: Ending): void => {
    for (const scalar of scalars) known.add(scalar);
    if (scalars.length + cells.size === 0 && ending.kind === "end") return;
    steps.push({ does: "scalars", scalars, cells, ending });
  };
  for (const block of blocks) {
    const { stages, last, temporaries } = plan(block, known);
    for (const [place, shape] of temporaries) scratch.set(place, shape);
    for (const stage of stages) {
      add(stage.scalars, new Map(), GOES_ON);
      for (const pass of stage.passes) steps.push({ does: "pass", pass });
      for (const whole of stage.steps) {
        const packs = packsFor(whole);
        for (const { to, shape } of packs) for (const place of to) scratch.set(place, shape);
        for (const pack of packs) steps.push({ does: "pack", pack });
        const from = [...whole.from, ...packs.flatMap(({ to }) => to)];
        const within = lanesFor(whole);
        for (const place of within) scratch.set(place, whole.node.shape);
        steps.push({ does: "whole", whole: { ...whole, from, within } });
      }
    }
    add(last, block.cells, block.ending);
  }
  return { steps, scratch };
}

/** What comes before a matrix product: its left rows and its right columns. */
function packsFor({ node, from }: WholeStep): readonly Pack[] {
  if (node.kind === "noise" || node.operands.length < 2) return [];
  const [left, right] = node.operands.map(({ shape }) => sidesOf(shape)) as [Sides, Sides];
  const places = (name: string) =>
    [`packed ${name} ${node.id} low`, `packed ${name} ${node.id} high`] as const;
  const [a, b] = from as [string, string];
  return [
    { from: a, to: places("rows"), shape: shapeOf(...left), along: "row" },
    { from: b, to: places("columns"), shape: shapeOf(right[1], right[0]), along: "col" },
  ];
}

/** Lanes and totals of sums of columns. */
const LANES = ["0", "1", "2", "3", "total"].flatMap((lane) => [`${lane} low`, `${lane} high`]);

function lanesFor({ node }: WholeStep): readonly string[] {
  if (node.kind === "noise" || node.operation.kind !== "reduction") return [];
  const { along, fold } = node.operation;
  return along === "col" && fold === "sum" ? LANES.map((lane) => `lane ${lane} of ${node.id}`) : [];
}

type Sides = ReturnType<typeof sidesOf>;

/** The scalars that a step takes from others, or gives to itself. */
export function scalarsIn(step: Step): readonly Scalar[] {
  if (step.does === "pass") return step.pass.nodes.flatMap(splatOf);
  if (step.does === "pack") return [];
  if (step.does === "whole") return step.whole.node.kind === "noise" ? step.whole.node.operands : [];
  const { scalars, cells, ending } = step;
  const last = ending.kind === "stop" ? [ending.condition] : ending.kind === "total" ? [ending.value] : [];
  return [...scalars.flatMap((one) => operandsOf(one)), ...cells.values(), ...last];
}

const splatOf = (value: Tensor): readonly Scalar[] => (value.kind === "splat" ? [value.operand] : []);

function operandsOf(value: Scalar): readonly Scalar[] {
  if (value.kind === "scalar") return value.operands;
  return value.kind === "lookup" ? [value.operand] : [];
}
