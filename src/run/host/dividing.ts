/**
 * run: which way of dividing by scalars is faster on this processor: the divider, or reciprocals. Both have the same bits, so that
 * the first steps try them in turn. In: when steps begin and end. Out: how each divides.
 */

/** Milliseconds of steps until the host has compiled both ways for good. */
const WARMING_MS = 30;
/** Steps that are compared then. */
const TRIALS = 32;
/** Less than this is no gain: clocks are coarse and machines noisy. */
const GAIN = 0.97;

/** How one step divides. */
export interface Division {
  readonly byReciprocals: boolean;
  /** Called when a step is over that is a trial. */
  readonly end?: () => void;
}

export const PLAINLY: Division = Object.freeze({ byReciprocals: false });
const BY_RECIPROCALS: Division = Object.freeze({ byReciprocals: true });

/** The choice of one optimizer. */
export class Dividing {
  readonly #now: () => number;
  readonly #shortest = { plainly: Number.POSITIVE_INFINITY, byReciprocals: Number.POSITIVE_INFINITY };
  #spent = 0;
  #trials = 0;
  #turn = false;

  /** `now`: a clock, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `isWhole`: whether the step has as much to do as all others of which this is said. */
  begin(isWhole: boolean): Division {
    if (this.#trials === TRIALS) {
      const { plainly, byReciprocals } = this.#shortest;
      return byReciprocals < GAIN * plainly ? BY_RECIPROCALS : PLAINLY;
    }
    if (!isWhole) return PLAINLY;
    const start = this.#now();
    const byReciprocals = this.#turn;
    return { byReciprocals, end: () => this.#took(byReciprocals, this.#now() - start) };
  }

  #took(byReciprocals: boolean, milliseconds: number): void {
    this.#turn = !byReciprocals;
    this.#spent += milliseconds;
    if (this.#spent < WARMING_MS) return;
    this.#trials += 1;
    const way = byReciprocals ? "byReciprocals" : "plainly";
    this.#shortest[way] = Math.min(this.#shortest[way], milliseconds);
  }
}
