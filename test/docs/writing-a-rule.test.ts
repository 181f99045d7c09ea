/**
 * docs/writing-a-rule.md does what it says: its files are written and its commands and programs run, one after the other, in one
 * folder, and what it names is there. Python and vitest are not run from here.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { BuildOptions } from "esbuild";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { findRule } from "../../src/rules/built-in.ts";
import type { Rule } from "../../src/spec/tree.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = readFileSync(join(ROOT, "docs/writing-a-rule.md"), "utf8");
const NAME = "arxiv-2306.06101/prodigy";

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

const BLOCKS: readonly Block[] = [...PAGE.matchAll(/^```(\w*) ?(\S+)?\n([\s\S]*?)^```$/gm)].map(
  ([, language = "", file, text = ""]) => ({ language, file, text }),
);
const the = (language: string): Block => BLOCKS.find((block) => block.language === language) as Block;

const { commandBundle } = await import(pathToFileURL(join(ROOT, "src/cli/bundle.mjs")).href);

const BUNDLE: BuildOptions = {
  bundle: true,
  platform: "neutral",
  mainFields: ["main"],
  format: "esm",
  external: ["node:*", "crypto"],
  logLevel: "silent",
};

const work = mkdtempSync(join(tmpdir(), "optseal-page-"));
beforeAll(async () => {
  const bundle = join(work, "bundle");
  await build({ ...commandBundle(ROOT), outdir: bundle, logLevel: "error" });
  writeFileSync(join(bundle, "package.json"), '{"type":"module"}');
  const command = join(bundle, "optseal.js");
  writeFileSync(join(work, "optseal"), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`);
  chmodSync(join(work, "optseal"), 0o755);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function run({ language, file = "", text }: Block): Promise<{ status: number | null; stderr: string }> {
  if (language === "sh") {
    const env = { ...process.env, PATH: `${work}${delimiter}${process.env.PATH ?? ""}` };
    return spawnSync("sh", ["-e", "-u"], { cwd: work, input: text, env, encoding: "utf8" });
  }
  writeFileSync(join(work, file), text);
  if (language !== "ts") return { status: 0, stderr: "" };
  const outfile = join(work, `${file}.mjs`);
  const stdin = { contents: text, loader: "ts", resolveDir: ROOT, sourcefile: file } as const;
  await build({ ...BUNDLE, stdin, outfile, alias: { optseal: join(ROOT, "src/index.ts") } });
  return spawnSync(process.execPath, [outfile], { cwd: work, encoding: "utf8" });
}

describe("docs/writing-a-rule.md", () => {
  it("has a spec, a program and commands, and they run", async () => {
    const runnable = BLOCKS.filter(({ language }) => language !== "");
    expect(runnable.map(({ language, file }) => [language, file])).toEqual([
      ["yaml", "prodigy.yaml"],
      ["sh", undefined],
      ["ts", "try.ts"],
      ["sh", undefined],
    ]);
    for (const block of runnable) {
      const { status, stderr } = await run(block);
      const problem = status === 0 ? "" : stderr;
      expect({ text: block.text, status, problem }).toEqual({ text: block.text, status: 0, problem: "" });
    }
  });

  it("shows the very rule that is built in", () => {
    const { rule } = author(the("yaml").text).spec;
    expect({ ...(rule as Rule), name: NAME }).toEqual(findRule(NAME)?.tree);
  });

  it("has each line of the rule in its table", () => {
    const shown = the("yaml").text;
    const rows = [...PAGE.matchAll(/^\| .* \| (`.*`) \|$/gm)].map(([, cell]) => cell as string);
    const lines = rows.slice(0, 9).flatMap((row) => [...row.matchAll(/`(?:(?:hyper|state) )?([^`]*)`/g)]);
    expect(lines.length).toBeGreaterThanOrEqual(10);
    expect(lines.map(([, line]) => line as string).filter((line) => !shown.includes(line))).toEqual([]);
  });

  it("names only files that are there", () => {
    const named = [
      ...PAGE.matchAll(/`((?:src|test|conformance|docs)\/[^`\s]+)`/g),
      ...PAGE.matchAll(/(?:python3|--out|vitest run) ((?:conformance|test)\S*)/g),
      ...PAGE.matchAll(/\]\(\.\.\/([^)]+)\)/g),
    ].map(([, path]) => path as string);
    expect(named.length).toBeGreaterThanOrEqual(8);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const run = [...PAGE.matchAll(/`npm (?:run )?(\w+)`/g)].map(([, script]) => script as string);
    expect(run.length).toBeGreaterThanOrEqual(3);
    expect(run.filter((script) => !(script in scripts))).toEqual([]);
  });
});
