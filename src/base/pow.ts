/**
 * base: `pow` after fdlibm's `e_pow.c`: log2 of the base in two parts, their product with y in two parts, then 2^z, whose
 * last sum is done as in `exp` here. Two binary64 go in, one comes out.
 */
import { expKernel, onePlus } from "./exp-log.ts";
import { fromWords, highWord, leadingBits, scaleByPowerOfTwo, withHighWord } from "./float-bits.ts";

const TWO_53 = 9007199254740992;

// (3/2) (log x - 2s - (2/3) s^3) = s^5 (L1 + L2 s^2 + ...) with s = (x - b) / (x + b)
const L1 = 0.5999999999999946;
const L2 = 0.4285714285785502;
const L3 = 0.33333332981837743;
const L4 = 0.272728123808534;
const L5 = 0.23066074577556175;
const L6 = 0.20697501780033842;

const LN2 = Math.LN2;
const LN2_HIGH = 0.6931471824645996;
const LN2_LOW = -1.904654299957768e-9;

/** 2 / (3 ln 2), and in two parts. */
const CP = 0.9617966939259756;
const CP_HIGH = 0.9617967009544373;
const CP_LOW = -7.028461650952758e-9;

const INV_LN2 = Math.LOG2E;
const INV_LN2_HIGH = 1.4426950216293335;
const INV_LN2_LOW = 1.9259629911266175e-8;

/** log2(1.5) in two parts. */
const LOG2_1_5_HIGH = 0.5849624872207642;
const LOG2_1_5_LOW = 1.350039202129749e-8;

/** 1024 less log2 of the least number that rounds to infinity. */
const OVERFLOW_MARGIN = 8.008566259537294e-17;

type Parity = "odd" | "even" | "fraction";

function parity(y: number): Parity {
  const magnitude = Math.abs(y);
  if (magnitude >= TWO_53) return "even";
  if (Math.floor(magnitude) !== magnitude) return "fraction";
  const half = magnitude * 0.5;
  return Math.floor(half) === half ? "even" : "odd";
}

/** |x|^y where one of them is a zero, an infinity or x is 1 in magnitude, or y is an infinity. */
function powOfSpecial(x: number, y: number): number {
  const ax = Math.abs(x);
  if (y === Infinity || y === -Infinity) {
    if (ax === 1) return 1;
    return ax > 1 === y > 0 ? Infinity : 0;
  }
  const magnitude = y < 0 ? 1 / ax : ax;
  if (!isNegative(x)) return magnitude;
  const kind = parity(y);
  if (kind === "fraction" && ax === 1) return NaN;
  return kind === "odd" ? -magnitude : magnitude;
}

function isNegative(x: number): boolean {
  return highWord(x) < 0;
}

/**
 * x^y, less than 1 ulp from the true value (0.65 ulp measured, 0.75 where the result is subnormal). Special values are
 * those of C99 Annex F.9.4.4, where ECMAScript differs: `pow(1, NaN)` and `pow(-1, Infinity)` are 1.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const ax = Math.abs(x);
  if (y === Infinity || y === -Infinity) return powOfSpecial(x, y);
  if (y === 1) return x;
  if (y === -1) return 1 / x;
  if (y === 2) return x * x;
  if (y === 0.5 && !isNegative(x)) return Math.sqrt(x);
  if (ax === 0 || ax === 1 || ax === Infinity) return powOfSpecial(x, y);

  let sign = 1;
  if (x < 0) {
    const kind = parity(y);
    if (kind === "fraction") return NaN;
    if (kind === "odd") sign = -1;
  }

  const ix = highWord(ax);
  if (Math.abs(y) >= 2 ** 31) {
    // Only a base within 2^-20 of 1 has a finite power other than 0, and beyond 2^64 none has.
    const beyond = Math.abs(y) >= 2 ** 64;
    if (ix < 0x3fefffff || (beyond && ix <= 0x3fefffff)) return y < 0 ? sign * Infinity : sign * 0;
    if (ix > 0x3ff00000 || beyond) return y > 0 ? sign * Infinity : sign * 0;
    return powNearOne(ax, y, sign);
  }
  return powInRange(ax, y, sign);
}

/** |x - 1| < 2^-20: log x = t - t^2/2 + t^3/3 - t^4/4 is enough. */
function powNearOne(ax: number, y: number, sign: number): number {
  const t = ax - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  const u = INV_LN2_HIGH * t;
  const v = t * INV_LN2_LOW - w * INV_LN2;
  const log2High = leadingBits(u + v);
  return sign * exp2OfProduct(y, log2High, v - (log2High - u));
}

