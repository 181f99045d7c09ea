/** What calls of a module touch: every built-in rule, in a host that watches all bytes and cuts ranges anywhere. */
import { describe, expect, it } from "vitest";
import { ruleNames } from "../../../src/rules/built-in.ts";
import { compile } from "../../../src/run/optimizer.ts";
import { writeModule } from "../../../src/run/wasm/module.ts";
import { PlainHost } from "./plain-host.ts";
import { float32s, words } from "./random-program.ts";
import { shapesFor, withRandomHyper } from "./random-settings.ts";
import { difference } from "./same.ts";

const SHAPES = {
  ...{ a: [0], b: [1], c: [3], d: [4], e: [5], f: [1023], g: [1025], h: [3, 0] },
  ...{ i: [7, 1], j: [5, 3], k: [3, 5], l: [9, 33], m: [34, 33], n: [2, 3, 5], o: [2, 17, 16] },
};

describe.each(ruleNames)("%s", (rule) => {
  const checked = withRandomHyper(rule, 5);
  const { bytes } = writeModule(checked);

  it.each(Object.entries(shapesFor(rule, SHAPES)))(
    "writes where it may alone, in any order: %s %j",
    (key, shape) => {
      const word = words(key.charCodeAt(0));
      const size = shape.reduce((product, side) => product * side, 1);
      const [weights, gradients] = [float32s(word, 16), float32s(word, word() % 2 === 0 ? 16 : 1e9)];
      const data = Float32Array.from({ length: size }, weights);
      const host = new PlainHost(bytes, data, shape, word, key);
      const reference = compile(checked).attach({ [key]: { data, shape } });
      for (let step = 0; step < 2; step++) {
        const gradient = Float32Array.from({ length: size }, gradients);
        host.step(gradient);
        reference.step({ [key]: gradient });
        expect(difference("weight", host.place("weight"), data)).toBe(undefined);
      }
      for (const [name, values] of reference.state().slots) {
        const value = values.get(key);
        if (typeof value === "object") expect(difference(name, host.place(name), value)).toBe(undefined);
      }
    },
  );
});
