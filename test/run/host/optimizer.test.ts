/** What a caller sees of an optimizer whose weights are in a module's memory. */
import { describe, expect, it } from "vitest";
import { author, check, compile, compileWasm, RunError } from "../../../src/index.ts";

const checked = check(author({ optseal: 1, rule: "torch-2.13/sgd", hyper: { lr: 0.5 } }));

describe("an optimizer of a module", () => {
  it("gives the weights back when it is asked to", () => {
    const [a, b] = [Float32Array.of(1, 2), Float32Array.of(3)];
    const optimizer = compileWasm(checked).attach({ a: { data: a }, 7: { data: b } });
    optimizer.step({ a: Float32Array.of(1, 2), 7: Float32Array.of(-2) });
    expect([...a, ...b]).toEqual([1, 2, 3]);
    expect(optimizer.weight("a")).toEqual(Float32Array.of(0.5, 1));
    expect(optimizer.weight(7)).toEqual(Float32Array.of(4));
    optimizer.writeBack();
    expect([...a, ...b]).toEqual([0.5, 1, 4]);
  });

  it("takes gradients from where its own are kept, other parameters' too", () => {
    const parameters = () => ({ a: { data: Float32Array.of(1, 2) }, b: { data: Float32Array.of(3, 4) } });
    const optimizer = compileWasm(checked).attach(parameters());
    const a = optimizer.gradient("a") as Float32Array;
    const b = optimizer.gradient("b") as Float32Array;
    a.set([1, 2]);
    b.set([4, 8]);
    optimizer.step({ a, b });
    expect(optimizer.weight("a")).toEqual(Float32Array.of(0.5, 1));
    optimizer.step({ a: b, b: a });
    expect(optimizer.weight("a")).toEqual(Float32Array.of(-1.5, -3));
    expect(optimizer.weight("b")).toEqual(Float32Array.of(0.5, -1));
    const reference = parameters();
    const expected = compile(checked).attach(reference);
    const own = optimizer.weight("b") as Float32Array;
    expected.step({ a: own.slice() });
    const after = compileWasm(checked).attach(parameters());
    after.step({ a: own });
    expect(after.weight("a")).toEqual(reference.a.data);
  });

  it("gives no weights back where one array is gone", () => {
    const [a, b] = [Float32Array.of(1, 2), Float32Array.of(3)];
    const optimizer = compileWasm(checked).attach({ a: { data: a }, b: { data: b } });
    optimizer.step({ a: Float32Array.of(1, 2), b: Float32Array.of(1) });
    structuredClone(b, { transfer: [b.buffer] });
    expect(() => optimizer.writeBack()).toThrow(
      expect.objectContaining({ code: "detached", path: "parameters.b" }),
    );
    expect([...a]).toEqual([1, 2]);
  });

  it("knows no parameter that it was not attached to", () => {
    const optimizer = compileWasm(checked).attach({ a: { data: Float32Array.of(1) } });
    expect(optimizer.weight("b")).toBe(undefined);
    expect(optimizer.gradient("b")).toBe(undefined);
    expect(() => optimizer.step({ b: Float32Array.of(1) })).toThrow(RunError);
  });

  it("refuses a parameter that no memory can hold", () => {
    // Nothing reads or writes the array, so no more than its address is needed.
    const huge = { data: new Float32Array(2 ** 29) };
    expect(() => compileWasm(checked).attach({ huge })).toThrow(
      expect.objectContaining({ code: "memory", path: "parameters.huge" }),
    );
  });
});
