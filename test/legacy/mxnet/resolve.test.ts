/** Which release made a file, where its facts do not agree with each other or with what the user says. */
import { describe, expect, it } from "vitest";
import { convert } from "../../../src/legacy/convert.ts";
import { era, eraInWords, releasesInWords } from "../../../src/legacy/mxnet/releases.ts";
import { refusal } from "./refusal.ts";
import type { Value } from "./write-pickle.ts";
import { optimizerOf, writePickle } from "./write-pickle.ts";

type Fields = Readonly<Record<string, Value>>;
const SGD: Fields = { momentum: 0, lazy_update: true };
const poly = (fields: Fields): Value => ({
  of: "mxnet.lr_scheduler PolyScheduler",
  fields: { base_lr: { float: 0.1 }, base_lr_orig: { float: 0.1 }, max_update: 9, power: 2, ...fields },
});
const candidatesOf = (value: Value, release?: string) =>
  convert(writePickle(value), release === undefined ? {} : { release }).report.source.candidates;
const WARM: Fields = {
  ...{ warmup_steps: 0, warmup_final_lr: { float: 0.1 }, warmup_begin_lr: 0, warmup_mode: "linear" },
  ...{ final_lr: 0, max_steps: 9 },
};

describe("facts that tell the release", () => {
  it("a scheduler that came later than its optimizer", () => {
    const nag = (scheduler: Value) => optimizerOf("1.2", "NAG", { momentum: 0, lr_scheduler: scheduler });
    expect(refusal(nag(null)).code).toBe("ambiguous-release");
    expect(candidatesOf(nag(poly({})))).toEqual(["mxnet-1.2"]);
  });

  it("a refusal names the candidates and how to choose", () => {
    const error = refusal(optimizerOf("1.0", "NAG", { momentum: 0 }));
    expect(error.message).toMatch(
      /MXNet 1\.0 or 1\.2 could have made the file, and they compute differently/,
    );
    expect(error.hint).toBe("say which did: --release mxnet-1.0 or --release mxnet-1.2");
    expect(candidatesOf(optimizerOf("1.0", "NAG", { momentum: 0 }), "mxnet-1.0")).toHaveLength(2);
  });

  it("the spec has the text in force in the release that is said", () => {
    const rule = (release: string) =>
      convert(writePickle(optimizerOf("1.0", "NAG", { momentum: 0 })), { release }).authored.spec.rule;
    expect(rule("mxnet-1.0")).not.toEqual(rule("mxnet-1.2"));
  });
});

describe("facts that contradict each other", () => {
  it.each([
    [
      "a class of 1.0 to 1.3 with the fields of 1.9",
      { ...optimizerOf("1.9", "SGD", SGD), of: "mxnet.optimizer SGD" },
    ],
    [
      "a class of 2.0 with the fields of 1.9",
      { ...optimizerOf("1.9", "SGD", SGD), of: "mxnet.optimizer.sgd SGD" },
    ],
    [
      "a scheduler of 1.3 in an optimizer of 1.4",
      optimizerOf("1.4", "SGD", { ...SGD, lr_scheduler: poly({}) }),
    ],
    [
      "a scheduler of 1.4 in an optimizer of 1.3",
      optimizerOf("1.3", "SGD", { ...SGD, lr_scheduler: poly(WARM) }),
    ],
    ["a field of 1.6 without that of 1.5", optimizerOf("1.4", "SGD", { ...SGD, allow_np_array: false })],
  ] as readonly (readonly [string, Value])[])(
    "%s: refused, with each field or class that does not fit",
    (_, value) => {
      const error = refusal(value);
      for (const { code, offset } of error.issues) {
        expect(["unknown-field", "missing-field", "wrong-release"]).toContain(code);
        expect(offset).toBeGreaterThan(0);
      }
      for (const release of ["mxnet-1.3", "mxnet-1.9", "mxnet-2.0"])
        expect(refusal(value, { release }).code).toBe("wrong-release");
      expect(refusal(value, { release: "mxnet-1.9" }).hint).toBe("no release of MXNet writes such an object");
    },
  );

  it("fit again where the scheduler is of the same release", () => {
    expect(candidatesOf(optimizerOf("1.4", "SGD", { ...SGD, lr_scheduler: poly(WARM) }))).toEqual([
      "mxnet-1.4",
    ]);
    expect(candidatesOf(optimizerOf("1.3", "SGD", { ...SGD, lr_scheduler: poly({}) }))).toEqual([
      "mxnet-1.3",
    ]);
  });

  it("an empty param_dict, which is none of 1.4 to 1.9, is overlooked there", () => {
    expect(candidatesOf(optimizerOf("1.4", "SGD", { ...SGD, param_dict: { dict: [] } }))).toEqual([
      "mxnet-1.4",
    ]);
    const full = optimizerOf("1.4", "SGD", { ...SGD, param_dict: { dict: [[0, 1]] } });
    expect(refusal(full).issues).toMatchObject([{ code: "foreign-type" }]);
  });

  it("a field that is not there in any release tells nothing of it", () => {
    const error = refusal({ ...optimizerOf("1.4", "SGD", { momentum: 0, lazy_update: true, speed: 3 }) });
    expect(error.issues).toMatchObject([
      { code: "unknown-field", message: "`speed`: `SGD` of MXNet 1.4 has no such field" },
    ]);
  });
});

describe("words for releases", () => {
  it("are runs", () => {
    expect(eraInWords(era("1.6", "1.9"))).toBe("1.6 to 1.9");
    expect(eraInWords(era("2.0"))).toBe("2.0");
    expect(releasesInWords(["mxnet-1.0", "mxnet-1.2", "mxnet-1.3", "mxnet-2.0"])).toBe(
      "1.0 or 1.2 to 1.3 or 2.0",
    );
    expect(releasesInWords([])).toBe("");
  });
});
