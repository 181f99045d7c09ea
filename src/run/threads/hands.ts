/** run: who works on the ranges of a pass. */
import type { Ranged } from "./team.ts";

/** A pass over a range of one module's memory. */
export interface Job {
  readonly call: Ranged;
  /** Of the memory, and of the function, as helpers know them. */
  readonly memory: number;
  readonly function: number;
  readonly frame: number;
  readonly from: number;
  readonly to: number;
  /** How many elements a unit of the range stands for. */
  readonly weight: number;
  /** Ranges begin at multiples of this, counted from `from`. */
  readonly grain: number;
}

export interface Hands {
  /** @throws RunError where some of them are gone: before anything is written */
  refuseMissing(): void;
  now(job: Job): void;
  later(job: Job): Promise<void>;
  close(): Promise<void>;
}

/** Elements that take a few milliseconds at the most. */
const SLICE = 2 ** 20;

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });

/** The calling thread alone; when it may take its time, it lets others have a turn between slices. */
export class OneHand implements Hands {
  #since = 0;

  refuseMissing(): void {}

  now({ call, frame, from, to }: Job): void {
    call(frame, from, to);
  }

  async later({ call, frame, from, to, weight, grain }: Job): Promise<void> {
    const slice = unitsOf(SLICE, weight, grain);
    for (let at = from; at < to; at += slice) {
      const end = Math.min(at + slice, to);
      call(frame, at, end);
      this.#since += (end - at) * weight;
      if (this.#since < SLICE) continue;
      this.#since = 0;
      await turn();
    }
  }

  async close(): Promise<void> {}
}

/** As many units as have about so many elements: a multiple of the grain. */
export function unitsOf(elements: number, weight: number, grain: number): number {
  return Math.max(1, Math.floor(elements / (weight * grain))) * grain;
}
