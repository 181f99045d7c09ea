/** run: the calling thread and its helpers, which are started once and wait between passes. */
import { RunError } from "../errors.ts";
import type { Hands, Job } from "./hands.ts";
import { OneHand, unitsOf } from "./hands.ts";
import type { Helper, Spawn } from "./spawn.ts";
import type { Task } from "./task.ts";
import { AT, controlFor, deal, open, STOP, share, shut } from "./team.ts";

/** What helpers are told, but for what is each one's own. */
export type Shared = Pick<Task, "module" | "memories" | "names">;

/** How patient a crew is. */
export interface Manners {
  /** Elements that one thread has done before another is awake. */
  readonly alone: number;
  /** Milliseconds after which a helper that holds a range is given up. */
  readonly patience: number;
}

const MANNERS: Manners = Object.freeze({ alone: 2 ** 15, patience: 20_000 });
/** Elements of a range: some of them for each thread, so that who is held up leaves little behind. */
const MOST_CHUNK = 2 ** 16;
const CHUNKS_EACH = 4;
const SPIN = 0.05;

/** Hands that share integers, as `team` has it. Helpers start with the first job that is worth it. */
export class Crew implements Hands {
  readonly #shared: Shared;
  readonly #threads: number;
  readonly #spawn: Spawn;
  readonly #manners: Manners;
  readonly #control: Int32Array;
  /** By their numbers, from 1. */
  readonly #helpers = new Map<number, Helper>();
  readonly #alone = new OneHand();
  #missing = 0;
  #reason: string | undefined;
  #isBroken = false;
  #tell = () => {};

  /** `threads` work at once: the caller and its helpers, or helpers alone where the caller does not wait. */
  constructor(shared: Shared, threads: number, spawn: Spawn, manners = MANNERS) {
    this.#shared = shared;
    this.#threads = threads;
    this.#spawn = spawn;
    this.#manners = manners;
    this.#control = controlFor(threads);
  }

  #grow(count: number): void {
    for (let self = 1; self <= count; self++) {
      if (this.#helpers.has(self)) continue;
      const task = { ...this.#shared, control: this.#control, self, threads: this.#threads };
      const helper = this.#spawn(task, () => this.#tell());
      this.#helpers.set(self, helper);
      void helper.ended.then((reason) => this.#lose(self, reason));
    }
  }

  #lose(self: number, reason: string | undefined): void {
    if (!this.#helpers.delete(self)) return;
    this.#missing += 1;
    this.#reason = reason;
  }

  refuseMissing(): void {
    if (this.#isBroken) throw this.#broken();
    if (this.#missing === 0) return;
    const count = this.#missing;
    this.#missing = 0;
    const said = this.#reason === undefined ? "" : `: ${this.#reason}`;
    throw new RunError({
      code: "thread",
      message: `${count === 1 ? "a thread has" : `${count} threads have`} ended since the last step${said}`,
      hint: "nothing has been changed; the next step starts others",
    });
  }

  now(job: Job): void {
    const elements = (job.to - job.from) * job.weight;
    if (elements <= this.#manners.alone) {
      this.#alone.now(job);
      return;
    }
    this.#grow(this.#threads - 1);
    const control = this.#control;
    this.#write(job, false);
    open(control);
    share(control, 0, this.#threads, job.call);
    shut(control);
    this.#wait();
  }

  async later(job: Job): Promise<void> {
    if ((job.to - job.from) * job.weight <= this.#manners.alone) return this.#alone.later(job);
    this.#grow(this.#threads);
    const control = this.#control;
    this.#write(job, true);
    const helpers = [...this.#helpers.values()];
    for (const helper of helpers) helper.hold(true);
    const told = new Promise<void>((resolve) => {
      this.#tell = resolve;
    });
    open(control);
    await Promise.race([told, ...helpers.map(({ ended }) => ended)]);
    for (const helper of helpers) helper.hold(false);
    // What is left, if one has ended.
    share(control, 0, this.#threads, job.call);
    shut(control);
    this.#wait();
  }

  #write({ memory, function: number, frame, from, to, weight, grain }: Job, isAsked: boolean): void {
    const control = this.#control;
    const even = ((to - from) * weight) / (this.#threads * CHUNKS_EACH);
    const chunk = unitsOf(Math.min(even, MOST_CHUNK), weight, grain);
    control[AT.memory] = memory;
    control[AT.function] = number;
    control[AT.frame] = frame;
    control[AT.from] = from;
    control[AT.to] = to;
    control[AT.chunk] = chunk;
    control[AT.asks] = Number(isAsked);
    deal(control, Math.ceil((to - from) / chunk), this.#threads);
  }

  /** Until no helper has a range left. */
  #wait(): void {
    const control = this.#control;
    const start = performance.now();
    for (;;) {
      const inside = Atomics.load(control, AT.inside);
      if (inside === 0) return;
      const spent = performance.now() - start;
      if (spent > this.#manners.patience) throw this.#broken();
      if (spent > SPIN) sleep(control, inside);
    }
  }

  #broken(): RunError {
    this.#isBroken = true;
    return new RunError({
      code: "thread",
      message: "a thread stopped in the middle of a step, and the weights are part old, part new",
      hint: "attach a new optimizer to the weights and the state of an earlier step",
    });
  }

  async close(): Promise<void> {
    const helpers = [...this.#helpers.values()];
    this.#helpers.clear();
    Atomics.store(this.#control, AT.gate, STOP);
    Atomics.notify(this.#control, AT.gate);
    for (const helper of helpers) helper.end();
    await Promise.all(helpers.map(({ ended }) => ended));
  }
}

/** A browser's main thread may not sleep; it goes on looking. */
function sleep(control: Int32Array, inside: number): void {
  try {
    Atomics.wait(control, AT.inside, inside, 1);
  } catch {
    // See above.
  }
}
