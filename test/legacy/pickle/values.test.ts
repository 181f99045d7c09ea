import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../src/base/bytes.ts";
import type { LegacyCode, LegacyError } from "../../../src/legacy/errors.ts";
import type { CallFact, DictFact, Fact } from "../../../src/legacy/pickle/facts.ts";
import { elementType } from "../../../src/legacy/pickle/known-numpy.ts";
import { readPickle } from "../../../src/legacy/pickle/read.ts";
import {
  asBoolean,
  asBytes,
  asInteger,
  asList,
  asNumber,
  asText,
  asTextMap,
  bytesOf,
  dictEntries,
  objectOf,
  toPlain,
} from "../../../src/legacy/pickle/values.ts";
import { ascii, hex } from "./samples.ts";

const file = new URL("../../vectors/legacy/harmless.json", import.meta.url);
const rows = JSON.parse(readFileSync(file, "utf8")) as { name: string; protocol: number; hex: string }[];
const protocols = [0, 2, 4, 5];

function harmless(name: string, protocol: number): Fact {
  const row = rows.find((one) => one.name === name && one.protocol === protocol);
  return readPickle(hex(row?.hex ?? ""));
}

function codeOf(act: () => unknown): LegacyCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as LegacyError).code;
  }
}

describe("an optimizer", () => {
  it.each(protocols)("tells its class and fields, protocol %i", (protocol) => {
    const sgd = objectOf(harmless("mxnet sgd", protocol));
    expect(sgd).toMatchObject({ module: "mxnet.optimizer.optimizer", name: "SGD", args: [] });
    const field = (name: string): Fact => sgd?.fields.get(name) as Fact;
    expect(asNumber(field("momentum"))).toBe(0.9);
    expect(asNumber(field("rescale_grad"))).toBe(1 / 128);
    expect(asInteger(field("num_update"))).toBe(3);
    expect(asBoolean(field("lazy_update"))).toBe(true);
    expect(field("clip_gradient").kind).toBe("none");
    expect(field("idx2name")).toMatchObject({
      kind: "dict",
      entries: [{ value: { value: "fc_weight" } }, {}],
    });
    expect(objectOf(field("lr_scheduler"))).toMatchObject({
      module: "mxnet.lr_scheduler",
      name: "FactorScheduler",
    });
  });
  it.each(protocols)("keeps the alias of its update counts, protocol %i", (protocol) => {
    const fields = objectOf(harmless("mxnet sgd", protocol))?.fields;
    const all = fields?.get("_all_index_update_counts") as DictFact;
    expect(all.entries[0]?.value).toBe(fields?.get("_index_update_count"));
  });
});

describe("numpy", () => {
  it("element types are told", () => {
    const array = harmless("array of >f8", 4) as CallFact;
    const [, , type] = asList(array.states[0] as Fact);
    expect(elementType(type)).toEqual({ kind: "f", size: 8, isLittle: false });
    expect(elementType(array)).toBeUndefined();
  });
});

describe("values", () => {
  it("are what was asked for, or refused with the place", () => {
    expect(asText(readPickle(ascii("Vname\n.")))).toBe("name");
    expect(asNumber(readPickle(ascii("F-0.0\n.")))).toBe(-0);
    expect(codeOf(() => asNumber(readPickle(ascii("I01\n."))))).toBe("foreign-type");
    expect(codeOf(() => asInteger(readPickle(ascii("F1.0\n."))))).toBe("foreign-type");
    expect(codeOf(() => asText(readPickle(hex("4301612e"))))).toBe("foreign-type");
    expect(codeOf(() => asNumber(readPickle(ascii("Fnan\n."))))).toBe("inexact-number");
    expect(codeOf(() => asTextMap(readPickle(ascii("]."))))).toBe("foreign-type");
    expect(() => asNumber(readPickle(ascii("N.")), "lr")).toThrow(
      "expected a number, found a value of kind none (at lr)",
    );
  });
  it.each([
    ["bytes", "430261622e"],
    ["a Python 2 text", "550261622e"],
    ["an encoded text", "8002635f636f646563730a656e636f64650a5802000000616258060000006c6174696e3186522e"],
    ["a bytearray", "800596020000000000000061622e"],
  ])("bytes may be spelled as %s", (_name, text) => {
    expect(asBytes(readPickle(hex(text)))).toEqual(ascii("ab"));
  });
  it("bytes are not texts, lengths or other codecs", () => {
    for (const text of [
      "Vab\n.",
      "cbuiltins\nbytearray\n(I5\ntR.",
      "c_codecs\nencode\n(Vab\nVhex\ntR.",
      "N.",
    ])
      expect(bytesOf(readPickle(ascii(text)))).toBeUndefined();
  });
  it("become plain, shared parts staying shared", () => {
    const plain = toPlain(
      readPickle(hex("80027d28580100000061" + "5d71004b0161" + "580100000062" + "6800752e")),
    ) as Map<string, unknown>;
    expect([...plain]).toEqual([
      ["a", [1]],
      ["b", [1]],
    ]);
    expect(plain.get("a")).toBe(plain.get("b"));
  });
  it("name the path of what is not plain", () => {
    const bytes = concatBytes(ascii("}(Vgroups\n]cos\ngetcwd\n"), ascii("au."));
    expect(() => toPlain(readPickle(bytes), "spec")).toThrow("(at spec.groups[0])");
  });
  it("equal keys count once: first key, last value", () => {
    const one = { kind: "int", offset: 0, value: 1 } as const;
    const same = { kind: "bool", offset: 1, value: true } as const;
    const last = { kind: "none", offset: 2 } as const;
    const dict: DictFact = {
      kind: "dict",
      offset: 0,
      id: 0,
      entries: [
        { key: one, value: one },
        { key: same, value: last },
      ],
    };
    expect(dictEntries(dict)).toEqual([{ key: one, value: last }]);
  });
});
