/** What the language says of shapes, repetition, early ends, sums over parameters, shared scalars and momentum. */
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import type { Parameters } from "../../src/run/optimizer.ts";
import { compile } from "../../src/run/optimizer.ts";

const rule = (lines: string) =>
  `rule r\nhyper lr = 0.5 scheduled   on = true   n = 2   m = 0.9 scheduled as momentum\n${lines}\n`;

const attach = (lines: string, parameters: Parameters, spec: object = {}) =>
  compile(check(author({ optseal: 1, rule: rule(lines), ...spec }))).attach(parameters);

const of = (...values: number[]) => Float32Array.from(values);

function weightsAfter(
  lines: string,
  shape: readonly number[],
  grad: Float32Array,
  spec: object = {},
): readonly number[] {
  const data = new Float32Array(grad.length);
  attach(lines, { w: { data, shape } }, spec).step({ w: grad });
  return [...data];
}

const issuesOf = (make: () => unknown): readonly string[] => {
  try {
    make();
  } catch (error) {
    return (error as { issues: { code: string; message: string }[] }).issues.map(
      ({ code, message }) => `${code}: ${message}`,
    );
  }
  return [];
};

describe("shapes", () => {
  it("names the rank, the sides of the last two dimensions and the size", () => {
    const lines = "update weight = grad * 0 + (1000 * rank + 100 * rows + 10 * cols + size)";
    expect(weightsAfter(lines, [], of(1))[0]).toBe(111);
    expect(weightsAfter(lines, [3], of(1, 1, 1))[0]).toBe(1000 + 100 + 30 + 3);
    expect(weightsAfter(lines, [2, 3, 1], new Float32Array(6))[0]).toBe(3000 + 300 + 10 + 6);
  });

  it("settles guards and conditions for each parameter, and keeps only the slots of its kind", () => {
    const lines =
      "state v = 1 when not rank >= 2\n      r: row = 2 when rank >= 2\nupdate weight = v when not rank >= 2\n       weight = r + select(rank >= 2, 10, 0) when rank >= 2";
    const [a, b] = [new Float32Array(2), new Float32Array(4)];
    const optimizer = attach(lines, { a: { data: a }, b: { data: b, shape: [2, 2] } });
    optimizer.step({ a, b });
    expect([...a, ...b]).toEqual([1, 1, 12, 12, 12, 12]);
    const { slots } = optimizer.state();
    expect([...slots].map(([name, ofSlot]) => [name, ...ofSlot.keys()])).toEqual([
      ["v", "a"],
      ["r", "b"],
    ]);
  });

  it("tries every answer before anything is attached", () => {
    const lines = "update weight = grad when rank >= 2\n       weight = missing when not rank >= 2";
    expect(issuesOf(() => attach(lines, {}))).toEqual(["unknown-name: there is no `missing` here"]);
    const type = "update weight = grad when rank >= 2\n       weight = matmul(grad, grad) when not rank >= 2";
    expect(issuesOf(() => attach(type, {}))).toEqual([
      "type: in `matmul`, operand 1 has C columns and operand 2 has R rows",
    ]);
  });

  it("folds rows and columns of each matrix of a stack, and what is folded once more", () => {
    const grad = of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(weightsAfter("update weight = row_sum(grad)", [2, 2, 2], grad)).toEqual([
      3, 3, 7, 7, 11, 11, 15, 15,
    ]);
    expect(weightsAfter("update weight = col_mean(grad)", [2, 2, 2], grad)).toEqual([2, 3, 2, 3, 6, 7, 6, 7]);
    expect(weightsAfter("update weight = col_mean(row_sum(grad))", [2, 2, 2], grad)).toEqual([
      5, 5, 5, 5, 13, 13, 13, 13,
    ]);
    expect(weightsAfter("update weight = row_max(grad) * col_max(grad)", [2, 2], of(1, 2, 3, 4))).toEqual([
      6, 8, 12, 16,
    ]);
    expect(weightsAfter("update weight = grad * 0 + max_of(grad)", [3], of(-3, -1, -2))).toEqual([
      -1, -1, -1,
    ]);
    expect(issuesOf(() => attach("update weight = row_sum(row_sum(grad))", {}))).toEqual([
      "type: in `row_sum`, operand 1 is folded already: it is a tensor (row)",
    ]);
  });

  it("multiplies and transposes", () => {
    const grad = of(1, 2, 3, 4, 5, 6);
    expect(weightsAfter("update weight = matmul(matmul(grad, transpose(grad)), grad)", [2, 3], grad)).toEqual(
      [142, 188, 234, 340, 449, 558],
    );
    const turned =
      "update x = transpose(grad) when rows > cols\n       x = grad when not rows > cols\n       x = matmul(x, transpose(x))\n       weight = grad * 0 + sum(x)";
    expect(weightsAfter(turned, [3, 2], grad)[0]).toBe(weightsAfter(turned, [3, 2], grad)[5]);
    expect(weightsAfter(turned, [2, 3], grad)[0]).toBe(14 + 32 + 32 + 77);
    expect(weightsAfter(turned, [3, 2], grad)[0]).toBe(35 + 44 + 44 + 56);
  });

  it("refuses what a rule says it needs", () => {
    const lines = "needs on or n > 5\nneeds rank == 2\nupdate weight = grad";
    expect(() => attach(lines, { w: { data: of(1), shape: [1, 1] } })).not.toThrow();
    expect(issuesOf(() => attach(lines, { w: { data: of(1) } }))).toEqual([
      "needs: the rule needs `rank == 2`, and the shape is [1]",
    ]);
    expect(issuesOf(() => attach(lines, {}, { hyper: { on: false } }))).toEqual([
      "needs: the rule needs `on or n > 5`",
    ]);
    expect(issuesOf(() => attach("needs sum(grad) > 0\nupdate weight = grad", {}))[0]).toMatch(
      /^unknown-name/,
    );
  });

  it("refuses more questions than anyone needs", () => {
    const asks = [1, 2, 3, 4, 5, 6, 7].map((k) => `x = 0 when rows > ${k}`).join("\n       ");
    expect(issuesOf(() => attach(`update ${asks}\n       weight = grad`, {}))[0]).toMatch(
      /^guard: the rule asks more/,
    );
  });
});

