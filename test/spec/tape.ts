/** Test help: random data from a list of numbers, so that fast-check can shrink what was made of it. */
import fc from "fast-check";

export class Tape {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** A number below `count`; 0 once the tape has ended. */
  below(count: number): number {
    const number = this.#numbers[this.#at++] ?? 0;
    return number % count;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Between none and `most` of what `make` makes. */
  some<T>(most: number, make: (i: number) => T): readonly T[] {
    return Array.from({ length: this.below(most + 1) }, (_, i) => make(i));
  }
}

/** Tapes of all lengths, their numbers spread evenly: fast-check's liking for small numbers makes dull rules. */
export const tapes: fc.Arbitrary<Tape> = fc
  .noBias(fc.array(fc.nat(0xffff), { maxLength: 600, size: "max" }))
  .map((numbers) => new Tape(numbers));
