/** run: the lists of numbers that a module's functions look into, behind the tables. */
import { TABLES_END } from "./tables.ts";

/** Numbers and their place in the memory. */
export interface List {
  readonly at: number;
  readonly count: number;
  readonly numbers: readonly number[];
}

/** Gives out places in the memory; equal lists have one. */
export class Lists {
  readonly #lists = new Map<string, List>();
  #end = TABLES_END;

  place(numbers: readonly number[]): List {
    const key = numbers.map((number) => (Object.is(number, -0) ? "-0" : String(number))).join();
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const list = { at: this.#end, count: numbers.length, numbers };
    this.#end += 8 * numbers.length;
    this.#lists.set(key, list);
    return list;
  }

  get all(): readonly List[] {
    return [...this.#lists.values()];
  }

  /** From here on the memory is free; a multiple of 16. */
  get end(): number {
    return (this.#end + 15) & -16;
  }
}
