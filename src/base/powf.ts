/**
 * base: `powf`, the power in binary32 as the C library of most hosts works it out, so that a rule can take the very step
 * that a framework takes. Two numbers go in, each is rounded to binary32 first; a binary32 comes out.
 *
 * Algorithm and constants: ARM optimized-routines, `powf.c`, `powf_log2_data.c`, `exp2f_data.c`, which is `powf@GLIBC_2.27`
 * of glibc and musl's since 1.2.0. y log2 x is worked out in binary64, then its power of 2; only operations that IEEE 754
 * fixes exactly. The same source compiled with fused multiply-add gives another result in about 2 of 10^9 cases, all
 * of them beyond 2^50 or below 2^-50.
 */
import { highWord, withHighWord } from "./float-bits.ts";

/** 1/c and log2 c for a c near the middle of each sixteenth of [0.699, 1.398). */
// biome-ignore format: a table
export const INVERSES: readonly number[] = [
  1.398907162146528, 1.3403141896637998, 1.286432210124115, 1.2367150214269895, 1.1906977166711752, 1.1479821020556429,
  1.1082251448272158, 1.0711297413057381, 1.036437278977283, 1, 0.9492859795739057, 0.8951049428609004,
  0.8476821620351103, 0.8050314851692001, 0.7664671008843108, 0.731428603316328,
];
// biome-ignore format: a table
export const LOGARITHMS: readonly number[] = [
  -0.48430022186289673, -0.42257122959194704, -0.3633754347673556, -0.30651309567405577, -0.25180720160537634,
  -0.19910014943794563, -0.14825100623281615, -0.09913323807318392, -0.051632812977629436, 0, 0.07508531937943004,
  0.15987125980713107, 0.2384046664317681, 0.31288288605863257, 0.38370422656453185, 0.451211048935815,
];

// log2(1 + r) = L0 r^5 + L1 r^4 + L2 r^3 + L3 r^2 + L4 r
const L0 = 0.288457581109214;
const L1 = -0.36092606229713164;
const L2 = 0.480898481472577;
const L3 = -0.7213474675006291;
const L4 = 1.4426950408774342;

/** 2^(i/32) */
// biome-ignore format: a table
export const POWERS: readonly number[] = [
  1, 1.0218971486541166, 1.0442737824274138, 1.0671404006768237, 1.0905077326652577, 1.1143867425958924,
  1.1387886347566916, 1.1637248587775775, 1.189207115002721, 1.215247359980469, 1.241857812073484, 1.2690509571917332,
  1.2968395546510096, 1.3252366431597413, 1.3542555469368927, 1.383909881963832, Math.SQRT2, 1.4451808069770467,
  1.4768261459394993, 1.5091644275934228, 1.5422108254079407, 1.5759808451078865, 1.6104903319492543, 1.645755478153965,
  1.681792830507429, 1.718619298122478, 1.7562521603732995, 1.7947090750031072, 1.8340080864093424, 1.8741676341103,
  1.9152065613971474, 1.9571441241754002,
];

// 2^r = E0 r^3 + E1 r^2 + E2 r + 1 for |r| <= 1/64
const E0 = 0.05550361559341535;
const E1 = 0.2402284522445722;
const E2 = 0.6931471806916203;

/** Adding and taking away 1.5 * 2^47 rounds to a multiple of 1/32. */
const ROUNDER = 211106232532992;

/** From here on 2^z rounds to infinity in binary32; from 150 below 0 on to 0. */
const OVERFLOW = 127.99999995700433;
const UNDERFLOW = -150;

/** The high word of the least c's part: an exponent is counted from there. */
const OFFSET = 0x3fe66000;

function log2(x: number): number {
  const high = highWord(x);
  const from = high - OFFSET;
  const part = (from >> 16) & 15;
  const exponent = from >> 20;
  const z = withHighWord(x, high - (exponent << 20));
  const r = z * (INVERSES[part] as number) - 1;
  const y = (LOGARITHMS[part] as number) + exponent;
  const r2 = r * r;
  const first = L0 * r + L1;
  const second = (L2 * r + L3) * r2 + (L4 * r + y);
  return first * (r2 * r2) + second;
}

function exp2(z: number): number {
  const near = z + ROUNDER - ROUNDER;
  const steps = near * 32;
  const r = z - near;
  const power = POWERS[steps & 31] as number;
  const scale = withHighWord(power, highWord(power) + ((steps >> 5) << 20));
  return ((E0 * r + E1) * (r * r) + (E2 * r + 1)) * scale;
}

function isOdd(y: number): boolean {
  const half = Math.abs(y) * 0.5;
  return half - Math.floor(half) === 0.5;
}

/** C's `powf(x, y)`, with the special values of C99 Annex F.9.4.4: `powf(1, NaN)` and `powf(-1, Infinity)` are 1. */
export function powf(x: number, y: number): number {
  const base = Math.fround(x);
  const power = Math.fround(y);
  if (power === 0 || base === 1) return 1;
  if (Number.isNaN(base) || Number.isNaN(power)) return NaN;
  const size = Math.abs(base);
  if (power === Infinity || power === -Infinity) {
    if (size === 1) return 1;
    return size > 1 === power > 0 ? Infinity : 0;
  }
  const sign = highWord(base) < 0 && isOdd(power) ? -1 : 1;
  if (size === 0 || size === Infinity) return (size === 0) === power > 0 ? sign * 0 : sign * Infinity;
  if (base < 0 && Math.floor(power) !== power) return NaN;

  const z = power * log2(size);
  if (z > OVERFLOW) return sign * Infinity;
  return z <= UNDERFLOW ? sign * 0 : Math.fround(sign * exp2(z));
}
