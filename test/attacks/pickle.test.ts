import { describe, expect, it } from "vitest";
import { concatBytes } from "../../src/base/bytes.ts";
import { LegacyError } from "../../src/legacy/errors.ts";
import type { DictFact, Fact, ListFact } from "../../src/legacy/pickle/facts.ts";
import { treeSize } from "../../src/legacy/pickle/graph.ts";
import { readPickle, surveyPickle } from "../../src/legacy/pickle/read.ts";
import { asNumber, asTextMap, toPlain } from "../../src/legacy/pickle/values.ts";
import type { ScanResult } from "../../src/legacy/scan.ts";
import { scan } from "../../src/legacy/scan.ts";
import {
  ascii,
  classes,
  codes,
  hex,
  names,
  oracle,
  sample,
  scanHex,
  whyNoCorpora,
} from "../legacy/pickle/samples.ts";

function expectRefused(result: ScanResult, ...asked: string[]): void {
  expect(result.verdict).toBe("refused");
  expect(names(result)).toEqual(asked);
}

function codeOf(bytes: Uint8Array): string {
  try {
    readPickle(bytes);
    return "read";
  } catch (error) {
    expect(error).toBeInstanceOf(LegacyError);
    return (error as LegacyError).code;
  }
}

/** Repeats bytes given in hexadecimal. */
function times(text: string, count: number): Uint8Array {
  const unit = hex(text);
  const out = new Uint8Array(unit.length * count);
  for (let i = 0; i < count; i++) out.set(unit, i * unit.length);
  return out;
}

const SYSTEM = "636f730a73797374656d0a2853226964220a74522e";

describe("calls", () => {
  it("P1 plain REDUCE", () => {
    const result = scanHex(SYSTEM);
    expectRefused(result, "os system");
    expect(result.globals[0]?.offset).toBe(0);
    expect(result.findings.map(({ code, offset }) => [code, offset])).toEqual([
      ["unknown-global", 0],
      ["refused-call", 19],
    ]);
  });
  it("P2 INST", () => expectRefused(scanHex("2853226964220a696f730a73797374656d0a2e"), "os system"));
  it("P3 OBJ", () => expectRefused(scanHex("28636f730a73797374656d0a53226964220a6f2e"), "os system"));
  it("P3 OBJ whose result is dropped", () => {
    const result = scanHex("28636f730a73797374656d0a53226964220a6f304e2e");
    expectRefused(result, "os system");
    expect(codes(result)).toContain("refused-call");
  });
  it("P4 NEWOBJ_EX", () =>
    expectRefused(scanHex("80046373756270726f636573730a506f70656e0a288c026964747d922e"), "subprocess Popen"));
  it.each(["8201", "830100", "8401000000", "8400000000"])("P5 extension registry %s", (opcode) => {
    const result = scanHex(`8002${opcode}2853226964220a74522e`);
    expectRefused(result);
    expect(codes(result)).toContain("extension");
    expect(codeOf(hex(`8002${opcode}2e`))).toBe("extension");
  });
});

