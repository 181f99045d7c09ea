import { describe, expect, it } from "vitest";
import { findRule, findSchedule, referenceTo } from "../../src/rules/built-in.ts";
import type { Schedule, Spec } from "../../src/spec/tree.ts";
import type { Policy } from "../../src/trust/policy.ts";
import { checkPolicy, preparePolicy } from "../../src/trust/policy.ts";
import { custom, sgd } from "./support.ts";

const factor = referenceTo(findSchedule("mxnet-1.9/factorscheduler")!);
const torchSgd: Spec = { ...sgd, rule: referenceTo(findRule("torch-2.13/sgd")!) };
const flat: Schedule = { name: "flat", hyper: [], state: [], step: [["rate", "base"]] };

/** The codes and paths of all that a policy does not allow. */
function found(spec: Spec, policy: Partial<Policy>): readonly string[] {
  const prepared = preparePolicy({ rules: ["*"], custom: false, ...policy });
  return checkPolicy(spec, prepared).map(({ code, path }) => `${code} ${path}`);
}

describe("rules", () => {
  const scheduled: Spec = { ...sgd, schedule: { rule: factor, hyper: { step: 10 } } };
  const rows: readonly [string, Spec, Partial<Policy>, readonly string[]][] = [
    ["all", scheduled, { rules: ["*"] }, []],
    ["a release", scheduled, { rules: ["mxnet-1.9/*"] }, []],
    ["both by name", scheduled, { rules: ["mxnet-1.9/sgd", "mxnet-1.9/factorscheduler"] }, []],
    ["none", scheduled, { rules: [] }, ["rule-not-allowed rule.name", "rule-not-allowed schedule.rule.name"]],
    ["not the schedule", scheduled, { rules: ["mxnet-1.9/sgd"] }, ["rule-not-allowed schedule.rule.name"]],
    ["another release", sgd, { rules: ["mxnet-1.4/*"] }, ["rule-not-allowed rule.name"]],
    ["another release with the same text", sgd, { rules: ["mxnet-1.8/*"] }, []],
    ["the same text by another name", sgd, { rules: ["mxnet-1.6/sgd"] }, []],
    [
      "another text of the same class",
      sgd,
      { rules: ["mxnet-1.3/sgd", "mxnet-2.0/*"] },
      ["rule-not-allowed rule.name"],
    ],
    [
      "a release that begins alike",
      sgd,
      { rules: ["mxnet-1/*", "mxnet-1.9/sg"] },
      ["rule-not-allowed rule.name"],
    ],
    ["a framework's other name of the same text", torchSgd, { rules: ["transformers-5/sgd"] }, []],
    ["the framework that has that name", torchSgd, { rules: ["transformers-5/*"] }, []],
    ["a rule written out", { ...sgd, rule: custom }, {}, ["custom-not-allowed rule"]],
    [
      "a schedule written out",
      { ...sgd, schedule: { rule: flat } },
      {},
      ["custom-not-allowed schedule.rule"],
    ],
    [
      "both, where it may be",
      { ...sgd, rule: custom, schedule: { rule: flat } },
      { rules: [], custom: true },
      [],
    ],
    [
      "a rule written out under an allowed name",
      { ...sgd, rule: { ...(custom as object), name: "mxnet-1.9/sgd" } as Spec["rule"] },
      {},
      ["custom-not-allowed rule"],
    ],
  ];
  it.each(rows)("%s", (_, spec, policy, issues) => {
    expect(found(spec, policy)).toEqual(issues);
  });

  it("without a slash match no release", () => {
    expect(found({ ...sgd, rule: { ...factor, name: "sgdx" } }, { rules: ["sgd/*"] })).toEqual([
      "rule-not-allowed rule.name",
    ]);
  });
});

