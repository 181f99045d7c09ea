/** run: what the updates of a step come to in a module's memories. Worked out once, it is good for all steps that ask for the same. */
import type { Changing, Due } from "../engine.ts";
import type { Numbers } from "../precision.ts";
import { widened } from "../precision.ts";
import type { Range } from "../rows.ts";
import { scatter } from "../rows.ts";
import type { Hands } from "../threads/hands.ts";
import type { UnderWay } from "../update.ts";
import type { Resident } from "./resident.ts";
import type { Run } from "./update.ts";
import { residentOf, WasmUpdate } from "./update.ts";

/** Updates that were asked for, and their runs. */
export class Plan {
  readonly #updates: readonly Due[];
  /** Of each update the first with the same scalars: runs have been joined by that. */
  readonly #like: readonly number[];
  readonly #foreign: readonly Foreign[];
  readonly #runs: readonly WasmUpdate[];

  /** `memories`: those of the module, which updates write to; `hands`: who works on passes. */
  constructor(
    updates: readonly Due[],
    scalars: readonly Changing[],
    memories: ReadonlySet<ArrayBufferLike>,
    hands: Hands,
  ) {
    this.#updates = updates;
    const firsts = new Map<Changing, number>();
    this.#like = scalars.map((one, i) => {
      const first = firsts.get(one) ?? i;
      firsts.set(one, first);
      return first;
    });
    this.#foreign = updates.flatMap((due) => foreign(due, memories));
    this.#runs = runsOf(updates, this.#like).map((run) => new WasmUpdate(run, hands));
  }

  serves(updates: readonly Due[], scalars: readonly Changing[]): boolean {
    return updates === this.#updates && this.#like.every((first, i) => scalars[i] === scalars[first]);
  }

  /** Whether all gradients stand where updates read them. */
  get takesNothing(): boolean {
    return this.#foreign.length === 0;
  }

  /** All gradients in their places, before any update may change what they share memory with. */
  takeGradients(): void {
    const apart = this.#foreign.map(({ given, isInside }) => (isInside ? given.slice() : given));
    for (const [i, { resident, ranges }] of this.#foreign.entries()) {
      const { gradient, shortGradient, bound } = resident;
      const given = apart[i] as Numbers;
      if (given instanceof Uint16Array && shortGradient !== undefined) scatter(shortGradient, ranges, given);
      else scatter(gradient, ranges, widened(given, bound.half));
    }
  }

  /** The updates to be run, at their beginning. */
  begin(
    scalars: readonly Changing[],
    shared: Map<string, number>,
    byReciprocals: boolean,
  ): readonly UnderWay[] {
    for (const update of this.#runs) update.renew(scalars[update.first] as Changing, shared, byReciprocals);
    return this.#runs;
  }
}

/** A gradient that stands elsewhere than updates read it. */
interface Foreign {
  readonly resident: Resident;
  readonly given: Numbers;
  readonly ranges: readonly Range[];
  /** In another place of the same memories, which may be written before it is read. */
  readonly isInside: boolean;
}

function foreign(due: Due, memories: ReadonlySet<ArrayBufferLike>): readonly Foreign[] {
  const resident = residentOf(due);
  const { gradient: given, ranges = [{ from: 0, to: resident.gradient.length }] } = due;
  if (resident.gradients.includes(given)) return [];
  return [{ resident, given, ranges, isInside: memories.has(given.buffer) }];
}

/** Those that begin where the one before ends are one with it. */
function joined(runs: readonly Run[], like: readonly number[]): readonly Run[] {
  const out: Run[] = [];
  for (const run of runs) {
    const last = out.at(-1);
    const isNext =
      last?.way === run.way &&
      last.to === run.from &&
      (last.ranges ?? run.ranges) === undefined &&
      like[last.first] === like[run.first];
    if (isNext) out[out.length - 1] = { ...last, to: run.to };
    else out.push(run);
  }
  return out;
}

/** The runs of a step. Updates that see nothing of each other come in the order of memory, which lets neighbours join. */
function runsOf(updates: readonly Due[], like: readonly number[]): readonly Run[] {
  const [alone, packed]: [Run[], Run[]] = [[], []];
  for (const [first, due] of updates.entries()) {
    const resident = residentOf(due);
    const { from, weight, settled } = resident;
    const { wide, short } = settled;
    const way = short !== undefined && due.gradient instanceof Uint16Array ? short : wide;
    const ranges = due.ranges?.map((range) => ({ from: range.from + from, to: range.to + from }));
    const whole = { resident, way, first, from, to: from + weight.length };
    const run = ranges === undefined ? whole : { ...whole, ranges };
    (settled.pack.isElementwise ? packed : alone).push(run);
  }
  const inOrder = packed.toSorted(
    ({ resident: { settled: a }, from }, { resident: { settled: b }, from: other }) =>
      a.site.memory - b.site.memory || a.site.frame - b.site.frame || from - other,
  );
  return [...joined(inOrder, like), ...alone];
}
