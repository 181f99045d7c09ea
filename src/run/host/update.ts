/** run: an update under way in a module: the steps of a body, one after the other. */
import type { Changing, Due, Work } from "../engine.ts";
import type { Range } from "../rows.ts";
import type { Hands, Job } from "../threads/hands.ts";
import type { Summand, UnderWay, Waiting } from "../update.ts";
import { TOTAL } from "../wasm/lower.ts";
import type { Ready, Resident, Way } from "./resident.ts";

/** Updates that are made as one: of neighbours in a pack, of which everything but the elements is the same. */
export interface Run {
  readonly resident: Resident;
  readonly scalars: Changing;
  readonly way: Way;
  /** Elements of the pack. */
  readonly from: number;
  to: number;
  /** Of those elements the ones that change; absent: all. */
  readonly ranges?: readonly Range[];
}

/** What this engine's `hold` has given back. */
export const residentOf = ({ held }: Due): Resident => held as Resident;

const sameScalars = (a: Changing, b: Changing): boolean =>
  a === b || a.every(([, value], i) => Object.is(value, b[i]?.[1]));

/** Those that begin where the one before ends are one with it. */
function joined(runs: readonly Run[]): readonly Run[] {
  const out: Run[] = [];
  let last: Run | undefined;
  for (const run of runs) {
    const { way, scalars, from, to, ranges } = run;
    const isNext = last?.way === way && last.to === from && (last.ranges ?? ranges) === undefined;
    if (last !== undefined && isNext && sameScalars(last.scalars, scalars)) last.to = to;
    else {
      last = { ...run };
      out.push(last);
    }
  }
  return out;
}

/** The runs of a step. Updates that see nothing of each other come in the order of memory, which lets neighbours join. */
export function runsOf(updates: readonly Due[]): readonly Run[] {
  const [alone, packed]: [Run[], Run[]] = [[], []];
  for (const due of updates) {
    const resident = residentOf(due);
    const { from, weight, settled } = resident;
    const { wide, short } = settled;
    const way = short !== undefined && due.gradient instanceof Uint16Array ? short : wide;
    const ranges = due.ranges?.map((range) => ({ from: range.from + from, to: range.to + from }));
    const whole = { resident, scalars: due.scalars, way, from, to: from + weight.length };
    const run = ranges === undefined ? whole : { ...whole, ranges };
    (settled.pack.isElementwise ? packed : alone).push(run);
  }
  const inOrder = joined(packed).toSorted(
    ({ resident: { settled: a }, from }, { resident: { settled: b }, from: other }) =>
      a.site.memory - b.site.memory || a.site.frame - b.site.frame || from - other,
  );
  return [...joined(inOrder), ...alone];
}

/** A run's update, which leaves its passes to whoever drives it. */
export class WasmUpdate implements UnderWay {
  readonly #run: Run;
  readonly #shared: Map<string, number>;
  readonly #hands: Hands;
  #step = 0;

  constructor(run: Run, shared: Map<string, number>, hands: Hands, byReciprocals: boolean) {
    this.#run = run;
    this.#shared = shared;
    this.#hands = hands;
    const { cells, gradientAt } = run.resident.settled;
    cells.setUint32(gradientAt, run.way.gradient, true);
    if (run.way.reciprocals !== undefined) cells.setUint32(run.way.reciprocals, Number(byReciprocals), true);
    for (const [name, value] of run.scalars) this.#set(name, value);
    for (const [name, value] of run.resident.slots) if (typeof value === "number") this.#set(name, value);
  }

  #set(name: string, value: number): void {
    const { cells, numbers } = this.#run.resident.settled;
    const at = numbers.get(name);
    if (at !== undefined) cells.setFloat64(at, value, true);
  }

  #get(name: string): number {
    const { cells, numbers } = this.#run.resident.settled;
    return cells.getFloat64(numbers.get(name) as number, true);
  }

  *advance(): Generator<Work, Summand | undefined, void> {
    const { resident, way } = this.#run;
    const { steps } = way;
    const { site } = resident.settled;
    for (const [name, value] of this.#shared) this.#set(name, value);
    for (; this.#step < steps.length; this.#step++) {
      const step = steps[this.#step] as Ready;
      if (step.does === "total") {
        this.#keep();
        return { at: { line: step.line, name: TOTAL }, value: this.#get(TOTAL) };
      }
      if (step.does === "pass") yield* this.#pass(step);
      else if (step.call(site.frame) === 1) break;
    }
    this.#step = steps.length;
    this.#keep();
    return undefined;
  }

  *#pass({ call, function: number, count, weight, grain }: Extract<Ready, { does: "pass" }>) {
    const { from, to, ranges, resident } = this.#run;
    const { pack, site } = resident.settled;
    const { memory, frame } = site;
    const some = ranges ?? [pack.isElementwise ? { from, to } : { from: 0, to: count }];
    const jobs = some.flatMap((range): readonly Job[] =>
      range.from === range.to
        ? []
        : [{ call, function: number, memory, frame, weight, grain, from: range.from, to: range.to }],
    );
    yield {
      now: () => {
        for (const job of jobs) this.#hands.now(job);
      },
      later: async () => {
        for (const job of jobs) await this.#hands.later(job);
      },
    };
  }

  take(_: Waiting, sum: number): void {
    this.#set(TOTAL, sum);
    this.#step += 1;
  }

  /** Scalars of the parameter and of all, as the module has left them. */
  #keep(): void {
    const { resident } = this.#run;
    for (const { name, shape } of resident.settled.pack.body.slots) {
      if (shape === "scalar") resident.slots.set(name, this.#get(name));
      else if (shape === "shared") this.#shared.set(name, this.#get(name));
    }
  }
}
