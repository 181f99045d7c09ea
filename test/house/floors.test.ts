import { describe, expect, it } from "vitest";
import { importsOf, takeApart } from "./code.ts";
import type { Source } from "./files.ts";
import { filesIn, readText, SOURCES } from "./files.ts";
import { CALLS, FACES, FLOORS, folderOf, forbiddenTo, mayUseNode } from "./floors.ts";

const byPath = new Map(SOURCES.map((source) => [source.path, source]));

/** The first cycle of imports that a walk over all sources meets. */
function findCycle(sources: ReadonlyMap<string, Pick<Source, "path" | "inner">>): readonly string[] {
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): readonly string[] => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const next of sources.get(path)?.inner ?? []) {
      const cycle = walk(next, [...way, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of sources.keys()) {
    const cycle = walk(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

/** Imports that the floors forbid. */
function trespasses({ path, inner }: Pick<Source, "path" | "inner">): readonly string[] {
  const folder = folderOf(path);
  if (folder === undefined) return [];
  const isTop = FLOORS.at(-1)?.includes(folder) ?? false;
  return inner.filter((to) => {
    const target = folderOf(to);
    if (target === undefined) return !(isTop && FACES.includes(to));
    return forbiddenTo(folder).includes(target);
  });
}

describe("what this folder reads with", () => {
  it("finds imports of every form, and none in comments and texts", () => {
    const text = readText("test/house/imports-sample.txt");
    expect(importsOf(takeApart(text))).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts"]);
    const { bare } = takeApart(text);
    expect(bare).toHaveLength(text.length);
    expect(bare).not.toContain("hidden");
    expect(bare).toContain("{ shown: 1 }.shown");
    expect(bare).toContain("const i = 1 / 2;");
  });

  it("sees a cycle and a trespass where there is one", () => {
    const of = (path: string, ...inner: string[]): [string, Pick<Source, "path" | "inner">] => [
      path,
      { path, inner },
    ];
    const cycle = findCycle(new Map([of("a", "b"), of("b", "c", "d"), of("c"), of("d", "b")]));
    expect(cycle).toEqual(["b", "d", "b"]);
    const forbidden = (path: string, to: string) => trespasses({ path, inner: [to] }).length > 0;
    expect(forbidden("src/envelope/a.ts", "src/spec/tree.ts")).toBe(true);
    expect(forbidden("src/codec/a.ts", "src/spec/tree.ts")).toBe(false);
    expect(forbidden("src/check/a.ts", "src/run/b.ts")).toBe(true);
    expect(forbidden("src/base/a.ts", "src/index.ts")).toBe(true);
    expect(forbidden("src/legacy/mxnet/a.ts", "src/author/author.ts")).toBe(false);
    expect(forbidden("src/cli/a.ts", "src/base/bytes.ts")).toBe(true);
    expect(forbidden("src/cli/a.ts", "src/index.ts")).toBe(false);
  });
});

describe("the floors", () => {
  it("hold every folder of src/", () => {
    const folders = new Set(
      SOURCES.map(({ path }) => folderOf(path)).filter((folder) => folder !== undefined),
    );
    expect(FLOORS.flat()).toEqual(expect.arrayContaining([...folders]));
  });

  it("let a file import its own folder and lower floors", () => {
    const found = SOURCES.flatMap((source) => trespasses(source).map((to) => `${source.path} imports ${to}`));
    expect(found).toEqual([]);
  });

  it("have nothing in src/ itself but the public face", () => {
    const inRoot = SOURCES.filter(({ path }) => folderOf(path) === undefined).map(({ path }) => path);
    expect([...FACES, ...CALLS]).toEqual(expect.arrayContaining(inRoot));
    const used = SOURCES.flatMap(({ path, inner }) => (folderOf(path) === undefined ? inner : []));
    expect(used.filter((to) => ["cli", "serve"].includes(folderOf(to) ?? ""))).toEqual([]);
  });

  it("are the same in the lint rules", () => {
    const { overrides } = JSON.parse(readText("biome.json")) as { overrides: Override[] };
    for (const folder of FLOORS.flat()) {
      const override = overrides.find(({ includes }) => includes.includes(`src/${folder}/**`));
      const groups = override?.linter.rules.style.noRestrictedImports?.options.patterns.flatMap(
        ({ group }) => group,
      );
      const folders = forbiddenTo(folder).map((other) => `**/${other}/**`);
      expect(groups?.filter((pattern) => pattern.startsWith("**/")).sort(), folder).toEqual(folders.sort());
    }
  });
});

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style: {
        readonly noRestrictedImports?: {
          readonly options: { readonly patterns: readonly { group: string[] }[] };
        };
      };
    };
  };
}

describe("imports", () => {
  it("form no cycle, types included", () => {
    expect(findCycle(byPath)).toEqual([]);
  });

  it("name files that exist, by their own extension", () => {
    const there = new Set(filesIn("src"));
    const made = ["src/base/schemas.gen.ts", "src/author/presets.gen.ts"];
    const missing = SOURCES.flatMap(({ path, inner }) => inner.map((to) => ({ path, to })));
    expect(missing.filter(({ to }) => !there.has(to) && !made.includes(to))).toEqual([]);
  });

  it("of Node's own modules stand only in the top floor and in backends that say so", () => {
    const users = SOURCES.filter(({ outer }) => outer.some((from) => from.startsWith("node:")));
    expect(users.map(({ path }) => path).filter((path) => !mayUseNode(path))).toEqual([]);
  });

  it("of packages are those of package.json, in the form that the package documents", () => {
    const known = [
      "@hono/node-server",
      "@noble/hashes/sha2.js",
      "@redis/client",
      "hono",
      "msgpackr/unpack-no-eval",
      "prom-client",
      "tweetnacl",
      "yaml",
    ];
    const used = new Set(SOURCES.flatMap(({ outer }) => outer).filter((from) => !from.startsWith("node:")));
    expect(known).toEqual(expect.arrayContaining([...used]));
  });
});

describe("gates", () => {
  it("are passed only in the stage that they belong to", () => {
    const owners = new Map([
      ["authoredGate", "author"],
      ["admittedGate", "trust"],
      ["checkedGate", "check"],
    ]);
    const calls = SOURCES.flatMap(({ path, bare }) =>
      [...bare.matchAll(/(\w+)\s*\.\s*pass\s*\(/g)].map(([, name]) => ({ path, name: name as string })),
    );
    // A gate that is declared in the file itself is that stage's own.
    const foreign = calls.filter(
      ({ path, name }) =>
        folderOf(path) !== owners.get(name) && !byPath.get(path)?.bare.includes(`const ${name}: Gate<`),
    );
    expect(foreign).toEqual([]);
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set([...owners.keys(), "trustGate"]));
  });

  it("cannot be reached from outside the package", () => {
    const face = SOURCES.filter(({ path }) => FACES.includes(path));
    expect(face.filter(({ bare }) => /\w+Gate\b/.test(bare)).map(({ path }) => path)).toEqual([]);
  });
});
