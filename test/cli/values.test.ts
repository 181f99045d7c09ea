import { describe, expect, it } from "vitest";
import { timeText } from "../../src/base/time.ts";
import { parseArguments } from "../../src/cli/arguments.ts";
import type { Command } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { readBound, readDuration, readPair, readWhole } from "../../src/cli/values.ts";
import { visible } from "../../src/cli/visible.ts";

const refuses = (work: () => unknown) =>
  expect(work).toThrow(expect.objectContaining({ name: "UsageError" }));

describe("values", () => {
  it("times", () => {
    expect(["1", "90s", "90m", "12h", "30d"].map((text) => readDuration("x", text))).toEqual([
      1, 90, 5400, 43_200, 2_592_000,
    ]);
    for (const text of ["", "0", "-1", "1.5h", "1w", "d", "1 d", "1e3", "0x10", "99999999999999d", "١"])
      refuses(() => readDuration("x", text));
  });

  it("whole numbers", () => {
    expect(readWhole("x", "0")).toBe(0);
    expect(readWhole("x", "9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ["", "-1", "-0", "01", "1.0", "1e3", " 1", "9007199254740992", "NaN"])
      refuses(() => readWhole("x", text));
    refuses(() => readWhole("x", "0", 1));
  });

  it("bounds", () => {
    expect(readBound("x", "lr=0:1")).toEqual({ name: "lr", min: 0, max: 1 });
    expect(readBound("x", "lr=:1e-3")).toEqual({ name: "lr", max: 0.001 });
    expect(readBound("x", "wd=-1.5:")).toEqual({ name: "wd", min: -1.5 });
    for (const text of [
      "",
      "lr",
      "lr=",
      "lr=:",
      "lr=1",
      "=0:1",
      "lr=a:1",
      "lr=0:1:2",
      "lr=0:1e999",
      "a-b=0:1",
    ])
      refuses(() => readBound("x", text));
  });

  it("pairs and moments", () => {
    expect(readPair("x", "__main__.A=SGD")).toEqual(["__main__.A", "SGD"]);
    for (const text of ["", "=", "a=", "=b", "a"]) refuses(() => readPair("x", text));
    expect(timeText(0)).toBe("1970-01-01T00:00:00Z");
    expect(timeText(Number.MAX_SAFE_INTEGER)).toBe("9007199254740991");
  });

  it("text that only prints", () => {
    expect(visible("a\tb\u001b[0m\u0085\u202e\u2066\ufeff\ud800é漢")).toBe(
      "a\\u{9}b\\u{1b}[0m\\u{85}\\u{202e}\\u{2066}\\u{feff}\\u{d800}é漢",
    );
    expect(visible("x optseal-ed25519-secret 1 AAAA bob")).toBe("x optseal-ed25519-secret (not shown) bob");
  });
});

const COMMAND: Command = {
  name: "try",
  about: "",
  takes: [{ name: "A" }, { name: "B", optional: true }],
  options: [
    { name: "flag", about: "" },
    { name: "output", short: "o", takes: "F", about: "" },
    { name: "many", takes: "M", many: "again", about: "" },
    { name: "list", takes: "L...", many: "list", about: "" },
  ],
  load: async () => ({ run: async () => undefined }),
};

describe("arguments", () => {
  it.each([
    ["a", ["a"], {}],
    ["a b --flag", ["a", "b"], { flag: [""] }],
    ["-o x a", ["a"], { output: ["x"] }],
    ["-ox a", ["a"], { output: ["x"] }],
    ["--output=-x a", ["a"], { output: ["-x"] }],
    ["--output - a", ["a"], { output: ["-"] }],
    ["a --list x y z --flag b", ["a", "b"], { list: ["x", "y", "z"], flag: [""] }],
    ["a --list=x y", ["a"], { list: ["x", "y"] }],
    ["a --list x --list y z", ["a"], { list: ["x", "y", "z"] }],
    ["--list x -- a", ["a"], { list: ["x"] }],
    ["--many x a --many y", ["a"], { many: ["x", "y"] }],
    ["-- --flag", ["--flag"], {}],
  ])("%s", async (line, positionals, values) => {
    const args = await parseArguments(line.split(" "), COMMAND);
    expect(args.positionals).toEqual(positionals);
    expect(Object.fromEntries(args.values)).toEqual(values);
  });

  it.each([
    "",
    "a b c",
    "a --nope",
    "a --flag=x",
    "a --output",
    "a --output --flag",
    "a -o x -o y",
    "a --list",
    "a -x",
    "a --no-flag",
  ])("refuses `%s`", async (line) => {
    const words = line.split(" ").filter((word) => word !== "");
    await expect(parseArguments(words, COMMAND)).rejects.toMatchObject({ name: "UsageError" });
  });
});

describe("the table of commands", () => {
  it("gives each name and letter once, and a file that runs it", async () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    for (const { options, load } of COMMANDS) {
      const words = options.flatMap(({ name, short }) => [name, ...(short === undefined ? [] : [short])]);
      expect(new Set(words).size).toBe(words.length);
      expect((await load()).run).toBeTypeOf("function");
    }
  });
});
