import { describe, expect, it } from "vitest";
import type { Issue } from "../../src/base/errors.ts";
import { bug, describe as inWords } from "../../src/base/errors.ts";
import { CheckError } from "../../src/check/errors.ts";
import { RunError } from "../../src/run/errors.ts";
import { SpecError } from "../../src/spec/errors.ts";

describe("an issue in one line", () => {
  it.each<[Issue, string]>([
    [{ code: "a", message: "m" }, "m"],
    [{ code: "a", message: "m", path: "p" }, "m (at p)"],
    [{ code: "a", message: "m", path: "" }, "m"],
    [{ code: "a", message: "m", offset: 0 }, "m (at byte 0)"],
    [{ code: "a", message: "m", path: "p", offset: 3 }, "m (at p)"],
  ])("%j", (issue, expected) => {
    expect(inWords(issue)).toBe(expected);
  });
});

describe("a refusal", () => {
  it("has the first issue's code, place and hint, and all issues", () => {
    const issues = [
      { code: "syntax", message: "one", path: "line 1", hint: "h" },
      { code: "yaml", message: "two", offset: 4 },
    ] as const;
    const cause = new Error("c");
    const error = new SpecError(issues, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "SpecError",
      stage: "spec",
      code: "syntax",
      path: "line 1",
      hint: "h",
      offset: undefined,
      message: "one (at line 1)",
      cause,
    });
    expect(error.issues).toBe(issues);
  });

  it("takes one issue alone", () => {
    expect(new CheckError({ code: "type", message: "m", path: "p" }).issues).toHaveLength(1);
    expect(new RunError({ code: "shape", message: "m" })).toMatchObject({ stage: "run", name: "RunError" });
  });

  it("is no bug, and a bug is no refusal", () => {
    expect(bug("x").message).toBe("bug: x");
    expect(bug("x")).not.toHaveProperty("issues");
  });
});
