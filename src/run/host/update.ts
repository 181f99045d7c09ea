/** run: an update under way in a module: the steps of a body, one after the other. */
import type { Due, Work } from "../engine.ts";
import type { Hands, Job } from "../threads/hands.ts";
import type { Summand, UnderWay, Waiting } from "../update.ts";
import { TOTAL } from "../wasm/lower.ts";
import type { Ready, Resident } from "./resident.ts";

/** Updates that are made as one: of neighbours in a pack, of which everything but the elements is the same. */
export interface Run {
  readonly due: Due;
  readonly resident: Resident;
  /** Elements of the pack. */
  readonly from: number;
  readonly to: number;
}

const sameScalars = (a: Due["scalars"], b: Due["scalars"]): boolean =>
  a.every(([, value], i) => Object.is(value, b[i]?.[1]));

/** The runs of a step. Updates that see nothing of each other come in the order of memory, which lets neighbours join. */
export function runsOf(updates: readonly Due[], residentOf: (due: Due) => Resident): readonly Run[] {
  const single = updates.map((due): Run => {
    const resident = residentOf(due);
    return { due, resident, from: resident.from, to: resident.from + resident.weight.length };
  });
  const [alone, packed]: [Run[], Run[]] = [[], []];
  for (const run of single) (run.resident.settled.pack.isElementwise ? packed : alone).push(run);
  packed.sort(
    ({ resident: a }, { resident: b }) =>
      a.settled.site.memory - b.settled.site.memory ||
      a.settled.site.frame - b.settled.site.frame ||
      a.from - b.from,
  );
  const joined: Run[] = [];
  for (const run of packed) {
    const last = joined.at(-1);
    const joins =
      last?.resident.settled === run.resident.settled &&
      last.to === run.from &&
      sameScalars(last.due.scalars, run.due.scalars);
    if (joins) joined[joined.length - 1] = { ...last, to: run.to };
    else joined.push(run);
  }
  return [...joined, ...alone];
}

/** A run's update, which leaves its passes to whoever drives it. */
export class WasmUpdate implements UnderWay {
  readonly #run: Run;
  readonly #shared: Map<string, number>;
  readonly #hands: Hands;
  #step = 0;

  constructor(run: Run, shared: Map<string, number>, hands: Hands) {
    this.#run = run;
    this.#shared = shared;
    this.#hands = hands;
    const { scalars, slots } = run.due;
    for (const [name, value] of scalars) this.#set(name, value);
    for (const [name, value] of slots) if (typeof value === "number") this.#set(name, value);
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
    const { steps, site } = this.#run.resident.settled;
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
    const { from, to, resident } = this.#run;
    const { pack, site } = resident.settled;
    const range = pack.isElementwise ? { from, to } : { from: 0, to: count };
    if (range.from === range.to) return;
    const { memory, frame } = site;
    const job: Job = { call, function: number, memory, frame, weight, grain, ...range };
    yield { now: () => this.#hands.now(job), later: () => this.#hands.later(job) };
  }

  take(_: Waiting, sum: number): void {
    this.#set(TOTAL, sum);
    this.#step += 1;
  }

  /** Scalars of the parameter and of all, as the module has left them. */
  #keep(): void {
    const { due, resident } = this.#run;
    for (const { name, shape } of resident.settled.pack.body.slots) {
      if (shape === "scalar") due.slots.set(name, this.#get(name));
      else if (shape === "shared") this.#shared.set(name, this.#get(name));
    }
  }
}
