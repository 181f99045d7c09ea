/**
 * base: the binary32 that MXNet makes of a float hyperparameter. Python hands it over as decimal text, and from release
 * 1.5 on dmlc-core reads that text with a parser of its own, which does not always give the nearest binary32. A binary64
 * goes in, the binary32 that the kernel sees comes out.
 *
 * Source: dmlc-core `include/dmlc/strtonum.h`, `ParseFloat<float, true>`; Python `float.__repr__`.
 */

/** dmlc reads no more digits after the point, and no greater decimal exponent. */
const FRACTION_DIGITS = 19;
const MAX_EXPONENT = 38;

/** With the greatest exponent, the largest significand, and with its negative the least one. */
const MAX_SIGNIFICAND = Math.fround(3.402823466);
const MIN_SIGNIFICAND = Math.fround(1.175494351);

interface Decimal {
  readonly whole: string;
  readonly fraction: string;
  readonly exponent: number | undefined;
}

/** A positive number as Python prints it: shortest digits; an exponent below 1e-4 and from 1e16 on. */
function pythonRepr(x: number): Decimal {
  const [significand, power] = x.toExponential().split("e") as [string, string];
  const digits = significand.replace(".", "");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16)
    return { whole: digits.slice(0, 1), fraction: digits.slice(1), exponent };
  if (exponent < 0) return { whole: "0", fraction: "0".repeat(-exponent - 1) + digits, exponent: undefined };
  const padded = digits.padEnd(exponent + 2, "0");
  return { whole: padded.slice(0, exponent + 1), fraction: padded.slice(exponent + 1), exponent: undefined };
}

/** 10^exponent as dmlc multiplies it up in binary32. */
function scaleOf(exponent: number): number {
  let scale = 1;
  for (let i = exponent; i >= 8; i -= 8) scale = Math.fround(scale * 1e8);
  for (let i = exponent % 8; i > 0; i--) scale = Math.fround(scale * 10);
  return scale;
}

/** Whether dmlc takes the value for one that a binary32 can hold. */
function inRange(value: number, exponent: number): boolean {
  const size = Math.abs(exponent);
  if (size !== MAX_EXPONENT) return size < MAX_EXPONENT;
  return exponent > 0 ? value <= MAX_SIGNIFICAND : value >= MIN_SIGNIFICAND;
}

/**
 * The binary32 that MXNet 1.5 and later reads from Python's `str(x)` for a float `x`, as a number.
 *
 * Infinities, NaN and both zeros pass through. Where MXNet refuses the value as out of range (below 1.175494351e-38 or
 * above 3.402823466e38), the result is the nearest binary32. An integer of 10^16 or more that Python holds as an `int`
 * prints without an exponent and may read otherwise.
 */
export function dmlcFloat32(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const { whole, fraction, exponent } = pythonRepr(Math.abs(x));
  const read = fraction.slice(0, FRACTION_DIGITS);
  const afterPoint = Math.fround(Number(read) / Number(`1e${read.length}`));
  let value = Math.fround(Math.fround(Number(whole)) + afterPoint);
  if (exponent !== undefined) {
    if (!inRange(value, exponent)) return Math.fround(x);
    const scale = scaleOf(Math.abs(exponent));
    value = Math.fround(exponent < 0 ? value / scale : value * scale);
  }
  return x < 0 ? -value : value;
}
