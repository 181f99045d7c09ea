import { describe, expect, it } from "vitest";

const FLAG = "--disallow-code-generation-from-strings";

/** Whether this host makes functions out of text. */
function generates(): boolean {
  try {
    return new Function("return true")() === true;
  } catch (error) {
    if (error instanceof EvalError) return false;
    throw error;
  }
}

describe("code from strings", () => {
  it("C9 is impossible in a run that forbids it, and such a run is what it says", () => {
    expect(generates()).toBe(!process.execArgv.includes(FLAG));
  });
});
