/**
 * An independent reference for `exp log pow sin cos`: series in fixed point over BigInt, and how far a binary64 is from
 * the true value, in units of its last place.
 */

/** Fraction bits of a fixed-point number here; 1074 + 53 bits hold any binary64 exactly. */
const PLACES = 1400n;
const ONE = 1n << PLACES;

const cell = new DataView(new ArrayBuffer(8));

/** The 64 bits of a binary64. */
export function bitsOf(x: number): bigint {
  cell.setFloat64(0, x);
  return cell.getBigUint64(0);
}

/** The binary64 of 16 hexadecimal digits, or NaN for `nan`. */
export function fromBits(hex: string): number {
  if (hex === "nan") return NaN;
  cell.setBigUint64(0, BigInt(`0x${hex}`));
  return cell.getFloat64(0);
}

/** A finite binary64, exactly. */
function fixed(x: number): bigint {
  const bits = bitsOf(x);
  const field = (bits >> 52n) & 0x7ffn;
  const significand = (bits & 0xfffffffffffffn) | (field === 0n ? 0n : 1n << 52n);
  const shift = PLACES + (field === 0n ? 1n : field) - 1075n;
  const magnitude = significand << shift;
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

const multiply = (a: bigint, b: bigint) => (a * b) >> PLACES;

/** The sum of first, first * ratio(1), first * ratio(1) * ratio(2) ... until the terms vanish. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = first;
  let term = first;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = next(term, n);
    sum += term;
  }
  return sum;
}

/** atanh(p / q) or atan(p / q) for a small ratio. */
function inverseTangent(ratio: bigint, sign: 1n | -1n): bigint {
  const square = multiply(ratio, ratio);
  let power = ratio;
  return series(ratio, (_, n) => {
    power = sign * multiply(power, square);
    return power / (2n * n + 1n);
  });
}

const LN2 = 2n * inverseTangent(ONE / 3n, 1n);
const PI = 4n * (4n * inverseTangent(ONE / 5n, -1n) - inverseTangent(ONE / 239n, -1n)); // Machin 1706

function floorDivide(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
}

/** A true value as `value * 2^exponent`, `value` being a fixed-point number. */
export interface Truth {
  readonly value: bigint;
  readonly exponent: bigint;
}

function expOfFixed(x: bigint): Truth {
  const exponent = floorDivide(x, LN2);
  const r = x - exponent * LN2;
  return { value: series(ONE, (term, n) => multiply(term, r) / n), exponent };
}

function logToFixed(x: number): bigint {
  const whole = fixed(x);
  const exponent = BigInt(whole.toString(2).length) - 1n - PLACES;
  const value = exponent > 0n ? whole >> exponent : whole << -exponent;
  const ratio = ((value - ONE) << PLACES) / (value + ONE);
  return 2n * inverseTangent(ratio, 1n) + exponent * LN2;
}

function sinOfFixed(x: bigint): bigint {
  let r = x - floorDivide(x, 2n * PI) * 2n * PI;
  let sign = 1n;
  if (r > PI) {
    r -= PI;
    sign = -1n;
  }
  const square = multiply(r, r);
  return sign * series(r, (term, n) => -multiply(term, square) / (2n * n * (2n * n + 1n)));
}

/** The true values; arguments are finite, and within the function's domain. */
export const truth = {
  exp: (x: number): Truth => expOfFixed(fixed(x)),
  log: (x: number): Truth => ({ value: logToFixed(x), exponent: 0n }),
  /** For x > 0. */
  pow: (x: number, y: number): Truth => expOfFixed(multiply(fixed(y), logToFixed(x))),
  sin: (x: number): Truth => ({ value: sinOfFixed(fixed(x)), exponent: 0n }),
  cos: (x: number): Truth => ({ value: sinOfFixed(fixed(x) + PI / 2n), exponent: 0n }),
};

/** |got - true value| in units of the last place of the true value, to a millionth; for a finite `got`. */
export function ulpError(got: number, { value, exponent }: Truth): number {
  const magnitude = value < 0n ? -value : value;
  const log2 = BigInt(magnitude.toString(2).length) - 1n - PLACES + exponent;
  const lastPlace = (log2 < -1022n ? -1022n : log2) - 52n;
  // Both in units of 2^(exponent - PLACES), in which the true value is an integer.
  const apart = (exponent > 0n ? fixed(got) >> exponent : fixed(got) << -exponent) - value;
  const unit = lastPlace + PLACES - exponent;
  const millionths = unit >= 0n ? (apart * 1000000n) >> unit : (apart * 1000000n) << -unit;
  return Math.abs(Number(millionths)) / 1e6;
}