function powInRange(ax: number, y: number, sign: number): number {
  const subnormal = ax < 2.2250738585072014e-308;
  const scaled = subnormal ? ax * TWO_53 : ax;
  const high = highWord(scaled);
  const fraction = high & 0xfffff;
  let n = (high >> 20) - 1023 - (subnormal ? 53 : 0);
  let ix = fraction | 0x3ff00000;
  // The base is brought within sqrt(3/2) of 1 or of 1.5.
  const by15 = fraction > 0x3988e && fraction < 0xbb67a;
  if (fraction >= 0xbb67a) {
    n += 1;
    ix -= 0x100000;
  }
  const a = withHighWord(scaled, ix);
  const b = by15 ? 1.5 : 1;

  // s = (a - b) / (a + b) in two parts
  const u = a - b;
  const v = 1 / (a + b);
  const s = u * v;
  const sHigh = leadingBits(s);
  const sumHigh = fromWords(((ix >> 1) | 0x20000000) + 0x80000 + (by15 ? 0x40000 : 0), 0);
  const sumLow = a - (sumHigh - b);
  const sLow = v * (u - sHigh * sumHigh - sHigh * sumLow);

  // log a = s (2 + (2/3) s^2 + ...), times 3/2, in two parts
  const s2 = s * s;
  const r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6))))) + sLow * (sHigh + s);
  const sHigh2 = sHigh * sHigh;
  const tHigh = leadingBits(3 + sHigh2 + r);
  const tLow = r - (tHigh - 3 - sHigh2);
  const p = sHigh * tHigh;
  const q = sLow * tHigh + tLow * s;
  const pHigh = leadingBits(p + q);
  const pLow = q - (pHigh - p);

  // log2 x = n + log2 b + (2 / (3 ln 2)) p, in two parts
  const zHigh = CP_HIGH * pHigh;
  const zLow = CP_LOW * pHigh + pLow * CP + (by15 ? LOG2_1_5_LOW : 0);
  const bHigh = by15 ? LOG2_1_5_HIGH : 0;
  const log2High = leadingBits(zHigh + zLow + bHigh + n);
  return sign * exp2OfProduct(y, log2High, zLow - (log2High - n - bHigh - zHigh));
}

/** 2^(y * (log2High + log2Low)), where log2High has at most 21 bits. */
function exp2OfProduct(y: number, log2High: number, log2Low: number): number {
  const yHigh = leadingBits(y);
  const low = (y - yHigh) * log2High + y * log2Low;
  let high = yHigh * log2High;
  const z = low + high;
  if (z >= 1024 && (z > 1024 || low + OVERFLOW_MARGIN > z - high)) return Infinity;
  if (z <= -1075 && (z < -1075 || low <= z - high)) return 0;

  const n = Math.abs(z) > 0.5 ? Math.floor(z + 0.5) : 0;
  high -= n;
  const t = leadingBits(low + high);
  const u = t * LN2_HIGH;
  const v = (low - (t - high)) * LN2 + t * LN2_LOW;
  const r = u + v;
  const w = v - (r - u);
  const c = expKernel(r);
  return scaleByPowerOfTwo(onePlus(r, (r * c) / (2 - c) + (w + r * w)), n);
}