describe("lines of an update", () => {
  it("repeats as often as a settled number says", () => {
    const lines = "update x = grad\n       repeat n + 1 { x = x * 2   y = x }\n       weight = y";
    expect(weightsAfter(lines, [1], of(1))).toEqual([8]);
    expect(weightsAfter(lines, [1], of(1), { hyper: { n: 4 } })).toEqual([32]);
    expect(issuesOf(() => attach(lines, {}, { hyper: { n: 0.5 } }))[0]).toMatch(
      /^repeat: takes a whole number/,
    );
    expect(issuesOf(() => attach("update repeat t { weight = grad }", {}))[0]).toMatch(
      /^unknown-name|^repeat/,
    );
  });

  it("ends early where a condition holds, and keeps what was written before", () => {
    const lines =
      "state acc = 0\nupdate acc = acc + grad\n       stop when t / n > floor(t / n)\n       weight = weight - acc\n       acc = 0";
    const data = of(0);
    const optimizer = attach(lines, { w: { data } });
    const seen = [1, 2, 3, 4].map((g) => {
      optimizer.step({ w: of(g) });
      return data[0];
    });
    expect(seen).toEqual([0, -3, -3, -10]);
    expect(issuesOf(() => attach("update stop when grad > 0\n       weight = grad", {}))[0]).toMatch(
      /^type: `stop when`/,
    );
    expect(
      weightsAfter("update stop when not on\n       weight = grad", [1], of(5), { hyper: { on: false } }),
    ).toEqual([0]);
  });

  it("adds up over all parameters of the step", () => {
    const lines =
      "update n2 = total(sum(grad * grad))\n       scale = 1 / sqrt(n2)\n       weight = scale * grad";
    const [a, b, c] = [of(0), of(0, 0), of(0)];
    const optimizer = attach(lines, { a: { data: a }, b: { data: b }, c: { data: c } });
    optimizer.step({ a: of(3), b: of(0, 4) });
    expect([...a, ...b, ...c]).toEqual([of(0.6)[0], 0, of(0.8)[0], 0]);
    optimizer.step({ c: of(7) });
    expect(c[0]).toBe(1);
    expect(issuesOf(() => attach("update weight = grad + total(sum(grad))", {}))[0]).toMatch(
      /^type: `total` stands alone/,
    );
    expect(issuesOf(() => attach("update x = total(grad)\n       weight = grad", {}))[0]).toMatch(
      /^type: in `total`/,
    );
  });

  it("leaves parameters that have ended out of a total", () => {
    const lines = "update stop when rank == 0\n       k = total(size)\n       weight = grad * 0 + k";
    const [a, b, c] = [of(0), of(0, 0), of(0)];
    attach(lines, { a: { data: a, shape: [] }, b: { data: b }, c: { data: c } }).step({ a, b, c });
    expect([...a, ...b, ...c]).toEqual([0, 3, 3, 3]);
  });
});

