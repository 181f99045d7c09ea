import { describe, expect, it } from "vitest";
import { compile } from "../../src/run/optimizer.ts";
import type { OptimizerState } from "../../src/spec/optimizer-state.ts";
import { checkedRule } from "../check/authored.ts";
import { work } from "./support.ts";

const f = Math.fround;
const SGD = "rule x\nhyper lr = 0.1 scheduled\nupdate weight = weight - lr * grad\n";

describe("tensor arithmetic", () => {
  it("rounds each written operation to binary32, and scalars where they meet tensors", () => {
    const [w, g] = [f(0.3), f(0.7)];
    expect(work(SGD, [w]).step(g)).toEqual([f(w - f(f(0.1) * g))]);
    const spread = "rule x\nhyper lr = 0.1\nupdate weight = weight - lr * lr * grad\n";
    expect(work(spread, [w]).step(g)).toEqual([f(w - f(f(0.1 * 0.1) * g))]);
    const grouped = "rule x\nhyper lr = 0.1\nupdate weight = weight - lr * (lr * grad)\n";
    expect(work(grouped, [w]).step(g)).toEqual([f(w - f(f(0.1) * f(f(0.1) * g)))]);
  });

  it("keeps scalars in binary64 until f32 says otherwise", () => {
    const third = "rule x\nstep a = 1 / 3\n b = f32(1 / 3)\nupdate weight = grad + (a - b) * 1e8\n";
    expect(work(third, [0]).step(0)).toEqual([f((1 / 3 - f(1 / 3)) * 1e8)]);
  });

  it("does momentum as the textbook has it, in binary32", () => {
    const rule =
      "rule x\nhyper lr = 0.1  mu = 0.9\nstate m = 0\nupdate m = mu * m + grad\n weight = weight - lr * m\n";
    const at = work(rule, [1, -2]);
    let [m, w] = [0, 1];
    for (const g of [f(0.3), f(-1.7), f(1e-3)]) {
      m = f(f(f(0.9) * m) + g);
      w = f(w - f(f(0.1) * m));
      expect(at.step(g, 0)[0]).toBe(w);
    }
    expect(at.optimizer.state().slots.get("m")?.get("w")).toEqual(Float32Array.of(m, 0));
  });

  it("overflows, and passes NaN and infinities on", () => {
    const rule = "rule x\nupdate weight = weight * grad\n";
    expect(
      work(rule, [3e38, -3e38, 0, 1, 1e-30, -0]).step(10, 10, Number.POSITIVE_INFINITY, Number.NaN, 1e-30, 1),
    ).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, Number.NaN, 0, -0]);
    const smallest = 2 ** -149;
    expect(work("rule x\nupdate weight = weight * 0.5\n", [smallest, 3 * smallest]).step(0, 0)).toEqual([
      0,
      2 * smallest,
    ]);
  });

  it("selects by masks", () => {
    const rule = "rule x\nupdate weight = select(grad > 0 and not weight == 2, grad, -weight)\n";
    expect(work(rule, [1, 2, 3, Number.NaN]).step(5, 5, Number.NaN, 1)).toEqual([5, -2, -3, 1]);
  });
});

describe("names", () => {
  it("keep the values of their moment: `old = weight` before weight changes", () => {
    const rule =
      "rule x\nstate v = 0\nupdate old = weight\n weight = grad\n v = old + weight\n weight = old\n";
    const at = work(rule, [1, 2]);
    expect(at.step(10, 20)).toEqual([1, 2]);
    expect(at.optimizer.state().slots.get("v")?.get("w")).toEqual(Float32Array.of(11, 22));
  });

  it("of slots and of the gradient are copied, too", () => {
    const rule = "rule x\nstate v = 1\nupdate old = v\n g = grad\n v = v + g\n weight = old * 100 + g\n";
    const gradient = Float32Array.of(3);
    const at = work(rule, [0]);
    at.optimizer.step({ w: gradient });
    expect([...at.data]).toEqual([103]);
    expect([...gradient]).toEqual([3]);
  });

  it("that a slot takes from another slot or the weight stay apart", () => {
    const rule = "rule x\nstate a = 0  b = 5\nupdate a = weight\n b = a\n weight = grad\n a = a + 1\n";
    const at = work(rule, [7]);
    at.step(2);
    const { slots } = at.optimizer.state();
    expect([slots.get("a")?.get("w"), slots.get("b")?.get("w"), at.data]).toEqual(
      [8, 7, 2].map((x) => Float32Array.of(x)),
    );
  });
});

