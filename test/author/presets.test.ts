/** What each preset gives, held against the built-ins themselves; what its types say is in presets-types.test.ts. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import type { RulePreset } from "../../src/author/preset.ts";
import * as made from "../../src/author/presets.gen.ts";
import { check } from "../../src/check/check.ts";
import * as face from "../../src/index.ts";
import { ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import { PRESETS } from "./preset-list.ts";

const { mxnet, mxnet2, optax, torch, transformers } = made;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe("the presets", () => {
  it("are one for each built-in, under its own name", () => {
    const own = PRESETS.filter(({ said, builtIn }) => said === builtIn.name);
    expect(own.map(({ said }) => said).sort()).toEqual([...ruleNames, ...scheduleNames].sort());
  });

  it("of a release that has a name of its own are all that is in force in it", () => {
    const borrowed = PRESETS.filter(({ said, builtIn }) => said !== builtIn.name);
    const schedulers = ["cosine", "factor", "multifactor", "poly"].map((kind) => `${kind}scheduler`);
    expect(borrowed.map(({ said }) => said)).toEqual(schedulers.map((name) => `mxnet-2.0/${name}`));
    expect(Object.keys(mxnet2)).toEqual(expect.arrayContaining(["sgd", "lans", "cosineScheduler"]));
  });

  it("bear their source's own names in camel case", () => {
    expect(Object.keys(torch)).toEqual(
      expect.arrayContaining(["adamW", "sgd", "rmsprop", "nadam", "asgd", "stepLR", "oneCycleLR"]),
    );
    expect(Object.keys(mxnet)).toEqual(expect.arrayContaining(["dcasgd", "adaGrad", "ccSGD"]));
    expect(mxnet.assignmentOptimizer().rule).toBe("mxnet-1.9/_assignmentoptimizer");
    expect(optax.optimisticAdamV2({ learning_rate: 1 }).rule).toBe("optax-0.2/optimistic_adam_v2");
    expect(transformers.getConstantSchedule().name).toBe("transformers-5/get_constant_schedule");
  });

  it.each(PRESETS.map((each) => [each.name, each] as const))("%s says what its example says", (_, each) => {
    const { call, example, hyper } = each;
    const preset = call(hyper);
    const written = { ...example, ...("rule" in preset ? preset : { schedule: preset }) };
    const { spec } = check(author(written));
    const { schedule } = example;
    const whole = schedule === undefined ? example : { ...example, schedule: { hyper: {}, ...schedule } };
    expect(spec).toEqual(author(whole).spec);
  });

  it("leave all defaults to the text", () => {
    expect(torch.adamW()).toStrictEqual({ rule: "torch-2.13/adamw", hyper: {} });
    expect(torch.linearLR()).toStrictEqual({ name: "torch-2.13/linearlr", hyper: {} });
  });

  it("take tuples as their framework does", () => {
    const specOf = (preset: RulePreset) => author({ optseal: 1, ...preset }).spec;
    const inOne = torch.adamW({ lr: 1e-3, betas: [0.9, 0.95] });
    expect(specOf(inOne)).toEqual(specOf(torch.adamW({ lr: 1e-3, beta1: 0.9, beta2: 0.95 })));
    const twice = torch.adamW({ beta1: 0.8, betas: [0.9, 0.95] });
    expect(() => specOf(twice)).toThrow(/`beta1` is given in `betas` too/);
  });

  it("stand beside the rest of a spec, with `every` and in compositions", () => {
    const schedule = { ...torch.stepLR({ step_size: 30 }), every: 100 };
    const { spec } = check(author({ optseal: 1, ...torch.sgd({ lr: 0.1, momentum: 0.9 }), schedule }));
    expect(spec.schedule).toMatchObject({ rule: { name: "torch-2.13/steplr" }, every: 100 });
    const sequential = [torch.linearLR({ total_iters: 5 }), torch.cosineAnnealingLR({ T_max: 95 })];
    const composed = author({ optseal: 1, ...torch.adamW(), schedule: { sequential, milestones: [5] } });
    expect(check(composed).spec.schedule?.hyper).toMatchObject({ milestones: [5] });
  });

  it("are frozen, as what they give is", () => {
    const parts = [...Object.values(made), torch.adamW(), torch.adamW().hyper];
    expect(parts.map(Object.isFrozen)).toEqual(parts.map(() => true));
  });

  it("pass on what they do not know, for check to refuse", () => {
    const untyped = torch.adamW as (hyper: object) => RulePreset;
    const refusal = () => check(author({ optseal: 1, ...untyped({ learning_rate: 1 }) }));
    expect(refusal).toThrow(/learning_rate/);
  });
});

describe("the file of the presets", () => {
  it("is the one that the texts make, byte for byte", () => {
    const folder = mkdtempSync(join(tmpdir(), "optseal-presets-"));
    const [first, second] = [join(folder, "first.ts"), join(folder, "second.ts")];
    for (const path of [first, second])
      execFileSync(process.execPath, [`${ROOT}src/author/make-presets.mjs`, path], { stdio: "ignore" });
    const text = readFileSync(first, "utf8");
    expect(readFileSync(second, "utf8") === text).toBe(true);
    const inUse = readFileSync(`${ROOT}src/author/presets.gen.ts`, "utf8");
    expect(inUse === text, "`npm run build` brings them up to date").toBe(true);
    rmSync(folder, { recursive: true });
  });

  it("is all in the public face", () => {
    for (const [space, presets] of Object.entries(made))
      expect((face as { readonly [name: string]: unknown })[space], space).toBe(presets);
  });

  it("tells an editor source, text, default and range", () => {
    const text = readFileSync(`${ROOT}src/author/presets.gen.ts`, "utf8");
    expect(text).toContain("   * torch.optim.AdamW: torch/optim/adam.py, 2.13.0 (");
    expect(text).toContain("   * `torch-2.13/adamw`\n");
    expect(text).toContain(
      "/** @default 0.001, in [0,), driven by the schedule */\n    readonly lr?: number;",
    );
  });

  it("costs a program only the frameworks that it names", async () => {
    const contents = 'import { tfjs } from "./src/index.ts"; console.log(tfjs.sgd({ learningRate: 1 }));';
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: ROOT, loader: "ts" },
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
      minify: true,
    });
    const [bundle] = outputFiles.map((file) => file.text);
    expect(bundle).toContain("tfjs-4/adam");
    expect(bundle).not.toContain("torch-2.13/");
    expect(bundle?.length).toBeLessThan(1500);
  });
});
