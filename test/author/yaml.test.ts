import { describe, expect, it } from "vitest";
import { readYaml } from "../../src/author/yaml.ts";
import { SpecError } from "../../src/spec/errors.ts";
import { refusal } from "../spec/refusal.ts";

describe("YAML 1.2's core schema", () => {
  it.each([
    ["a: 1", { a: 1 }],
    ["a: 1.5e-3", { a: 0.0015 }],
    ["a: -0", { a: -0 }],
    ["a: 0x1f", { a: 31 }],
    ["a: 010", { a: 10 }],
    ["a: true", { a: true }],
    ["a: yes", { a: "yes" }],
    ["a: no", { a: "no" }],
    ["a: ~", { a: null }],
    ["a:", { a: null }],
    ['a: "1"', { a: "1" }],
    ["a: 1_000", { a: "1_000" }],
    ["a: 2026-01-01", { a: "2026-01-01" }],
    ["a: 1:30", { a: "1:30" }],
    ["1: a", { "1": "a" }],
    ["{a: [1, {b: 2}]}", { a: [1, { b: 2 }] }],
    ["- 1\n- 2", [1, 2]],
    ["a: |\n  x\n  y\n", { a: "x\ny\n" }],
    ["", null],
    ["# only", null],
    ["<<: {a: 1}", { "<<": { a: 1 } }],
    ["%YAML 1.2\n---\na: 1", { a: 1 }],
  ])("%j", (text, value) => {
    expect(readYaml(text)).toEqual(value);
  });

  it("keeps the names of every object as keys", () => {
    const value = readYaml("__proto__: {polluted: 1}\nconstructor: 2\ntoString: 3\n") as object;
    expect(Object.keys(value)).toEqual(["__proto__", "constructor", "toString"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("refusals", () => {
  it.each([
    ["a: [1", "line 1, column 6", /flow/],
    ["a: 1\n b: 2", "line 1, column 4", /nested mappings/],
    ["a: 1\n\tb: 2", "line 2, column 1", /tab/],
    ["a: 'x", "line 1, column 6", /quot/],
    ["a: @x", "line 1, column 4", /./],
    ["a: &x 1\nb: *x", "line 1, column 7", /anchor `x`/],
    ["a: *x", "line 1, column 4", /alias/],
    ["a: !!int 1", "line 1, column 10", /tag/],
    ["a: !!binary aGk=", "line 1, column 13", /tag/],
    ["a: !!js/function 'f'", "line 1, column 4", /tag/],
    ["a: !x 1", "line 1, column 4", /tag/],
    ["!!set {a}", "line 1, column 7", /tag/],
    ["a: 1\nb: 2\na: 3", "line 3, column 1", /`a` is there twice/],
    ["{a: {b: 1, c: 2, b: 3}}", "line 1, column 18", /`b` is there twice/],
    ['1: a\n"1": b', "line 2, column 1", /`1` is there twice/],
    ["1: a\n0x1: b", "line 2, column 1", /`1` is there twice/],
    ["? [a]\n: 1", "line 1, column 1", /a key is one text/],
    ["a: 1\n---\na: 2", "line 2, column 1", /multiple documents/],
    ["%YAML 9.9\n---\na: 1", "line 1, column 7", /version/],
    ["[".repeat(100_000), expect.stringMatching(/^line 1, column \d+$/), /nests too deep/],
    ["- ".repeat(100_000), expect.stringMatching(/^line 1, column \d+$/), /nests too deep/],
    [`${"{a: ".repeat(50_000)}1`, expect.stringMatching(/^line 1, column \d+$/), /nests too deep/],
  ])("%#", (text, path, message) => {
    const error = refusal(() => readYaml(text));
    expect(error).toBeInstanceOf(SpecError);
    expect(error).toMatchObject({ code: "yaml", path, message: expect.stringMatching(message) });
    expect(error.issues[0].message).not.toContain("\n");
  });

  it("more text than any spec has", () => {
    expect(refusal(() => readYaml(" ".repeat((4 << 20) + 1)))).toMatchObject({ code: "size-limit" });
  });

  it("many keys are read in time that grows as they do", () => {
    const text = Array.from({ length: 65_536 }, (_, i) => `k${i}: ${i}`).join("\n");
    expect(Object.keys(readYaml(text) as object)).toHaveLength(65_536);
  });
});
