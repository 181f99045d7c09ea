/**
 * base: Threefry-2x32 with 20 rounds (J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2,
 * 3", 2011): a keyed permutation of 64 bits. Words of 32 bits go in, signed or not; two signed ones come out.
 */

const ROUNDS = 20;
const ROTATIONS: readonly number[] = [13, 15, 26, 6, 17, 29, 16, 24];
const PARITY = 0x1bd11bda;

/** Two 32-bit words. Only the lower 32 bits of each number count. */
export type Words = readonly [number, number];

/** What the permutation of that key makes of a counter. For one key, no two counters give the same. */
export function threefry([key0, key1]: Words, [counter0, counter1]: Words): Words {
  const keys: readonly number[] = [key0, key1, key0 ^ key1 ^ PARITY];
  let a = (counter0 + key0) | 0;
  let b = (counter1 + key1) | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const by = ROTATIONS[round & 7] as number;
    a = (a + b) | 0;
    b = ((b << by) | (b >>> (32 - by))) ^ a;
    if ((round & 3) !== 3) continue;
    const injection = (round >> 2) + 1;
    a = (a + (keys[injection % 3] as number)) | 0;
    b = (b + (keys[(injection + 1) % 3] as number) + injection) | 0;
  }
  return [a, b];
}
