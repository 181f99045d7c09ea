import { afterEach, describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { schemaIssues } from "../../src/base/schema.ts";
import { specSchema } from "../../src/base/schemas.gen.ts";
import { check } from "../../src/check/check.ts";
import { CheckError } from "../../src/check/errors.ts";
import { SpecError } from "../../src/spec/errors.ts";
import { refusal } from "../spec/refusal.ts";

const ADAM = "mxnet-1.9/adam";
const adam = (more: object = {}) => ({ optseal: 1, rule: ADAM, ...more });
const refused = (source: unknown) => {
  const error = refusal(() => author(source));
  expect(error).toBeInstanceOf(SpecError);
  return error;
};
const checked = (source: unknown) => {
  const error = refusal(() => check(author(source)));
  expect(error).toBeInstanceOf(CheckError);
  return error;
};

describe("attacks on schema and policy", () => {
  afterEach(() => {
    for (const name of ["rule", "optseal", "hyper"]) Reflect.deleteProperty(Object.prototype, name);
  });

  it("S1 patterns are linear: long texts that almost match", () => {
    for (const name of [
      `${"a".repeat(500_000)}!`,
      `a-${"1.".repeat(250_000)}!`,
      `${"a_".repeat(250_000)}/`,
    ]) {
      refused({ optseal: 1, rule: { name, digest: `sha256:${"0".repeat(64)}` } });
      refused({ optseal: 1, rule: { name, hyper: [], state: [], step: [], update: [] } });
    }
  });

  it("S1 `$data` and patterns inside a spec are nothing but unknown fields", () => {
    refused(adam({ hyper: { $data: "/x", pattern: "^(a|a)*$" }, pattern: { $data: "1/x" } }));
    const group = { match: { prefix: ["^(a|a)*$"] }, hyper: {} };
    expect(() => check(author(adam({ groups: [group] })))).not.toThrow();
  });

  it("S2 thousands of wrong branches and items are answered with a bounded report", () => {
    const groups = Array.from({ length: 4000 }, () => ({ match: { name: [{}] }, hyper: [], x: 1 }));
    expect(refused(adam({ groups })).issues.length).toBeLessThanOrEqual(100);
    const index = Array.from({ length: 30_000 }, (_, i) => i);
    expect(() => check(author(adam({ groups: [{ match: { index }, hyper: {} }] })))).not.toThrow();
    refused(adam({ groups: [{ match: { index: [...index, ...index] }, hyper: {} }] }));
  });

  it.each(["additionalproperties", "Hyper", "hypers", "shedule", "$schema", "gradient_clip", "critical"])(
    "S3 the unknown field %s",
    (field) => {
      expect(refused(adam({ [field]: {} }))).toMatchObject({ code: "schema" });
    },
  );

  it("S3 unknown fields at every level", () => {
    const slot = { name: "s", init: 0, dtype: "f64" };
    const tree = {
      name: "x",
      hyper: [{ name: "a", doc: "d" }],
      state: [slot],
      step: [],
      update: [],
      init: [],
    };
    expect(
      refused({ optseal: 1, rule: tree })
        .issues.map(({ path }) => path)
        .sort(),
    ).toEqual(["rule", "rule.hyper[0]", "rule.state[0]"]);
  });

  it("S4 inherited properties satisfy nothing", () => {
    const rule = { name: "x", hyper: [], state: [], step: [], update: [] };
    refused(Object.assign(Object.create({ optseal: 1, rule }), {}));
    Object.assign(Object.prototype, { rule, optseal: 1 });
    expect(schemaIssues(specSchema, {}, "schema").length).toBeGreaterThan(0);
    refused({});
  });

  it("S5 getters, proxies and toJSON never run", () => {
    let ran = 0;
    const spy = () => {
      ran += 1;
      return ADAM;
    };
    refused(Object.defineProperty({ optseal: 1 }, "rule", { get: spy, enumerable: true }));
    refused({ optseal: 1, rule: { toJSON: spy } });
    refused(adam({ hyper: { [Symbol.toPrimitive]: spy } }));
    refused(adam({ hyper: { learning_rate: { valueOf: spy } } }));
    expect(ran).toBe(0);
    const changing = new Proxy({ optseal: 1, rule: ADAM }, { get: spy });
    expect(author(changing).spec.optseal).toBe(1);
    expect(ran).toBe(0);
    const throwing = new Proxy(
      {},
      {
        ownKeys() {
          throw new RangeError("x");
        },
      },
    );
    refused(throwing);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    refused(proxy);
  });

  it("S6 cyclic and endless input", () => {
    const cyclic: { optseal: number; rule: string; hyper?: unknown } = { optseal: 1, rule: ADAM };
    cyclic.hyper = cyclic;
    refused(cyclic);
    const list: unknown[] = [];
    list.push(list);
    refused(adam({ groups: list }));
    const endless: object = new Proxy(
      {},
      {
        getOwnPropertyDescriptor: () => ({ value: endless, enumerable: true, configurable: true }),
        ownKeys: () => ["a"],
      },
    );
    refused(endless);
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    refused(deep);
    refused({ optseal: 1, rule: { name: "x", hyper: [], state: [], step: [], update: [["weight", deep]] } });
  });

  it.each<[string, unknown]>([
    ["a text as the version", { optseal: "1", rule: ADAM }],
    ["true as the version", { optseal: true, rule: ADAM }],
    ["a Number object", { optseal: Object(1), rule: ADAM }],
    ["a BigInt", { optseal: 1n, rule: ADAM }],
    ["a String object", { optseal: 1, rule: Object(ADAM) }],
    ["a typed array as a list", adam({ groups: [{ match: { index: Uint8Array.of(1) }, hyper: {} }] })],
    ["a list as a map", adam({ hyper: [1] })],
    ["a map as a list", adam({ groups: { "0": { match: { name: ["a"] }, hyper: {} }, length: 1 } })],
    ["a Map", adam({ hyper: new Map([["wd", 1]]) })],
    ["a Date", adam({ hyper: { wd: new Date() } })],
    ["a function", adam({ hyper: { wd: () => 1 } })],
    ["a symbol", adam({ hyper: { wd: Symbol("x") } })],
    ["undefined", adam({ hyper: { wd: undefined } })],
    ["a list with a hole", adam({ hyper: { wd: new Array(2) } })],
    ["a list of texts", adam({ hyper: { wd: ["1"] } })],
    ["a nested list", adam({ hyper: { wd: [[1]] } })],
    ["bytes", adam({ hyper: { wd: Uint8Array.of(1) } })],
    ["a float as a count", adam({ resume: { begin: 1.5 } })],
    ["1 for true", adam({ precision: { master: 1 } })],
    [
      "false as nullable",
      {
        optseal: 1,
        rule: { name: "x", hyper: [{ name: "a", nullable: false }], state: [], step: [], update: [] },
      },
    ],
    [
      "a number as a name",
      { optseal: 1, rule: { name: "x", hyper: [], state: [], step: [[1, 2]], update: [] } },
    ],
    [
      "a number as an operation",
      { optseal: 1, rule: { name: "x", hyper: [], state: [], step: [["a", [1, 2]]], update: [] } },
    ],
  ])("S7 type confusion: %s", (_, source) => {
    expect(refused(source).code).toBe("schema");
  });

  it("S7 texts that look like numbers stay texts, and are refused by type", () => {
    expect(checked(adam({ hyper: { learning_rate: "0.1" } }))).toMatchObject({ code: "hyper-type" });
    expect(checked(adam({ hyper: { learning_rate: true } }))).toMatchObject({ code: "hyper-type" });
    expect(checked('{"optseal":1,"rule":"mxnet-1.9/adam","hyper":{"learning_rate":[0.1]}}')).toMatchObject({
      code: "hyper-type",
    });
  });

  it("S8 numbers beyond what is declared", () => {
    for (const wd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      refused(adam({ hyper: { wd } }));
    refused("optseal: 1\nrule: mxnet-1.9/adam\nhyper: {wd: .nan}");
    refused("optseal: 1\nrule: mxnet-1.9/adam\nhyper: {wd: 1e400}");
    refused(adam({ resume: { begin: 2 ** 53 } }));
    refused(adam({ resume: { counts: { a: -1 } } }));
    refused('{"optseal":1,"rule":"mxnet-1.9/adam","resume":{"begin":9007199254740993}}');
    const ranged = "rule x\nhyper lr = 0.1 in (0,10]  beta in [0,1)  eps in (0,)\nupdate weight = grad\n";
    const hyper = (values: object) => ({
      optseal: 1,
      rule: ranged,
      hyper: { lr: 1, beta: 0, eps: 1, ...values },
    });
    expect(() => check(author(hyper({})))).not.toThrow();
    for (const values of [{ lr: 1e308 }, { lr: 0 }, { lr: -0 }, { beta: 1 }, { beta: -5e-324 }, { eps: 0 }]) {
      expect(checked(hyper(values))).toMatchObject({ code: "hyper-range" });
    }
  });

  it.each<[string, object]>([
    ["version 0", { optseal: 0 }],
    ["version 2", { optseal: 2 }],
    ["version 1.5", { optseal: 1.5 }],
    ["no version", { optseal: undefined }],
    ["a field twice by case", { OptSeal: 1 }],
    ["a critical field", { crit: ["x"], x: 1 }],
    ["a second version", { version: 1 }],
  ])("S9 format downgrade: %s", (_, more) => {
    refused({ optseal: 1, rule: ADAM, ...more });
  });

  it.each(["trust", "policy", "costLimit", "limits", "safe_mode", "unsafe", "keys"])(
    "S10 a policy inside the message: %s",
    (field) => {
      expect(refused(adam({ [field]: { everything: true } }))).toMatchObject({ code: "schema" });
    },
  );

  it.each(["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "then"])(
    "S11 %s as any name",
    (name) => {
      expect(refused({ optseal: 1, rule: name }).code).toBe("unknown-rule");
      expect(refused(adam({ schedule: name })).code).toBe("unknown-schedule");
      expect(checked(JSON.parse(`{"optseal":1,"rule":"${ADAM}","hyper":{"${name}":1}}`)).code).toBe(
        "unknown-hyper",
      );
      expect(checked(`optseal: 1\nrule: ${ADAM}\nhyper: {"${name}": 1}`).code).toBe("unknown-hyper");
      const tree = (value: unknown) => ({
        name: "x",
        hyper: [],
        state: [],
        step: [],
        update: [["weight", value]],
      });
      expect(checked({ optseal: 1, rule: tree([name, "grad"]) }).code).toBe("unknown-operation");
      expect(checked({ optseal: 1, rule: tree(name) }).code).toBe("unknown-name");
      const own = `rule x\nhyper ${name} = 2\nstate s_${name} = 0\nupdate s_${name} = grad * ${name}\n weight = s_${name}\n`;
      expect(() => check(author({ optseal: 1, rule: own }))).not.toThrow();
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  it("S12 values that look like code, paths or addresses are refused or stay what they are", () => {
    refused(adam({ _target_: "os.system", hyper: {} }));
    expect(checked(adam({ hyper: { _target_: "os.system" } })).code).toBe("unknown-hyper");
    for (const wd of [
      "file:///etc/passwd",
      "http://a.example/x",
      "$" + "{jndi:ldap://x}",
      "$" + "{oc.env:HOME}",
      "../../x",
    ]) {
      expect(checked(adam({ hyper: { wd } })).code).toBe("hyper-type");
    }
    for (const rule of ["../adam", "file:adam", "mxnet-1.9/../adam", "MXNET-1.9/ADAM", "mxnet-1.9/adam "]) {
      expect(refused({ optseal: 1, rule }).code).toBe("unknown-rule");
    }
  });
});

describe("text in places of names", () => {
  it.each([
    ["as a choice", ["is", "m", "null or 1 == 1\nupdate weight = weight"]],
    ["as a name", "grad\nupdate weight = weight"],
    ["as an operation", ["add(1, 2)\nstep x", 1, 2]],
  ])("cannot bring lines of its own into what is printed and digested: %s", (_, expression) => {
    const hyper = [{ name: "m", default: null, nullable: true }];
    const rule = { name: "x", hyper, state: [], step: [], update: [["weight", ["add", "grad", expression]]] };
    expect(() => author({ optseal: 1, rule })).toThrow(SpecError);
  });
});
