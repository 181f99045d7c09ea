/** A step by several threads: the same bits, whoever does what, and errors that come before a write. */
import { afterEach, describe, expect, it } from "vitest";
import type { RunError } from "../../../src/index.ts";
import { author, check, compile, compileWasm } from "../../../src/index.ts";
import { WasmOptimizer } from "../../../src/run/host/compile-wasm.ts";
import { WasmEngine } from "../../../src/run/host/engine.ts";
import type { Helper, Spawn } from "../../../src/run/threads/spawn.ts";
import { spawner } from "../../../src/run/threads/spawn.ts";
import type { Task } from "../../../src/run/threads/task.ts";
import { AT } from "../../../src/run/threads/team.ts";
import { writeModule } from "../../../src/run/wasm/module.ts";
import type { Checked } from "../../../src/spec/gates.ts";

const checkedRule = (rule: string) => check(author({ optseal: 1, rule }));
const adamw = checkedRule("torch-2.13/adamw");
const SIZE = 300_001;
const weights = () => ({ w: { data: Float32Array.from({ length: SIZE }, (_, i) => Math.sin(i)) } });
const gradients = { w: Float32Array.from({ length: SIZE }, (_, i) => Math.cos(i)) };

const open: WasmOptimizer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** An optimizer whose helpers the test can reach. */
function crewed(checked: Checked, count: number, spawn: Spawn = spawner() as Spawn, patience = 20_000) {
  const helpers: Helper[] = [];
  const tasks: Task[] = [];
  const { bytes, description } = writeModule(checked, { shared: { most: 65_536 } });
  const engine = new WasmEngine(checked, new WebAssembly.Module(bytes), description, {
    count,
    spawn: (task, tell) => {
      const helper = spawn(task, tell);
      helpers.push(helper);
      tasks.push(task);
      return helper;
    },
    manners: { alone: 0, patience },
  });
  const optimizer = new WasmOptimizer(checked, weights(), undefined, () => engine);
  open.push(optimizer);
  return { optimizer, helpers, tasks };
}

function expected(checked: Checked, steps: number) {
  const parameters = weights();
  const optimizer = compile(checked).attach(parameters);
  for (let i = 0; i < steps; i++) optimizer.step(gradients);
  return parameters.w.data;
}

const code = (value: string) => expect.objectContaining({ name: "RunError", code: value });
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

