/** Built-in rules by several threads: whoever goes over which range, the bits are those of the reference engine. */
import { expect, it } from "vitest";
import { ruleNames } from "../../../src/rules/built-in.ts";
import { differenceByThreads } from "./by-threads.ts";

/** Each rule by one of them here; the live tests have each by all. */
const COUNTS = [2, 3, 8];

it.each(ruleNames.map((rule, i) => [rule, COUNTS[i % 3] as number, i] as const))(
  "%s by %i threads",
  (rule, count, seed) => {
    expect(differenceByThreads(rule, seed, count)).toBe(undefined);
  },
);