describe("counts", () => {
  it("are of the parameter in `t`, and of the optimizer's steps in `steps`, whatever the order of keys", () => {
    const [a, b] = [of(0), of(0)];
    const optimizer = attach("update weight = grad * 0 + (10 * t + steps)", {
      a: { data: a },
      b: { data: b },
    });
    optimizer.step({ a: of(1) });
    optimizer.step({ b: of(1), a: of(1) });
    expect([a[0], b[0]]).toEqual([22, 12]);
    optimizer.step({ b: of(1) });
    expect(b[0]).toBe(22);
  });
});

describe("scalars that all parameters share", () => {
  it("are read and written by each update in order, and kept in the state", () => {
    const lines = "state s: shared = 1\nstep s = s * 2\nupdate weight = weight + s";
    const make = (state?: ReturnType<ReturnType<typeof attach>["state"]>) => {
      const [a, b] = [of(0), of(0)];
      const checked = check(author({ optseal: 1, rule: rule(lines) }));
      return { a, b, optimizer: compile(checked).attach({ a: { data: a }, b: { data: b } }, state) };
    };
    const first = make();
    first.optimizer.step({ a: of(0), b: of(0) });
    expect([first.a[0], first.b[0]]).toEqual([2, 4]);
    const state = first.optimizer.state();
    expect([...state.shared]).toEqual([["s", 4]]);
    const second = make(state);
    second.optimizer.step({ b: of(0), a: of(0) });
    expect([second.a[0], second.b[0]]).toEqual([16, 8]);
    expect(issuesOf(() => make({ ...state, shared: new Map() }))[0]).toMatch(/^state-missing/);
    expect(issuesOf(() => make({ ...state, shared: new Map([...state.shared, ["x", 1]]) }))[0]).toMatch(
      /^state-unknown/,
    );
  });
});

describe("a shared scalar behind a sum over parameters", () => {
  it("keeps what each of them gives it", () => {
    const lines =
      "state s: shared = 0\nupdate k = total(1)\n       s = s + 1\n       weight = weight + (10 * k + s)";
    const [a, b, c] = [of(0), of(0), of(0)];
    const optimizer = attach(lines, { a: { data: a }, b: { data: b }, c: { data: c } });
    optimizer.step({ a: of(0), b: of(0), c: of(0) });
    expect([a[0], b[0], c[0]]).toEqual([31, 32, 33]);
    expect([...optimizer.state().shared]).toEqual([["s", 3]]);
  });
});

