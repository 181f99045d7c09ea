import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { CheckError } from "../../src/check/errors.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { Checked } from "../../src/spec/gates.ts";
import { checkedGate } from "../../src/spec/gates.ts";
import type { Assignment, Binding, Node } from "../../src/spec/program.ts";
import type { Expression, Rule } from "../../src/spec/tree.ts";
import { forced, withBody } from "../check/authored.ts";
import { work } from "../run/support.ts";
import { typedRuleFrom } from "../run/typed.ts";
import { refusal } from "../spec/refusal.ts";
import { tapes } from "../spec/tape.ts";

const rule = (update: Rule["update"], more: object = {}) => ({
  optseal: 1,
  rule: { name: "x", hyper: [], state: [], step: [], update, ...more },
});

describe("attacks on the interpreter", () => {
  it("I1 expressions that double line by line cost what they are charged", () => {
    const doubling = Array.from({ length: 200 }, (_, i): readonly [string, Expression] => [
      `a${i + 1}`,
      ["add", `a${i}`, `a${i}`],
    ]);
    const document = author(rule([["weight", "grad"]], { step: [["a0", 1], ...doubling] }));
    const { cost } = check(document).program.bindings[0];
    expect(cost.scalar).toBe(1 + 2 * 200);
    const schedule = {
      rule: { name: "s", hyper: [], state: [], step: [["a0", 1], ...doubling, ["rate", "a200"]] },
    };
    const text = "rule x\nhyper lr = 0 scheduled\nupdate weight = lr\n";
    expect(work(text, [0], { spec: { schedule } }).optimizer.rateAt(1)).toBe(2 ** 200);
  });

  it("I1 the same tree shared 2^40 times is refused before it is walked", () => {
    let tree: Expression = "t";
    for (let i = 0; i < 40; i++) tree = ["add", tree, tree];
    expect(refusal(() => author(rule([["weight", tree]])))).toMatchObject({ stage: "spec" });
  });

  it("I1 a rule bound for thousands of groups is refused before it is bound", () => {
    const line = (i: number): readonly [string, Expression] => [
      `a${i}`,
      ["add", ["add", "t", "t"], ["add", "t", "t"]],
    ];
    const step = Array.from({ length: 256 }, (_, i) => line(i));
    const groups = Array.from({ length: 2000 }, (_, i) => ({ match: { index: [i] }, hyper: {} }));
    const error = refusal(() => check(author({ ...rule([["weight", "grad"]], { step }), groups })));
    expect(error).toMatchObject({ code: "cost-limit", path: "groups" });
  });

  it("I1 guards, conditions and the state are counted before they are bound", () => {
    const wide = (leaves: number): Expression =>
      leaves === 1 ? "k" : ["add", wide(leaves >> 1), wide(leaves - (leaves >> 1))];
    const holds: Expression = ["gt", wide(4000), 0];
    const hyper = [{ name: "k", default: 1 }];
    const groups = Array.from({ length: 500 }, (_, i) => ({ match: { index: [i] }, hyper: { k: i } }));
    for (const parts of [
      { update: [["weight", "grad", holds]] },
      { update: [["weight", "grad"]], needs: [holds] },
      { update: [["weight", "grad"]], state: [{ name: "m", init: 0, when: holds }] },
      { update: [["weight", "grad"]], state: [{ name: "m", init: wide(4000) }] },
      { update: [{ repeat: wide(4000), lines: [["weight", "grad"]] }] },
    ]) {
      const { update, ...more } = parts;
      const document = rule(update as unknown as Rule["update"], { hyper, ...more });
      expect(refusal(() => check(author({ ...document, groups })))).toMatchObject({
        code: "cost-limit",
        path: "groups",
      });
    }
  });

  it("I1 a rule that asks the shape is counted as often as it is bound", () => {
    const asks = [1, 2, 3, 4].map((rank): readonly [string, Expression] => [
      `b${rank}`,
      ["ge", "rank", rank],
    ]);
    const lines = Array.from({ length: 250 }, (_, i): readonly [string, Expression] => [
      `x${i}`,
      ["add", 1, 2],
    ]);
    const some = rule([{ repeat: 16, lines }, ["weight", "grad", "b1"]], { step: asks });
    expect(() => check(author(some))).not.toThrow();
    const many = rule([...Array(2).fill({ repeat: 64, lines }), ["weight", "grad", "b1"]], { step: asks });
    expect(refusal(() => check(author(many)))).toMatchObject({ code: "cost-limit", path: "rule" });
  });

  it("I3 a limit on the elements' cost holds scalars and schedules too", () => {
    const hyper = [
      { name: "lr", default: 1, scheduled: true },
      { name: "l", type: "list", default: Array(1000).fill(0) },
    ];
    const lookUps: Expression = ["add", ["count_below", "l", "t"], ["count_below", "l", "t"]];
    const lines = Array(10).fill(["x", lookUps]);
    const dear = rule([["weight", "grad"]], { hyper, step: [...lines, ...lines, ...lines] });
    expect(refusal(() => check(author(dear), { costLimit: 50 }))).toMatchObject({ code: "cost-limit" });
    expect(() => check(author(dear), { costLimit: 60 })).not.toThrow();
    const schedule = {
      rule: { name: "s", hyper: [{ ...hyper[1] }], state: [], step: [...lines, ["rate", "x"]] },
    };
    const cheap = { ...rule([["weight", "lr"]], { hyper: [hyper[0]] }), schedule };
    const groups = [1, 2, 3].map((lr, i) => ({ match: { index: [i] }, hyper: { lr: lr + 1 } }));
    expect(() => check(author(cheap), { costLimit: 20 })).not.toThrow();
    expect(refusal(() => check(author({ ...cheap, groups }), { costLimit: 20 }))).toMatchObject({
      code: "cost-limit",
      path: "schedule",
    });
  });

  it("I2 nothing in the language allocates by a number", () => {
    for (const name of ["range", "repeat", "array", "string", "zeros", "ones", "fill"]) {
      const error = refusal(() => check(author(rule([["weight", [name, 2e9]]]))));
      expect(error).toMatchObject({ code: "unknown-operation" });
    }
  });

  it("I3 no option of `check` or `compile` leaves the cost out", () => {
    const document = author(rule([["weight", ["exp", "grad"]]]));
    const options = [
      { costLimit: 20 },
      { costLimit: 20, metering: false },
      { costLimit: 0 },
      { costLimit: -1 },
    ];
    for (const each of options)
      expect(refusal(() => check(document, each))).toMatchObject({ code: "cost-limit" });
    expect(check(document).program.bindings[0].cost.element).toBe(21);
  });

  it("I4 division by zero, roots of negatives, overflow and NaN have their IEEE values", () => {
    const text = (expression: string) => `rule x\nhyper zero = 0\nupdate weight = ${expression}\n`;
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    for (const [expression, value] of [
      ["grad / 0", inf],
      ["grad / -0", -inf],
      ["grad / zero", inf],
      ["(grad - grad) / 0", nan],
      ["sqrt(-grad)", nan],
      ["log(-grad)", nan],
      ["log(grad - grad)", -inf],
      ["grad * 1e308 * 10", inf],
      ["exp(grad * 1000)", inf],
      ["0 * (grad / 0)", nan],
      ["select(0 / 0 > 0, 1, 2) + grad", 3],
      ["clip(grad / 0 - grad / 0, 1)", nan],
      ["max(grad / 0 - grad / 0, 1)", nan],
    ] as const) {
      expect([expression, work(text(expression), [5]).step(1)[0]]).toEqual([expression, value]);
    }
  });

  it("I5 the same bits with and without optimised code, in another process", () => {
    const program = `
      import { author } from "./src/author/author.ts";
      import { check } from "./src/check/check.ts";
      import { compile } from "./src/run/optimizer.ts";
      const rule = "rule x\\nstate v = 0\\nstep a = 0.999^t + sin(t) * exp(-t) + log(t + 0.1) - cos(t * pi)\\nupdate v = v * a + grad * grad\\n weight = weight - a * grad / (sqrt(v) + 1e-8) - exp(-v) * sin(weight)\\n";
      const data = Float32Array.from({ length: 64 }, (_, i) => Math.fround(i / 7 - 3));
      const optimizer = compile(check(author({ optseal: 1, rule }))).attach({ w: { data } });
      for (let i = 0; i < 40; i++) optimizer.step({ w: data.map((x, j) => Math.fround(((i * j) % 11) / 11 - 0.4)) });
      process.stdout.write(Buffer.from(data.buffer).toString("hex"));
    `;
    const resolveDir = fileURLToPath(new URL("../../", import.meta.url));
    const [output] = buildSync({
      stdin: { contents: program, resolveDir, loader: "ts" },
      bundle: true,
      format: "iife",
      platform: "browser",
      logLevel: "silent",
      write: false,
    }).outputFiles;
    const bundled = output?.text as string;
    const run = (...flags: readonly string[]) =>
      execFileSync(process.execPath, [...flags, "-"], { input: bundled, encoding: "utf8" });
    const bits = run();
    expect(bits).toMatch(/^[0-9a-f]{512}$/);
    expect(run("--no-opt", "--no-sparkplug")).toBe(bits);
    expect(run("--always-sparkplug", "--disallow-code-generation-from-strings")).toBe(bits);
  });

  it("I6 counts of 0, 2^31 and 2^53", () => {
    const text = "rule x\nhyper b = 0.9\nstep c = 1 - b^t\nupdate weight = grad * c + t * 0\n";
    const at = (begin: number) => work(text, [0], { spec: { resume: { begin } } });
    expect(at(0).step(1)[0]).toBe(Math.fround(1 - 0.9));
    for (const begin of [2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const resumed = at(begin);
      expect(resumed.step(1)[0]).toBe(1);
      expect(resumed.step(1)[0]).toBe(1);
      expect(resumed.optimizer.updates).toBeGreaterThan(begin);
    }
  });

  it("I6 a schedule is never run for longer than it takes to say so", () => {
    const text = "rule x\nhyper lr = 0 scheduled\nupdate weight = lr\n";
    const schedule = { rule: "schedule s\nstate k = 0\nstep k = k + 1\n rate = k\n" };
    for (const resume of [
      { updates: 1e15 },
      { begin: 1e15 },
      { counts: { w: 1e15 } },
      { updates: 0, counts: { w: 1e15 } },
    ]) {
      expect(refusal(() => work(text, [0], { spec: { schedule, resume } }))).toBeInstanceOf(CheckError);
    }
  });

  it("I7 names that stand for themselves, for each other or for what every object has", () => {
    const refusedWith = (code: string, document: unknown) =>
      expect(refusal(() => check(forced(document)))).toMatchObject({ code });
    refusedWith("unknown-name", rule([["a", "a"]]));
    refusedWith(
      "unknown-name",
      rule([
        ["a", "b"],
        ["b", "a"],
      ]),
    );
    for (const name of ["__proto__", "constructor", "globalThis", "process", "this", "self"]) {
      refusedWith("unknown-name", rule([["weight", name]]));
      refusedWith("unknown-operation", rule([["weight", [name, "grad"]]]));
      const own = `rule x\nupdate ${name} = grad * 2\n weight = ${name}\n`;
      expect(work(own, [0]).step(3)).toEqual([6]);
    }
  });

  it("I7 a hyperparameter cannot be hidden by a local, a slot or another", () => {
    const hyper = [{ name: "a", default: 1 }];
    for (const more of [
      { hyper: [...hyper, ...hyper] },
      { hyper, state: [{ name: "a", init: 0 }] },
      { hyper, step: [["a", 1]] },
    ]) {
      expect(refusal(() => check(author(rule([["weight", "grad"]], more))))).toBeInstanceOf(CheckError);
    }
  });

  it("I8 no rule does more operations than it is charged for", () => {
    fc.assert(
      fc.property(
        tapes.map(typedRuleFrom),
        fc.constantFrom([2, 3], [7], [1, 1], [4, 1], [1, 4]),
        (typed, shape) => {
          const checked = check(author({ optseal: 1, ...typed }));
          const meter = { done: 0 };
          const data = new Float32Array(shape.reduce<number>((a, b) => a * b, 1)).fill(0.5);
          const optimizer = compile(metered(checked, meter)).attach({ w: { data, shape } });
          meter.done = 0;
          optimizer.step({ w: data.slice() });
          const { scalar, element } = checked.program.bindings[0].cost;
          expect(meter.done).toBeLessThanOrEqual(scalar + element * data.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("I8 plain rules do exactly the operations that they are charged for, less the assignments", () => {
    for (const [text, stores] of [
      ["rule x\nhyper lr = 0.1\nupdate weight = weight - lr * grad\n", 1],
      [
        "rule x\nhyper b = 0.9\nstate v = 0\nupdate v = b * v + (1 - b) * grad * grad\n weight = weight - grad / (sqrt(v) + b)\n",
        2,
      ],
    ] as const) {
      const checked = check(author({ optseal: 1, rule: text }));
      const meter = { done: 0 };
      const optimizer = compile(metered(checked, meter)).attach({ w: { data: new Float32Array(10) } });
      meter.done = 0;
      optimizer.step({ w: new Float32Array(10) });
      const { scalar, element } = checked.program.bindings[0].cost;
      expect(meter.done).toBe(scalar + (element - stores) * 10);
    }
  });

  it("I9 random programs come to an end", () => {
    fc.assert(
      fc.property(tapes.map(typedRuleFrom), (typed) => {
        const data = new Float32Array(6);
        const optimizer = compile(check(author({ optseal: 1, ...typed }))).attach({
          w: { data, shape: [3, 2] },
        });
        for (let i = 0; i < 5; i++) optimizer.step({ w: new Float32Array(6).fill(i) });
        return optimizer.updates === 5;
      }),
    );
  });

  it("I10 neither the clock, the host nor chance is asked", () => {
    const guarded = [
      [Date, "now"],
      [Math, "random"],
      [Math, "exp"],
      [Math, "pow"],
      [Math, "log"],
      [Math, "sin"],
      [Math, "cos"],
      [globalThis.performance, "now"],
    ] as const;
    const text =
      "rule x\nhyper lr = 0.1 scheduled\nstate s: scalar = 0\nstep s = exp(t) + log(t) + sin(t) + cos(t) + t^0.5\nupdate weight = weight - lr * exp(grad)^1.5 + norm(sin(grad)) * s\n";
    const schedule = { rule: "schedule s\nstep rate = base * cos(t)\n" };
    const kept = guarded.map(([object, name]) => Object.getOwnPropertyDescriptor(object, name));
    try {
      for (const [object, name] of guarded) {
        Object.defineProperty(object, name, {
          configurable: true,
          value: () => {
            throw new Error(`${name} was asked`);
          },
        });
      }
      work(text, [1, 2], { spec: { schedule } }).step(0.5, 0.25);
    } finally {
      guarded.forEach(([object, name], i) => {
        Reflect.deleteProperty(object, name);
        const descriptor = kept[i];
        if (descriptor !== undefined) Object.defineProperty(object, name, descriptor);
      });
    }
    expect(Math.exp(0)).toBe(1);
  });
});

/** The same program, each of whose operations adds its cost to the meter as often as it is done. */
function metered({ spec, program }: Checked, meter: { done: number }): Checked {
  const node = (inner: Node): Node => {
    if (inner.kind === "literal" || inner.kind === "name") return inner;
    if (inner.kind === "lookup") {
      const { operation } = inner;
      const apply: typeof operation.apply = (list, operand) => {
        meter.done += operation.cost * list.length;
        return operation.apply(list, operand);
      };
      return { ...inner, operation: { ...operation, apply }, operand: node(inner.operand) };
    }
    const { operation } = inner;
    const operands = inner.operands.map(node);
    if (operation.kind === "elementwise") {
      const apply = (...operand: number[]) => {
        meter.done += operation.cost;
        return operation.apply(...operand);
      };
      return { ...inner, operation: { ...operation, apply }, operands };
    }
    if (operation.kind !== "reduction") return { ...inner, operands };
    const term = (element: number) => {
      meter.done += operation.cost;
      return operation.term(element);
    };
    return { ...inner, operation: { ...operation, term }, operands };
  };
  const lines = (assignments: readonly Assignment[]) =>
    assignments.map((assignment) => ({ ...assignment, node: node(assignment.node) }));
  const bindings = program.bindings.map((binding) => {
    const { step, update, slots, cost } = withBody(binding);
    return { ...binding, bodies: { slots, cost, step: lines(step), update: lines(update) } };
  }) as unknown as [Binding, ...Binding[]];
  return checkedGate.pass({ spec, program: { ...program, bindings } });
}
