import { describe, expect, it } from "vitest";
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import { findSchedule, scheduleNames } from "../../../src/rules/built-in.ts";
import { compileWasm } from "../../../src/run/host/compile-wasm.ts";
import { compile } from "../../../src/run/optimizer.ts";
import { writeModule } from "../../../src/run/wasm/module.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import { checkedGate } from "../../../src/spec/gates.ts";
import { OPERATIONS } from "../../../src/spec/operations/table.ts";
import { checkedRule } from "../../check/authored.ts";
import { PlainHost } from "./plain-host.ts";
import { float32s, randomCase, words } from "./random-program.ts";
import { firstDifference } from "./same.ts";

/** Weights and slots of a host of its own beside those of the reference engine, after some steps. */
function expectSame(checked: Checked, shape: readonly number[], seed: number, steps = 4): void {
  const word = words(seed);
  const numbers = float32s(word, 50);
  const size = shape.reduce((product, side) => product * side, 1);
  const drawn = () => Float32Array.from({ length: size }, numbers);
  const data = drawn();
  const host = new PlainHost(writeModule(checked).bytes, data, shape, word);
  // Noise is keyed with the words of the parameter's name; this host gives none.
  const reference = compile(checked).attach({ w: { data, shape } });
  for (let step = 0; step < steps; step++) {
    const gradient = drawn();
    host.step(gradient);
    reference.step({ w: gradient });
    expect(host.place("weight")).toEqual(data);
  }
  for (const [name, values] of reference.state().slots) {
    const value = values.get("w");
    if (value instanceof Float32Array) expect(host.place(name)).toEqual(value);
  }
}

describe("a host that knows the custom section alone, and cuts ranges anywhere", () => {
  it.each([
    "torch-2.13/adamw",
    "mxnet-1.9/lamb",
    "torch-2.13/adafactor",
    "torch-2.13/muon",
    "keras-3/adafactor",
  ])("has the bits of the reference engine: %s", (rule) =>
    expectSame(check(author({ optseal: 1, rule })), [70, 60], 5),
  );

  it("and has them of random programs", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const checked = randomCase(seed)?.checked;
      const isNoisy = JSON.stringify(checked?.spec).includes('"normal"');
      if (checked === undefined || isNoisy) continue;
      try {
        expectSame(checked, seed % 2 === 0 ? [9, 8] : [2, 3, 5], seed);
      } catch (error) {
        if ((error as { code?: string }).code !== "needs") throw error;
      }
    }
  });

  /** Arguments for those that have no default. */
  const argumentsOf = (name: string) =>
    Object.fromEntries(
      (findSchedule(name)?.tree.hyper ?? []).flatMap(({ name: own, default: given, type, max = 6 }) =>
        given === undefined ? [[own, type === "list" ? [3, 6] : Math.min(max, 6)]] : [],
      ),
    );
  const built = scheduleNames.flatMap((name) => {
    const schedule = { rule: name, hyper: argumentsOf(name) };
    try {
      return [[name, check(author({ optseal: 1, rule: "torch-2.13/adamw", schedule }))] as const];
    } catch {
      return [];
    }
  });
  it.each(built)("has them under the schedule %s", (_, checked) => expectSame(checked, [5], 9, 12));
  it("knows most schedules", () => expect(built.length).toBeGreaterThan(scheduleNames.length * 0.8));
});

