/** The types of the presets: the compiler itself is asked, under both ways to resolve modules. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as made from "../../src/author/presets.gen.ts";
import { PRESETS } from "./preset-list.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What the compiler takes, and the code with which it refuses the rest: 2322 type, 2353 unknown, 2554 count, 2741 missing. */
const SNIPPETS: readonly (readonly [what: string, code: number | undefined, text: string])[] = [
  ["nothing, where all has a default", undefined, "torch.adamW();"],
  ["a tuple in place of its items", undefined, "torch.adamW({ lr: 1e-3, betas: [0.9, 0.95] });"],
  ["null, where it is a value", undefined, "torch.adafactor({ eps1: null, eps: [null, 1e-3] });"],
  ["a choice", undefined, 'mxnet.lbsgd({ warmup_strategy: "linear" });'],
  ["a list that nobody may change", undefined, "torch.multiStepLR({ milestones: [3, 7] as const });"],
  ["the parts of a spec", undefined, "author({ ...torch.sgd(), schedule: torch.stepLR({ step_size: 3 }) });"],
  ["an unknown name", 2353, "torch.adamW({ learning_rate: 1e-3 });"],
  ["a name of another release", 2353, "mxnet2.adaGrad({ eps: 1e-3 });"],
  ["a text for a number", 2322, 'torch.adamW({ lr: "1e-3" });'],
  ["a number for a boolean", 2322, "torch.adamW({ amsgrad: 1 });"],
  ["a choice that is none", 2322, 'mxnet.lbsgd({ warmup_strategy: "fast" });'],
  ["null, where it is no value", 2322, "torch.adamW({ lr: null });"],
  ["undefined, which is no value at all", 2379, "torch.adamW({ lr: undefined });"],
  ["a tuple of another length", 2322, "torch.adamW({ betas: [0.9] });"],
  ["a number for a list", 2322, "torch.multiStepLR({ milestones: 3 });"],
  ["nothing, where something must be given", 2554, "torch.stepLR();"],
  ["all but what must be given", 2741, "torch.stepLR({ gamma: 0.1 });"],
  ["an argument, where there is none", 2554, "transformers.getConstantSchedule({});"],
  ["a preset that is none", 2551, "torch.adamw();"],
  ["a change of a preset", 2540, 'torch.adamW().rule = "torch-2.13/sgd";'],
  ["a change of the presets", 2540, "torch.adamW = torch.adam;"],
];

/** Each preset with its example, and with an argument that no built-in has. */
const FITTING = PRESETS.map(({ name, builtIn, hyper }) =>
  builtIn.tree.hyper.length === 0 ? `${name}();` : `${name}(${JSON.stringify(hyper)});`,
);
const STRANGE = PRESETS.map(
  ({ name, hyper }) => `${name}(${JSON.stringify({ ...hyper, no_such_argument: 1 })});`,
);
const NEEDY = PRESETS.filter(({ builtIn }) =>
  builtIn.tree.hyper.some((declared) => declared.default === undefined),
);
const EMPTY = NEEDY.map(({ name }) => `${name}({});`);

const HEAD = [
  `import { author } from "${root}src/author/author.ts";`,
  `import { ${Object.keys(made).join(", ")} } from "${root}src/author/presets.gen.ts";`,
  `export const all = [author, ${Object.keys(made).join(", ")}];`,
];

const FILES: { readonly [name: string]: readonly string[] } = {
  snippets: SNIPPETS.map(([, , text]) => text),
  fitting: FITTING,
  strange: STRANGE,
  empty: EMPTY,
};

describe.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("the compiler, with module %s and resolution %s", (module, moduleResolution) => {
  const folder = mkdtempSync(join(tmpdir(), "optseal-presets-"));
  /** The first code that each line of a file is refused with. */
  const codes = new Map<string, number>();
  /** What else the compiler says. */
  const rest: string[] = [];

  beforeAll(() => {
    for (const [name, lines] of Object.entries(FILES))
      writeFileSync(join(folder, `${name}.ts`), [...HEAD, ...lines, ""].join("\n"));
    const compilerOptions = {
      module,
      moduleResolution,
      typeRoots: [join(root, "node_modules/@types")],
      noEmit: true,
      rewriteRelativeImportExtensions: false,
    };
    const include = ["*.ts", join(root, "src/codec/msgpackr.d.ts")];
    const config = { extends: join(root, "tsconfig.json"), compilerOptions, include };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const args = [tsc, "--pretty", "false", "-p", "."];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    for (const line of stdout.split("\n").filter((each) => /^\S/.test(each))) {
      const [, name = "", at, code] = /^(\w+)\.ts\((\d+),\d+\): error TS(\d+)/.exec(line) ?? [];
      const place = Number(at) - HEAD.length;
      const key = `${name}:${place}`;
      if (FILES[name] === undefined || place < 1) rest.push(line);
      else if (!codes.has(key)) codes.set(key, Number(code));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const codesOf = (name: string) => FILES[name]?.map((_, i) => codes.get(`${name}:${i + 1}`));

  it("has nothing to say of the presets themselves", () => {
    expect(rest).toEqual([]);
  });

  it.each(SNIPPETS.map(([what, code], i) => [what, code, i + 1] as const))("%s: %s", (_, code, line) => {
    expect(codes.get(`snippets:${line}`)).toBe(code);
  });

  it("takes each preset with its example", () => {
    expect(FITTING.filter((_, i) => codesOf("fitting")?.[i] !== undefined)).toEqual([]);
  });

  it("takes none with an argument that it does not have", () => {
    expect(STRANGE.filter((_, i) => codesOf("strange")?.[i] === undefined)).toEqual([]);
  });

  it("takes none without what must be given", () => {
    expect(EMPTY.length).toBeGreaterThan(50);
    expect(EMPTY.filter((_, i) => codesOf("empty")?.[i] === undefined)).toEqual([]);
  });
});
