import { describe, expect, it } from "vitest";
import type { Finding, Validator } from "../../src/base/schema.ts";
import { schemaIssues } from "../../src/base/schema.ts";

function validator(...findings: readonly Finding[]): Validator {
  const validate: Validator = () => {
    validate.errors = findings;
    return findings.length === 0;
  };
  return validate;
}

const finding = (instancePath: string, params: Finding["params"] = {}, keyword = "type"): Finding => ({
  instancePath,
  keyword,
  message: "must be right",
  params,
});

describe("findings of a schema", () => {
  it("are none where the value fits", () => {
    expect(schemaIssues(validator(), {}, "schema")).toEqual([]);
  });

  it.each([
    ["", "the document"],
    ["/groups", "groups"],
    ["/groups/0/hyper", "groups[0].hyper"],
    ["/0/1", "[0][1]"],
    ["/a~1b/c~0d", "a/b.c~d"],
    ["/a~01", "a~1"],
  ])("at %j are at %s", (pointer, path) => {
    expect(schemaIssues(validator(finding(pointer)), {}, "schema")).toEqual([
      { code: "schema", message: "must be right", path },
    ]);
  });

  it("name the field that is unknown and the values that are allowed", () => {
    const messages = schemaIssues(
      validator(
        finding("", { additionalProperty: "lr\n" }),
        finding("/type", { allowedValues: ["a", "b"] }),
        finding("/optseal", { allowedValue: 1 }),
        { instancePath: "", keyword: "x", params: {} },
      ),
      {},
      "schema",
    ).map(({ message }) => message);
    expect(messages).toEqual([
      "unknown field `lr\n`",
      'must be right: ["a","b"]',
      "must be right: 1",
      "does not fit the schema",
    ]);
  });

  it("are not the echoes of others, and not endlessly many", () => {
    expect(schemaIssues(validator(finding("/a"), finding("/a", {}, "if")), {}, "schema")).toHaveLength(1);
    const many = Array.from({ length: 1000 }, () => finding("/a"));
    expect(schemaIssues(validator(...many), {}, "schema")).toHaveLength(100);
  });
});
