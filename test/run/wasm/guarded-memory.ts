/** Test help: a memory whose arrays have known bytes around them, and a watch over what calls change. */
import { expect } from "vitest";

/** Bytes from the first to before the second. */
export type Interval = readonly [from: number, to: number];

const GUARD = 0xa5;
const MOST_GAP = 64;

/** Gives out arrays of a memory, from a place on, and at the very end. */
export class GuardedMemory {
  readonly #bytes: Uint8Array;
  readonly #word: () => number;
  #end: number;
  #last: number;

  constructor(memory: WebAssembly.Memory, start: number, word: () => number) {
    this.#bytes = new Uint8Array(memory.buffer);
    this.#word = word;
    this.#end = start;
    this.#last = this.#bytes.length;
    this.#bytes.fill(GUARD, start);
  }

  /** An array on a multiple of `align`, often on none of more; zeros. */
  take(bytes: number, align: 4 | 8): number {
    const gap = align * (1 + (this.#word() % (MOST_GAP / align)));
    const at = Math.ceil((this.#end + gap) / align) * align;
    this.#end = at + bytes;
    this.#bytes.fill(0, at, this.#end);
    if (this.#end + MOST_GAP > this.#last) throw new Error("the memory is too small");
    return at;
  }

  /** An array that ends where the memory does. */
  takeLast(bytes: number): number {
    this.#last -= bytes;
    this.#bytes.fill(0, this.#last);
    return this.#last;
  }

  /** Does something, and holds that nothing beyond some bytes has changed, neither in arrays nor between them. */
  expectNothingElse<T>(own: readonly Interval[], does: () => T, name: string): T {
    // A guard's worth of what was never given out belongs to the watch.
    const watched: readonly Interval[] = [
      [0, this.#end + MOST_GAP],
      [this.#last - MOST_GAP, this.#bytes.length],
    ];
    const before = watched.map(([from, to]) => this.#bytes.slice(from, to));
    const result = does();
    for (const [i, [start, end]] of watched.entries()) {
      const old = before[i] as Uint8Array;
      let from = start;
      const inside = own.filter(([first, last]) => last > start && first < end && first < last);
      for (const [first, last] of [...inside.toSorted(([a], [b]) => a - b), [end, end] as const]) {
        const same = Buffer.compare(
          this.#bytes.subarray(from, first),
          old.subarray(from - start, first - start),
        );
        if (same !== 0) expect.fail(`${name} changed bytes between ${from} and ${first}`);
        from = last;
      }
    }
    return result;
  }
}