describe("a crew", () => {
  it.each([2, 3, 8])("of %i gives the bits of the reference, called and asked", async (count) => {
    const { optimizer } = crewed(adamw, count);
    optimizer.step(gradients);
    await optimizer.stepAsync(gradients);
    optimizer.step(gradients);
    await optimizer.stepAsync(gradients);
    expect(Buffer.compare(bytesOf(optimizer), bytesIn(expected(adamw, 4)))).toBe(0);
    expect(optimizer.updates).toBe(4);
  });

  it("leaves the event loop free while it is asked", async () => {
    const { optimizer } = crewed(adamw, 2);
    await optimizer.stepAsync(gradients);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const spin = (async () => {
      for (let i = 0; i < 30; i++) await optimizer.stepAsync(gradients);
    })();
    await spin;
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it("takes one step at a time, and shows no state in the middle of one", async () => {
    const { optimizer } = crewed(adamw, 2);
    const under = optimizer.stepAsync(gradients);
    expect(() => optimizer.step(gradients)).toThrow(code("busy"));
    expect(() => optimizer.state()).toThrow(code("busy"));
    expect(() => optimizer.amend(adamw)).toThrow(code("busy"));
    expect(() => optimizer.writeBack()).toThrow(code("busy"));
    await expect(optimizer.close()).rejects.toThrow(code("busy"));
    await expect(optimizer.stepAsync(gradients)).rejects.toThrow(code("busy"));
    await under;
    expect(optimizer.updates).toBe(1);
    expect(Buffer.compare(bytesOf(optimizer), bytesIn(expected(adamw, 1)))).toBe(0);
  });

  it("takes parameters without elements", async () => {
    const optimizer = compileWasm(checkedRule("mxnet-1.9/lamb"), { threads: 2 }).attach({
      a: { data: new Float32Array(0) },
      b: { data: new Float32Array(70_000) },
    });
    open.push(optimizer);
    await optimizer.stepAsync({ a: new Float32Array(0), b: new Float32Array(70_000) });
    expect(optimizer.updates).toBe(1);
  });

  it("refuses what does not fit before a write, asked too", async () => {
    const { optimizer } = crewed(adamw, 2);
    await expect(optimizer.stepAsync({ w: new Float32Array(3) })).rejects.toThrow(code("gradient-length"));
    expect(Buffer.compare(bytesOf(optimizer), bytesIn(weights().w.data))).toBe(0);
    await optimizer.stepAsync(gradients);
  });

  it("says that a thread has ended, before anything is written, and goes on with another", async () => {
    const { optimizer, helpers } = crewed(adamw, 3);
    optimizer.step(gradients);
    helpers[0]?.end();
    await helpers[0]?.ended;
    await settled();
    expect(() => optimizer.step(gradients)).toThrow(code("thread"));
    expect(Buffer.compare(bytesOf(optimizer), bytesIn(expected(adamw, 1)))).toBe(0);
    optimizer.step(gradients);
    expect(helpers.length).toBe(3);
    expect(Buffer.compare(bytesOf(optimizer), bytesIn(expected(adamw, 2)))).toBe(0);
  });

  it("says why a thread could not start", async () => {
    const failing = (task: Task, tell: () => void): Helper => {
      const helper = (spawner() as Spawn)(task, tell);
      return { ...helper, ended: Promise.resolve("Error: no more threads") };
    };
    const { optimizer } = crewed(adamw, 2, failing);
    optimizer.step(gradients);
    await settled();
    expect(() => optimizer.step(gradients)).toThrow(/ended since the last step: Error: no more threads/);
  });

  it("ends a step that it was asked for even if all helpers end", async () => {
    const { optimizer, helpers } = crewed(adamw, 2);
    const under = optimizer.stepAsync(gradients);
    for (const helper of helpers) helper.end();
    const outcome = await under.then(
      () => "done",
      (error: unknown) => (error as RunError).code,
    );
    // One that was in the middle of a range has left it half done, and it is said so.
    expect(["done", "thread"]).toContain(outcome);
    if (outcome === "done") {
      expect(Buffer.compare(bytesOf(optimizer), bytesIn(expected(adamw, 1)))).toBe(0);
    }
  });

  it("gives up a thread that holds a range for ever, and never takes such weights for whole", () => {
    const stuck = ({ control }: Task): Helper => {
      Atomics.add(control, AT.inside, 1);
      return { hold: () => undefined, ended: new Promise(() => undefined), end: () => undefined };
    };
    const { optimizer, tasks } = crewed(adamw, 2, stuck, 100);
    expect(() => optimizer.step(gradients)).toThrow(code("thread"));
    Atomics.sub((tasks[0] as Task).control, AT.inside, 1);
    expect(() => optimizer.step(gradients)).toThrow(code("thread"));
    expect(() => optimizer.amend(adamw)).toThrow(code("thread"));
    open.length = 0;
  });

  it("can be closed twice, and steps in the calling thread then", async () => {
    const { optimizer } = crewed(adamw, 4);
    await optimizer.close();
    await optimizer.close();
    optimizer.step(gradients);
    await optimizer.stepAsync(gradients);
    expect(Buffer.compare(bytesOf(optimizer), bytesIn(expected(adamw, 2)))).toBe(0);
  });

  it.each(["mxnet-1.9/lamb", "torch-2.13/adafactor", "keras-3/muon", "mxnet-1.9/nadam"])(
    "has the same bits for %s, with reductions and lines",
    (rule) => {
      const checked = checkedRule(rule);
      const shapes = { a: [300, 40], b: [2, 33, 9], c: [65_537], d: [3] };
      const fresh = () =>
        new Map(
          Object.entries(shapes).map(([key, shape]) => {
            const size = shape.reduce((product, side) => product * side, 1);
            return [
              key,
              { data: Float32Array.from({ length: size }, (_, i) => Math.sin(i)), shape },
            ] as const;
          }),
        );
      const [one, four] = [
        compileWasm(checked).attach(fresh()),
        compileWasm(checked, { threads: 4 }).attach(fresh()),
      ];
      open.push(one, four);
      for (let step = 0; step < 3; step++) {
        const drawn = new Map(
          [...fresh()].map(([key, { data }]) => [key, data.map((x, i) => Math.cos(i * step) * x)] as const),
        );
        one.step(drawn);
        four.step(drawn);
      }
      for (const key of Object.keys(shapes)) expect(four.weight(key)).toEqual(one.weight(key));
    },
  );
});

describe("one thread that is asked", () => {
  it("gives the event loop turns, and the same bits", async () => {
    const size = 5_000_000;
    const optimizer = compileWasm(adamw).attach({ w: { data: new Float32Array(size).fill(1) } });
    let turns = 0;
    const count = () => {
      turns += 1;
      if (turns < 1000) setImmediate(count);
    };
    setImmediate(count);
    await optimizer.stepAsync({ w: new Float32Array(size).fill(0.5) });
    expect(turns).toBeGreaterThan(2);
    const same = compileWasm(adamw).attach({ w: { data: Float32Array.of(1) } });
    same.step({ w: Float32Array.of(0.5) });
    const value = same.weight("w")?.[0];
    expect(optimizer.weight("w")?.every((one) => one === value)).toBe(true);
  });
});

it("refuses a number of threads that is none", () => {
  for (const threads of [0, -1, 1.5, Number.NaN, 1e6]) {
    expect(() => compileWasm(adamw, { threads })).toThrow(TypeError);
  }
});

const bytesIn = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);
const bytesOf = (optimizer: WasmOptimizer) => bytesIn(optimizer.weight("w") as Float32Array);
