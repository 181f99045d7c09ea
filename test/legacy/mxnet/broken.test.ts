/** What MXNet's own classes fail on, and what they do otherwise than their names say: refused or told of, never passed over. */
import { describe, expect, it } from "vitest";
import { check } from "../../../src/check/check.ts";
import { convert } from "../../../src/legacy/convert.ts";
import { refusal } from "./refusal.ts";
import type { Value } from "./write-pickle.ts";
import { optimizerOf, writePickle } from "./write-pickle.ts";

type Fields = Readonly<Record<string, Value>>;
const ADAM: Fields = { beta1: { float: 0.9 }, beta2: { float: 0.999 }, epsilon: { float: 1e-8 } };
const LAMB: Fields = { ...ADAM, lower_bound: null, upper_bound: null, bias_correction: true };
const LARS: Fields = { momentum: { float: 0.9 }, lazy_update: false, eta: { float: 0.001 } };
const LARS_1: Fields = { ...LARS, eps: 0, momentum_correction: true, skip: 0, last_lr: null, cur_lr: null };
const DCASGD: Fields = { momentum: 0, weight_previous: { dict: [] }, lamda: { float: 0.04 } };
const PAIR: Fields = { beta1: { float: 0.9 }, beta2: { float: 0.999 } };
const CORRECT: Fields = { ...ADAM, correct_bias: true };
const LBSGD: Fields = {
  ...{
    momentum: 0,
    warmup_strategy: "linear",
    warmup_epochs: 5,
    batch_scale: 1,
    updates_per_epoch: 32,
    init_updates: 0,
  },
  ...{ num_epochs: 60, lbmult: 1, adaptive: false, admult: 1, cumgrads: { dict: [] } },
};
const group = (release: string, fields: Fields) => ({
  of: "mxnet.optimizer.contrib GroupAdaGrad",
  fields: { ...optimizerOf(release, "SGD").fields, float_stable_eps: { float: 1e-5 }, ...fields },
});
const test = (fields: Fields) => ({
  of: "mxnet.optimizer.optimizer Test",
  fields: { ...optimizerOf("2.0", "SGD").fields, ...fields },
});

describe("what fails in MXNet at every update", () => {
  it.each([
    [
      "DCASGD 1.0 to 1.9 with a momentum",
      "1.6",
      optimizerOf("1.6", "DCASGD", { ...DCASGD, momentum: { float: 0.5 } }),
      "momentum",
    ],
    [
      "Signum without momentum, with wd_lh",
      "1.4",
      optimizerOf("1.4", "Signum", { momentum: 0, wd_lh: { float: 0.1 } }),
      "wd_lh",
    ],
    ["SGLD of 1.0", "1.0", optimizerOf("1.0", "SGLD"), "class"],
    ["SGLD of 1.1", "1.1", optimizerOf("1.1", "SGLD"), "class"],
    ["SGLD with a rate of 0", "1.9", optimizerOf("1.9", "SGLD", { lr: 0 }), "lr"],
    ["GroupAdaGrad with a weight decay", "1.9", group("1.9", { wd: { float: 0.1 } }), "wd"],
    ["DCASGD 2.0, fused", "2.0", optimizerOf("2.0", "DCASGD", DCASGD), "use_fused_step"],
    ["SGLD 2.0, fused", "2.0", optimizerOf("2.0", "SGLD"), "use_fused_step"],
    [
      "AdaDelta 2.0, fused",
      "2.0",
      optimizerOf("2.0", "AdaDelta", { rho: { float: 0.9 }, epsilon: { float: 1e-6 } }),
      "use_fused_step",
    ],
    ["Adamax 2.0, fused", "2.0", optimizerOf("2.0", "Adamax", ADAM), "use_fused_step"],
    [
      "Nadam 2.0, fused",
      "2.0",
      optimizerOf("2.0", "Nadam", { ...ADAM, schedule_decay: 0, m_schedule: 1 }),
      "use_fused_step",
    ],
    ["Test 2.0, fused", "2.0", test({}), "use_fused_step"],
    [
      "LAMB 2.0 one tensor at a time",
      "2.0",
      optimizerOf("2.0", "LAMB", { ...LAMB, aggregate_num: 1 }),
      "aggregate_num",
    ],
    [
      "AdamW 2.0 one tensor at a time",
      "2.0",
      optimizerOf("2.0", "AdamW", { ...CORRECT, aggregate_num: 1 }),
      "aggregate_num",
    ],
    [
      "AdaBelief 2.0 one tensor at a time",
      "2.0",
      optimizerOf("2.0", "AdaBelief", { ...CORRECT, aggregate_num: 1 }),
      "aggregate_num",
    ],
    [
      "LARS 2.0 several tensors at a time",
      "2.0",
      optimizerOf("2.0", "LARS", { ...LARS, epsilon: 0, aggregate_num: 4 }),
      "aggregate_num",
    ],
  ] as readonly (readonly [string, string, Value, string])[])(
    "%s is refused with the reason",
    (_, release, value, field) => {
      const error = refusal(value, { release: `mxnet-${release}` });
      expect(error.issues).toMatchObject([
        { code: "refused-field", path: expect.stringMatching(new RegExp(`^${field}, byte`)) },
      ]);
      expect(error.message).toMatch(/MXNet|raises|kernel/);
      expect(error.hint).toBeTruthy();
      expect(error.issues[0].hint).toBeTruthy();
    },
  );

  it("and would convert without that", () => {
    for (const value of [
      optimizerOf("1.6", "DCASGD", DCASGD),
      optimizerOf("1.4", "Signum", { momentum: { float: 0.9 }, wd_lh: { float: 0.1 } }),
      group("1.9", {}),
      optimizerOf("2.0", "DCASGD", { ...DCASGD, momentum: { float: 0.5 }, use_fused_step: false }),
      test({ use_fused_step: false }),
      optimizerOf("2.0", "LAMB", { ...LAMB, aggregate_num: 4 }),
      optimizerOf("2.0", "AdamW", { ...CORRECT, aggregate_num: 4 }),
      optimizerOf("2.0", "LARS", { ...LARS, epsilon: 0, aggregate_num: 1 }),
    ])
      expect(() => check(convert(writePickle(value)).authored)).not.toThrow();
  });

  it("LBSGD of 1.2, which nobody can make", () => {
    const error = refusal(optimizerOf("1.2", "LBSGD", LBSGD), { release: "mxnet-1.2" });
    expect(error.code).toBe("wrong-release");
  });
});