describe("slots", () => {
  it("start from numbers, hyperparameters or a copy of the weight", () => {
    const rule =
      "rule x\nhyper h = 0.1\nstate a = h * 2  b: row = -1  c: col = 3  d: scalar = h * 2  e = weight\nupdate weight = grad\n";
    const at = work(rule, [1, 2, 3, 4, 5, 6], { shape: [2, 3] });
    const start = at.optimizer.state().slots;
    at.step(0, 0, 0, 0, 0, 0);
    const of = (slot: string) => start.get(slot)?.get("w");
    expect(of("a")).toEqual(new Float32Array(6).fill(f(0.2)));
    expect(of("b")).toEqual(Float32Array.of(-1, -1));
    expect(of("c")).toEqual(Float32Array.of(3, 3, 3));
    expect(of("d")).toBe(0.2);
    expect(of("e")).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(at.optimizer.state().slots.get("e")?.get("w")).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it("per row, per column and scalar hold sums of the gradient", () => {
    const rule =
      "rule x\nstate r: row = 0  c: col = 0  s: scalar = 0  n: scalar = 0\nstep n = n + 1\nupdate r = r + row_sum(grad)\n c = col_mean(grad)\n s = s + sum(grad)\n weight = r + c * 10 + s * 100 + n * 1000\n";
    const at = work(rule, [0, 0, 0, 0, 0, 0], { shape: [2, 3] });
    // Rows 6 and 15, columns' means 2.5, 3.5, 4.5, sum 21, count 1.
    expect(at.step(1, 2, 3, 4, 5, 6)).toEqual([3131, 3141, 3151, 3140, 3150, 3160]);
    expect(at.optimizer.state().slots.get("s")?.get("w")).toBe(21);
    expect(at.step(0, 0, 0, 0, 0, 0)).toEqual([4106, 4106, 4106, 4115, 4115, 4115]);
  });

  it("like the parameter take rows and columns spread over it", () => {
    const rule = "rule x\nstate v = 0\nupdate v = row_sum(grad)\n weight = col_sum(grad)\n";
    const at = work(rule, [0, 0, 0, 0, 0, 0], { shape: [2, 3] });
    expect(at.step(1, 2, 3, 4, 5, 6)).toEqual([5, 7, 9, 5, 7, 9]);
    expect(at.optimizer.state().slots.get("v")?.get("w")).toEqual(Float32Array.of(6, 6, 6, 15, 15, 15));
  });
});

describe("reductions", () => {
  const terms = Array.from({ length: 2500 }, (_, i) => f(Math.sin(i) * 10 ** (i % 9)));

  it("add in binary64, in blocks of 1024 with four lanes", () => {
    const rule =
      "rule x\nstate s: scalar = 0  m: scalar = 0  n: scalar = 0\nupdate s = sum(grad)\n m = mean(grad)\n n = norm(grad)\n";
    const at = work(rule, terms);
    at.step(...terms);
    const sumOf = (term: (x: number) => number) => {
      let total = 0;
      for (let block = 0; block < terms.length; block += 1024) {
        const lanes: [number, number, number, number] = [0, 0, 0, 0];
        terms.slice(block, block + 1024).forEach((x, i) => {
          lanes[(i % 4) as 0] += term(x);
        });
        total += lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
      }
      return total;
    };
    const scalar = (name: string) => at.optimizer.state().slots.get(name)?.get("w");
    expect(scalar("s")).toBe(sumOf((x) => x));
    expect(scalar("m")).toBe(sumOf((x) => x) / 2500);
    expect(scalar("n")).toBe(Math.sqrt(sumOf((x) => x * x)));
    expect(scalar("s")).not.toBe(terms.reduce((a, b) => a + b, 0));
  });

  it("take all dimensions but the last as rows", () => {
    const rule = "rule x\nupdate weight = row_sum(grad)\n";
    expect(work(rule, new Array(8).fill(0), { shape: [2, 2, 2] }).step(1, 2, 3, 4, 5, 6, 7, 8)).toEqual([
      3, 3, 7, 7, 11, 11, 15, 15,
    ]);
    expect(work(rule, [0, 0, 0]).step(1, 2, 3)).toEqual([6, 6, 6]);
    expect(work(rule, [0], { shape: [] }).step(5)).toEqual([5]);
  });

  it("of nothing are 0, and the mean of nothing is NaN", () => {
    const rule =
      "rule x\nstate s: scalar = 1  m: scalar = 1  c: col = 7\nupdate s = sum(grad)\n m = mean(grad)\n c = col_sum(grad)\n weight = c\n";
    const at = work(rule, [], { shape: [0, 3] });
    expect(at.step()).toEqual([]);
    const { slots } = at.optimizer.state();
    expect([slots.get("s")?.get("w"), slots.get("m")?.get("w")]).toEqual([0, Number.NaN]);
    expect(slots.get("c")?.get("w")).toEqual(Float32Array.of(0, 0, 0));
  });
});

describe("the spec's gradient steps", () => {
  const rule = "rule x\nupdate weight = grad\n";

  it.each<[object, readonly number[]]>([
    [{ rescale: 0.1 }, [f(f(0.1) * 5), f(f(0.1) * -5), 0, Number.NaN]],
    [{ clip_value: 3 }, [3, -3, 0, Number.NaN]],
    [{ rescale: 0.5, clip_value: 2 }, [2, -2, 0, Number.NaN]],
    [{ rescale: -1 }, [-5, 5, -0, Number.NaN]],
    [{ rescale: 1e300 }, [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, Number.NaN]],
    [{ clip_value: 1e300 }, [5, -5, 0, Number.NaN]],
  ])("%j", (gradient, expected) => {
    expect(work(rule, [0, 0, 0, 0], { spec: { gradient } }).step(5, -5, 0, Number.NaN)).toEqual(expected);
  });

  it("leave the caller's gradient as it is", () => {
    const gradient = Float32Array.of(5);
    work(rule, [0], { spec: { gradient: { rescale: 2 } } }).optimizer.step({ w: gradient });
    expect([...gradient]).toEqual([5]);
  });
});

describe("groups", () => {
  it("bind each parameter to the first that matches", () => {
    const rule =
      "rule x\nhyper k = 1  v = false\nstate s = 0 when v\nupdate weight = grad * k\n s = grad when v\n";
    const groups = [
      { match: { suffix: ["bias"] }, hyper: { k: 2 } },
      { match: { prefix: ["fc"], index: [3] }, hyper: { k: 3, v: true } },
    ];
    const keys = ["fc.bias", "fc.weight", 3, "3x", "conv"];
    const parameters = new Map(keys.map((key) => [key, { data: new Float32Array(1) }]));
    const optimizer = compile(checkedRule(rule, { hyper: { k: 10 }, groups })).attach(parameters);
    optimizer.step(new Map(keys.map((key) => [key, Float32Array.of(1)])));
    expect([...parameters.values()].map(({ data }) => data[0])).toEqual([2, 3, 3, 10, 10]);
    expect([...(optimizer.state().slots.get("s")?.keys() ?? [])]).toEqual(["fc.weight", "3"]);
  });

  it("do not see each other's state", () => {
    const rule = "rule x\nstate m = 0\nupdate m = m + grad\n weight = m\n";
    const [a, b] = [new Float32Array(1), new Float32Array(1)];
    const optimizer = compile(checkedRule(rule)).attach({ a: { data: a }, b: { data: b } });
    optimizer.step({ a: Float32Array.of(1) });
    optimizer.step({ a: Float32Array.of(1), b: Float32Array.of(5) });
    expect([a[0], b[0]]).toEqual([2, 5]);
  });
});

describe("counts", () => {
  const rule = "rule x\nupdate weight = t\n";

  it("are each parameter's own; the highest is everyone's", () => {
    const [a, b] = [new Float32Array(1), new Float32Array(1)];
    const optimizer = compile(checkedRule(rule)).attach({ a: { data: a }, b: { data: b } });
    for (let i = 0; i < 3; i++) optimizer.step({ a: new Float32Array(1) });
    optimizer.step({ b: new Float32Array(1) });
    expect([a[0], b[0], optimizer.updates]).toEqual([3, 1, 3]);
    expect([...optimizer.state().counts]).toEqual([
      ["a", 3],
      ["b", 1],
    ]);
  });

  it("start where the spec says", () => {
    const resume = { begin: 10, counts: { a: 20, elsewhere: 50 } };
    const [a, b] = [new Float32Array(1), new Float32Array(1)];
    const optimizer = compile(checkedRule(rule, { resume })).attach({ a: { data: a }, b: { data: b } });
    expect(optimizer.updates).toBe(50);
    optimizer.step({ a: new Float32Array(1), b: new Float32Array(1) });
    expect([a[0], b[0], optimizer.updates]).toEqual([21, 11, 50]);
  });

  it("an empty step changes nothing", () => {
    const at = work(rule, [5]);
    at.optimizer.step({});
    expect([at.data[0], at.optimizer.updates]).toEqual([5, 0]);
  });
});

describe("state", () => {
  const rule =
    "rule x\nhyper lr = 0.1 scheduled\nstate m = 0  s: scalar = 1\nstep s = s * 0.9\nupdate m = m * s + grad\n weight = weight - lr * m\n";
  const schedule = { rule: "schedule s\nstate k = base\nstep k = k * 0.7\n rate = k\n", every: 2 };
  const compiled = () => compile(checkedRule(rule, { schedule }));

  const copy = ({ counts, updates, schedule: scalars, shared, slots }: OptimizerState): OptimizerState => ({
    counts: new Map(counts),
    updates,
    schedule: new Map(scalars),
    shared: new Map(shared),
    slots: new Map([...slots].map(([name, values]) => [name, new Map(values)])),
  });

  it("is a copy, in and out", () => {
    const data = Float32Array.of(1, 2);
    const optimizer = compiled().attach({ w: { data } });
    optimizer.step({ w: Float32Array.of(1, 1) });
    const state = optimizer.state();
    const kept = copy(state);
    const next = compiled().attach({ w: { data } }, state);
    next.step({ w: Float32Array.of(1, 1) });
    optimizer.step({ w: Float32Array.of(9, 9) });
    expect(state).toEqual(kept);
  });

  it("is handed on at any update to the same bits", () => {
    const gradient = (i: number) => ({ w: Float32Array.of(f(Math.sin(i)), f(Math.cos(i))) });
    const whole = Float32Array.of(1, 2);
    const straight = compiled().attach({ w: { data: whole } });
    const parts = Float32Array.of(1, 2);
    let handed = compiled().attach({ w: { data: parts } });
    for (let i = 0; i < 9; i++) {
      handed = compiled().attach({ w: { data: parts } }, handed.state());
      straight.step(gradient(i));
      handed.step(gradient(i));
      expect([...parts]).toEqual([...whole]);
      expect(handed.state()).toEqual(straight.state());
    }
  });

  it("before the first update names all slots and no schedule", () => {
    const state = compiled()
      .attach({ w: { data: new Float32Array(2) } })
      .state();
    expect(state.updates).toBe(0);
    expect([...state.slots.keys()]).toEqual(["m", "s"]);
    expect(state.schedule.size).toBe(0);
  });

  it("that the spec gives the schedule is not lost before the first update", () => {
    const resume = { updates: 0, schedule: { k: 5 } };
    const given = compile(checkedRule(rule, { schedule, resume }));
    const first = given.attach({ w: { data: new Float32Array(1) } });
    const second = given.attach({ w: { data: new Float32Array(1) } }, first.state());
    expect(second.rateAt(1)).toBe(5 * 0.7);
  });
});