describe("names on the stack", () => {
  const cases: [string, string][] = [
    [
      "P6 decoy texts, dropped",
      "80048c026f738c0673797374656d8c0b636f6c6c656374696f6e738c0b4f7264657265644469637430" +
        "30938c02696485522e",
    ],
    [
      "P7 decoy texts, dropped with a mark",
      "80048c026f738c0673797374656d288c0b636f6c6c656374696f6e738c0b4f7264657265644469637431938c02696485522e",
    ],
    [
      "P8 memo index is not the count",
      "80048c026f7371058c0c746f7263682e5f7574696c73948c0673797374656d71078c125f72656275696c645f74656e736f72" +
        "5f7632943030303068056807938c02696485522e",
    ],
    ["P9 DUP and POP around the names", "80048c026f738c0673797374656d8c0178323030938c02696485522e"],
    ["P10 BINUNICODE8", "80048d02000000000000006f738d060000000000000073797374656d938c02696485522e"],
    ["P10 STRING", "8004" + "53276f73270a" + "532773797374656d270a" + "938c02696485522e"],
    ["P10 SHORT_BINSTRING", "8004" + "55026f73" + "550673797374656d" + "938c02696485522e"],
    ["P10 bytes, which Python 3 refuses", "8004" + "43026f73" + "430673797374656d" + "938c02696485522e"],
  ];
  it.each(cases)("%s", (_name, text) => expectRefused(scanHex(text), "os system"));
  it("P11 names that are computed", () => {
    // os.path.join as a module name: not to be told, therefore refused.
    const result = scanHex("8004636f732e706174680a6a6f696e0a8c01618552" + "8c0673797374656d932e");
    expect(codes(result)).toContain("computed-name");
    expect(result.verdict).toBe("refused");
  });
  it("P12 attribute of an attribute", () => {
    const result = scanHex(
      "80048c0b636f6c6c656374696f6e738c105f7379732e6d6f64756c65732e676574938c026f7385522e",
    );
    expectRefused(result, "collections _sys.modules.get");
    expect(codes(result)).toContain("dotted-name");
  });
  it.each(["pkgutil\nresolve_name", "pydoc\nlocate", "importlib\nimport_module", "operator\nattrgetter"])(
    "P13 universal resolver %j",
    (name) => expectRefused(scan(ascii(`c${name}\n(S'os.system'\ntR.`)), name.replace("\n", " ")),
  );
  it.each(["picklescan.scanner\nscan_file", "fickling.hook\ndeactivate", "optseal\nscan"])(
    "P36 tampering with a scanner %j",
    (name) => expectRefused(scan(ascii(`c${name}\n(tR.`)), name.replace("\n", " ")),
  );
  it("P37 Python 2's names of what is known", () => {
    const set = (module: string, protocol: string): ScanResult =>
      scan(concatBytes(hex(protocol), ascii(`c${module}\nset\n(]tR.`)));
    expect(set("__builtin__", "8002").verdict).toBe("plain");
    expect(set("builtins", "8003").verdict).toBe("plain");
    // Nobody translates from protocol 3 on.
    expect(set("__builtin__", "8003").verdict).toBe("refused");
    expect(set("exceptions", "8002").verdict).toBe("refused");
  });
});

describe("streams", () => {
  it("P15 a second pickle", () => {
    const result = scanHex(`80027d2e${SYSTEM}`);
    expectRefused(result, "os system");
    expect(result.globals[0]?.offset).toBe(4);
    expect(codes(result)[0]).toBe("trailing-bytes");
  });
  it("P15 a second pickle behind junk", () =>
    expectRefused(scanHex(`80027d2e00006a756e6b${SYSTEM}`), "os system"));
  it.each(["7452ffff", "7452", "74", ""])("P16 a broken stream that ends in %s", (end) => {
    const result = scanHex(`8002${SYSTEM.slice(0, -6)}${end}`);
    expectRefused(result, "os system");
    expect(codes(result)).toEqual(expect.arrayContaining(["unknown-global"]));
    expect(result.findings[0]?.code).toMatch(/^(truncated|unknown-opcode)$/);
  });
  it("P17 a memo entry that is missing", () => expectRefused(scanHex(`80046805${SYSTEM}`), "os system"));
  it("P17 a name of the wrong type", () => expectRefused(scanHex(`80044b014b0293${SYSTEM}`), "os system"));
  const frames: [string, string][] = [
    ["longer than the rest", "8004951400000000000000" + "8c026e74948c0673797374656d9493942e"],
    ["shorter than its opcode", "8004950300000000000000" + "8c026e74948c0673797374656d9493942e"],
    [
      "inside a frame",
      "8004951a00000000000000" + "950500000000000000" + "8c026e74948c0673797374656d9493942e",
    ],
    ["beyond any file", "800495ffffffffffffffff" + "8c026e748c0673797374656d932e"],
    ["in protocol 3", "8003951100000000000000" + "8c026e74948c0673797374656d9493942e"],
  ];
  it.each(frames)("P18 a frame %s", (_name, text) => {
    const result = scanHex(text);
    expectRefused(result, "nt system");
    expect(codes(result)).toContain("bad-frame");
    expect(codeOf(hex(text))).toBe("bad-frame");
  });
  it("P18 a frame that ends behind STOP", () =>
    expect(codeOf(hex("8004950400000000000000" + "4e2e" + "4e2e"))).toBe("bad-frame"));
  it("P20 more on the stack than the result", () => {
    expect(codeOf(hex("284b012e"))).toBe("extra-stack");
    expect(codeOf(hex("4e4b012e"))).toBe("extra-stack");
    expect(scanHex("284b012e").verdict).toBe("refused");
  });
  it("P25 items stored in a value that has none", () => {
    for (const text of ["4e4b01612e", "5d4b004b01732e", "4b014b024b03732e", "7d284b01902e", "4e7d622e"])
      expect(codeOf(hex(text))).toBe("wrong-type");
  });
});