describe("bounds", () => {
  const bounds = { learning_rate: { max: 0.1 } };
  const at = (learning_rate: number): Spec => ({ ...sgd, hyper: { learning_rate } });
  const withDefault: Spec = { optseal: 1, rule: sgd.rule };
  const rows: readonly [string, Spec, Policy["bounds"], readonly string[]][] = [
    ["the value at the bound", at(0.1), bounds, []],
    ["the value above it", at(0.1000001), bounds, ["hyper-bound hyper.learning_rate"]],
    [
      "the value below the least",
      at(0.1),
      { learning_rate: { min: 0.2 } },
      ["hyper-bound hyper.learning_rate"],
    ],
    [
      "no finite value",
      at(Number.POSITIVE_INFINITY),
      { learning_rate: { min: 0 } },
      ["hyper-bound hyper.learning_rate"],
    ],
    ["a default within", withDefault, bounds, []],
    [
      "a default outside",
      withDefault,
      { learning_rate: { max: 0.001 } },
      ["hyper-bound hyper.learning_rate"],
    ],
    ["the default that a value replaces", at(0.001), { learning_rate: { max: 0.001 } }, []],
    [
      "a group",
      {
        ...at(0.1),
        groups: [
          { match: { index: [0] }, hyper: {} },
          { match: { suffix: ["b"] }, hyper: { learning_rate: 9 } },
        ],
      },
      bounds,
      ["hyper-bound groups[1].hyper.learning_rate"],
    ],
    [
      "a group's multiplier",
      { ...at(0.1), groups: [{ match: { suffix: ["b"] }, hyper: { lr_mult: 100 } }] },
      { lr_mult: { max: 10 } },
      ["hyper-bound groups[0].hyper.lr_mult"],
    ],
    [
      "a schedule's value",
      { ...sgd, schedule: { rule: factor, hyper: { step: 1, base_lr: 5 } } },
      { base_lr: { max: 1 } },
      ["hyper-bound schedule.hyper.base_lr"],
    ],
    [
      "a schedule's default",
      { ...sgd, schedule: { rule: factor, hyper: { step: 1 } } },
      { factor: { max: 0.5 } },
      ["hyper-bound schedule.hyper.factor"],
    ],
    [
      "a schedule's state",
      { ...sgd, resume: { schedule: { base_now: 7 } } },
      { base_now: { max: 1 } },
      ["hyper-bound resume.schedule.base_now"],
    ],
    [
      "the gradient's steps",
      { ...sgd, gradient: { rescale: 1e9 } },
      { rescale: { max: 1 } },
      ["hyper-bound gradient.rescale"],
    ],
    [
      "null where a number is wanted",
      sgd,
      { clip_gradient: { max: 1 } },
      ["hyper-bound hyper.clip_gradient"],
    ],
    ["a list", { ...sgd, hyper: { betas: [0.9, 1.5] } }, { betas: { max: 1 } }, ["hyper-bound hyper.betas"]],
    [
      "a text",
      { ...sgd, hyper: { momentum: "0.1" } },
      { momentum: { max: 1 } },
      ["hyper-bound hyper.momentum"],
    ],
    ["a name that nothing has", sgd, { constructor: { max: 1 }, toString: { max: 1 } }, []],
  ];
  it.each(rows)("%s", (_, spec, given, issues) => {
    expect(found(spec, given === undefined ? {} : { bounds: given })).toEqual(issues);
  });

  it("hold for the defaults of a rule written out", () => {
    expect(found({ optseal: 1, rule: custom }, { custom: true, bounds })).toEqual([
      "hyper-bound hyper.learning_rate",
    ]);
  });

  it("name the default as such", () => {
    const spec: Spec = { optseal: 1, rule: referenceTo(findRule("mxnet-1.9/adam")!) };
    const [issue] = checkPolicy(
      spec,
      preparePolicy({ rules: ["*"], custom: false, bounds: { beta1: { min: 0.95, max: 1 } } }),
    );
    expect(issue?.message).toBe(
      "`beta1` is 0.9 by default; the trust document wants at least 0.95 and at most 1",
    );
  });

  it("give a report that ends", () => {
    const groups = Array.from({ length: 4096 }, () => ({
      match: { index: [0] },
      hyper: { learning_rate: 9 },
    }));
    expect(found({ ...sgd, groups }, { bounds })).toHaveLength(100);
  });
});
