import { describe, expect, it } from "vitest";
import { keyWords, noiseKey, normal, normalAt } from "../../src/base/normal.ts";

const COUNT = 200_000;
const W = keyWords("fc_weight");

/** The numbers of one parameter at one update. */
function numbersOf(seed: number, stream: number, key = W, count = COUNT): Float64Array {
  const under = noiseKey(seed, stream, key);
  return Float64Array.from({ length: count }, (_, i) => normalAt(under, i));
}

function mean(values: Float64Array, of: (x: number) => number): number {
  let sum = 0;
  for (const x of values) sum += of(x);
  return sum / values.length;
}

/** Correlation of f(a[i]) and f(b[i + lag]), both of them known to have that mean and that variance. */
function correlation(
  a: Float64Array,
  b: Float64Array,
  lag: number,
  { f, mean: middle, variance }: { f: (x: number) => number; mean: number; variance: number },
): number {
  const count = a.length - lag;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (f(a[i] as number) - middle) * (f(b[i + lag] as number) - middle);
  return sum / count / variance;
}

const values = { f: (x: number) => x, mean: 0, variance: 1 };
const squares = { f: (x: number) => x * x, mean: 1, variance: 2 };

/** A share of chance of about 1 in 16,000 for each question, were the seeds not fixed. */
const SIGMAS = 4;

/** The normal distribution function, after the series (small x) and the continued fraction (large x) of its integral. */
function distribution(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) < 3) {
    let term = x;
    let sum = x;
    for (let n = 3; Math.abs(term) > 1e-17; n += 2) {
      term *= (x * x) / n;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = Math.abs(x);
  for (let n = 60; n > 0; n--) fraction = Math.abs(x) + n / fraction;
  return x > 0 ? 1 - density / fraction : density / fraction;
}

/** Kolmogorov's distance from the normal distribution, times the root of the count. */
function kolmogorov(sample: Float64Array): number {
  const sorted = sample.slice().sort();
  let worst = 0;
  sorted.forEach((x, i) => {
    const expected = distribution(x);
    worst = Math.max(worst, expected - i / sorted.length, (i + 1) / sorted.length - expected);
  });
  return worst * Math.sqrt(sorted.length);
}

describe("normal numbers", () => {
  it("are the same for the same arguments, with bits that were published once", () => {
    const first = [0, 1, 2, 1_000_001].map((index) => normal(7, 3, W, index));
    expect(first).toEqual([0, 1, 2, 1_000_001].map((index) => normalAt(noiseKey(7, 3, W), index)));
    expect([keyWords("fc_weight"), first]).toMatchInlineSnapshot(`
      [
        [
          -1551125258,
          -960445200,
        ],
        [
          -1.0328466892242432,
          -0.46036040782928467,
          0.4947989583015442,
          0.6604980230331421,
        ],
      ]
    `);
  });

  it("are binary32", () => {
    expect(numbersOf(1, 1, W, 1000).every((x) => Math.fround(x) === x)).toBe(true);
  });

  it("do not tell the zeros apart, nor NaN from NaN", () => {
    expect(normal(0, -0, W, 5)).toBe(normal(-0, 0, W, 5));
    const payload = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0] as number;
    expect(normal(payload, 1, W, 5)).toBe(normal(Number.NaN, 1, W, 5));
    expect(normal(Number.NaN, 1, W, 5)).not.toBe(normal(1, 1, W, 5));
  });

  it.each([
    [0, 1],
    [42, 1000],
    [0.1, 2 ** 40],
  ])("of seed %d and stream %d have the moments of the distribution", (seed, stream) => {
    const sample = numbersOf(seed, stream);
    // The variances of x^k - its mean: 1, 2, 15, 96.
    const moments = [0, 1, 0, 3].map((expected, i) => ({
      got: mean(sample, (x) => x ** (i + 1)) - expected,
      bound: SIGMAS * Math.sqrt(([1, 2, 15, 96][i] as number) / COUNT),
    }));
    for (const { got, bound } of moments) expect(Math.abs(got)).toBeLessThan(bound);
    expect(kolmogorov(sample)).toBeLessThan(1.95);
    expect(kolmogorov(sample)).toBeGreaterThan(0.3);
  });

  it("have the tails of the distribution, up to what 32 bits reach", () => {
    const sample = numbersOf(9, 9, W, 1_000_000);
    for (const at of [2, 3, 4]) {
      const expected = 2e6 * distribution(-at);
      const beyond = sample.reduce((count, x) => count + (Math.abs(x) > at ? 1 : 0), 0);
      expect(Math.abs(beyond - expected)).toBeLessThan(SIGMAS * Math.sqrt(expected));
    }
    expect(sample.every((x) => Math.abs(x) < 6.77)).toBe(true);
  });
});

describe("two runs of numbers", () => {
  const base = numbersOf(42, 1000);
  it.each([
    ["the next update's", numbersOf(42, 1001)],
    ["the next seed's", numbersOf(43, 1000)],
    ["seed and stream changed over", numbersOf(1000, 42)],
    ["another parameter's", numbersOf(42, 1000, keyWords("fc_bias"))],
    ["a seed's that differs in its last bit", numbersOf(42 * (1 + 2 ** -52), 1000)],
  ])("do not hang together: %s", (_, other) => {
    for (const lag of [0, 1, 2]) {
      for (const question of [values, squares]) {
        const bound = SIGMAS / Math.sqrt(COUNT - lag);
        expect(Math.abs(correlation(base, other, lag, question))).toBeLessThan(bound);
      }
    }
  });

  it("do not hang together between neighbours", () => {
    for (const lag of [1, 2, 3, 4, 64, 1024]) {
      for (const question of [values, squares]) {
        expect(Math.abs(correlation(base, base, lag, question))).toBeLessThan(
          SIGMAS / Math.sqrt(COUNT - lag),
        );
      }
    }
  });

  it("do hang together where they are the same, so that the questions above mean something", () => {
    expect(correlation(base, base, 0, values)).toBeGreaterThan(0.98);
    expect(correlation(base, base, 0, squares)).toBeGreaterThan(0.95);
  });
});

describe("streams", () => {
  it("do not repeat over seeds, updates and parameters", () => {
    const keys = new Set<string>();
    const draws = new Set<number>();
    for (let seed = 0; seed < 10; seed++) {
      for (let t = 1; t <= 500; t++) {
        for (const key of [W, keyWords("a"), keyWords("b"), keyWords("")]) {
          const under = noiseKey(seed, t, key);
          keys.add(under.join());
          draws.add(normalAt(under, 0) * 2 ** 30 + normalAt(under, 1));
        }
      }
    }
    expect(keys.size).toBe(20_000);
    expect(draws.size).toBe(20_000);
  });

  it("do not repeat within a parameter, beyond 2^32 elements either", () => {
    const under = noiseKey(1, 1, W);
    const at = [0, 2 ** 31, 2 ** 32, 2 ** 33, 2 ** 34, 2 ** 52].flatMap((i) => [i, i + 1, i + 2, i + 3]);
    expect(new Set(at.map((index) => normalAt(under, index))).size).toBe(at.length);
  });
});

describe("the words of a parameter's key", () => {
  it("are the head of its SHA-256", () => {
    // FIPS 180-4, "abc": ba7816bf 8f01cfea ...
    expect(keyWords("abc").map((word) => word >>> 0)).toEqual([0xba7816bf, 0x8f01cfea]);
  });
});
