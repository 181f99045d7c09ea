/**
 * run: a block's values put in order: stages, in each of which tensors of one shape are worked out in one pass over their
 * elements, after which whole tensors are folded, multiplied and turned. A sum over a parameter ends a stage.
 */
import type { TensorShape } from "../../spec/types.ts";
import type { Block } from "./lower.ts";
import type { Kept, Scalar, Tensor } from "./nodes.ts";
import { isScalar } from "./nodes.ts";
import type { Fold, Pass } from "./passes.ts";
import { DEAR, withFlatFolds } from "./passes.ts";

export type Whole = Extract<Tensor, { kind: "whole" | "noise" }>;

/** Something done to whole tensors: where they are, and where the result goes. */
export interface Step {
  readonly node: Whole;
  readonly from: readonly string[];
  readonly to: string;
  /** Scratch places that it needs meanwhile. */
  readonly within?: readonly string[];
}

/** First scalars, then passes, then what is done to whole tensors. */
export interface Stage {
  readonly scalars: readonly Scalar[];
  readonly passes: readonly Pass[];
  readonly steps: readonly Step[];
}

export interface Plan {
  readonly stages: readonly Stage[];
  /** Scalars that are there only after the last stage. */
  readonly last: readonly Scalar[];
  /** Places for what passes hand on, each a shape's worth of memory; `name` is unique in the block. */
  readonly temporaries: ReadonlyMap<string, TensorShape>;
}

const CHEAP = 6;

const ones = (shape: TensorShape): number => shape.split("1").length;

/** Puts a block in order. `known`: scalars that earlier blocks have worked out. */
export function plan(block: Block, known: ReadonlySet<Scalar>): Plan {
  const places = new Map([...block.places.keys()].map((place) => [place, 0]));
  for (;;) {
    const planner = new Planner(block, known, places);
    const later = planner.run();
    if (later === undefined) return planner.finished();
    places.set(...later);
  }
}

interface Draft {
  readonly nodes: Map<number, Tensor>;
  readonly reads: Map<Tensor, string>;
  readonly writes: Map<string, Tensor>;
  readonly folds: Set<Fold>;
}

class Planner {
  readonly #block: Block;
  readonly #known: ReadonlySet<Scalar>;
  /** At which stage each place is written. */
  readonly #writtenAt: ReadonlyMap<string, number>;
  readonly #stages = new Map<Kept, number>();
  readonly #costs = new Map<Tensor, number>();
  readonly #drafts = new Map<number, Map<TensorShape, Draft>>();
  readonly #steps: (readonly [stage: number, step: Step])[] = [];
  readonly #temporaries = new Map<string, TensorShape>();
  readonly #held = new Map<Tensor, string>();
  /** The last stage that reads a place as it was. */
  readonly #lastRead = new Map<string, number>();
  readonly #scalars = new Set<Scalar>();
  /** Values that a place takes in the stage that they are worked out in. */
  readonly #homes: ReadonlyMap<Tensor, string>;