describe("a module", () => {
  const rule = `rule zebra
hyper  quagga = 0.5 scheduled
state  okapi = 0
update okapi = okapi * quagga + grad
       weight = weight - okapi
`;
  const checked = check(author({ optseal: 1, rule }));

  /** The module's text where names may stand, and all its other bytes. */
  function parts(bytes: Uint8Array<ArrayBuffer>): readonly [said: string, rest: Buffer] {
    const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "optseal");
    const { byteLength } = section as ArrayBuffer;
    const said = Buffer.from(bytes.slice(bytes.length - byteLength)).toString();
    expect(said).toBe(new TextDecoder().decode(section));
    return [said, Buffer.from(bytes.slice(0, bytes.length - byteLength))];
  }

  it("has a spec's names in its custom section and nowhere else", () => {
    const [said, rest] = parts(writeModule(checked).bytes);
    for (const name of ["quagga", "okapi"]) {
      expect(said).toContain(name);
      expect(rest.includes(name)).toBe(false);
    }
  });

  it("has the oddest names of all kinds nowhere else either", () => {
    const odd = `rule odd
hyper  __proto__ = 0.5 scheduled   valueof = quoll of quoll|numbat   dunnart: list   constructor = null in (0,)
needs  __proto__ > 0
state  tostring: shared = 3   hasown: scalar = 1   bilby = 2 when rows > 1   potoroo: row = 0
step   wombat = tostring + item(dunnart, 0)   tostring = wombat
       hasown = hasown + 1
update bandicoot = grad * wombat
       bilby = bilby + bandicoot when rows > 1
       weight = clip(weight, constructor) when not constructor is null
       potoroo = row_sum(grad)
       pademelon = total(sum(bandicoot))
       weight = weight - __proto__ * bandicoot * hasown * pademelon when valueof is quoll
`;
    const match = ['"späte\'Schicht\u0000"', "🦓.weight", "__proto__", "isPrototypeOf", "\\u0041%s{x}"];
    const hyper = { dunnart: [1234.5] };
    const groups = [{ match: { name: match }, hyper: { constructor: 0.25 } }];
    const names = odd.match(/[a-z_]{6,}/g)?.filter((name) => !OPERATIONS.has(name)) ?? [];
    const [said, rest] = parts(writeModule(checkedRule(odd, { hyper, groups })).bytes);
    expect(names).toContain("__proto__");
    for (const name of [...names, ...match]) expect(rest.includes(name), name).toBe(false);
    for (const name of match) expect(said).toContain(JSON.stringify(name).slice(1, -1));
  });

  it("takes names that every object has", () => {
    const odd = `rule odd
hyper  valueof = 0.5 scheduled   constructor = 0.25
state  tostring: shared = 3 when rows > 1   __proto__ = 1 when rows > 1   hasown = 2
step   tostring = tostring + 1 when rows > 1
update hasown = hasown + constructor * grad
       __proto__ = __proto__ * valueof + hasown when rows > 1
       weight = weight - valueof * hasown
       weight = weight + __proto__ * tostring when rows > 1
`;
    const numbers = float32s(words(1), 1e9);
    const given = { shapes: { a: [5], b: [3, 2], c: [4] }, steps: 3, weight: numbers, gradient: numbers };
    expect(firstDifference(check(author({ optseal: 1, rule: odd })), given)).toBe(undefined);
  });

  it("imports memory alone", () => {
    const { bytes } = writeModule(checked);
    const module = new WebAssembly.Module(bytes);
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "host", name: "memory", kind: "memory" }]);
  });

  it("can be made for shared memory", () => {
    const { bytes } = writeModule(checked, { shared: { most: 16 } });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 16, shared: true });
    expect(() => new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } })).not.toThrow();
    const plain = new WebAssembly.Memory({ initial: 1 });
    expect(
      () => new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory: plain } }),
    ).toThrow();
  });

  it("says where counting starts, and what a schedule may give", () => {
    const schedule = { rule: "schedule s\nstate k = 0\nstep k = k + 1\n  rate = k\n" };
    const resume = { begin: 2, counts: { w: 3 }, updates: 4, schedule: { k: -0 } };
    const { spec, program } = check(author({ optseal: 1, rule, schedule, resume }));
    const [rateBound, momentumBound] = [{ min: 0.5 }, { max: 1 }];
    const said = (more: object) => {
      const { bytes } = writeModule(checkedGate.pass({ spec, program, ...more }));
      const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "optseal");
      return JSON.parse(new TextDecoder().decode(section)) as object;
    };
    expect(said({})).toMatchObject({ resume: { ...resume, schedule: { k: "-0" } } });
    expect(said({})).not.toHaveProperty("bounds");
    expect(said({ rateBound })).toHaveProperty("bounds", { rate: { min: 0.5 } });
    expect(said({ rateBound, momentumBound })).toHaveProperty("bounds.momentum", { max: 1 });
  });

  it("of Adam has at most 8 KiB", () => {
    for (const name of ["torch-2.13/adam", "mxnet-1.9/adam", "keras-3/adam"]) {
      expect(writeModule(check(author({ optseal: 1, rule: name }))).bytes.length).toBeLessThan(8192);
    }
  });

  it("is the same each time", () => {
    expect(writeModule(checked).bytes).toEqual(writeModule(checked).bytes);
  });

  it("is made of what check returned alone", () => {
    expect(() => compileWasm({ ...checked } as Checked)).toThrow(TypeError);
  });
});
