import { describe, expect, it } from "vitest";
import { extentOf, lengthOf } from "../../src/run/extent.ts";
import { blockSum } from "../../src/run/reduce.ts";

const sum = (...values: readonly number[]) =>
  blockSum(Float32Array.from(values), { start: 0, stride: 1, count: values.length }, (x) => x);

describe("the order of additions", () => {
  it("is by lanes: (0 + 4 + ...) + (1 + 5 + ...) + ((2 + ...) + (3 + ...))", () => {
    const big = 2 ** 100;
    expect(sum(1, big, -big, 0)).toBe(1 + big + (-big + 0));
    expect(sum(1, big, 0, 0, 0, -big)).toBe(1);
    expect(sum(big, 1, 0, 0, -big)).toBe(1);
    expect(sum()).toBe(0);
    expect(Object.is(sum(-0, -0), 0)).toBe(true);
  });

  it("is by blocks of 1024", () => {
    const values = new Array(1025).fill(0);
    [values[0], values[4], values[1024]] = [2 ** 100, -(2 ** 100), 1];
    expect(sum(...values)).toBe(1);
    [values[4], values[1023], values[1024]] = [0, 1, -(2 ** 100)];
    expect(sum(...values)).toBe(0);
  });

  it("takes every so many, from a start", () => {
    const data = Float32Array.of(9, 1, 9, 2, 9, 3);
    expect(blockSum(data, { start: 1, stride: 2, count: 3 }, (x) => x * x)).toBe(14);
  });
});

describe("a parameter as a matrix", () => {
  it.each([
    [[], 1, 1, 1],
    [[5], 1, 1, 5],
    [[2, 3], 1, 2, 3],
    [[2, 3, 4], 2, 3, 4],
    [[5, 2, 3, 4], 10, 3, 4],
    [[0, 3], 1, 0, 3],
    [[3, 0], 1, 3, 0],
  ])("%j is %i matrices of %i rows and %i columns", (shape, stack, rows, cols) => {
    const extent = extentOf(shape);
    expect(extent).toEqual({ rank: shape.length, stack, rows, cols, size: stack * rows * cols });
    expect((["RxC", "Rx1", "1xC", "1x1", "RxR"] as const).map((name) => lengthOf(name, extent))).toEqual([
      stack * rows * cols,
      stack * rows,
      stack * cols,
      stack,
      stack * rows * rows,
    ]);
  });
});
