/** live: every built-in rule by 2, 3 and 8 threads, which takes a thousand threads. */
import { describe, expect, it } from "vitest";
import { ruleNames } from "../../src/rules/built-in.ts";
import { differenceByThreads } from "../run/threads/by-threads.ts";

describe.each(ruleNames)("%s", (rule) => {
  it("has the bits of the reference engine by 2, 3 and 8 threads", () => {
    for (const count of [2, 3, 8]) {
      expect(differenceByThreads(rule, 100 + count, count), `${count} threads`).toBe(undefined);
    }
  });
});
