import { describe, expect, it } from "vitest";
import { SpecError } from "../../src/spec/errors.ts";
import { lex, MAX_RULE_TEXT } from "../../src/spec/lex.ts";
import { refusal } from "./refusal.ts";

const shown = (text: string) => lex(text).map((token) => `${token.kind} ${token.text}`);

describe("tokens", () => {
  it.each([
    ["1", ["number 1"]],
    ["1.", ["number 1."]],
    [".5", ["number .5"]],
    ["1e5", ["number 1e5"]],
    ["1.25E-10", ["number 1.25E-10"]],
    ["1e+3", ["number 1e+3"]],
    ["1e", ["number 1", "word e"]],
    ["1..2", ["number 1.", "number .2"]],
    ["a1_B", ["word a1_B"]],
    ["_", ["word _"]],
    ["2x", ["number 2", "word x"]],
    ["<=<", ["sign <=", "sign <"]],
    ["===", ["sign ==", "sign ="]],
    ["!=", ["sign !="]],
    ["--", ["sign -", "sign -"]],
    ["a|b", ["word a", "sign |", "word b"]],
    ["[0,1)", ["sign [", "number 0", "sign ,", "number 1", "sign )"]],
    ["a # b = c", ["word a"]],
    ["# only", []],
    [" \t\r\n", []],
  ])("%j", (text, expected) => {
    expect(shown(text)).toEqual([...expected, "end "]);
  });

  it("have line and column, counted from 1", () => {
    const places = lex("a b\r\n\n\tc # x\n d").map(({ text, line, column }) => [text, line, column]);
    expect(places).toEqual([
      ["a", 1, 1],
      ["b", 1, 3],
      ["c", 3, 2],
      ["d", 4, 2],
      ["", 4, 3],
    ]);
  });
});

describe("refusals", () => {
  it.each([
    ["a\n  $", "line 2, column 3"],
    ["a ! b", "line 1, column 3"],
    ["a\u00a0b", "line 1, column 2"],
    ["\u0000", "line 1, column 1"],
    ["\ufeffa", "line 1, column 1"],
    ["a 'b'", "line 1, column 3"],
    ["é", "line 1, column 1"],
    ["a ٣", "line 1, column 3"],
  ])("%j", (text, path) => {
    const error = refusal(() => lex(text));
    expect(error).toBeInstanceOf(SpecError);
    expect(error).toMatchObject({ code: "syntax", path });
  });

  it("text that is too long", () => {
    expect(shown(" ".repeat(MAX_RULE_TEXT))).toEqual(["end "]);
    expect(refusal(() => lex(" ".repeat(MAX_RULE_TEXT + 1)))).toMatchObject({ code: "size-limit" });
  });
});
