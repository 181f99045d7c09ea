/**
 * serve: whose turn it is. In: work that waits. Out: one of it begins in each turn of the event loop, in the order in which it
 * came. Whatever else is ready is read, and goes on, before the next one begins: no crowd makes a turn long.
 */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];

  /** Those that wait. */
  get count(): number {
    return this.#waiting.length;
  }

  /** Resolves when it is the caller's turn; never rejects. */
  comeIn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.count === 1) setImmediate(() => this.#turn());
    });
  }

  #turn(): void {
    this.#waiting.shift()?.();
    if (this.count > 0) setImmediate(() => this.#turn());
  }
}
