/**
 * base: the two 32-bit words of a binary64, in and out. One scratch cell serves all calls: no call yields between its
 * write and its read.
 */

const cell = new Float64Array(1);
const words = new Int32Array(cell.buffer);
// The sign bit is in the high word, so -0 shows which of the two words that is on this host.
cell[0] = -0;
const HIGH = words[1] === 0 ? 0 : 1;
const LOW = 1 - HIGH;

/** Sign, exponent and the upper 20 bits of the significand, as a signed 32-bit integer. */
export function highWord(x: number): number {
  cell[0] = x;
  return words[HIGH] as number;
}

/** The lower 32 bits of the significand, as a signed 32-bit integer. */
export function lowWord(x: number): number {
  cell[0] = x;
  return words[LOW] as number;
}

/** The binary64 of a high and a low word; only the lower 32 bits of each argument count. */
export function fromWords(high: number, low: number): number {
  words[HIGH] = high;
  words[LOW] = low;
  return cell[0] as number;
}

/** `x` with its high word replaced. */
export function withHighWord(x: number, high: number): number {
  cell[0] = x;
  words[HIGH] = high;
  return cell[0] as number;
}

/** `x` cut to the 21 leading bits of its significand: products of two such numbers are exact. */
export function leadingBits(x: number): number {
  cell[0] = x;
  words[LOW] = 0;
  return cell[0] as number;
}