  constructor(block: Block, known: ReadonlySet<Scalar>, writtenAt: ReadonlyMap<string, number>) {
    this.#block = block;
    this.#known = known;
    this.#writtenAt = new Map(
      [...block.places].map(([place, value]) => [
        place,
        Math.max(writtenAt.get(place) ?? 0, this.#stage(value)),
      ]),
    );
    this.#homes = new Map(
      [...block.places].flatMap(([place, value]) =>
        value.kind === "each" && this.#writtenAt.get(place) === this.#stage(value)
          ? [[value, place] as const]
          : [],
      ),
    );
  }

  /** Plans; a place that would be written too early comes back with the stage that it may be written at. */
  run(): [place: string, stage: number] | undefined {
    const { ending, cells, kept, places } = this.#block;
    for (const [place, value] of places) {
      const stage = this.#writtenAt.get(place) as number;
      this.#use(value, stage, value.shape);
      this.#draft(stage, value.shape).writes.set(place, value);
    }
    for (const value of [...cells.values(), ...kept]) this.#need(value);
    if (ending.kind === "stop") this.#need(ending.condition);
    if (ending.kind === "total") this.#need(ending.value);
    for (const [place, stage] of this.#lastRead) {
      const written = this.#writtenAt.get(place);
      if (written !== undefined && written < stage) return [place, stage];
    }
    return undefined;
  }

  finished(): Plan {
    const scalars = [...this.#scalars].toSorted((a, b) => a.id - b.id);
    const last = Math.max(-1, ...this.#drafts.keys(), ...this.#steps.map(([stage]) => stage));
    const scalarsAt = grouped(scalars, (one) => this.#stage(one));
    const stepsAt = grouped(this.#steps, ([stage]) => stage);
    const stages = Array.from({ length: last + 1 }, (_, stage): Stage => {
      const drafts = [...(this.#drafts.get(stage) ?? [])].toSorted(([a], [b]) => ones(b) - ones(a));
      return {
        scalars: scalarsAt.get(stage) ?? [],
        passes: drafts.flatMap(([shape, draft]) => this.#passes(shape, draft)),
        steps: (stepsAt.get(stage) ?? []).map(([, step]) => step),
      };
    });
    const rest = scalars.filter((one) => this.#stage(one) > last);
    return { stages, last: rest, temporaries: this.#temporaries };
  }

  #passes(shape: TensorShape, { nodes, reads, writes, folds }: Draft): readonly Pass[] {
    const ordered = [...nodes.values()].toSorted((a, b) => a.id - b.id);
    const pass: Pass = { shape, nodes: ordered, reads, writes: [...writes], folds: [...folds] };
    return withFlatFolds(pass, (value) => this.#temporary(value));
  }

  #stage(value: Kept): number {
    const known = this.#stages.get(value);
    if (known !== undefined) return known;
    const stage = this.#stageOf(value);
    this.#stages.set(value, stage);
    return stage;
  }

  #stageOf(value: Kept): number {
    if (isScalar(value) && this.#known.has(value)) return 0;
    const most = (values: readonly Kept[]) =>
      values.reduce((high, one) => Math.max(high, this.#stage(one)), 0);
    switch (value.kind) {
      case "constant":
      case "input":
      case "load":
        return 0;
      case "scalar":
      case "each":
        return most(value.operands);
      case "lookup":
      case "splat":
        return this.#stage(value.operand);
      case "fold":
        return this.#stage(value.operand) + 1;
      case "whole":
      case "noise":
        return most(value.operands) + 1;
      default:
        return value satisfies never;
    }
  }

  #cost(value: Tensor): number {
    if (value.kind !== "each")
      return value.kind === "load" || value.kind === "splat" ? 0 : Number.POSITIVE_INFINITY;
    const known = this.#costs.get(value);
    if (known !== undefined) return known;
    const own = DEAR.has(value.name) ? Number.POSITIVE_INFINITY : 1;
    const cost = value.operands.reduce((sum, operand) => sum + this.#cost(operand), own);
    this.#costs.set(value, cost);
    return cost;
  }

  #draft(stage: number, shape: TensorShape): Draft {
    const atStage = this.#drafts.get(stage) ?? new Map<TensorShape, Draft>();
    this.#drafts.set(stage, atStage);
    const draft = atStage.get(shape) ?? {
      nodes: new Map(),
      reads: new Map(),
      writes: new Map(),
      folds: new Set(),
    };
    atStage.set(shape, draft);
    return draft;
  }

  /** A scalar, and all that it takes. */
  #need(value: Scalar): void {
    if (this.#known.has(value) || this.#scalars.has(value)) return;
    if (value.kind !== "constant") this.#scalars.add(value);
    if (value.kind === "scalar") for (const operand of value.operands) this.#need(operand);
    else if (value.kind === "lookup") this.#need(value.operand);
    else if (value.kind === "fold") {
      const { operand } = value;
      const stage = this.#stage(operand);
      this.#use(operand, stage, operand.shape);
      this.#draft(stage, operand.shape).folds.add(value);
    }
  }

  /** A tensor's elements in a pass. */
  #use(value: Tensor, stage: number, shape: TensorShape): void {
    const { nodes, reads } = this.#draft(stage, shape);
    if (nodes.has(value.id)) return;
    nodes.set(value.id, value);
    if (value.kind === "load") {
      reads.set(value, value.place);
      this.#readUntil(value.place, value.shape === shape ? stage : stage + 1);
      return;
    }
    if (value.kind === "splat") {
      this.#need(value.operand);
      return;
    }
    const here = value.kind === "each" && value.shape === shape;
    const cheap = !this.#homes.has(value) && this.#cost(value) <= CHEAP;
    if (here && (stage === this.#stage(value) || cheap)) {
      for (const operand of value.operands) this.#use(operand, stage, shape);
    } else reads.set(value, this.#place(value));
  }

  #readUntil(place: string, stage: number): void {
    this.#lastRead.set(place, Math.max(stage, this.#lastRead.get(place) ?? 0));
  }

  #temporary(value: Tensor): string {
    const name = `temporary ${value.id}`;
    this.#temporaries.set(name, value.shape);
    return name;
  }

  /** Where a value can be read once it has been worked out. */
  #place(value: Tensor): string {
    const held = this.#held.get(value);
    if (held !== undefined) return held;
    const place = this.#homes.get(value) ?? this.#temporary(value);
    this.#held.set(value, place);
    if (value.kind === "whole") {
      const stage = this.#stage(value) - 1;
      const from = value.operands.map((operand) => {
        if (operand.kind !== "load") return this.#place(operand);
        this.#readUntil(operand.place, stage + 1);
        return operand.place;
      });
      this.#steps.push([stage, { node: value, from, to: place }]);
    } else if (value.kind === "noise") {
      for (const operand of value.operands) this.#need(operand);
      this.#steps.push([this.#stage(value) - 1, { node: value, from: [], to: place }]);
    } else {
      const stage = this.#stage(value);
      this.#use(value, stage, value.shape);
      this.#draft(stage, value.shape).writes.set(place, value);
    }
    return place;
  }
}

/** Items by stage, in their order. */
function grouped<T>(items: readonly T[], stageOf: (item: T) => number): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(stageOf(item)) ?? [];
    groups.set(stageOf(item), group);
    group.push(item);
  }
  return groups;
}
