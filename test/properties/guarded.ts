/** Test help: arrays with a field of guards before and behind them, and whether the guards are still as they were. */

/** As many numbers before and behind as the largest parameter of these tests has elements. */
const FIELD = 64;

export class Guarded {
  readonly data: Float32Array;
  readonly #bits: Uint32Array;
  readonly #guard: number;

  /** @param guard the bits of each number around the array */
  constructor(values: Float32Array, guard: number) {
    const whole = new Float32Array(values.length + 2 * FIELD);
    this.#bits = new Uint32Array(whole.buffer).fill(guard);
    this.#guard = guard >>> 0;
    this.data = whole.subarray(FIELD, FIELD + values.length);
    this.data.set(values);
  }

  /** Whether nothing has been written beside the array. */
  get isWhole(): boolean {
    const end = this.#bits.length - FIELD;
    return this.#bits.every((bits, i) => (i >= FIELD && i < end) || bits === this.#guard);
  }
}

/** Bits of a NaN, of infinity, of a huge number, of zero: what is read by mistake shows in the result. */
export const GUARDS: readonly number[] = [0x7fc0dead, 0x7f800000, 0x7f7fffff, 0];
