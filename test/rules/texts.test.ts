/** The built-ins' texts as people read them: short in the source and as `optseal show` prints them, each beside its source. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findRule, findSchedule, ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import { parseRule, parseSchedule } from "../../src/spec/parse.ts";
import { print } from "../../src/spec/print.ts";
import type { Rule, Schedule } from "../../src/spec/tree.ts";

const MOST_LINES = 25;
/** A qualified name, a file, a kernel or a paper. */
const CITATION = /\w+[._/]\w+/;
const linesOf = (text: string) => text.trim().split("\n");

/** The text that each built-in is parsed from, by its name. */
async function sources(): Promise<ReadonlyMap<string, string>> {
  const folder = new URL("../../src/rules/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const modules = await Promise.all(files.map((file): Promise<object> => import(new URL(file, folder).href)));
  const values = modules.flatMap((module): unknown[] => Object.values(module).flat());
  const found = new Map<string, string>();
  for (const value of values) {
    const name = typeof value === "string" ? /^(?:rule|schedule) (\S+)/m.exec(value)?.[1] : undefined;
    if (name !== undefined) found.set(name, value as string);
  }
  return found;
}

const SOURCES = await sources();
const names = [...ruleNames, ...scheduleNames];
const treeOf = (name: string) => (findRule(name) ?? findSchedule(name))?.tree as Rule | Schedule;
const parse = (text: string): Rule | Schedule =>
  (text.trimStart().startsWith("rule") ? parseRule : parseSchedule)(text);

describe("texts of built-ins", () => {
  it("are found in the sources, one for each name", () => {
    expect([...SOURCES.keys()].sort()).toEqual([...names].sort());
  });

  it.each(names)("%s is short, and its print is the same tree", (name) => {
    const source = SOURCES.get(name) as string;
    const tree = treeOf(name);
    expect(linesOf(source).length).toBeLessThanOrEqual(MOST_LINES);
    expect(linesOf(print(tree)).length).toBeLessThanOrEqual(MOST_LINES);
    expect(parse(source)).toStrictEqual(tree);
    expect(parse(print(tree))).toStrictEqual(tree);
    expect(print(parse(print(tree)))).toBe(print(tree));
  });

  it.each(names)("%s says where it is from", (name) => {
    const comments = linesOf(SOURCES.get(name) as string).filter((line) => line.startsWith("#"));
    expect(comments.join(" ")).toMatch(CITATION);
  });
});