describe("texts of numbers and names", () => {
  it.each([
    "I0x10\n.",
    "I0b1\n.",
    "I 1\n.",
    "I+1\n.",
    "I007\n.",
    "I1_0\n.",
    "L0b1L\n.",
    "L1\n.",
    "L0x1L\n.",
    "I\n.",
    "I-0\n.",
  ])("P19 %j", (text) => expect(codeOf(ascii(text))).toBe("bad-number"));
  it.each(["p-1\n", "p0x1\n", `p${"9".repeat(25)}\n`, "p 1\n", "p\n", "p01\n"])(
    "P21 memo index %j",
    (text) => {
      expect(codeOf(ascii(`K\u0001${text}.`))).toBe("bad-memo");
      expect(codeOf(ascii(`N${text.replace("p", "g")}0.`))).toBe("bad-memo");
    },
  );
  it("P21 a memo index that would take gigabytes", () => {
    expect(codeOf(hex("4e72ffffff7f2e"))).toBe("memo-limit");
    expect(codeOf(ascii("Np4000000000\n."))).toBe("memo-limit");
  });
  it.each(["os\r\nsystem\r", "os \nsystem", "os\u0000\nsystem", " os\nsystem", "'os'\nsystem"])(
    "P22 exact bytes of %j",
    (text) => {
      const result = scan(ascii(`c${text}\n(S'id'\ntR.`));
      expectRefused(result, text.replace("\n", " "));
      expect(result.findings[0]?.message).not.toMatch(/\p{Cc}/u);
    },
  );
  it.each(["Sa\n.", "S'a\n.", "S'a\"\n.", "S\n.", "S'\\x4'\n.", "S'\\q'\n.", "V\\u12\n.", "V\\U00110000\n."])(
    "P22 text %j",
    (text) => expect(codeOf(ascii(text))).toBe("bad-text"),
  );
});

