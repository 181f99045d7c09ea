import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { CheckError } from "../../src/check/errors.ts";
import { checkedGate } from "../../src/spec/gates.ts";
import type { Expression } from "../../src/spec/tree.ts";
import { refusal } from "../spec/refusal.ts";
import { bindingOf, checkedRule, forced, withBody } from "./authored.ts";

const HYPER =
  "hyper lr = 0.1 scheduled  beta = 0.9  m = null  flag = false  mode = a of a|b  l: list = [1, 2]";

/** A rule text of these lines; those that open no section belong to the one before. */
const lines = (...body: readonly string[]) =>
  ["rule x", HYPER, ...body.map((line) => (/^(state|step|update) /.test(line) ? line : ` ${line}`)), ""].join(
    "\n",
  );

const assigned = (rule: string, spec?: object) => bindingOf(rule, spec).update.map(({ name }) => name);

describe("what passes", () => {
  it("is remembered and frozen", () => {
    const checked = checkedRule(lines("update weight = grad"));
    expect(checkedGate.knows(checked)).toBe(true);
    expect(Object.isFrozen(withBody(checked.program.bindings[0]).step)).toBe(true);
    expect(Object.isFrozen(checked.spec.rule)).toBe(true);
  });

  it("has the same program each time", () => {
    const text = lines("state m2 = 0", "update m2 = beta * m2 + grad", "weight = weight - lr * m2");
    expect(checkedRule(text).program).toEqual(checkedRule(text).program);
  });

  it("names every parameter by one binding, the last for the rest", () => {
    const groups = [{ match: { suffix: ["bias"] }, hyper: { beta: 0.5 } }];
    const { bindings } = checkedRule(lines("update weight = grad * beta"), {
      hyper: { beta: 0.7 },
      groups,
    }).program;
    expect(bindings.map(({ match, hyper }) => [match, hyper.beta, hyper.lr])).toEqual([
      [{ suffix: ["bias"] }, 0.5, 0.1],
      [undefined, 0.7, 0.1],
    ]);
  });
});

describe("guards", () => {
  it.each([
    ["beta > 0.5", true],
    ["beta > 0.9", false],
    ["flag", false],
    ["not flag", true],
    ["m is null", true],
    ["not m is null and m > 0", false],
    ["m is null or m > 0", true],
    ["mode is a", true],
    ["mode is b", false],
    ["count_below(l, 2) == 1", true],
    ["select(m is null, flag, m)", false],
    ["sqrt(beta) < 1 and beta^2 > 0.8", true],
    ["pi > 3", true],
    ["0 / 0 == 0 / 0", false],
    ["1 / 0 > 1e308", true],
  ])("%s is settled as %s", (guard, holds) => {
    const text = lines("update weight = grad", `extra = grad when ${guard}`);
    if (holds === undefined) expect(refusal(() => checkedRule(text))).toMatchObject({ code: "guard" });
    else expect(assigned(text)).toEqual(holds ? ["weight", "extra"] : ["weight"]);
  });

  it("see locals that follow from hyperparameters", () => {
    const text = lines(
      "step on = beta > 0.5",
      "b = beta * 2",
      "update weight = grad when on",
      "weight = 0 when b > 2",
    );
    expect(assigned(text)).toEqual(["weight"]);
    expect(assigned(text, { hyper: { beta: 0.1 } })).toEqual([]);
    expect(assigned(text, { hyper: { beta: 2 } })).toEqual(["weight", "weight"]);
  });

  it("are settled for each group alone", () => {
    const text = lines("state v = 0 when flag", "update v = grad when flag", "weight = grad");
    const groups = [{ match: { name: ["a"] }, hyper: { flag: true } }];
    const { bindings } = checkedRule(text, { groups }).program;
    expect(bindings.map(withBody).map(({ slots, update }) => [slots.length, update.length])).toEqual([
      [1, 2],
      [0, 1],
    ]);
  });

  it("may ask of what the schedule drives only without a schedule", () => {
    const text = lines("update weight = grad when lr > 0");
    expect(assigned(text)).toEqual(["weight"]);
    const schedule = { rule: "schedule s\nstep rate = base\n" };
    expect(refusal(() => checkedRule(text, { schedule }))).toMatchObject({ code: "guard" });
  });
});

describe("null", () => {
  const text = lines("update g = clip(grad, m) when not m is null", "g = grad when m is null", "weight = g");

  it("is told by a guard", () => {
    expect(assigned(text)).toEqual(["g", "weight"]);
    expect(bindingOf(text).update[0]?.node.kind).toBe("name");
    expect(bindingOf(text, { hyper: { m: 3 } }).update[0]?.node.kind).toBe("apply");
  });

  it("is never computed with", () => {
    const clipped = lines("update weight = clip(grad, m)");
    expect(refusal(() => checkedRule(clipped))).toMatchObject({ code: "type" });
    expect(() => checkedRule(clipped, { hyper: { m: 1 } })).not.toThrow();
  });

  it("may stand where a settled condition leaves it out", () => {
    const text = lines(
      "step c = select(m is null, beta, m)",
      "d = not m is null and m > 1",
      "update weight = grad * c",
    );
    expect(() => checkedRule(text)).not.toThrow();
    expect(() => checkedRule(text, { hyper: { m: 2 } })).not.toThrow();
  });

  it("and choices may have another name", () => {
    const text = lines("step o = m", "p = mode", "update weight = grad when o is null and p is a");
    expect(assigned(text)).toEqual(["weight"]);
    expect(assigned(text, { hyper: { mode: "b" } })).toEqual([]);
  });
});

