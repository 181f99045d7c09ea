/** Classes that the user gives a name: a rule's text, a built-in, or a class that they only rename. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../../src/check/check.ts";
import { convert } from "../../../src/legacy/convert.ts";
import { compile } from "../../../src/run/optimizer.ts";
import { SpecError } from "../../../src/spec/errors.ts";
import { refusal } from "./refusal.ts";
import type { Value } from "./write-pickle.ts";
import { baseFields, optimizerOf, writePickle } from "./write-pickle.ts";

type Fields = Readonly<Record<string, Value>>;
const LION = `rule lion
hyper  lr = 0.0001 in (0,) scheduled   beta1 = 0.9 in [0,1)   beta2 in [0,1)   wd = 0 in [0,)
       nesterov = false   mode = plain of plain|fancy   marks: list = [1]
state  m = 0
update u = sign(beta1 * m + (1 - beta1) * grad)
       weight = weight - lr * (u + wd * weight)
       m = beta2 * m + (1 - beta2) * grad
`;
const lion = (fields: Fields = {}, release = "1.9") => ({
  of: "train.optim Lion",
  fields: { ...baseFields(release), beta2: { float: 0.99 }, ...fields },
});
const named = (value: Value, name: string, cls = "train.optim.Lion") =>
  convert(writePickle(value), { names: new Map([[cls, name]]) });

describe("a class whose rule the user writes", () => {
  it("gives its fields to the hyperparameters of the same names, and the report tells of all others", () => {
    const { authored, report } = named(
      lion({
        wd: { float: 0.1 },
        nesterov: true,
        mode: "fancy",
        marks: [1, 2],
        verbose: 3,
        beta1: { float: 0.8 },
      }),
      LION,
    );
    const { rule, hyper, gradient } = authored.spec;
    expect(rule).toMatchObject({ name: "lion" });
    expect(hyper).toEqual({
      lr: 0.01,
      wd: 0.1,
      beta1: 0.8,
      beta2: 0.99,
      nesterov: true,
      mode: "fancy",
      marks: [1, 2],
    });
    expect(gradient).toBeUndefined();
    expect(report.source).toMatchObject({ className: "train.optim.Lion", release: "mxnet-1.9" });
    expect(report.fields).toContainEqual(
      expect.objectContaining({ field: "class", action: "guessed", value: "train.optim.Lion", to: "lion" }),
    );
    expect(report.fields).toContainEqual(expect.objectContaining({ field: "verbose", action: "dropped" }));
    expect(() => compile(check(authored))).not.toThrow();
  });

  it("has what is not in the file from the rule's defaults, and says so", () => {
    const { authored, report } = named(lion(), LION);
    expect(authored.spec.hyper).toEqual({ lr: 0.01, beta2: 0.99 });
    expect(report.fields).toContainEqual(
      expect.objectContaining({ field: "beta1", action: "guessed", to: "hyper.beta1 = 0.9" }),
    );
  });

  it("has the base class's rescaling and clipping done before the rule", () => {
    const fields = { rescale_grad: { float: 0.5 }, clip_gradient: { float: 2 } };
    expect(named(lion(fields), LION).authored.spec.gradient).toEqual({ rescale: 0.5, clip_value: 2 });
    const rule = LION.replace("wd = 0 in [0,)", "wd = 0 in [0,)   rescale_grad = 1   clip_gradient = null");
    const { spec } = named(lion(fields), rule).authored;
    expect(spec.gradient).toBeUndefined();
    expect(spec.hyper).toMatchObject({ rescale_grad: 0.5, clip_gradient: 2 });
  });

  it.each([
    ["a hyperparameter without a default that is not there", { beta2: undefined }, "missing-field"],
    ["a value of another type", { mode: 3 }, "foreign-type"],
    ["a choice that is none", { mode: "other" }, "foreign-type"],
    ["a value out of range", { beta1: 2 }, "refused-field"],
    ["a clip that is no bound", { clip_gradient: { float: -1 } }, "refused-field"],
    ["a multiplier that the rule does not know", { lr_mult: { dict: [[0, 2]] } }, "refused-field"],
  ] as readonly (readonly [string, Readonly<Record<string, Value | undefined>>, string])[])(
    "is refused with %s",
    (_, fields, code) => {
      const all = { ...lion().fields, ...fields };
      const kept = Object.fromEntries(
        Object.entries(all).filter(([, value]) => value !== undefined),
      ) as Fields;
      const error = refusal(
        { of: "train.optim Lion", fields: kept },
        { names: new Map([["train.optim.Lion", LION]]) },
      );
      expect(error.issues).toMatchObject([{ code }]);
      expect(error.issues[0].hint).toBeTruthy();
    },
  );

  it("keeps multipliers that the rule knows, and drops those that multiply nothing", () => {
    const fields = { lr_mult: { dict: [[0, 1]] }, wd_mult: { dict: [["bias", 0]] } } as const;
    const { authored, report } = named(lion(fields), LION);
    expect(authored.spec.groups).toBeUndefined();
    expect(report.fields.filter(({ field }) => /_mult$/.test(field)).map(({ action }) => action)).toEqual([
      "dropped",
      "dropped",
    ]);
    const rule = LION.replace("wd = 0 in [0,)", "wd = 0 in [0,)   wd_mult = 1");
    expect(named(lion(fields), rule).authored.spec.groups).toEqual([
      { match: { name: ["bias"] }, hyper: { wd_mult: 0 } },
    ]);
  });

  it("may do without the base class", () => {
    const bare = { of: "train.optim Lion", fields: { lr: { float: 0.5 }, beta2: { float: 0.5 } } };
    expect(named(bare, LION).authored.spec).toMatchObject({ hyper: { lr: 0.5, beta2: 0.5 } });
  });

  it("is read as the release that its base class is of", () => {
    for (const [release, candidates] of [
      ["1.1", ["mxnet-1.0", "mxnet-1.1", "mxnet-1.2"]],
      ["1.4", ["mxnet-1.3", "mxnet-1.4"]],
      ["2.0", ["mxnet-2.0"]],
    ] as const)
      expect(named(lion({}, release), LION).report.source.candidates).toEqual(candidates);
  });

  it("with text that is no rule", () => {
    expect(() => named(lion(), "rule\nlion")).toThrow(SpecError);
  });
});

describe("a class that is taken for a built-in", () => {
  it("of its own release, whatever release the file is of", () => {
    const { authored, report } = named(lion({ momentum: { float: 0.5 } }, "1.3"), "mxnet-1.9/nag");
    expect(authored.spec).toMatchObject({ rule: { name: "mxnet-1.9/nag" }, hyper: { momentum: 0.5 } });
    expect(report.fields).toContainEqual(expect.objectContaining({ field: "beta2", action: "dropped" }));
  });

  it("under MXNet's own names for fields", () => {
    const { hyper } = named(lion({ float_stable_eps: { float: 1e-3 } }), "mxnet-1.9/adagrad").authored.spec;
    expect(hyper).toMatchObject({ eps: 1e-3 });
  });
});

describe("a class that only renames one of MXNet's", () => {
  const renamed = (fields: Fields) => ({ ...optimizerOf("1.9", "NAG", fields), of: "train.optim Lion" });
  it("has its fields, all of them and no others", () => {
    const { authored } = named(renamed({ momentum: { float: 0.5 } }), "NAG");
    expect(authored.spec).toMatchObject({ rule: { name: "mxnet-1.9/nag" }, hyper: { momentum: 0.5 } });
    const codes = (fields: Fields) =>
      refusal(renamed(fields), { names: new Map([["train.optim.Lion", "NAG"]]) }).issues.map(
        ({ code }) => code,
      );
    expect(codes({ momentum: 0, extra: 1 })).toEqual(["unknown-field"]);
    expect(codes({})).toEqual(["missing-field"]);
  });
});

describe("a scheduler of the user's own", () => {
  const TRAPEZOID = `schedule trapezoid
hyper  warmup_steps = 0 in [0,)   max_update in [1,)
state  seen = 0
step   seen = seen + 1
       rate = base * min(1, max_update / (t + warmup_steps))
`;
  const sgd = (scheduler: Value, fields: Fields = {}) =>
    optimizerOf("1.9", "SGD", { momentum: 0, lazy_update: true, lr_scheduler: scheduler, ...fields });
  const trapezoid = (fields: Fields): Value => ({ of: "train.sched Trapezoid", fields });
  const convertWith = (scheduler: Value, name = TRAPEZOID, fields: Fields = {}) =>
    named(sgd(scheduler, fields), name, "train.sched.Trapezoid");

  it("gives its fields to the schedule, and its base_lr is the rate", () => {
    const { authored, report } = convertWith(
      trapezoid({ base_lr: { float: 0.25 }, max_update: 10, warmup_steps: 3, note: "x" }),
    );
    expect(authored.spec).toMatchObject({
      hyper: { learning_rate: 0.25 },
      schedule: { rule: { name: "trapezoid" }, hyper: { max_update: 10, warmup_steps: 3 } },
    });
    expect(report.fields).toContainEqual(
      expect.objectContaining({ field: "lr_scheduler.note", action: "dropped" }),
    );
    expect(() => compile(check(authored))).not.toThrow();
  });

  it("has the optimizer's rate where it has none, and is refused where neither has", () => {
    expect(convertWith(trapezoid({ max_update: 10 })).authored.spec.hyper).toMatchObject({
      learning_rate: 0.01,
    });
    const without = sgd(trapezoid({ max_update: 10 }), { lr: null });
    const error = refusal(without, { names: new Map([["train.sched.Trapezoid", TRAPEZOID]]) });
    expect(error.issues).toMatchObject([{ code: "missing-field", path: expect.stringMatching(/^lr,/) }]);
  });

  it("goes on from its state where the file has all of it, and is run from its beginning otherwise", () => {
    const later = { num_update: 5 };
    const spec = (fields: Fields) =>
      convertWith(trapezoid({ base_lr: 1, max_update: 10, ...fields }), TRAPEZOID, later).authored.spec;
    expect(spec({ seen: 5 }).resume).toEqual({ updates: 5, schedule: { seen: 5 } });
    expect(spec({}).resume).toEqual({ updates: 5 });
  });

  it("can be taken for a built-in", () => {
    const fields = { base_lr: { float: 0.5 }, step: 4, factor: { float: 0.5 }, count: 0, stop_factor_lr: 0 };
    const { spec } = convertWith(trapezoid(fields), "mxnet-1.9/factorscheduler").authored;
    expect(spec.schedule).toMatchObject({
      rule: { name: "mxnet-1.9/factorscheduler" },
      hyper: { step: 4, factor: 0.5 },
    });
  });

  it("and is refused without a name, with its class", () => {
    const error = refusal(sgd(trapezoid({})));
    expect(error.issues).toMatchObject([
      { code: "unknown-class", message: "`lr_scheduler`: `train.sched.Trapezoid` is no scheduler of MXNet" },
    ]);
    expect(error.hint).toMatch(/--name FILE=CLASS/);
  });
});

describe("names", () => {
  it("for a class that the file does not have", () => {
    const error = refusal(lion(), { names: new Map([["train.Lion", LION]]) });
    expect(error).toMatchObject({
      code: "unknown-class",
      message: expect.stringMatching(/no object of `train\.Lion`/),
    });
    expect(error.hint).toBe("its classes: `train.optim.Lion`");
  });

  it("that mean nothing", () => {
    const error = refusal(lion(), { names: new Map([["train.optim.Lion", "Leo"]]) });
    expect(error.message).toMatch(/`Leo` is no class of MXNet, no built-in and no text/);
  });

  it("of a file that holds no object at all", () => {
    const error = refusal([1], { names: new Map([["a.B", "SGD"]]) });
    expect(error.hint).toBe("its classes: none");
    expect(refusal([1]).message).toMatch(/^\[1\] is no optimizer/);
    const states = readFileSync(new URL("../../fixtures/mxnet-1.9/adam-updater.states", import.meta.url));
    expect(() => convert(states)).toThrow(/tuple of states and an optimizer/);
  });
});