describe("what a schedule drives", () => {
  const cycle = {
    rule: "schedule c\nhyper cycles = true\nstep rate = base / t\n     momentum = 1 / t when cycles\n",
  };

  it("drives a momentum beside the rate", () => {
    const lines = "update weight = weight + m + 100 * lr when m != 0";
    const data = of(0);
    const optimizer = attach(lines, { w: { data } }, { schedule: cycle });
    optimizer.step({ w: of(0) });
    expect(data[0]).toBe(51);
    optimizer.step({ w: of(0) });
    expect(data[0]).toBe(51 + 25.5);
    expect([optimizer.rateAt(4), optimizer.momentumAt(4)]).toEqual([0.125, 0.25]);
  });

  it("refuses a momentum that the rule does not have, or has switched off", () => {
    const lines = "update weight = weight - lr * grad * m when m != 0";
    expect(issuesOf(() => attach(lines, {}, { schedule: cycle, hyper: { m: 0 } }))[0]).toMatch(
      /switched off/,
    );
    const plain = "rule p\nhyper lr = 1 scheduled\nupdate weight = weight - lr * grad\n";
    expect(issuesOf(() => check(author({ optseal: 1, rule: plain, schedule: cycle })))[0]).toMatch(
      /leaves a momentum/,
    );
    const off = { ...cycle, hyper: { cycles: false } };
    expect(issuesOf(() => check(author({ optseal: 1, rule: plain, schedule: off })))).toEqual([]);
  });

  it("starts from each group's own rate", () => {
    const schedule = {
      rule: "schedule half\nstate last = base * 2\nstep last = last / 2\n     rate = last\n",
    };
    const spec = { schedule, groups: [{ match: { name: ["b"] }, hyper: { lr: 8 } }] };
    const lines = "update weight = grad * 0 + lr";
    const make = () => ({ a: { data: of(0) }, b: { data: of(0) } });
    const first = make();
    const optimizer = attach(lines, first, spec);
    for (let i = 0; i < 2; i++) optimizer.step({ a: of(1), b: of(1) });
    expect([first.a.data[0], first.b.data[0]]).toEqual([0.25, 4]);
    const state = optimizer.state();
    expect([...state.schedule]).toEqual([
      ["last", 0.25],
      ["rate", 0.25],
      ["last@0", 4],
      ["rate@0", 4],
    ]);
    const second = make();
    const resumed = compile(check(author({ optseal: 1, rule: rule(lines), ...spec }))).attach(second, state);
    resumed.step({ a: of(1), b: of(1) });
    expect([second.a.data[0], second.b.data[0]]).toEqual([0.125, 2]);
    const { schedule: scalars } = state;
    const without = new Map([...scalars].filter(([name]) => name !== "last@0"));
    expect(
      issuesOf(() =>
        compile(check(author({ optseal: 1, rule: rule(lines), ...spec }))).attach(make(), {
          ...state,
          schedule: without,
        }),
      )[0],
    ).toMatch(/^state-missing/);
  });
});

describe("the spec's own clipping to a norm", () => {
  it("scales all gradients of the step together, as torch.nn.utils.clip_grad_norm_ does", () => {
    const [a, b] = [of(0), of(0)];
    const lines = "update weight = weight + grad";
    const optimizer = attach(lines, { a: { data: a }, b: { data: b } }, { gradient: { clip_norm: 1 } });
    optimizer.step({ a: of(3), b: of(4) });
    const factor = Math.fround(1 / (5 + 1e-6));
    expect([a[0], b[0]]).toEqual([Math.fround(3 * factor), Math.fround(4 * factor)]);
    optimizer.step({ a: of(0.3), b: of(0) });
    expect(a[0]).toBe(Math.fround(Math.fround(3 * factor) + Math.fround(0.3)));
  });
});

describe("operations of other widths, and noise", () => {
  it("rounds to bfloat16 and binary16", () => {
    expect(weightsAfter("update weight = bf16(grad)", [2], of(1.00390625, 3.1426))).toEqual([1, 3.140625]);
    expect(weightsAfter("update weight = f16(grad)", [2], of(70000, 0.1))).toEqual([
      Number.POSITIVE_INFINITY,
      0.0999755859375,
    ]);
    expect(weightsAfter("step p = powf(0.9, 3)\nupdate weight = grad * 0 + p", [1], of(1))).toEqual([
      Math.fround(0.7289999127388),
    ]);
  });

  it("draws numbers that depend on the key, the operands and the place alone", () => {
    const lines = "update weight = normal(n, t)";
    const make = () => ({ a: { data: new Float32Array(4) }, b: { data: new Float32Array(4) } });
    const [one, other] = [make(), make()];
    const grad = new Float32Array(4);
    attach(lines, one).step({ a: grad, b: grad });
    attach(lines, other).step({ b: grad, a: grad });
    expect([...one.a.data]).toEqual([...other.a.data]);
    expect([...one.a.data]).not.toEqual([...one.b.data]);
    const reseeded = make();
    attach(lines, reseeded, { hyper: { n: 3 } }).step({ a: grad });
    expect([...reseeded.a.data]).not.toEqual([...one.a.data]);
  });
});
