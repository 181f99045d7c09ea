/**
 * base: what `log` starts from, for each of 128 parts of [0.6875, 1.375): 1/c and log c for a c near the part's middle.
 *
 * ARM optimized-routines (`math/log_data.c`) chose each c by trial such that log c is within 2^-66 of a multiple of 2^-43;
 * so only how far 1/c is from the reciprocal of the middle has to be written down, and log c follows.
 */
import { fromWords } from "./float-bits.ts";

const COUNT = 128;

/** The high word of the least number in the first part. Parts follow each other by 2^13 of these words. */
export const FIRST = 0x3fe60000;

const TWO_43 = 8796093022208;
const ULP_BELOW_ONE = 1.1102230246251565e-16; // 2^-53

/** 2^29 and how many units in the last place 1/c is above the reciprocal of the middle: six digits of base 36 for each. */
const OFFSETS = [
  "8huzgy7xbi1i504ebt6tf09o96z7h06u7ray0l9c7dejjjg64zyuw69ttqpshdfm1c4w7v6yaachn19cp9sedkr9k7ejlbld",
  "7qwiol35jxa07dzk0q17ddtodliw380s69yff3j60w9nuwms1vez6t4k947eefqy31gaidnubffk97gaawzscv9cmb1x7avq",
  "59ld3q79ylpw5h38ry2sfo4q365p8a0ftu7egugvircc9t0wfz969i94uzw1g706551yvd7qa37kwbhee8bsha2vmga9iux7",
  "eccu74bdw8zwf4jdjgc5pbplcfivnj35nxkcerotgjcfy4ue52rhug6p80decfrs4y172qxl3dhh5gf9bmeg29a88ed46fpn",
  "gsfui7elgzrlb04hx9ch54h3675qy1drcm584z707t7qc6ilafem1l4d6o0uaed2g69cwyq3d5rzjhf9giww4vrz0xa0d1jp",
  "f9nn5mfn40v69ydh156voaooc0gmhx8ccnuo81wa0nbfcnya35kldkbbymku2bkvw91t5o2kaney6b0lh5vrcdyuqjdxr9kb",
  "3ezkvy7d7hww8zmrw4depkxy0e943p0lv1uvgwqvgd48hi1yan94ps9e2gf9426ixa2476m9bcj34773fdtjclut4eght22e",
  "1eaomo0ri1mvha9qaah1a61defzfj2hldwzm1bc67m3pp3ya2u7mk41wrv05ev6922e0odu41krdbl7qgz7b04uj4ag1nicf",
].join("");
const DIGITS = 6;
const ZERO = 536870912;

/** -log x to some 2^-52, for x from 0.7 to 1.5: by the series of the inverse hyperbolic tangent. */
function minusLog(x: number): number {
  const ratio = (1 - x) / (1 + x);
  const square = ratio * ratio;
  let sum = 0;
  for (let n = 23; n > 0; n -= 2) sum = sum * square + 2 / n;
  return sum * ratio;
}

function table(): readonly number[] {
  const rows: number[] = [];
  for (let part = 0; part < COUNT; part++) {
    const reciprocal = 1 / fromWords(FIRST + part * 0x2000 + 0x1000, 0);
    const ulp = reciprocal < 1 ? ULP_BELOW_ONE : 2 * ULP_BELOW_ONE;
    const digits = OFFSETS.slice(part * DIGITS, (part + 1) * DIGITS);
    const inverse = reciprocal + (Number.parseInt(digits, 36) - ZERO) * ulp;
    rows.push(inverse, Math.floor(minusLog(inverse) * TWO_43 + 0.5) / TWO_43);
  }
  return rows;
}

/** Two numbers for each part: 1/c and log c. */
export const PARTS: readonly number[] = table();
