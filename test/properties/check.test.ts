import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { CheckError } from "../../src/check/errors.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { Checked } from "../../src/spec/gates.ts";
import type { Expression, Rule, Statement } from "../../src/spec/tree.ts";
import { forced } from "../check/authored.ts";
import type { TypedRule } from "../run/typed.ts";
import { typedRuleFrom } from "../run/typed.ts";
import { tapes } from "../spec/tape.ts";
import { ruleFrom } from "../spec/trees.ts";

const typed = tapes.map(typedRuleFrom);

const run = (checked: Checked, shape: readonly number[] = [2, 3]): void => {
  const count = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length: count }, (_, i) => i - 2.5);
  const optimizer = compile(checked).attach({ w: { data, shape } });
  for (let i = 0; i < 2; i++) optimizer.step({ w: data.map((x) => x * 0.25) });
};

describe("rules in which all types fit", () => {
  it("pass and run, on any shape", () => {
    fc.assert(
      fc.property(
        typed,
        fc.constantFrom([2, 3], [5], [1, 1], [], [0, 3], [3, 0], [2, 2, 2]),
        ({ rule, hyper }, shape) => {
          run(check(author({ optseal: 1, rule, hyper })), shape);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("pass with a schedule that drives the rate", () => {
    const schedule = { rule: "schedule s\nstate k = base\nstep k = k * 0.9\n rate = k + 1 / t\n" };
    fc.assert(
      fc.property(typed, ({ rule, hyper }) => run(check(author({ optseal: 1, rule, hyper, schedule })))),
      { numRuns: 200 },
    );
  });
});

/** Expressions that no place of arithmetic takes, whatever the hyperparameters are. */
const MISFITS: readonly Expression[] = [
  "mode",
  "list",
  null,
  "flag",
  true,
  ["gt", "grad", 0],
  ["gt", "t", 0],
  "nothing",
  ["add", "grad"],
  ["add", "grad", 1, 2],
  ["nothing", "grad"],
  ["f32", "grad"],
  ["row_sum", ["row_sum", "grad"]],
  ["row_sum", "lr"],
  ["sum", 1],
  ["item", "grad", 0],
  ["count_below", "list", "grad"],
  ["select", "lr", 1, 2],
  ["select", ["gt", "t", 1], 1, true],
  ["and", "lr", true],
  ["not", "grad"],
  ["is", "lr", "c"],
  ["is", "lr", 3],
];

/** Places that are never left out, around an operand that must be a number or a tensor. */
const PLACES: readonly ((misfit: Expression) => Expression)[] = [
  (misfit) => ["add", misfit, "grad"],
  (misfit) => ["mul", "weight", ["neg", misfit]],
  (misfit) => ["sum", ["max", "grad", misfit]],
  (misfit) => ["select", ["lt", "t", 3], misfit, "grad"],
  (misfit) => ["clip", "grad", ["abs", misfit]],
];

const refused = (rule: Rule, hyper: TypedRule["hyper"]) => {
  expect(() => check(author({ optseal: 1, rule, hyper }))).toThrow(CheckError);
};

describe("rules in which one type does not fit", () => {
  it("are refused", () => {
    fc.assert(
      fc.property(
        typed,
        fc.constantFrom(...MISFITS),
        fc.constantFrom(...PLACES),
        fc.constantFrom("weight", "extra"),
        ({ rule, hyper }, misfit, place, name) => {
          const line: Statement = [name, place(misfit)];
          refused({ ...rule, update: [...rule.update, line] }, hyper);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are refused for what they assign to", () => {
    const lines: readonly Statement[] = [
      ["weight", ["gt", "grad", 0]],
      ["weight", true],
      ["weight", "off"],
      ["weight", "list"],
      ["grad", 1],
      ["t", 1],
      ["lr", 1],
      ["extra", "nothing"],
      ["weight", "grad", ["gt", "t", 1]],
      ["weight", "grad", "lr"],
    ];
    fc.assert(
      fc.property(typed, fc.constantFrom(...lines), ({ rule, hyper }, line) => {
        refused({ ...rule, update: [line, ...rule.update] }, { ...hyper, off: null });
      }),
    );
  });
});

describe("any tree that fits the schema", () => {
  const runsOrRefused = (rule: Rule, hyper: object = {}) => {
    let checked: Checked;
    try {
      checked = check(forced({ optseal: 1, rule, hyper }));
    } catch (error) {
      expect(error).toBeInstanceOf(CheckError);
      return;
    }
    run(checked);
  };

  it("is refused, or runs", () => {
    fc.assert(
      fc.property(tapes.map(ruleFrom), (rule) => runsOrRefused({ ...rule, name: "x" })),
      { numRuns: 500 },
    );
  });

  it("is refused, or runs, when parts of two rules are mixed", () => {
    fc.assert(
      fc.property(typed, tapes.map(ruleFrom), fc.nat(5), ({ rule, hyper }, other, at) => {
        const mixed = [...rule.update.slice(0, at), ...other.update, ...rule.update.slice(at)];
        runsOrRefused({ ...rule, update: mixed }, hyper);
        runsOrRefused({ ...rule, step: [...other.step, ...rule.step] }, hyper);
        runsOrRefused({ ...rule, state: other.state }, hyper);
        runsOrRefused({ ...rule, hyper: [...rule.hyper, ...other.hyper] }, hyper);
      }),
      { numRuns: 300 },
    );
  });

  it("gets the same answer twice", () => {
    fc.assert(
      fc.property(tapes.map(ruleFrom), (rule) => {
        const answer = () => {
          try {
            return check(forced({ optseal: 1, rule })).program;
          } catch (error) {
            return (error as CheckError).issues;
          }
        };
        expect(answer()).toEqual(answer());
      }),
    );
  });
});
