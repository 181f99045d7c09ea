import { describe, expect, it } from "vitest";
import { projectFiles, readText } from "./files.ts";

/** What no file of the project may say. The patterns are spelt so that they do not find themselves. */
const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp; readonly except?: RegExp }[] = [
  { what: "a path of somebody's machine", pattern: /(?:^|[\s"'`(=:])\/(?:wor[k]|hom[e]|roo[t]|User[s])\//m },
  { what: "a path of somebody's Windows", pattern: /\b[A-Z]:[\\]User[s]\b/ },
  {
    what: "the host of a package registry",
    pattern: /registry\.npmj[s]|registry\.yarnpk[g]|pypi\.or[g]|pythonhosted\.or[g]|\bproxy\.golan[g]/,
  },
  { what: "unfinished work", pattern: /\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/ },
  { what: "a merge that was not finished", pattern: /^(?:<{7}|>{7}) /m },
];

const BINARY = /\.(?:pkl|states|bin|safetensors|png|wasm|npz|pt|params)$/;
const FILES = projectFiles().filter((path) => !BINARY.test(path));

describe("the project's files", () => {
  it("are found", () => {
    expect(FILES).toEqual(
      expect.arrayContaining(["package.json", "src/index.ts", ".ci/run", "test/house/words.test.ts"]),
    );
    expect(FILES.filter((path) => /(?:^|\/)(?:node_modules|dist)\//.test(path))).toEqual([]);
  });

  it.each(FORBIDDEN)("hold nothing of $what", ({ pattern }) => {
    const found = FILES.flatMap((path) => {
      const match = pattern.exec(readText(path));
      return match === null ? [] : [`${path}: ${match[0].trim()}`];
    });
    expect(found).toEqual([]);
  });

  it("have no trailing blanks, tabs or carriage returns in sources", () => {
    const sources = FILES.filter((path) => /\.(?:ts|mjs|py)$/.test(path));
    const untidy = sources.filter((path) => /[ \t]$|\t|\r/m.test(readText(path)));
    expect(untidy).toEqual([]);
  });
});
