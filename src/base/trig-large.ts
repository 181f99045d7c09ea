/**
 * base: argument reduction for `sin` and `cos` where pi/2 in three parts does not reach (Payne and Hanek 1983). A large
 * binary64 goes in; its quadrant and its distance from a multiple of pi/2 come out.
 *
 * x * 2/pi is multiplied out in digits of 24 bits, whose products and column sums a binary64 holds exactly. Digits of 2/pi
 * that only add multiples of 4 are left out, and so are those below 2^-240: no binary64 comes nearer to a multiple of
 * pi/2 than 2^-62.
 */
import { fromWords, highWord, lowWord } from "./float-bits.ts";

/** Two zeros, then the binary digits of 2/pi, 24 by 24 (the table of fdlibm's `k_rem_pio2.c`, as far as binary64 needs it). */
// biome-ignore format: a table
export const TWO_OVER_PI: readonly number[] = [
  0, 0,
  0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041, 0xfe5163, 0xabdebb, 0xc561b7,
  0x246e3a, 0x424dd2, 0xe00649, 0x2eea09, 0xd1921c, 0xfe1deb, 0x1cb129, 0xa73ee8, 0x8235f5, 0x2ebb44, 0x84e99c,
  0x7026b4, 0x5f7e41, 0x3991d6, 0x398353, 0x39f49c, 0x845f8b, 0xbdf928, 0x3b1ff8, 0x97ffde, 0x05980f, 0xef2f11,
  0x8b5a0a, 0x6d1f6d, 0x367ecf, 0x27cb09, 0xb74f46, 0x3f669e, 0x5fea2d, 0x7527ba, 0xc7ebe5, 0xf17b3d, 0x0739f7,
  0x8a5292, 0xea6bfb, 0x5fb11f, 0x8d5d08, 0x560330, 0x46fc7b, 0x6babf0, 0xcfbc20, 0x9af436,
];

/** Fraction digits that are worked out, 24 bits each. */
const DIGITS = 10;

const BASE = 16777216;
const INV_BASE = 2 ** -24;

// pi/2 in parts of 29, 29 and 53 bits: a digit of 24 bits times one of the first two is exact.
const PIO2_A = 1.570796325802803;
const PIO2_B = 9.920935774287987e-10;
const PIO2_C = 2.2517417741562176e-18;

export interface Reduced {
  /** The nearest multiple of pi/2, modulo 4. */
  readonly quadrant: number;
  /** x less that multiple, at most pi/4 in magnitude, as the sum of two binary64. */
  readonly head: number;
  readonly tail: number;
}

/** Four digits of 24 bits, the least first, of an integer below 2^78. */
function digitsOf(x: number): readonly [number, number, number, number] {
  const d3 = Math.floor(x * 2 ** -72);
  const below3 = x - d3 * 2 ** 72;
  const d2 = Math.floor(below3 * 2 ** -48);
  const below2 = below3 - d2 * 2 ** 48;
  const d1 = Math.floor(below2 * INV_BASE);
  return [below2 - d1 * BASE, d1, d2, d3];
}

/**
 * @param x a finite binary64 of at least 2^20
 * @returns head + tail within 2^-70 of the true distance, relatively
 */
export function reduceLarge(x: number): Reduced {
  const high = highWord(x);
  const exponent = (high >> 20) - 1023;
  // x = X * 2^(24 skipped) with X an integer and a multiple of 4, so that digits of 2/pi above the skipped place vanish mod 4.
  const skipped = Math.floor((exponent - 54) / 24);
  const placed = exponent - 24 * skipped;
  const [x0, x1, x2, x3] = digitsOf(fromWords((high & 0xfffff) | ((1023 + placed) << 20), lowWord(x)));
  const digit = (j: number) => TWO_OVER_PI[skipped + 2 + j] as number;

  const fraction = new Array<number>(DIGITS + 1).fill(0);
  let carry = 0;
  for (let c = DIGITS; c >= 1; c--) {
    const sum = x0 * digit(c - 1) + x1 * digit(c) + x2 * digit(c + 1) + x3 * digit(c + 2) + carry;
    carry = Math.floor(sum * INV_BASE);
    fraction[c] = sum - carry * BASE;
  }
  const whole = x1 * digit(0) + x2 * digit(1) + x3 * digit(2) + carry;
  const quadrant = whole - 4 * Math.floor(whole * 0.25);

  // At one half or more, the next multiple is nearer: 1 - fraction, digit by digit.
  if ((fraction[1] as number) < BASE / 2) return { quadrant, ...timesHalfPi(fraction, 1) };
  return {
    quadrant: quadrant + 1,
    ...timesHalfPi(
      fraction.map((d) => BASE - 1 - d),
      -1,
    ),
  };
}

/** The fraction's leading four digits times pi/2 and a sign, in two parts. */
function timesHalfPi(fraction: readonly number[], sign: number): { head: number; tail: number } {
  let first = 1;
  let weight = sign * INV_BASE;
  while (fraction[first] === 0 && first < DIGITS - 3) {
    first++;
    weight *= INV_BASE;
  }
  const d0 = (fraction[first] as number) * weight;
  const d1 = (fraction[first + 1] as number) * weight * INV_BASE;
  const d2 = (fraction[first + 2] as number) * weight * INV_BASE * INV_BASE;
  const d3 = (fraction[first + 3] as number) * weight * INV_BASE * INV_BASE * INV_BASE;
  const a = d0 * PIO2_A;
  const b = d1 * PIO2_A;
  const c = d0 * PIO2_B;
  const rest = d2 * PIO2_A + (d1 * PIO2_B + (d0 * PIO2_C + (d3 * PIO2_A + d2 * PIO2_B)));
  // Each sum's rounding error is exact, as the first term is the larger.
  const ab = a + b;
  const abError = b - (ab - a);
  const abc = ab + c;
  const abcError = c - (abc - ab);
  const low = abError + abcError + rest;
  const head = abc + low;
  return { head, tail: low - (head - abc) };
}
