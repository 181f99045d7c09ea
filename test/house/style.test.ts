import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { filesIn, ROOT, readText, SOURCES } from "./files.ts";
import { FACES, folderOf } from "./floors.ts";

/** No barrel but these: the public face, and the elementary functions, which stand under one name. */
const BARRELS: ReadonlySet<string> = new Set([...FACES, "src/base/elementary.ts"]);

/** Where a pattern stands in code: neither in comments nor in texts. */
function where(pattern: RegExp): readonly string[] {
  return SOURCES.flatMap(({ path, bare }) =>
    [...bare.matchAll(new RegExp(pattern, "g"))].map(
      ({ index }) => `${path}:${bare.slice(0, index).split("\n").length}`,
    ),
  );
}

describe("sources", () => {
  it("have no default exports, no `any`, no code from strings, no switches of the type checker", () => {
    expect(where(/\bexport\s+default\b/)).toEqual([]);
    expect(where(/(?:[:<,|&(]|\bas)\s*any\b/)).toEqual([]);
    expect(where(/\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bimport\.meta\.(?:eval|glob)/)).toEqual([]);
    const off = SOURCES.filter(({ text }) =>
      /@ts-(?:ignore|nocheck|expect-error)|biome-ignore (?!format)/.test(text),
    );
    expect(off.map(({ path }) => path)).toEqual([]);
  });

  it("are no barrels", () => {
    const passOn = SOURCES.filter(({ bare }) =>
      /\bexport\s+(?:type\s*)?(?:\*|\{[^}]*\}\s*from\b)/.test(bare),
    );
    expect(passOn.map(({ path }) => path).filter((path) => !BARRELS.has(path))).toEqual([]);
  });

  it("begin with what goes in and out, under the name of their stage", () => {
    const bad = SOURCES.filter(({ path, text }) => {
      const head = /^(?:#!.*\n)?\/\*\*\s*(?:\*\s*)?([\s\S]*?)\*\//.exec(text)?.[1];
      const folders = path.split("/").slice(1, -1);
      return (
        head === undefined || !(folders.length === 0 || folders.some((folder) => head.startsWith(folder)))
      );
    });
    expect(bad.map(({ path }) => path)).toEqual([]);
  });

  it("have kebab-case names that say what is inside", () => {
    const names = filesIn("src").map((path) => path.split("/").at(-1) as string);
    expect(
      names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.gen\.[jt]s|\.d\.ts|\.ts|\.mjs)$/.test(name)),
    ).toEqual([]);
    expect(names.filter((name) => /^(?:utils?|helpers?|misc|common)\.ts$/.test(name))).toEqual([]);
  });

  it("are short", () => {
    const lengths = SOURCES.map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }));
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(130);
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });
});

describe("exported functions and classes", () => {
  it("each have a docstring", () => {
    const bare = SOURCES.flatMap(({ path, text }) => {
      const found = text.matchAll(
        /(^|\n)([^\n]*)\nexport (?:async )?(?:abstract )?(?:function\*?|class) (\w+)/g,
      );
      return [...found]
        .filter(([, , before]) => !/\*\/\s*$/.test(before as string))
        .map(([, , , name]) => `${path}: ${name}`);
    });
    // An error class is described by its codes.
    expect(bare.filter((entry) => !/errors\.ts: \w+Error$/.test(entry))).toEqual([]);
  });
});

/** The closed sets of codes, as each stage's errors.ts declares them. */
function declaredCodes(): readonly { readonly path: string; readonly code: string }[] {
  return SOURCES.flatMap(({ path, code }) =>
    [...code.matchAll(/export type \w*Code\s*=([^;]*);/g)].flatMap(([, union]) =>
      [...(union as string).matchAll(/"([^"]+)"/g)].map(([, name]) => ({ path, code: name as string })),
    ),
  );
}

describe("error codes", () => {
  it("are declared for every stage, in kebab-case", () => {
    const codes = declaredCodes();
    const stages = new Set(codes.map(({ path }) => folderOf(path)));
    const wanted = ["spec", "codec", "envelope", "trust", "check", "run", "legacy", "state"];
    expect(wanted.filter((stage) => !stages.has(stage))).toEqual([]);
    expect(codes.filter(({ code }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(code))).toEqual([]);
  });

  it("are each given by some source", () => {
    const given = (code: string) =>
      SOURCES.some(({ path, code: text }) => !/errors\.ts$/.test(path) && text.includes(`"${code}"`)) ||
      SOURCES.some(({ path, code: text }) => /errors\.ts$/.test(path) && text.split(`"${code}"`).length > 2);
    expect(declaredCodes().filter(({ code }) => !given(code))).toEqual([]);
  });

  it("are each met by some test", () => {
    const tests = filesIn("test").filter(
      (path) => /\.(?:ts|json)$/.test(path) && !path.startsWith("test/house/"),
    );
    const text = tests.map(readText).join("\n");
    const unmet = declaredCodes().filter(
      ({ code }) => !new RegExp(`["'\`:]${code}["'\`]|: ${code}\\b`).test(text),
    );
    expect(unmet.map(({ path, code }) => `${path}: ${code}`)).toEqual([]);
  });
});

describe("tests", () => {
  it("stand in folders that mirror src/, or in one of the kinds", () => {
    const kinds = [
      "attacks",
      "fixtures",
      "golden",
      "house",
      "live",
      "package",
      "properties",
      "vectors",
      "examples",
    ];
    const folders = filesIn("test").map((path) => path.split("/")[1] as string);
    const strange = [...new Set(folders)].filter(
      (name) =>
        !kinds.includes(name) &&
        !existsSync(`${ROOT}src/${name.replace(/\.test\.ts$/, ".ts")}`) &&
        !existsSync(`${ROOT}${name}`),
    );
    expect(strange).toEqual([]);
  });

  it("leave none out and single none out", () => {
    const tests = filesIn("test").filter(
      (path) => path.endsWith(".test.ts") && !path.startsWith("test/house/"),
    );
    expect(
      tests.filter((path) => /\b(?:it|describe|test)\.(?:only|todo|skip)\b/.test(readText(path))),
    ).toEqual([]);
  });
});
