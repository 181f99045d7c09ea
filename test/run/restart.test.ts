import { describe, expect, it } from "vitest";
import { compile } from "../../src/run/optimizer.ts";
import { checkedRule } from "../check/authored.ts";

const RULE = "rule x\nhyper lr = 1 scheduled\nupdate weight = weight - lr\n";
const halving = {
  schedule: { rule: "schedule s\nstate last = base\nstep last = last / 2\n  rate = last\n" },
  groups: [{ match: { name: ["a"] }, hyper: { lr: 8 } }],
};
const zero = Float32Array.of(0);
const make = () => ({ a: { data: Float32Array.of(0) }, b: { data: Float32Array.of(0) } });

describe("a restart amid a schedule", () => {
  it("goes on where no parameter follows the spec's own rate", () => {
    const compiled = compile(checkedRule(RULE, halving));
    const [{ a }, { a: other }] = [make(), make()];
    const first = compiled.attach({ a });
    first.step({ a: zero });
    const second = compiled.attach({ a: other }, first.state());
    first.step({ a: zero });
    second.step({ a: zero });
    expect(other.data[0]).toBe(-2);
    expect(a.data[0]).toBe(-6);
  });

  it("goes on to the same rates where one group has had no gradient", () => {
    const compiled = compile(checkedRule(RULE, halving));
    const run = (isCut: boolean): number | undefined => {
      const parameters = make();
      const first = compiled.attach(parameters);
      first.step({ a: zero, b: zero });
      for (let i = 0; i < 3; i++) first.step({ a: zero });
      const optimizer = isCut ? compiled.attach(parameters, first.state()) : first;
      optimizer.step({ a: zero, b: zero });
      return parameters.b.data[0];
    };
    expect(run(true)).toBe(run(false));
  });

  it("from a given state makes the steps of updates that its own parameters did not have", () => {
    const resume = { begin: 2, updates: 2, schedule: { last: 0.25 } };
    const parameters = make();
    const optimizer = compile(checkedRule(RULE, { ...halving, resume })).attach(parameters);
    optimizer.step({ a: zero });
    optimizer.step({ a: zero });
    optimizer.step({ a: zero, b: zero });
    expect(parameters.b.data[0]).toBe(-(0.25 / 2 ** 3));
  });

  it("asking for the state changes nothing", () => {
    const compiled = compile(checkedRule(RULE, halving));
    const run = (asks: boolean): readonly (number | undefined)[] => {
      const parameters = make();
      const optimizer = compiled.attach(parameters);
      for (const gradients of [{ b: zero }, { a: zero }, { b: zero }, { a: zero, b: zero }]) {
        optimizer.step(gradients);
        if (asks) optimizer.state();
      }
      return [parameters.a.data[0], parameters.b.data[0]];
    };
    expect(run(true)).toEqual(run(false));
  });
});

it("a state keeps what is shared by parameters that are not there", () => {
  const rule = `rule x
hyper on = true
state s: shared = 0 when on
update s = s + 1 when on
       weight = grad
`;
  const compiled = compile(checkedRule(rule, { groups: [{ match: { name: ["a"] }, hyper: { on: false } }] }));
  const first = compiled.attach(make());
  first.step({ a: zero, b: zero });
  const { a } = make();
  expect(compiled.attach({ a }, first.state()).state().shared).toEqual(new Map([["s", 1]]));
});