describe("what MXNet does otherwise than the name says is told", () => {
  it.each([
    ["NAG of 1.0", optimizerOf("1.0", "NAG", { momentum: { float: 0.9 } }), "1.0", /SGD with momentum/],
    [
      "Nadam of 1.0",
      optimizerOf("1.0", "Nadam", { ...ADAM, wd: { float: 0.1 }, schedule_decay: 0, m_schedule: 1 }),
      "1.0",
      /rescale_grad \+ wd/,
    ],
    [
      "NAG of 1.5",
      optimizerOf("1.5", "NAG", { momentum: { float: 0.9 }, wd: { float: 0.1 } }),
      "1.5",
      /second term/,
    ],
    ["GroupAdaGrad", group("1.9", {}), "1.9", /one-dimensional/],
    ["SGLD", optimizerOf("1.9", "SGLD"), "1.9", /noise/],
    [
      "LAMB with 16-bit weights",
      optimizerOf("1.6", "LAMB", { ...LAMB, multi_precision: true }),
      "1.6",
      /32-bit copy/,
    ],
    [
      "LAMB with 16-bit weights, several at a time",
      optimizerOf("1.9", "LAMB", { ...LAMB, aggregate_num: 45, multi_precision: true }),
      "1.9",
      /norm of the 16-bit/,
    ],
    [
      "Signum without momentum",
      optimizerOf("1.9", "Signum", { momentum: 0, wd_lh: 0 }),
      "1.9",
      /neither rescale_grad/,
    ],
    ["Adamax without epsilon", optimizerOf("1.9", "Adamax", PAIR), "1.9", /NaN/],
    ["LARS of shards", optimizerOf("1.9", "LARS", LARS_1), "1.9", /shards/],
    ["LBSGD with lars", optimizerOf("1.9", "LBSGD", { ...LBSGD, warmup_strategy: "lars" }), "1.9", /shards/],
  ] as readonly (readonly [string, Value, string, RegExp])[])("%s", (_, value, release, why) => {
    const { authored, report } = convert(writePickle(value), { release: `mxnet-${release}` });
    expect(report.fields).toContainEqual(
      expect.objectContaining({ action: "differs", why: expect.stringMatching(why) }),
    );
    expect(() => check(authored)).not.toThrow();
  });
});

describe("the rule that runs", () => {
  it("is LAMB of 1.6 where 1.7 to 1.9 hand it one tensor at a time", () => {
    const spec = (chunk: number) =>
      convert(writePickle(optimizerOf("1.9", "LAMB", { ...LAMB, aggregate_num: chunk }))).authored.spec;
    expect(spec(45).rule).toMatchObject({ name: "mxnet-1.9/lamb" });
    expect(spec(1).rule).toMatchObject({ name: "mxnet-1.6/lamb" });
  });

  it("asks LBSGD's scheduler before the first update", () => {
    const scheduler = (fields: Fields): Value => ({
      of: "mxnet.lr_scheduler FactorScheduler",
      fields: {
        ...{ base_lr: { float: 0.5 }, warmup_steps: 0, warmup_final_lr: { float: 0.5 }, warmup_begin_lr: 0 },
        ...{
          warmup_mode: "linear",
          step: 2,
          factor: { float: 0.5 },
          stop_factor_lr: { float: 1e-8 },
          count: 0,
        },
        ...fields,
      },
    });
    const first = (fields: Fields, counted = 0) =>
      convert(
        writePickle(
          optimizerOf("1.9", "LBSGD", { ...LBSGD, num_update: counted, lr_scheduler: scheduler(fields) }),
        ),
      ).authored.spec.hyper;
    expect(first({})).toMatchObject({ first_rate: 0.5, learning_rate: 0.5 });
    expect(first({}, 5)).toMatchObject({ first_rate: 0.125 });
    expect(first({ warmup_steps: 4, warmup_begin_lr: { float: 0.1 } }, 2)).toMatchObject({
      first_rate: 0.1 + (0.4 * 2) / 4,
    });
    expect(first({ warmup_steps: 4, warmup_mode: "constant" }, 3)).toMatchObject({ first_rate: 0 });
  });
});
