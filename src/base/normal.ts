/**
 * base: standard normal numbers without a state. A seed, a stream, a parameter's key and an element's index go in; a
 * binary32 comes out, always the same for the same four, and on every host: integers, and `log sqrt cos sin` of this floor.
 */
import { digest } from "./digest.ts";
import { cos, log, sin } from "./elementary.ts";
import { highWord, lowWord } from "./float-bits.ts";
import type { Words } from "./threefry.ts";
import { threefry } from "./threefry.ts";

const INV_2_32 = 2 ** -32;
const HEX_DIGITS = "sha256:".length;

/** The first two words, the leading byte highest, of the SHA-256 of a key's UTF-8 form. */
export function keyWords(key: string): Words {
  const word = (at: number) =>
    Number.parseInt(digest(key).slice(HEX_DIGITS + at, HEX_DIGITS + at + 8), 16) | 0;
  return [word(0), word(8)];
}

/** The bits of a binary64, the higher word first; one spelling for both zeros, and one for all NaN. */
function wordsOf(x: number): Words {
  return Number.isNaN(x) ? [0x7ff80000, 0] : [highWord(x + 0), lowWord(x + 0)];
}

/** What the numbers of one seed, stream and parameter are drawn with: the stream under the seed, then the key under that. */
export function noiseKey(seed: number, stream: number, key: Words): Words {
  return threefry(threefry(wordsOf(seed), wordsOf(stream)), key);
}

/** The middle of one of 2^32 equal parts of the interval from 0 to 1: neither of its ends. */
function uniform(word: number): number {
  return ((word >>> 0) + 0.5) * INV_2_32;
}

/**
 * The number at an index under a key of `noiseKey`. Indices 2n and 2n + 1 are one Box-Muller pair, so each is at most
 * 6.77 in magnitude.
 *
 * @param index an integer in [0, 2^53)
 */
export function normalAt(key: Words, index: number): number {
  const pair = Math.floor(index * 0.5);
  const [first, second] = threefry(key, [pair | 0, Math.floor(pair * INV_2_32) | 0]);
  const radius = Math.sqrt(-2 * log(uniform(first)));
  const angle = 2 * Math.PI * uniform(second);
  return Math.fround(radius * (pair * 2 === index ? cos(angle) : sin(angle)));
}

/** `normalAt(noiseKey(seed, stream, key), index)`: a standard normal number, as a binary32. */
export function normal(seed: number, stream: number, key: Words, index: number): number {
  return normalAt(noiseKey(seed, stream, key), index);
}
