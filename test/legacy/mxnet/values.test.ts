/** Values that a pickle may hold where a number is due, multipliers, and what an optimizer has counted so far. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { convert } from "../../../src/legacy/convert.ts";
import { ConversionError } from "../../../src/legacy/report.ts";
import { scan } from "../../../src/legacy/scan.ts";
import { refusal } from "./refusal.ts";
import type { Value } from "./write-pickle.ts";
import { arrayOf, numpyScalar, optimizerOf, writePickle } from "./write-pickle.ts";

const sgd = (fields: Readonly<Record<string, Value>> = {}) =>
  optimizerOf("1.9", "SGD", { momentum: { float: 0.9 }, lazy_update: true, ...fields });
const specOf = (value: Value, release?: string) =>
  convert(writePickle(value), release === undefined ? {} : { release }).authored.spec;

function bytesOf(write: (view: DataView) => void, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
}

describe("NumPy scalars", () => {
  it.each([
    ["f8", 8, (v: DataView) => v.setFloat64(0, 0.1, true), 0.1],
    ["f4", 4, (v: DataView) => v.setFloat32(0, 0.1, true), Math.fround(0.1)],
    ["f2", 2, (v: DataView) => v.setUint16(0, 0x2e66, true), 0.0999755859375],
    ["f2", 2, (v: DataView) => v.setUint16(0, 0x0001, true), 2 ** -24],
    ["i8", 8, (v: DataView) => v.setBigInt64(0, -3n, true), -3],
    ["i4", 4, (v: DataView) => v.setInt32(0, 5, true), 5],
    ["i2", 2, (v: DataView) => v.setInt16(0, -2, true), -2],
    ["i1", 1, (v: DataView) => v.setInt8(0, 1), 1],
    ["u8", 8, (v: DataView) => v.setBigUint64(0, 9n, true), 9],
    ["u4", 4, (v: DataView) => v.setUint32(0, 4_000_000_000, true), 4_000_000_000],
    ["u2", 2, (v: DataView) => v.setUint16(0, 7, true), 7],
    ["u1", 1, (v: DataView) => v.setUint8(0, 2), 2],
  ])("%s of %i bytes is taken exactly", (type, size, write, wd) => {
    const pickle = sgd({ wd: numpyScalar(type, bytesOf(write, size)) });
    expect(specOf(pickle).hyper).toMatchObject({ wd });
    expect(scan(writePickle(pickle)).verdict).toBe("plain");
  });

  it("big-endian ones, and those of NumPy 2", () => {
    const big = bytesOf((view) => view.setFloat64(0, 0.25, false), 8);
    expect(specOf(sgd({ lr: numpyScalar("f8", big, "numpy.core.multiarray", ">") })).hyper).toMatchObject({
      learning_rate: 0.25,
    });
    const little = bytesOf((view) => view.setFloat64(0, 0.5, true), 8);
    expect(specOf(sgd({ lr: numpyScalar("f8", little, "numpy._core.multiarray") })).hyper).toMatchObject({
      learning_rate: 0.5,
    });
  });

  it("a NumPy bool is a bool, a NumPy count a count, a NumPy float none", () => {
    const yes = numpyScalar("b1", Uint8Array.of(1), "numpy.core.multiarray", "|");
    expect(specOf(sgd({ multi_precision: yes })).precision).toEqual({ master: true });
    const three = numpyScalar(
      "i8",
      bytesOf((view) => view.setBigInt64(0, 3n, true), 8),
    );
    expect(specOf(sgd({ begin_num_update: three, num_update: three })).resume).toEqual({
      begin: 3,
      updates: 3,
    });
    const float = numpyScalar(
      "f8",
      bytesOf((view) => view.setFloat64(0, 3, true), 8),
    );
    expect(refusal(sgd({ num_update: float })).code).toBe("foreign-type");
  });

  it.each([
    ["an object dtype", numpyScalar("O8", new Uint8Array(8), "numpy.core.multiarray", "|")],
    ["a complex number", numpyScalar("c16", new Uint8Array(16))],
    [
      "an integer beyond 2^53",
      numpyScalar(
        "i8",
        bytesOf((v) => v.setBigInt64(0, 2n ** 60n, true), 8),
      ),
    ],
    [
      "a NaN",
      numpyScalar(
        "f8",
        bytesOf((v) => v.setFloat64(0, Number.NaN, true), 8),
      ),
    ],
    ["an infinity", numpyScalar("f2", Uint8Array.of(0, 0x7c))],
    ["too few bytes", numpyScalar("f8", new Uint8Array(4))],
    ["a text type", numpyScalar("S3", Uint8Array.of(0x30, 0x2e, 0x31), "numpy.core.multiarray", "|")],
  ])("%s is refused with the field, its place and what to do", (_, value) => {
    const error = refusal(sgd({ wd: value }));
    const [issue] = error.issues;
    expect(issue).toMatchObject({
      code: "foreign-type",
      message: expect.stringMatching(/^`wd`: is .*, not a finite number$/),
    });
    expect(issue.offset).toBeGreaterThan(100);
    expect(issue.hint).toBe("pickle the optimizer again with a finite number there");
  });
});

describe("values of other kinds", () => {
  it.each([
    ["a text", "0.1"],
    ["a list", [0.1]],
    ["a bool", true],
    ["an integer beyond 2^53", { raw: "L36028797018963968L\n" }],
    ["an infinity", { float: "inf" }],
    ["a Decimal", { raw: "cdecimal\nDecimal\n(V0.1\ntR" }],
    ["a call of a name", { raw: "cos\nsystem\n(VX\ntR" }],
    ["a class", { raw: "c__builtin__\nfloat\n" }],
    ["another optimizer", sgd()],
  ] as readonly (readonly [string, Value])[])("%s in place of a number", (_, value) => {
    const error = refusal(sgd({ wd: value }));
    expect(error).toBeInstanceOf(ConversionError);
    expect(error.issues).toMatchObject([
      { code: "foreign-type", path: expect.stringMatching(/^wd, byte \d+$/) },
    ]);
  });

  it.each(["multi_precision", "lazy_update", "allow_np_array"])(
    "1 and 0 are True and False in %s",
    (field) => {
      expect(() => specOf(sgd({ [field]: 1 }))).not.toThrow();
      expect(refusal(sgd({ [field]: 2 })).code).toBe("foreign-type");
    },
  );

  it("a value outside the rule's range", () => {
    const scheduler = {
      of: "mxnet.lr_scheduler FactorScheduler",
      fields: {
        ...{ base_lr: { float: 0.1 }, warmup_steps: 0, warmup_final_lr: { float: 0.1 }, warmup_begin_lr: 0 },
        ...{
          warmup_mode: "linear",
          step: 0,
          factor: { float: 0.5 },
          stop_factor_lr: { float: 1e-8 },
          count: 0,
        },
      },
    };
    const error = refusal(sgd({ lr_scheduler: scheduler }));
    expect(error.issues).toMatchObject([
      {
        code: "refused-field",
        message: "`lr_scheduler.step`: 0 is below 1",
        path: expect.stringMatching(/^lr_scheduler.step, byte/),
      },
    ]);
  });

  it("an object that is called with arguments, or that more is done to", () => {
    for (const raw of [
      "cmxnet.optimizer.optimizer\nSGD\n(F0.5\ntR(dVlr\nF0.1\nsb",
      "cmxnet.optimizer.optimizer\nSGD\n(tR(db(db",
      "cmxnet.optimizer.optimizer\nSGD\n(tRVa\nVb\ns",
    ])
      expect(refusal({ raw }).code).toBe("unknown-class");
  });
});

describe("rescale_grad as an array, which AdamW and AdaBelief of 2.0 make of it", () => {
  const adamw = (value: Value) =>
    optimizerOf("2.0", "AdamW", {
      aggregate_num: 4,
      ...{ beta1: { float: 0.9 }, beta2: { float: 0.999 }, epsilon: { float: 1e-6 }, correct_bias: true },
      rescale_grad: value,
    });

  it("is the number in it", () => {
    const pickle = adamw(arrayOf([1 / 128], [1]));
    expect(specOf(pickle).hyper).toMatchObject({ rescale_grad: 1 / 128 });
    expect(scan(writePickle(pickle))).toMatchObject({ verdict: "plain" });
  });

  it.each([
    ["two numbers", arrayOf([1, 2], [2])],
    ["none", arrayOf([], [0])],
    ["a NaN", arrayOf([Number.NaN], [1])],
    ["a shape that the bytes do not fill", arrayOf([1], [2])],
    ["a shape of more than there is", arrayOf([1], [2 ** 40, 2 ** 40])],
    ["a handle that is none", { raw: "cmxnet.ndarray.ndarray\nNDArray\n(NtR(Vhandle\nNdb" }],
  ])("but not with %s", (_, array) => {
    expect(refusal(adamw(array)).issues).toMatchObject([{ code: "foreign-type" }]);
  });

  it.each([
    ["adamw-after-updates.pkl", { learning_rate: 0.0007 }],
    ["adabelief-after-updates.pkl", { learning_rate: 0.05 }],
  ])("in %s, of the real library", (name, hyper) => {
    const file = readFileSync(new URL(`../../fixtures/mxnet-2.0/${name}`, import.meta.url));
    const { spec } = convert(file).authored;
    expect(spec.hyper).toMatchObject({ ...hyper, rescale_grad: 0.125 });
    expect(spec.resume).toMatchObject({ counts: { 0: 4, 1: 4, 2: 4 }, updates: 4 });
    expect(scan(file)).toMatchObject({ verdict: "plain", findings: [] });
  });

  it("and an array that is cut short is no plain data", () => {
    expect(scan(writePickle(arrayOf([1], [2]))).verdict).toBe("refused");
  });
});

describe("multipliers", () => {
  const names = {
    dict: [
      [0, "fc_weight"],
      [1, "fc_bias"],
      [2, "7"],
    ],
  } as const;
  it("are looked up by index, then by the name of the index", () => {
    const { groups } = specOf(
      sgd({
        idx2name: names,
        lr_mult: {
          dict: [
            ["fc_weight", { float: 3 }],
            [0, 2],
          ],
        },
        wd_mult: {
          dict: [
            ["fc_bias", { float: 0 }],
            ["7", { float: 5 }],
          ],
        },
      }),
    );
    expect(groups).toEqual([
      { match: { index: [0] }, hyper: { lr_mult: 2 } },
      { match: { index: [1], name: ["fc_bias"] }, hyper: { wd_mult: 0 } },
      { match: { index: [2] }, hyper: { wd_mult: 5 } },
      { match: { name: ["fc_weight"] }, hyper: { lr_mult: 3 } },
    ]);
  });

  it("of Gluon's Parameters, in files of 1.0 to 1.2, come first", () => {
    const parameter = (lr: number, wd: number): Value => ({
      of: "mxnet.gluon.parameter Parameter",
      fields: {
        _var: null,
        name: "w",
        lr_mult: { float: lr },
        wd_mult: { float: wd },
        init: { raw: "cfoo\nBar\n(tR" },
      },
    });
    const pickle = optimizerOf("1.2", "SGD", {
      ...{ momentum: 0, lazy_update: true },
      lr_mult: {
        dict: [
          [0, { float: 9 }],
          [1, { float: 4 }],
        ],
      },
      param_dict: {
        dict: [
          [0, parameter(0.5, 1)],
          [2, parameter(1, 0)],
        ],
      },
    });
    const { authored, report } = convert(writePickle(pickle, 2));
    expect(authored.spec.groups).toEqual([
      { match: { index: [0] }, hyper: { lr_mult: 0.5 } },
      { match: { index: [1] }, hyper: { lr_mult: 4 } },
      { match: { index: [2] }, hyper: { wd_mult: 0 } },
    ]);
    expect(report.fields).toContainEqual(expect.objectContaining({ field: "param_dict", action: "kept" }));
    const strange: Value = { dict: [[0, sgd()]] };
    const other = { of: pickle.of, fields: { ...pickle.fields, param_dict: strange } };
    expect(refusal(other).issues).toMatchObject([{ code: "foreign-type" }]);
  });

  it("that a spec has no room for are refused, not half said", () => {
    const name = "w".repeat(1025);
    const error = refusal(sgd({ idx2name: { dict: [[0, name]] }, wd_mult: { dict: [[name, 0]] } }));
    expect(error).toBeInstanceOf(ConversionError);
    expect(error.issues).toMatchObject([
      { code: "unsupported", message: expect.stringMatching(/^no spec can say this/) },
    ]);
  });

  it("LARS leaves parameters alone that it knows by their names", () => {
    const fields = {
      ...{ momentum: { float: 0.9 }, momentum_correction: true, lazy_update: true, aggregate_num: 4 },
      ...{ eta: { float: 0.001 }, eps: 0, skip: 0, last_lr: { float: 0.1 }, cur_lr: { float: 0.05 } },
    };
    const { authored } = convert(writePickle(optimizerOf("1.9", "LARS", { ...fields, idx2name: names })));
    expect(authored.spec.hyper).toMatchObject({ cur_lr: 0.05 });
    expect(authored.spec.groups).toEqual([
      { match: { index: [1], name: ["fc_bias"] }, hyper: { scaled: false } },
      { match: { suffix: ["gamma", "beta", "bias"] }, hyper: { scaled: false } },
    ]);
    const nameless = convert(writePickle(optimizerOf("1.9", "LARS", fields))).report;
    expect(nameless.fields).toContainEqual(
      expect.objectContaining({
        field: "idx2name",
        action: "differs",
        why: expect.stringMatching(/all scaled/),
      }),
    );
  });
});

describe("what has been counted", () => {
  const counts: Value = {
    dict: [
      [0, 4],
      [1, 6],
    ],
  };
  it.each(["1.0", "1.3", "1.4"])("stands in one dictionary in %s", (release) => {
    const lazy = release === "1.0" ? {} : { lazy_update: true };
    const pickle = optimizerOf(release, "SGD", {
      ...lazy,
      momentum: 0,
      num_update: 6,
      _index_update_count: counts,
    });
    expect(specOf(pickle).resume).toEqual({ counts: { 0: 4, 1: 6 }, updates: 6 });
  });

  it("stands in one for each device from 1.5 on, and a server's is device 0", () => {
    const devices: Value = {
      dict: [
        [0, { dict: [] }],
        [1, counts],
      ],
    };
    const pickle = sgd({ num_update: 6, _index_update_count: counts, _all_index_update_counts: devices });
    expect(specOf(pickle).resume).toEqual({ updates: 6 });
  });

  it("for more parameters than a spec has room for: refused, in work that grows no faster than they do", () => {
    const many: Value = { dict: Array.from({ length: 300_000 }, (_, i) => [i, 1] as const) };
    const pickle = sgd({ _all_index_update_counts: { dict: [[0, many]] }, lr_mult: many, num_update: 1 });
    // Each looked up among all others would take longer than a test may.
    expect(refusal(pickle).code).toBe("unsupported");
  });

  it("and Nadam's m_schedule, LBSGD's number of gradients", () => {
    const adam = { beta1: { float: 0.9 }, beta2: { float: 0.999 }, epsilon: { float: 1e-8 } };
    const nadam = optimizerOf("1.9", "Nadam", {
      ...adam,
      ...{ schedule_decay: { float: 0.004 }, m_schedule: { float: 0.25 } },
    });
    expect(specOf(nadam).hyper).toMatchObject({ m_schedule: 0.25 });
    const lbsgd = (sum: Value) =>
      optimizerOf("1.9", "LBSGD", {
        ...{ momentum: 0, warmup_strategy: "cubic", warmup_epochs: 5, batch_scale: 2, updates_per_epoch: 32 },
        ...{ init_updates: 0, num_epochs: 60, lbmult: 1, adaptive: false, admult: 1 },
        cumgrads: {
          dict: [
            [
              3,
              {
                dict: [
                  ["cum_grad", sum],
                  ["num_cums", 8],
                ],
              },
            ],
          ],
        },
      });
    expect(specOf(lbsgd(0)).groups).toEqual([{ match: { index: [3] }, hyper: { init_updates: 8 } }]);
    expect(specOf(lbsgd(0)).hyper).toMatchObject({ warmup_strategy: "none", batch_scale: 2 });
    expect(refusal(lbsgd(arrayOf([1], [1]))).issues).toMatchObject([
      { code: "refused-field", message: expect.stringMatching(/gradients of 1 parameters, gathered/) },
    ]);
  });
});

describe("SVRG", () => {
  const inner = sgd({
    idx2name: {
      dict: [
        [0, "w"],
        [1, "w_full"],
      ],
    },
    wd_mult: { dict: [["w", 0]] },
  });
  const svrg = (fields: Readonly<Record<string, Value>>) => ({
    of: "mxnet.contrib.svrg_optimization.svrg_optimizer _SVRGOptimizer",
    fields: {
      ...optimizerOf("1.9", "SGD").fields,
      default_opt: inner,
      aux_opt: {
        of: "mxnet.contrib.svrg_optimization.svrg_optimizer _AssignmentOptimizer",
        fields: optimizerOf("1.9", "SGD").fields,
      },
      ...fields,
    },
  });

  it("is the rule of the optimizer inside, and an assignment for the names that say so", () => {
    const { authored, report } = convert(
      writePickle(
        svrg({
          idx2name: {
            dict: [
              [0, "w"],
              [1, "w_full"],
            ],
          },
          multi_precision: true,
        }),
      ),
    );
    expect(authored.spec.rule).toMatchObject({ name: "svrg_sgd" });
    expect(authored.spec.groups).toEqual([
      { match: { index: [0], name: ["w"] }, hyper: { wd_mult: 0 } },
      { match: { index: [1], name: ["w_full"] }, hyper: { full: true } },
    ]);
    expect(authored.spec.precision).toEqual({ master: true });
    expect(report.fields).toContainEqual(
      expect.objectContaining({ field: "default_opt.momentum", to: "hyper.momentum" }),
    );
  });

  it("is that rule alone where no name says so, and refused where it would look up in vain", () => {
    const plain = convert(writePickle(svrg({ idx2name: { dict: [[0, "w"]] } }))).authored.spec;
    expect(plain.rule).toMatchObject({ name: "mxnet-1.9/sgd" });
    expect(refusal(svrg({})).issues).toMatchObject([
      { code: "refused-field", message: expect.stringMatching(/KeyError at every update/) },
    ]);
    const empty = refusal(svrg({ idx2name: { dict: [[0, "w"]] }, default_opt: null }));
    expect(empty.issues).toMatchObject([
      { code: "unknown-class", path: expect.stringMatching(/^default_opt,/) },
    ]);
  });
});
