import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { writeYaml } from "../../../src/author/yaml.ts";
import { check } from "../../../src/check/check.ts";
import { encode } from "../../../src/codec/encode.ts";
import { convert } from "../../../src/legacy/convert.ts";
import { LegacyError } from "../../../src/legacy/errors.ts";
import { ConversionError } from "../../../src/legacy/report.ts";
import { compile } from "../../../src/run/optimizer.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/mxnet-1.9/${name}`, import.meta.url));
/** Protocol 0 is text, so other values are put in by hand. `\n` ends every argument. */
const text = (name: string) => fixture(name).toString("latin1");
const bytes = (pickle: string) => Buffer.from(pickle, "latin1");
const specOf = (pickle: Uint8Array) => convert(pickle).authored.spec;

function refusal(run: () => unknown): LegacyError {
  try {
    run();
  } catch (error) {
    if (error instanceof LegacyError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

/** Puts another value (as protocol 0 spells it) into a field that stands in the text once. */
function setField(pickle: string, field: string, value: string): string {
  const parts = pickle.split(new RegExp(`(V${field}\\np\\d+\\n)[^\\n]*\\n`));
  expect(parts).toHaveLength(3);
  return `${parts[0]}${parts[1]}${value === "N" ? "N" : `${value}\n`}${parts[2]}`;
}

const SGD = text("sgd-momentum-factor.pkl");
const NAG = text("nag.pkl");

describe("conversion of MXNet optimizers", () => {
  it("turns SGD with a scheduler and names into a spec", () => {
    const spec = specOf(fixture("sgd-momentum-factor.pkl"));
    expect(spec.rule).toMatchObject({ name: "mxnet-1.9/sgd" });
    expect(spec.hyper).toEqual({ learning_rate: 0.1, momentum: 0.9, rescale_grad: 1 / 128, wd: 0.0001 });
    expect(spec.schedule).toMatchObject({
      rule: { name: "mxnet-1.9/factorscheduler" },
      hyper: { step: 1000, factor: 0.9, stop_factor_lr: 1e-6 },
    });
    expect(spec.groups).toEqual([
      { match: { name: ["fc1_bias", "bn1_beta", "fc2_bias"], index: [1, 3, 5] }, hyper: { wd_mult: 0 } },
    ]);
    expect(spec.resume).toBeUndefined();
  });

  it("gives the same spec for protocols 0, 2 and 4", () => {
    const specs = ["", ".protocol2", ".protocol4"].map((p) => specOf(fixture(`adam-cosine-warmup${p}.pkl`)));
    expect(specs[1]).toEqual(specs[0]);
    expect(specs[2]).toEqual(specs[0]);
  });

  it.each([
    "sgd-momentum-factor.pkl",
    "sgd-multifactor-mult.pkl",
    "sgd-cosine-digits.pkl",
    "adam-cosine-warmup.pkl",
    "nag.pkl",
    "adagrad.pkl",
    "rmsprop-centered-poly.pkl",
    "numpy-rate.pkl",
    "numpy-rate-bytes.pkl",
  ])("%s becomes a spec that passes check, is smaller, and says the fate of every field", (name) => {
    const file = fixture(name);
    const { authored, report } = convert(file);
    expect(() => compile(check(authored))).not.toThrow();
    expect(encode(authored.spec).length).toBeLessThan(file.length);
    const fields = report.fields.map(({ field }) => field);
    for (const field of ["lr", "wd", "rescale_grad", "lr_scheduler", "idx2name", "sym_info", "num_update"]) {
      expect(fields.some((one) => one === field || one.startsWith(`${field}.`))).toBe(true);
    }
    for (const { action, offset, why, to } of report.fields) {
      expect(offset).toBeGreaterThan(0);
      expect(offset).toBeLessThan(file.length);
      if (action === "kept" || action === "guessed") expect(to).toBeTruthy();
      else expect(why).toBeTruthy();
    }
  });

  it("keeps where an optimizer stands: counts, updates and the schedule's state", () => {
    const spec = specOf(bytes(setField(setField(SGD, "begin_num_update", "I3"), "num_update", "I2500")));
    // Two decays are overdue at update 2500 with a step of 1000.
    expect(spec.resume).toEqual({
      begin: 3,
      updates: 2500,
      schedule: { base_now: 0.1 * 0.9 * 0.9, count: 2000 },
    });
  });

  it("computes a long overdue decay without a long loop", () => {
    const late = setField(SGD, "num_update", "I9000000000000000");
    expect(specOf(bytes(late)).resume?.schedule).toEqual({ base_now: 1e-6, count: 8999999999999000 });
  });

  it("carries a NumPy float64 rate exactly", () => {
    expect(specOf(fixture("numpy-rate-bytes.pkl")).hyper).toMatchObject({ learning_rate: 0.1 });
  });

  it("writes YAML that is the same spec again", async () => {
    const { author } = await import("../../../src/author/author.ts");
    const { spec } = convert(fixture("sgd-multifactor-mult.pkl")).authored;
    expect(author(writeYaml(spec)).spec).toEqual(spec);
  });
});

describe("what is refused", () => {
  it.each([
    ["custom-lion.pkl", "unknown-class", /__main__\.Lion/],
    ["custom-scheduler.pkl", "unknown-class", /TrapezoidScheduler/],
    ["hostile-marker.pkl", "unknown-class", /os\.system/],
    ["adam-updater.states", "unknown-class", /tuple/],
  ])("%s: %s", (name, code, words) => {
    const error = refusal(() => convert(fixture(name)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
    expect(error.hint).toBeTruthy();
    expect(error.offset).toBeGreaterThan(0);
  });

  it.each([
    ["a field that the class does not have", NAG.replace("Vmomentum\n", "Vmomentun\n"), "unknown-field"],
    ["a text for a number", setField(NAG, "momentum", "V0.9"), "foreign-type"],
    ["a bool for a number", setField(NAG, "momentum", "I01"), "foreign-type"],
    ["an infinite number", setField(NAG, "momentum", "Finf"), "foreign-type"],
    ["a number beyond 2^53", setField(NAG, "momentum", "L9007199254740993L"), "foreign-type"],
    ["a missing rate", setField(NAG, "lr", "N"), "missing-field"],
  ])("%s", (_, pickle, code) => {
    const error = refusal(() => convert(bytes(pickle)));
    expect(error.issues.map((issue) => issue.code)).toContain(code);
    expect(error).toBeInstanceOf(ConversionError);
    expect((error as ConversionError).report.fields.some(({ action }) => action === "refused")).toBe(true);
  });

  it("tells every refused field at once", () => {
    const error = refusal(() =>
      convert(bytes(NAG.replace("Vmomentum\n", "Vmomentun\n").replace("Vwd\n", "Vwq\n"))),
    );
    expect(error.issues.map(({ message }) => message).join(" ")).toMatch(/momentun.*wq|wq.*momentun/s);
    expect(error.issues.length).toBeGreaterThanOrEqual(4);
  });

  it("an unknown release", () => {
    expect(refusal(() => convert(fixture("nag.pkl"), { release: "mxnet-9.9" })).code).toBe("unsupported");
  });

  it("takes the user's word for a class that only renames a known one, and says so", () => {
    const renamed = bytes(NAG.replace("cmxnet.optimizer.optimizer\nNAG\n", "c__main__\nMyNAG\n"));
    expect(refusal(() => convert(renamed)).code).toBe("unknown-class");
    const { authored, report } = convert(renamed, { names: new Map([["__main__.MyNAG", "NAG"]]) });
    expect(authored.spec.rule).toMatchObject({ name: "mxnet-1.9/nag" });
    expect(report.fields).toContainEqual(
      expect.objectContaining({ field: "class", action: "guessed", to: "NAG" }),
    );
  });

  it("a scheduler that MXNet itself would fail on", () => {
    const pickle = text("rmsprop-centered-poly.pkl");
    const zero = setField(setField(pickle, "warmup_steps", "I5000"), "max_steps", "I0");
    const error = refusal(() => convert(bytes(zero)));
    expect(error.code).toBe("refused-field");
    expect(error.message).toMatch(/divides/);
  });

  it.each([
    ["dcasgd.json", "momentum", "F0.9", /raises at every update/],
    ["signum.json", "wd_lh", "F0.1", /signsgd_update has no such argument/],
  ])("%s: what MXNet's own class cannot run", (file, field, value, why) => {
    const { cases } = JSON.parse(
      readFileSync(new URL(`../../golden/mxnet-1.9/${file}`, import.meta.url), "utf8"),
    ) as { cases: { kwargs: string; pickle: string }[] };
    // For Signum, one without a momentum.
    const pickles = cases.map(({ pickle }) => Buffer.from(pickle, "base64").toString("latin1"));
    const without = pickles.find((pickle) => /Vmomentum\np\d+\n(?:F0\.0|I0)\n/.test(pickle)) as string;
    expect(() => convert(bytes(without))).not.toThrow();
    const error = refusal(() => convert(bytes(setField(without, field, value))));
    expect(error.code).toBe("refused-field");
    expect(error.message).toMatch(why);
  });

  it("a scheduler of a class that has no rate is dropped, and said to be", () => {
    const { cases } = JSON.parse(
      readFileSync(new URL("../../golden/mxnet-1.9/adadelta.json", import.meta.url), "utf8"),
    ) as { cases: { scheduler: string | null; pickle: string }[] };
    const scheduled = cases.find(({ scheduler }) => scheduler !== null)?.pickle as string;
    const { authored, report } = convert(Buffer.from(scheduled, "base64"));
    expect(authored.spec.schedule).toBeUndefined();
    for (const field of ["lr", "lr_scheduler"])
      expect(report.fields).toContainEqual(
        expect.objectContaining({ field, action: "dropped", why: expect.stringMatching(/no learning rate/) }),
      );
  });
});