describe("objects", () => {
  it("P23 a persistent id is no plain data", () => {
    const result = scan(
      concatBytes(hex("8002"), ascii("(U\u0007storage"), hex(SYSTEM.slice(0, -2)), ascii("tQ.")),
    );
    expectRefused(result, "os system");
    expect(codes(result)).toContain("persistent-id");
    expect(scan(ascii("Pname\n.")).verdict).toBe("refused");
  });
  it("P24 BUILD that overrides a method", () => {
    const result = scanHex(
      "800263636f6c6c656374696f6e730a4f726465726564446963740a29527d2858040000006b657973580300000070776e75622e",
    );
    expectRefused(result, "collections OrderedDict");
    expect(codes(result)).toEqual(["refused-state"]);
  });
  it("P24 BUILD on the class itself", () =>
    expect(scan(ascii("ccollections\nOrderedDict\n}(U\u0004keysNub.")).verdict).toBe("refused"));
  it("P24 BUILD of an unknown field on a known class", () => {
    const head = ascii("cmxnet.optimizer.optimizer\nSGD\n)");
    const sgd = (field: string): ScanResult =>
      scan(concatBytes(hex("8002"), head, hex("81"), ascii(`}(U\u0002${field}K\u0001ub.`)), { classes });
    expect(sgd("lr").verdict).toBe("plain");
    expect(codes(sgd("hi"))).toEqual(["refused-state"]);
  });
  const pickle = concatBytes(hex("8004"), ascii("cos\nsystem\n(S'id'\ntR."));
  it("P26 a pickle in bytes", () =>
    expect(codes(scan(concatBytes(hex("800443"), Uint8Array.of(pickle.length), pickle, hex("2e"))))).toEqual([
      "nested-pickle",
    ]));
  it.each([
    ["base64", btoa(String.fromCharCode(...pickle))],
    [
      "base64 of a web address",
      btoa(String.fromCharCode(...pickle))
        .replaceAll("+", "-")
        .replaceAll("=", ""),
    ],
    ["hexadecimal", [...pickle].map((b) => b.toString(16).padStart(2, "0")).join("")],
    ["characters", String.fromCharCode(...pickle)],
    ["protocol 0", "cos\nsystem\n(S'id'\ntR."],
  ])("P26 a pickle as %s", (_name, text) => {
    const body = ascii(text);
    const result = scan(concatBytes(hex("8004"), hex("8c"), Uint8Array.of(body.length), body, hex("2e")));
    expect(codes(result)).toEqual(["nested-pickle"]);
    expect(result.findings[0]?.message).toContain("`os system`");
  });
  it("P26 texts that are no pickles", () => {
    for (const text of [
      "N.",
      "gAQ",
      "deadbeefdeadbeef",
      "cat\nand\ndog",
      "(see below).",
      "KEY",
      "aGVsbG8gd29ybGQ=",
    ]) {
      const body = ascii(text);
      expect(scan(concatBytes(hex("80048c"), Uint8Array.of(body.length), body, hex("2e")))).toMatchObject({
        verdict: "plain",
      });
    }
  });
  const factories: [string, string][] = [
    ["OrderedDict of no pairs", "ccollections\nOrderedDict\n(K\u0001tR."],
    ["an element type of objects", "cnumpy\ndtype\n(S'O8'\nI00\nI01\ntR."],
    ["an element type with fields", "cnumpy\ndtype\n(S'V8'\nI00\nI01\ntR."],
    ["an array of another class", "cnumpy.core.multiarray\n_reconstruct\n(cos\nsystem\n(I0\ntS'b'\ntR."],
    ["an array of objects", "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'O'\ntR."],
    ["frombuffer", "cnumpy\nfrombuffer\n(S'x'\ntR."],
    [
      "a reconstructor of an unknown class",
      "ccopy_reg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR.",
    ],
    [
      "a reconstructor with a state",
      "ccopy_reg\n_reconstructor\n(cargparse\nNamespace\nc__builtin__\nobject\nI1\ntR.",
    ],
    [
      "a reconstructor of another base",
      "ccopy_reg\n_reconstructor\n(cargparse\nNamespace\nc__builtin__\nint\nNtR.",
    ],
    ["a default factory that runs", "ccollections\ndefaultdict\n(cos\ngetcwd\ntR."],
    ["another codec", "c_codecs\nencode\n(Va\nVrot13\ntR."],
    ["a bytearray by length", "c__builtin__\nbytearray\n(I1000000000\ntR."],
    ["a time zone of another class", "cdatetime\ndatetime\n(S'0123456789'\ncos\nsystem\n(tRtR."],
    ["a function as data", "c_codecs\nencode\n."],
    ["Namespace with a class", "cargparse\nNamespace\n)\u0081}(S'__class__'\nNub."],
  ];
  it.each(factories)("P27 %s", (_name, text) => {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    expect(scan(bytes).verdict).toBe("refused");
  });
});

