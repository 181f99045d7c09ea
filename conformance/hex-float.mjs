/** Conformance: numbers as C writes them in hexadecimal, so that none loses a bit on paper. */

/** `0x1.8p-3`; the same text reads back to the same number in C, Python and Java. */
export function hexFloat(x) {
  if (!Number.isFinite(x)) return String(x);
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  if (x === 0) return `${sign}0x0p+0`;
  let [mantissa, exponent] = [Math.abs(x), 0];
  while (mantissa >= 2) [mantissa, exponent] = [mantissa / 2, exponent + 1];
  while (mantissa < 1) [mantissa, exponent] = [mantissa * 2, exponent - 1];
  const digits = Math.round((mantissa - 1) * 2 ** 52)
    .toString(16)
    .padStart(13, "0")
    .replace(/0+$/, "");
  return `${sign}0x1${digits === "" ? "" : `.${digits}`}p${exponent < 0 ? "" : "+"}${exponent}`;
}
