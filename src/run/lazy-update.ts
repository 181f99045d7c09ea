/** run: the reference engine's update of some rows: what they hold is gathered, updated as a parameter of its own, scattered. */
import type { SlotValue } from "../spec/optimizer-state.ts";
import type { Range } from "./rows.ts";
import { gather, scatter } from "./rows.ts";
import type { Given, UnderWay } from "./update.ts";
import { Update } from "./update.ts";

/** For rules that treat each element by itself: nothing waits for other parameters. */
export class LazyUpdate implements UnderWay {
  readonly #due: Given;
  readonly #ranges: readonly Range[];
  readonly #shared: Map<string, number>;

  constructor(due: Given, ranges: readonly Range[], shared: Map<string, number>) {
    this.#due = due;
    this.#ranges = ranges;
    this.#shared = shared;
  }

  advance(): undefined {
    const { bound, slots } = this.#due.held;
    const ranges = this.#ranges;
    const data = gather(bound.data, ranges);
    const own = new Map<string, SlotValue>(
      [...slots].map(([name, value]) => [name, typeof value === "number" ? value : gather(value, ranges)]),
    );
    const extent = { rank: 1, stack: 1, rows: 1, cols: data.length, size: data.length };
    const held = { bound: { ...bound, data, extent }, slots: own };
    new Update({ ...this.#due, held }, this.#shared).advance();
    scatter(bound.data, ranges, data);
    for (const [name, value] of own) {
      if (typeof value !== "number") scatter(slots.get(name) as Float32Array, ranges, value);
    }
    return undefined;
  }

  take(): void {}
}
