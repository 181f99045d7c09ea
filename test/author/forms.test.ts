/** Arguments in the forms of the frameworks, other names of built-ins, and names that are refused. */
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { REFUSED_NAMES } from "../../src/author/refused-names.ts";
import { check } from "../../src/check/check.ts";
import { findRule, findSchedule, ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import { OTHER_NAMES } from "../../src/rules/other-names.ts";
import { refusal } from "../spec/refusal.ts";

const hyperOf = (rule: string, hyper: object) => author({ optseal: 1, rule, hyper }).spec.hyper;

describe("tuples", () => {
  it.each([
    ["torch-2.13/adamw", { betas: [0.8, 0.99], lr: 1 }, { beta1: 0.8, beta2: 0.99, lr: 1 }],
    ["torch-2.13/rprop", { etas: [0.4, 1.3] }, { eta_minus: 0.4, eta_plus: 1.3 }],
    ["torch-2.13/rprop", { step_sizes: [1e-7, 5] }, { step_size_min: 1e-7, step_size_max: 5 }],
    ["torch-2.13/adafactor", { eps: [null, 0.01] }, { eps1: null, eps2: 0.01 }],
    ["torch-2.13/adam", { eps: 1e-6 }, { eps: 1e-6 }],
    ["torch-2.13/muon", { ns_coefficients: [3, -4, 2] }, { ns_coefficients: [3, -4, 2] }],
    ["transformers-5/adafactor", { eps: [1e-30, 0.01] }, { eps1: 1e-30, eps2: 0.01 }],
    ["deepspeed-0.19/fusedadam", { betas: [0.9, 0.95] }, { beta1: 0.9, beta2: 0.95 }],
  ])("%s takes %j", (rule, hyper, plain) => {
    expect(hyperOf(rule, hyper)).toEqual(plain);
    expect(() => check(author({ optseal: 1, rule, hyper }))).not.toThrow();
  });

  it("are taken apart in groups too", () => {
    const groups = [{ match: { suffix: ["bias"] }, hyper: { betas: [0.5, 0.6], weight_decay: 0 } }];
    const { spec } = author({ optseal: 1, rule: "torch-2.13/adam", groups });
    expect(spec.groups?.[0]?.hyper).toEqual({ beta1: 0.5, beta2: 0.6, weight_decay: 0 });
  });

  it.each([
    [{ betas: [0.9] }, "hyper.betas", "`betas` takes 2 values: [beta1, beta2]"],
    [{ betas: 0.9 }, "hyper.betas", "`betas` takes 2 values: [beta1, beta2]"],
    [{ betas: [0.9, 0.99], beta2: 0.999 }, "hyper.beta2", "`beta2` is given in `betas` too"],
  ])("%j is refused", (hyper, path, message) => {
    expect(refusal(() => hyperOf("torch-2.13/adamw", hyper))).toMatchObject({
      code: "schema",
      path,
      message: expect.stringContaining(message),
    });
  });

  it("are held against the ranges of their items", () => {
    const error = refusal(() =>
      check(author({ optseal: 1, rule: "torch-2.13/adamw", hyper: { betas: [0.9, 1] } })),
    );
    expect(error).toMatchObject({ code: "hyper-range", path: "hyper.beta2" });
  });
});

describe("names of arguments", () => {
  it.each([
    ["tfjs-4/adam", "learning_rate", "learningRate"],
    ["torch-2.13/adam", "beta_1", "beta1"],
    ["keras-3/adam", "beta1", "beta_1"],
    ["optax-0.2/adam", "beta1", "b1"],
    ["torch-2.13/sgd", "nestrov", "nesterov"],
    ["mxnet-1.9/adam", "epsilom", "epsilon"],
  ])("%s has no `%s`, and says that it has `%s`", (rule, wrong, right) => {
    const error = refusal(() => check(author({ optseal: 1, rule, hyper: { [wrong]: 0.5 } })));
    expect(error).toMatchObject({ code: "unknown-hyper", path: `hyper.${wrong}` });
    expect(error.hint).toMatch(new RegExp(`\\b${right}\\b`));
  });

  it("of execution change nothing, and are left out", () => {
    const hyper = { lr: 0.1, foreach: null, fused: true, capturable: false, differentiable: false };
    expect(hyperOf("torch-2.13/adamw", hyper)).toEqual({ lr: 0.1 });
    expect(hyperOf("torch-2.13/adamw", { fused: 3 })).toEqual({ fused: 3 });
    expect(hyperOf("keras-3/adamw", { fused: true })).toEqual({ fused: true });
  });
});

describe("other names", () => {
  it.each([...OTHER_NAMES])("%s is %s", (other, name) => {
    const isRule = findRule(name) !== undefined;
    expect(isRule || findSchedule(name) !== undefined).toBe(true);
    const schedule = isRule ? {} : { schedule: { name: other, hyper: {} } };
    const { spec } = author({ optseal: 1, rule: isRule ? other : "torch-2.13/sgd", ...schedule });
    expect(isRule ? spec.rule.name : spec.schedule?.rule.name).toBe(name);
    expect([...ruleNames, ...scheduleNames]).not.toContain(other);
  });
});

describe("what no rule can say", () => {
  it.each([...REFUSED_NAMES])(
    "%s is refused, with the reason and what to write instead",
    (name, { why, instead }) => {
      expect(findRule(name) ?? findSchedule(name)).toBeUndefined();
      const message = `\`${name}\` cannot be said as a rule: ${why}`;
      const asRule = refusal(() => author({ optseal: 1, rule: name }));
      const asSchedule = refusal(() => author({ optseal: 1, rule: "torch-2.13/sgd", schedule: { name } }));
      expect(asRule).toMatchObject({
        stage: "spec",
        code: "unsupported",
        path: "rule",
        message: expect.stringContaining(message),
        hint: instead,
      });
      expect(asSchedule).toMatchObject({ code: "unsupported", path: "schedule.name", hint: instead });
      for (const [rule] of instead.matchAll(/[a-z]+-[0-9.]+\/[a-z0-9_]+/g))
        expect(findRule(rule)).toBeDefined();
    },
  );

  it("says what torch's L-BFGS, LambdaLR and ReduceLROnPlateau want", () => {
    const words = (name: string) => refusal(() => author({ optseal: 1, rule: name })).message;
    expect(words("torch-2.13/lbfgs")).toMatch(/asks for the loss again inside each step/);
    expect(words("torch-2.13/lambdalr")).toMatch(/a function in the program/);
    expect(words("torch-2.13/reducelronplateau")).toMatch(/follows a metric/);
  });
});

describe("compositions", () => {
  const adamw = { optseal: 1, rule: "torch-2.13/adamw" };
  const step = { name: "torch-2.13/steplr", hyper: { step_size: 2, gamma: 0.5 } };

  it("are written out as one schedule", () => {
    const { spec } = author({
      ...adamw,
      schedule: { chained: [step, "schedule s\nstep rate = base\n"], every: 3 },
    });
    expect(spec.schedule?.every).toBe(3);
    expect(spec.schedule?.hyper).toMatchObject({ s1_gamma: 0.5 });
    expect(() => check(author({ ...adamw, schedule: { chained: [step] } }))).not.toThrow();
  });

  it.each([
    [{ chained: [{ ...step, every: 2 }] }, "schedule.chained[0].every"],
    [{ chained: [3] }, "schedule.chained[0]"],
    [{ chained: [{ hyper: {} }] }, "schedule.chained[0]"],
    [{ chained: [{ ...step, hyper: 3 }] }, "schedule.chained[0].hyper"],
    [{ chained: [{ name: "torch-2.13/stplr" }] }, "schedule.chained[0].name"],
    [
      { sequential: [step, { chained: [{ name: "torch-2.13/lambdalr" }] }], milestones: [3] },
      "schedule.sequential[1].chained[0].name",
    ],
  ])("%j is refused at its place", (schedule, path) => {
    expect(refusal(() => author({ ...adamw, schedule }))).toMatchObject({ stage: "spec", path });
  });
});
