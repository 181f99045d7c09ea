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
  readonly way: Way;
  /** The first of its updates among those of the step. */
  readonly first: number;
  /** Elements of the pack. */
  readonly from: number;
  readonly to: number;
  /** Of those elements the ones that change; absent: all. */
  readonly ranges?: readonly Range[];
}

/** What this engine's `hold` has given back. */
export const residentOf = ({ held }: Due): Resident => held as Resident;

const NOT_BEGUN = -1;

/** What has to be done before a step of a body is over, if others can do it. */
type Doing = Exclude<Ready, { does: "pass" }> | { readonly does: "pass"; readonly work: Work };

/** A run's update, which leaves its passes to whoever drives it. It can be begun again when it has come to its end. */
export class WasmUpdate implements UnderWay {
  readonly #run: Run;
  readonly #steps: readonly Doing[];
  #scalars: Changing = [];
  #shared: Map<string, number> = new Map();
  #byReciprocals = false;
  #step = NOT_BEGUN;

  constructor(run: Run, hands: Hands) {
    this.#run = run;
    this.#steps = run.way.steps.map((step) =>
      step.does === "pass" ? { does: "pass", work: workOf(run, step, hands) } : step,
    );
  }

  /** The first of its updates among those of the step. */
  get first(): number {
    return this.#run.first;
  }

  /** Puts it back to its beginning, with what it is to begin with. */
  renew(scalars: Changing, shared: Map<string, number>, byReciprocals: boolean): void {
    this.#scalars = scalars;
    this.#shared = shared;
    this.#byReciprocals = byReciprocals;
    this.#step = NOT_BEGUN;
  }

  /** Fills the frame, which other updates of the pack have used before it. */
  #begin(): void {
    const { resident, way } = this.#run;
    const { cells, gradientAt } = resident.settled;
    cells.setUint32(gradientAt, way.gradient, true);
    if (way.reciprocals !== undefined) cells.setUint32(way.reciprocals, Number(this.#byReciprocals), true);
    for (const [name, value] of this.#scalars) this.#set(name, value);
    for (const [name, value] of resident.slots) if (typeof value === "number") this.#set(name, value);
    this.#takeShared();
    this.#step = 0;
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

  advance(): Work | Summand | undefined {
    if (this.#step === NOT_BEGUN) this.#begin();
    const steps = this.#steps;
    const { frame } = this.#run.resident.settled.site;
    for (; this.#step < steps.length; this.#step++) {
      const step = steps[this.#step] as Doing;
      if (step.does === "total") {
        this.#keep();
        return { at: { line: step.line, name: TOTAL }, value: this.#get(TOTAL) };
      }
      if (step.does === "pass") {
        this.#step += 1;
        return step.work;
      }
      if (step.call(frame) === 1) break;
    }
    this.#step = steps.length;
    this.#keep();
    return undefined;
  }

  take(_: Waiting, sum: number): void {
    this.#set(TOTAL, sum);
    this.#takeShared();
    this.#step += 1;
  }

  /** Scalars of all parameters, as other updates have left them. */
  #takeShared(): void {
    for (const [name, value] of this.#shared) this.#set(name, value);
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

/** A pass over a run's ranges. */
function workOf(
  { from, to, ranges, resident }: Run,
  { call, function: number, count, weight, grain }: Extract<Ready, { does: "pass" }>,
  hands: Hands,
): Work {
  const { pack, site } = resident.settled;
  const { memory, frame } = site;
  const some = ranges ?? [pack.isElementwise ? { from, to } : { from: 0, to: count }];
  const jobs = some.flatMap((range): readonly Job[] =>
    range.from === range.to
      ? []
      : [{ call, function: number, memory, frame, weight, grain, from: range.from, to: range.to }],
  );
  return {
    now: () => {
      for (const job of jobs) hands.now(job);
    },
    later: async () => {
      for (const job of jobs) await hands.later(job);
    },
  };
}