describe("sizes", () => {
  const dup = (levels: number): Uint8Array => concatBytes(hex("80024b01"), times("3286", levels), hex("2e"));
  it("P28 a tuple of 2^60", () => {
    expect(codeOf(dup(60))).toBe("expansion-limit");
    expect(codes(scan(dup(60)))).toEqual(["expansion-limit"]);
  });
  it("P28 the limit is on the tree, exactly", () => {
    // k doublings of one number: 2^(k+1) - 1 nodes.
    const fact = readPickle(dup(10));
    expect(treeSize(fact, 2047)).toBe(2047);
    expect(() => treeSize(fact, 2046)).toThrow(LegacyError);
  });
  it.each([
    ["LONG4", "80028bffffff7f2e"],
    ["LONG4 below zero", "80028bffffffff2e"],
    ["BINUNICODE8", "80048d00000000000100002e"],
    ["BINBYTES8", "80048effffffffffffff7f2e"],
    ["BYTEARRAY8", "800596ffffffffffffffff2e"],
    ["BINBYTES", "800342ffffffff2e"],
    ["BINSTRING below zero", "54ffffffff2e"],
  ])("P29 length of %s", (_name, text) => expect(codeOf(hex(text))).toMatch(/^(truncated|bad-argument)$/));
  it("P30 a million digits", () => {
    const digits = ascii(`${"9".repeat(1_000_000)}`);
    expect(codeOf(concatBytes(ascii("L"), digits, ascii("L\n.")))).toBe("integer-limit");
    expect(codeOf(concatBytes(ascii("I"), digits, ascii("\n.")))).toBe("integer-limit");
    expect(codeOf(concatBytes(hex("8b40420f00"), digits, ascii(".")))).toBe("integer-limit");
  });
  it("P30 a hundred thousand lists, one in the other", () =>
    expect(codeOf(concatBytes(times("5d", 100_000), times("61", 99_999), hex("2e")))).toBe("depth-limit"));
  it("P30 ten million memo entries", () =>
    expect(codeOf(concatBytes(hex("80044e"), times("94", 10_000_000), hex("2e")))).toBe("memo-limit"));
  it("P30 a million equal keys", () =>
    expect(codeOf(concatBytes(hex("28"), times("4b014e", 1_000_000), hex("642e")))).toBe("duplicate-key"));
  it("P30 a million values and marks on the stack", () => {
    expect(codeOf(times("4e", 5_000_000))).toBe("fact-limit");
    expect(codeOf(times("28", 5_000_000))).toBe("stack-limit");
    expect(codeOf(concatBytes(hex("4e"), times("32", 5_000_000)))).toBe("stack-limit");
  });
  it("P30 a million globals, before and behind STOP", () => {
    const ask = times("63610a620a", 1_000_000);
    for (const bytes of [concatBytes(ask, hex("2e")), concatBytes(hex("4e2e"), ask)]) {
      const result = scan(bytes);
      expect(codes(result)).toContain("fact-limit");
      expect(result.globals).toHaveLength(1 << 14);
      expect(result.findings.length).toBeLessThanOrEqual(1000);
    }
  });
  it("P30 a file beyond the limit is not read", () =>
    expect(surveyPickle(new Uint8Array(100), { bytes: 99 }).findings[0]?.code).toBe("byte-limit"));
});

