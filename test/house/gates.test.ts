/** Skipping a gate does not compile: the compiler itself is asked. And where there is no compiler, it is a TypeError. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { compile } from "../../src/run/optimizer.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const HEAD = `
import { author } from "${root}src/author/author.ts";
import { check } from "${root}src/check/check.ts";
import { compile } from "${root}src/run/optimizer.ts";
import type { Admitted, Authored, Checked } from "${root}src/spec/gates.ts";
import type { Program } from "${root}src/spec/program.ts";
import type { Spec } from "${root}src/spec/tree.ts";
import type { Verified } from "${root}src/envelope/verify.ts";
declare const spec: Spec;
declare const program: Program;
declare const verified: Verified;
declare const admitted: Admitted;
declare const authored: Authored;
declare const checked: Checked;
export type All = [typeof author, typeof check, typeof compile, Admitted, Authored, Checked, Program, Spec, Verified];
export const all = () => [spec, program, verified, admitted, authored, checked];
`;

/** What the compiler takes, and the code with which it refuses the rest: 2345 argument, 2322 assignment, 2741 missing. */
const SNIPPETS: { readonly [name: string]: readonly [code: number | undefined, text: string] } = {
  "the whole way": [undefined, "compile(check(author({ optseal: 1 })));"],
  "an admitted spec": [undefined, "compile(check(admitted));"],
  "a checked spec": [undefined, "compile(checked).attach({});"],
  "compile an authored spec": [2345, "compile(authored);"],
  "compile what author returns": [2345, "compile(author(1));"],
  "compile an admitted spec": [2345, "compile(admitted);"],
  "compile a verified envelope": [2345, "compile(verified);"],
  "compile a bare spec": [2345, "compile(spec);"],
  "compile a program of one's own": [2345, "compile({ spec, program });"],
  "compile a copy of a checked spec": [2345, "compile({ spec: checked.spec, program: checked.program });"],
  "compile a text": [2345, 'compile("rule: mxnet-1.9/adam");'],
  "check a verified envelope": [2345, "check(verified);"],
  "check a bare spec": [2345, "check(spec);"],
  "check a spec in the authored form": [2345, "check({ spec });"],
  "check a checked spec": [2345, "check(checked);"],
  "check a text": [2345, 'check("rule: mxnet-1.9/adam");'],
  "write the brand's name": [
    2353,
    'const forged: Checked = { spec, program, passedGate: "checked" }; compile(forged);',
  ],
  "declare a brand of one's own": [
    2353,
    'declare const passedGate: unique symbol; compile({ spec, program, [passedGate]: "checked" } as const);',
  ],
  "take one gate's brand for another's": [2322, "const forged: Checked = authored; compile(forged);"],
  "give the program a field of another type": [
    2322,
    "const forged: Checked = { ...checked, spec: 1 }; compile(forged);",
  ],
  "reach the brand through its type": [2339, "compile({ spec, program, ...checked.passedGate });"],
  "change a checked spec": [2540, "checked.spec.optseal = 1;"],
  "change a checked program": [2542, "checked.program.bindings[0].hyper.lr = 1e9;"],
};

describe("the compiler", () => {
  const folder = mkdtempSync(join(tmpdir(), "optseal-gates-"));
  const found = new Map<string, readonly string[]>();

  beforeAll(() => {
    const names = Object.keys(SNIPPETS);
    names.forEach((name, i) => {
      writeFileSync(join(folder, `snippet${i}.ts`), `${HEAD}\n${SNIPPETS[name]?.[1]}\n`);
    });
    const config = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        typeRoots: [join(root, "node_modules/@types")],
        noEmit: true,
        rewriteRelativeImportExtensions: false,
      },
      include: ["snippet*.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const tsc = join(root, "node_modules/.bin/tsc");
    const { stdout } = spawnSync(tsc, ["--noEmit", "--pretty", "false", "-p", folder], { encoding: "utf8" });
    const lines = stdout.split("\n");
    names.forEach((name, i) => {
      const own = lines.filter((line) => line.includes(`snippet${i}.ts(`));
      found.set(
        name,
        own.map((line) => /error TS(\d+)/.exec(line)?.[1] ?? line),
      );
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.keys(SNIPPETS))("%s", (name) => {
    const code = SNIPPETS[name]?.[0];
    expect(found.get(name)).toEqual(code === undefined ? [] : [String(code)]);
  });
});

describe("without a compiler", () => {
  const authored = author({ optseal: 1, rule: "mxnet-1.9/adam" });
  const checked = check(authored);
  // biome-ignore lint/suspicious/noExplicitAny: what a program without types can pass
  const anything = (value: unknown): any => value;

  const forged: readonly (readonly [string, unknown])[] = [
    ["nothing", undefined],
    ["null", null],
    ["a text", "rule: mxnet-1.9/adam"],
    ["a spec", authored.spec],
    ["a copy", { ...checked }],
    ["a deep copy", structuredClone({ spec: authored.spec })],
    ["an heir", Object.create(checked)],
    ["a proxy", new Proxy(checked, {})],
    ["a prototype's child", Object.setPrototypeOf({ spec: authored.spec }, authored)],
    ["a function", () => checked],
  ];

  it.each(forged)("compile(%s) is a TypeError", (_, value) => {
    expect(() => compile(anything(value))).toThrow(TypeError);
  });

  it.each(forged)("check(%s) is a TypeError", (_, value) => {
    expect(() => check(anything(value))).toThrow(TypeError);
  });

  it("each stage takes its own predecessor alone", () => {
    expect(() => compile(anything(authored))).toThrow(TypeError);
    expect(() => check(anything(checked))).toThrow(TypeError);
    expect(() => compile(check(author({ optseal: 1, rule: "mxnet-1.9/adam" })))).not.toThrow();
  });

  it("what has passed cannot be changed", () => {
    expect(() => {
      anything(checked).spec.rule.name = "mxnet-1.9/sgd";
    }).toThrow(TypeError);
    expect(() => {
      anything(checked).program.bindings[0].bodies.update.length = 0;
    }).toThrow(TypeError);
    expect(() => {
      anything(checked).program = {};
    }).toThrow(TypeError);
  });
});
