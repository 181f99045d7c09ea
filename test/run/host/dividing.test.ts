/** Which way of dividing an optimizer settles on. */
import { expect, it } from "vitest";
import { Dividing } from "../../../src/run/host/dividing.ts";

/** Steps that take so many milliseconds by each way; gives back the ways that they took. */
function ways(
  took: Record<"plainly" | "byReciprocals", number>,
  steps: number,
  isWhole = (_: number) => true,
) {
  let clock = 0;
  const dividing = new Dividing(() => clock);
  return Array.from({ length: steps }, (_, step) => {
    const { byReciprocals, end } = dividing.begin(isWhole(step));
    clock += byReciprocals ? took.byReciprocals : took.plainly;
    end?.();
    return byReciprocals;
  });
}

it("takes reciprocals in every second step, and then in all where they are faster", () => {
  const taken = ways({ plainly: 10, byReciprocals: 9 }, 60);
  expect(taken.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, i) => i % 2 === 1));
  expect(taken.slice(40)).toEqual(new Array(20).fill(true));
});

it.each([
  ["slower", 11],
  ["hardly faster", 9.9],
])("divides plainly where they are %s", (_, byReciprocals) => {
  expect(ways({ plainly: 10, byReciprocals }, 60).slice(40)).toEqual(new Array(20).fill(false));
});

it("goes on trying until the host has had time to compile", () => {
  expect(ways({ plainly: 0.01, byReciprocals: 0.001 }, 2000).slice(-2)).toEqual([false, true]);
});

it("divides plainly in steps that cannot be compared, and learns nothing of them", () => {
  const taken = ways({ plainly: 10, byReciprocals: 1 }, 120, (step) => step % 2 === 0);
  expect(taken.filter((_, i) => i % 2 === 1).slice(0, 30)).toEqual(new Array(30).fill(false));
  expect(taken.slice(-4)).toEqual(new Array(4).fill(true));
});
