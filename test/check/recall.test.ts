/** Programs that are recalled are the programs that would have been made. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import type { CheckError } from "../../src/check/errors.ts";
import { findRule, ruleNames } from "../../src/rules/built-in.ts";
import { parseRule } from "../../src/spec/parse.ts";
import type { HyperDeclaration, HyperValue } from "../../src/spec/tree.ts";
import { withBody } from "./authored.ts";

/** The same rule as a fresh tree under another name: nothing is known of it yet. */
function afresh(name: string) {
  const text = findRule(name)?.text as string;
  return parseRule(text.replace(name, "afresh"));
}

const LIKELY = [0, -0, 0.5, 1e-9, 0.9, -0.25, 1, 2, 10];

function fits({ min, max, above, below }: HyperDeclaration, x: number): boolean {
  return (
    x >= (min ?? x) &&
    x <= (max ?? x) &&
    x > (above ?? Number.NEGATIVE_INFINITY) &&
    x < (below ?? Number.POSITIVE_INFINITY)
  );
}

const value = (hyper: HyperDeclaration): fc.Arbitrary<HyperValue> => {
  const { type = "number", choices = [], default: usual } = hyper;
  const numbers = [...LIKELY, ...(typeof usual === "number" ? [usual] : [])].filter((x) => fits(hyper, x));
  const own: readonly HyperValue[] = {
    number: numbers,
    boolean: [true, false],
    choice: choices,
    list: [(usual ?? numbers.slice(0, 3)) as readonly number[]],
  }[type];
  return fc.constantFrom(...own, ...(hyper.nullable ? [null] : []));
};

/** The program, or the issues for which there is none. */
function outcome(spec: object): unknown {
  try {
    return check(author(spec)).program;
  } catch (error) {
    return (error as CheckError).issues;
  }
}

describe("recalled programs", () => {
  it.each(ruleNames)("%s: the same as a program made from a tree that was never seen", (name) => {
    const declared = findRule(name)?.tree.hyper ?? [];
    const values = fc.record(Object.fromEntries(declared.map((hyper) => [hyper.name, value(hyper)])));
    fc.assert(
      fc.property(values, fc.boolean(), (hyper, scheduled) => {
        const more =
          scheduled && declared.some((one) => one.scheduled === true)
            ? { schedule: { name: "mxnet-1.9/polyscheduler", hyper: { max_update: 9 } } }
            : {};
        const known = outcome({ optseal: 1, rule: name, hyper, ...more });
        expect(known).toEqual(outcome({ optseal: 1, rule: afresh(name), hyper, ...more }));
      }),
      { numRuns: 15 },
    );
  });

  it("keep values apart that settle a line through a local, a nested condition or a slot", () => {
    const text = `rule r
hyper a = 0  b = 0  c = 0  d = 0  e = 0
state s = 0 when d > 0
step  low = a + 1
      c2 = low > 1.5
      pick = select(b > 0 or e > 5, 10, 20)
update weight = weight + pick + c when c2
       weight = weight - c when not c2
       s = s + 1 when d > 0
`;
    const ways = [{}, { a: 1 }, { e: 6 }, { b: 1 }, { c: 7 }, { d: 1 }, { a: 1, b: 1 }, { a: 0.25 }];
    // The groups of one spec share its tree, so all but the first of a kind are recalled.
    const groups = ways.map((hyper, i) => ({ match: { index: [i] }, hyper }));
    const { bindings } = check(author({ optseal: 1, rule: text, groups })).program;
    const programs = ways.map((hyper, i) => {
      const fresh = check(author({ optseal: 1, rule: text, hyper })).program.bindings[0];
      const { match, ...binding } = bindings[i]!;
      expect(match).toEqual({ index: [i] });
      expect(binding).toEqual(fresh);
      const { step, update, slots } = withBody(binding);
      return JSON.stringify({ step, update, slots });
    });
    // c settles nothing; a = 0.25 settles all as a = 0 does; e = 6 as b = 1.
    expect(programs[4]).toBe(programs[0]);
    expect(programs[7]).toBe(programs[0]);
    expect(programs[3]).toBe(programs[2]);
    expect(new Set(programs).size).toBe(5);
  });

  it("keep lists apart that differ in the sign of a zero", () => {
    const text = "rule r\nhyper at: list\nupdate weight = weight / item(at, 0)\n";
    const groups = [0, -0].map((zero, i) => ({ match: { index: [i] }, hyper: { at: [zero] } }));
    const { bindings } = check(author({ optseal: 1, rule: text, hyper: { at: [1] }, groups })).program;
    const lists = bindings
      .map(withBody)
      .map(({ update }) => JSON.stringify(update, (_, x) => (Object.is(x, -0) ? "-0" : x)));
    expect(new Set(lists).size).toBe(3);
  });
});
