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
  it("C9 cannot be made in any test", () => {
    expect(process.execArgv).toContain(FLAG);
    expect(generates()).toBe(false);
  });
});