describe("settled conditions", () => {
  it("leave nothing of what they leave out", () => {
    const text = lines("update weight = select(flag, exp(grad), grad)");
    expect(bindingOf(text).update[0]?.node).toMatchObject({ kind: "name", name: "grad" });
  });

  it.each(["select(beta, grad, weight)", "select(m, grad, weight)", "select(mode, grad, weight)"])(
    "%s is refused: only true and false are conditions",
    (expression) => {
      expect(refusal(() => checkedRule(lines(`update weight = ${expression}`)))).toMatchObject({
        code: "type",
      });
    },
  );

  it.each(["flag or beta", "not flag and 1", "1 and flag", "0 or flag", "not flag and m"])(
    "%s is refused: both sides are conditions",
    (expression) => {
      const text = lines(`step c = ${expression}`, "update weight = grad");
      expect(refusal(() => checkedRule(text))).toMatchObject({ code: "type" });
    },
  );
});

describe("resume", () => {
  const schedule = { rule: "schedule s\nstate k = base\nstep k = k / 2\n rate = k\n" };
  const stateless = { rule: "schedule s\nstep rate = base / t\n" };
  const text = lines("update weight = weight - lr * grad");

  it.each([
    [{ updates: 10_000_000 }, schedule],
    [{ updates: 9007199254740991 }, stateless],
    [{ counts: { a: 9007199254740991 } }, stateless],
    [{ updates: 9007199254740991, schedule: { k: 0.1 } }, schedule],
    [{ updates: 9007199254740991 }, { ...schedule, every: 1e12 }],
    [{ begin: 5, counts: { a: 7 }, updates: 7 }, schedule],
  ])("%j passes", (resume, use) => {
    expect(() => checkedRule(text, { schedule: use, resume })).not.toThrow();
  });

  it.each<[string, object, number]>([
    ["of the groups, which a given state is not for", { updates: 1e12, schedule: { k: 0.1 } }, 2],
    ["of every base rate", { updates: 2_000_000 }, 6],
  ])("counts the catching up %s", (_, resume, rates) => {
    const groups = Array.from({ length: rates - 1 }, (_, i) => ({
      match: { index: [i] },
      hyper: { lr: i + 2 },
    }));
    const spec = { schedule, groups, resume };
    expect(refusal(() => checkedRule(text, spec))).toMatchObject({ code: "resume", path: "resume" });
    const same = groups.map(({ match }) => ({ match, hyper: { lr: 1 } }));
    expect(() => checkedRule(text, { ...spec, groups: same, hyper: { lr: 1 } })).not.toThrow();
  });

  it("counts the operations of a step of the schedule", () => {
    const dear = (lines: number) => ({
      rule: `schedule s\nstate k = base\nstep ${"k = cos(sin(k))\n  ".repeat(lines)}rate = k\n`,
    });
    const resume = { updates: 100_000 };
    expect(() => checkedRule(text, { schedule: dear(10), resume })).not.toThrow();
    expect(refusal(() => checkedRule(text, { schedule: dear(100), resume }))).toMatchObject({
      code: "resume",
      hint: "give its state in resume.schedule",
    });
  });
});

describe("limits", () => {
  const deep = (depth: number): Expression => {
    let tree: Expression = "grad";
    for (let i = 0; i < depth; i++) tree = ["neg", tree];
    return tree;
  };
  const spec = (value: Expression, when?: Expression) => ({
    optseal: 1,
    rule: {
      name: "x",
      hyper: [],
      state: [{ name: "s", init: when === undefined ? 0 : value }],
      step: [],
      update: [when === undefined ? ["weight", value] : ["weight", "grad", when]],
    },
  });

  it("a tree is 48 deep at the most, as its text is", () => {
    expect(() => check(forced(spec(deep(48))))).not.toThrow();
    expect(refusal(() => check(forced(spec(deep(49)))))).toMatchObject({
      stage: "check",
      code: "depth-limit",
    });
  });

  it.each([10_000, 100_000])("trees %d deep end in a refusal, wherever they stand", (depth) => {
    for (const document of [
      spec(deep(depth)),
      spec(deep(depth), true),
      spec("grad", ["is", null, deep(depth)]),
    ]) {
      const error = refusal(() => check(forced(document)));
      expect(error).toBeInstanceOf(CheckError);
      expect(error.message.length).toBeLessThan(2000);
    }
  });

  it("a hundred issues are enough, and are found quickly", () => {
    const wrong = (i: number): Expression => ["add", `nope${i}`, ["add", `none${i}`, `nothing${i}`]];
    const update = Array.from({ length: 20_000 }, (_, i) => ["weight", wrong(i)]);
    const rule = { name: "x", hyper: [], state: [], step: [], update };
    const error = refusal(() => check(forced({ optseal: 1, rule })));
    expect(error.issues).toHaveLength(100);
  });

  it("the trust policy's cost limit holds unless the caller says otherwise", () => {
    const text = lines("update weight = grad * 2 + 1");
    expect(() => checkedRule(text, {}, { costLimit: 3 })).not.toThrow();
    expect(refusal(() => checkedRule(text, {}, { costLimit: 2 }))).toMatchObject({
      code: "cost-limit",
      message: expect.stringContaining("3 operations; 2 are allowed"),
    });
  });
});

describe("shapes", () => {
  const shapes = new Map([
    ["fc.bias", [3]],
    ["12", [2, 2]],
  ]);
  const spec = (...matches: readonly object[]) => ({
    optseal: 1,
    rule: lines("update weight = grad"),
    groups: matches.map((match) => ({ match, hyper: {} })),
  });

  it("groups for a parameter that is there", () => {
    const matching = [{ suffix: ["bias"] }, { index: [12] }];
    expect(() => check(author(spec(...matching)), { shapes })).not.toThrow();
    expect(refusal(() => check(author(spec({ suffix: ["2"] })), { shapes }))).toMatchObject({
      code: "selector",
    });
  });
});