describe("graphs", () => {
  it("P31 a list inside itself", () => expect(codeOf(hex("80025d71006800612e"))).toBe("cycle"));
  it("P31 a dictionary inside itself", () => expect(codeOf(hex("80027d71004b016800732e"))).toBe("cycle"));
  it("P31 an object in its own state", () =>
    expect(codeOf(concatBytes(ascii("ctypes\nSimpleNamespace\n(tRq\u0000}(S'me'\nh\u0000ub.")))).toBe(
      "cycle",
    ));
  it("P31 keys that cannot be keys", () => {
    expect(codeOf(hex("7d5d4e732e"))).toBe("unhashable-key");
    expect(codeOf(hex("7d5d854e732e"))).toBe("unhashable-key");
    expect(codeOf(hex("8004287d912e"))).toBe("unhashable-key");
  });
  it("P31 a cycle of 2^40 ways is found once", () =>
    expect(codeOf(concatBytes(hex("5d71006800"), times("3286", 40), hex("612e")))).toBe("cycle"));
  it("P32 shared references are one fact", () => {
    const fact = readPickle(hex("80025d7100285d7101680168016801652e")) as ListFact;
    expect(new Set(fact.items).size).toBe(1);
    expect(scanHex("80025d7100285d7101680168016801652e").verdict).toBe("plain");
  });
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("P33 key %s", (key) => {
    const text = ascii(key);
    const bytes = concatBytes(hex("80047d8c"), Uint8Array.of(text.length), text, hex("7d732e"));
    const fact = readPickle(bytes) as DictFact;
    expect(fact.entries).toHaveLength(1);
    const plain = toPlain(fact) as ReadonlyMap<string, unknown>;
    expect([...plain.keys()]).toEqual([key]);
    expect(asTextMap(fact).get(key)?.kind).toBe("dict");
    expect(Object.getPrototypeOf(plain)).toBe(Map.prototype);
    expect(names(scan(ascii(`c${key}\n${key}\n.`)))).toEqual([`${key} ${key}`]);
    expect(scan(ascii(`c${key}\n${key}\n(tR.`)).verdict).toBe("refused");
  });
});

describe("P34 exact values", () => {
  const value = (bytes: Uint8Array): Fact => readPickle(bytes);
  it("integers", () => {
    expect(value(hex("8a07ffffffffffff1f2e"))).toMatchObject({ kind: "int", value: 2 ** 53 - 1 });
    expect(value(hex("8a07000000000000202e"))).toMatchObject({ kind: "int", value: 2n ** 53n });
    expect(() => asNumber(value(hex("8a07000000000000202e")))).toThrow("2^53");
    expect(asNumber(value(hex("8a07ffffffffffff1f2e")))).toBe(2 ** 53 - 1);
  });
  it("floats", () => {
    expect(value(hex("4780000000000000002e"))).toMatchObject({ kind: "float", value: -0 });
    expect(value(hex("477ff00000000000002e"))).toMatchObject({ value: Number.POSITIVE_INFINITY });
    expect(value(hex("477ff80000000000012e"))).toMatchObject({
      value: Number.NaN,
      bits: 0x7ff8000000000001n,
    });
    expect(value(ascii("F1e-05\n."))).toMatchObject({ value: 1e-5 });
    for (const text of [
      "1e400",
      "1e-400",
      "0.1000000000000000055511151231257827",
      "0x1p3",
      " 1",
      "1_0",
      "1.",
      ".5",
      "",
    ])
      expect(codeOf(ascii(`F${text}\n.`))).toBe("bad-number");
    expect(() => asNumber(value(hex("477ff00000000000002e")))).toThrow("not finite");
  });
  it("bytes and texts", () => {
    expect(value(hex("5501ff2e"))).toMatchObject({ kind: "bytes", py2: true });
    expect(value(hex("5501612e"))).toMatchObject({ kind: "text", value: "a", py2: true });
    expect(codeOf(hex("5803000000eda0802e"))).toBe("surrogate");
    expect(codeOf(ascii("V\\ud83d\\ude00\n."))).toBe("surrogate");
    expect(codeOf(hex("5801000000ff2e"))).toBe("bad-text");
  });
});

describe.skipIf(oracle === undefined)(oracle === undefined ? whyNoCorpora : "samples", () => {
  it("P14 executors of the standard library and of others", () => {
    const advisories = Object.keys(oracle ?? {}).filter((name) =>
      /GHSA|poc|malicious[0-9]|sploit/.test(name),
    );
    expect(advisories.length).toBeGreaterThan(90);
    for (const name of advisories) expect([name, scan(sample(name)).verdict]).toEqual([name, "refused"]);
  });
});
