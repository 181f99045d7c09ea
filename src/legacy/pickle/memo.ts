/** legacy: the unpickler's memo. Indices in order are kept in an array, all others in a map, so that no index costs more. */
import type { Fact } from "./facts.ts";

/** Facts by the index that PUT gave them. */
export class Memo {
  readonly #dense: Fact[] = [];
  readonly #sparse = new Map<number, Fact>();

  /** Entries held; MEMOIZE stores at this index. */
  get size(): number {
    return this.#dense.length + this.#sparse.size;
  }

  get(index: number): Fact | undefined {
    return index < this.#dense.length ? this.#dense[index] : this.#sparse.get(index);
  }

  set(index: number, fact: Fact): void {
    if (index < this.#dense.length) this.#dense[index] = fact;
    else if (index === this.#dense.length && !this.#sparse.has(index)) this.#dense.push(fact);
    else this.#sparse.set(index, fact);
  }
}
