/**
 * base: `pow` with the bits of glibc 2.28 and later on x86-64 with fused multiply-add: the logarithm of the base in two
 * binary64, times y, to the power of e. Two binary64 go in, one comes out.
 *
 * Algorithm and constants: ARM optimized-routines (Szabolcs Nagy 2018), `math/pow.c`. `fma` stands where the compiler fuses
 * a product and a sum of that source, and nowhere else.
 */
import { expOfSum } from "./exp.ts";
import { highWord } from "./float-bits.ts";
import { fma, productError } from "./fma.ts";
import { logInTwo } from "./pow-log.ts";

const TWO_53 = 9007199254740992;

/** 2^63: a base next to 1 has an infinite power or 0 from here on. */
const HUGE = 9.223372036854776e18;
/** 2^-65: every base has a power that rounds to 1 below. */
const TINY = 2.710505431213761e-20;

type Parity = "odd" | "even" | "fraction";

function parity(y: number): Parity {
  const magnitude = Math.abs(y);
  if (magnitude >= TWO_53) return "even";
  if (Math.floor(magnitude) !== magnitude) return "fraction";
  const half = magnitude * 0.5;
  return Math.floor(half) === half ? "even" : "odd";
}

/** base^y for a base of 0 or more, neither of them NaN, and y not 0. */
function powOfMagnitude(base: number, y: number): number {
  if (base === 1) return 1;
  if (base === 0 || base === Infinity || Math.abs(y) >= HUGE) return base > 1 === y > 0 ? Infinity : 0;
  if (Math.abs(y) < TINY) return 1;
  const { head, rest } = logInTwo(base);
  const product = y * head;
  return expOfSum(product, fma(y, rest, productError(y, head, product)));
}

/**
 * x^y, less than 0.54 ulp from the true value. Special values are those of C99 Annex F.9.4.4, where ECMAScript differs:
 * `pow(1, NaN)` and `pow(-1, Infinity)` are 1.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const power = powOfMagnitude(Math.abs(x), y);
  if (highWord(x) >= 0) return power;
  const kind = parity(y);
  if (kind === "fraction" && x !== 0 && x !== -Infinity) return NaN;
  return kind === "odd" ? -power : power;
}
