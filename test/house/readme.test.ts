/**
 * house: the README's examples do what they say. Each ```yaml block of a spec is checked. In the order of the page, in one
 * folder that holds a pickle, weights and gradients: each ```ts block is type-checked and run, each ```sh block of `optseal`
 * commands is run.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildOptions } from "esbuild";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { writeSafetensors } from "../../src/state/safetensors.ts";
import { ROOT, readText } from "./files.ts";

interface Block {
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

const EXAMPLE: ReadonlyMap<string, RegExp> = new Map([
  ["ts", /^/],
  ["sh", /^optseal /],
  ["yaml", /^optseal: 1\n/],
]);

function blocksOf(markdown: string): readonly Block[] {
  const found = markdown.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm);
  return [...found].flatMap(([, language = "", text = ""], i) =>
    EXAMPLE.get(language)?.test(text) === true ? [{ name: `block-${i + 1}`, language, text }] : [],
  );
}

const blocks = existsSync(`${ROOT}README.md`) ? blocksOf(readText("README.md")) : [];
if (blocks.length === 0) console.warn("skipped: the README has no examples yet");

const FACES = { optseal: join(ROOT, "src/index.ts"), "optseal/node": join(ROOT, "src/node.ts") };
const scratch = mkdtempSync(join(tmpdir(), "optseal-readme-"));
const [tools, sources, work] = ["bin", "ts", "work"].map((name) => join(scratch, name)) as [
  string,
  string,
  string,
];

const { commandBundle, nodeByImport } = await import(pathToFileURL(join(ROOT, "src/cli/bundle.mjs")).href);

const BUNDLE: BuildOptions = {
  bundle: true,
  platform: "neutral",
  mainFields: ["main"],
  format: "esm",
  external: ["node:*"],
  plugins: [nodeByImport],
};

beforeAll(async () => {
  for (const folder of [tools, sources, work]) mkdirSync(folder);
  copyFileSync(join(ROOT, "test/fixtures/mxnet-1.9/adam-cosine-warmup.pkl"), join(work, "optimizer.pkl"));
  const tensors = (value: number) =>
    writeSafetensors([["fc_weight", { dtype: "F32", shape: [2], data: new Float32Array(2).fill(value) }]]);
  writeFileSync(join(work, "weights.safetensors"), tensors(0.5));
  writeFileSync(join(work, "grads.safetensors"), tensors(0.1));
  const bundle = join(scratch, "bundle");
  await build({ ...commandBundle(ROOT), outdir: bundle, logLevel: "error" });
  writeFileSync(join(bundle, "package.json"), '{"type":"module"}');
  const command = join(bundle, "optseal.js");
  writeFileSync(join(tools, "optseal"), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`);
  chmodSync(join(tools, "optseal"), 0o755);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function runTypeScript({ name, text }: Block) {
  const outfile = join(scratch, `${name}.mjs`);
  const stdin = { contents: text, loader: "ts", resolveDir: ROOT, sourcefile: `${name}.ts` } as const;
  await build({ ...BUNDLE, stdin, outfile, alias: FACES, logLevel: "silent" });
  return spawnSync(process.execPath, [outfile], { cwd: work, encoding: "utf8" });
}

function runShell({ text }: Block) {
  const env = { ...process.env, PATH: `${tools}${delimiter}${process.env.PATH ?? ""}` };
  return spawnSync("sh", ["-e", "-u"], { cwd: work, input: text, env, encoding: "utf8" });
}

describe("the README's reader", () => {
  it("takes ts, commands and specs, and nothing else", () => {
    const page =
      "```ts\na\n```\n```sh\nnpm ci\n```\n\n```sh\noptseal b\n```\n```yaml\noptseal: 1\n```\n```yaml\nc: 1\n```\n";
    expect(blocksOf(page).map(({ language, text }) => `${language} ${text}`)).toEqual([
      "ts a\n",
      "sh optseal b\n",
      "yaml optseal: 1\n",
    ]);
  });
});

describe.skipIf(blocks.length === 0)("the README's examples", () => {
  it("have the right types", () => {
    for (const { name, text } of blocks.filter(({ language }) => language === "ts"))
      writeFileSync(join(sources, `${name}.ts`), `${text}\nexport {};\n`);
    const paths = Object.fromEntries(Object.entries(FACES).map(([name, path]) => [name, [path]]));
    const compilerOptions = {
      paths,
      typeRoots: [join(ROOT, "node_modules/@types")],
      noUnusedLocals: false,
      rewriteRelativeImportExtensions: false,
    };
    const config = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions,
      include: ["*.ts", join(ROOT, "src/codec/msgpackr.d.ts")],
    };
    writeFileSync(join(sources, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(sources, "package.json"), '{"type":"module"}');
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", sources], { encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it("are specs that pass", () => {
    for (const { text } of blocks.filter(({ language }) => language === "yaml"))
      expect(check(author(text)).program).toBeDefined();
  });

  it("run, one after the other", async () => {
    for (const block of blocks.filter(({ language }) => language !== "yaml")) {
      const { status, stderr } = block.language === "ts" ? await runTypeScript(block) : runShell(block);
      expect({ block: block.text, status, stderr: status === 0 ? "" : stderr }).toEqual({
        block: block.text,
        status: 0,
        stderr: "",
      });
    }
  });
});
