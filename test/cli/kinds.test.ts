import { describe, expect, it } from "vitest";
import { kindOf } from "../../src/cli/kinds.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("what a file is", () => {
  it.each([
    ["rule x\nupdate weight = grad\n", "rule"],
    ["# a comment\n\n  # another\nschedule s\nstep rate = base\n", "rule"],
    ["---\nrule x\n", "rule"],
    ["optseal: 1\nrule: mxnet-1.9/sgd\n", "spec"],
    ['{"rule": "a", "optseal": 1}', "spec"],
    ['{"payload":""', "envelope"],
    ["", "empty"],
  ])("%j", (text, kind) => {
    expect(kindOf(bytes(text))).toBe(kind);
  });

  it("is told in linear time, whatever the text repeats", () => {
    // Of a pattern that can match a line feed in two ways, 40 of them take longer than anybody waits.
    for (const part of ["\n", " ", "\t\n", "#\n", " # \n", "\r\n", "---\n", "optseal", "{ ", '"'])
      expect(["unknown", "pickle", "rule", "spec"]).toContain(kindOf(bytes(part.repeat(300_000))));
  });
});
