import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, fromHex } from "../../src/base/bytes.ts";
import { LegacyError } from "../../src/legacy/errors.ts";
import { auditShape, treeSize } from "../../src/legacy/pickle/graph.ts";
import { PICKLE_LIMITS } from "../../src/legacy/pickle/limits.ts";
import { OPCODES } from "../../src/legacy/pickle/opcodes.ts";
import { readPickle, surveyPickle } from "../../src/legacy/pickle/read.ts";
import { toPlain } from "../../src/legacy/pickle/values.ts";
import { scan } from "../../src/legacy/scan.ts";

function vectors(name: string): { readonly hex: string }[] {
  return JSON.parse(readFileSync(new URL(`../vectors/legacy/${name}`, import.meta.url), "utf8"));
}

const seeds = vectors("harmless.json")
  .map(({ hex }) => fromHex(hex) as Uint8Array)
  .filter((bytes) => bytes.length < 3000);

/** Bytes of opcodes more often than of anything else. */
const opcodeBytes = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OPCODES.map(({ code }) => code)) },
  { weight: 1, arbitrary: fc.nat(255) },
);
const streams = fc.array(opcodeBytes, { maxLength: 200 }).map((bytes) => Uint8Array.from(bytes));
const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom("set", "cut", "insert")), {
  maxLength: 6,
});
const mutated = fc.tuple(fc.constantFrom(...seeds), edits).map(([seed, list]) => {
  let bytes = seed;
  for (const [where, value, edit] of list) {
    const at = where % (bytes.length + 1);
    const rest = bytes.subarray(edit === "insert" ? at : at + 1);
    bytes = concatBytes(
      bytes.subarray(0, at),
      edit === "cut" ? rest : concatBytes(Uint8Array.of(value), rest),
    );
  }
  return bytes;
});

/** What must hold of the reading of any bytes. */
function check(bytes: Uint8Array): void {
  const survey = surveyPickle(bytes);
  const result = scan(bytes);
  if (survey.findings.length > 0) {
    expect(() => readPickle(bytes)).toThrow(LegacyError);
    expect(result.verdict).toBe("refused");
    return;
  }
  const fact = readPickle(bytes);
  expect(treeSize(fact)).toBeGreaterThan(0);
  expect(survey.streams).toHaveLength(1);
  try {
    toPlain(fact);
  } catch (error) {
    expect(error).toBeInstanceOf(LegacyError);
  }
  for (const { offset } of result.globals) expect(offset).toBeLessThan(bytes.length);
}

describe("any bytes", () => {
  it("end in facts or in a LegacyError: random bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), check), { numRuns: 500 });
  });
  it("end in facts or in a LegacyError: random opcodes", () => {
    fc.assert(fc.property(streams, check), { numRuns: 2000 });
  });
  it("end in facts or in a LegacyError: pickles with a few bytes changed", () => {
    fc.assert(fc.property(mutated, check), { numRuns: 1500 });
  });
  it("a pickle cut short is never read", () => {
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.nat(), (seed, cut) => {
        expect(() => readPickle(seed.subarray(0, cut % seed.length))).toThrow(LegacyError);
      }),
    );
  });
  it("a pickle with anything behind it is never read, and what it asks for is still told", () => {
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.uint8Array({ minLength: 1, maxLength: 50 }), (seed, more) => {
        const before = surveyPickle(seed).globals.map(({ module, name, offset }) => [module, name, offset]);
        const after = surveyPickle(concatBytes(seed, more));
        expect(after.findings[0]?.code).toBe("trailing-bytes");
        expect(after.globals.slice(0, before.length).map((g) => [g.module, g.name, g.offset])).toEqual(
          before,
        );
      }),
    );
  });
  it("an appended global is always told", () => {
    const word = fc.stringMatching(/^[a-z_]{1,12}$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.uint8Array({ maxLength: 30 }),
        word,
        word,
        (seed, junk, module, name) => {
          // A newline and a zero end whatever the junk began.
          const hidden = new TextEncoder().encode(`\n\0c${module}\n${name}\n)R.`);
          const told = surveyPickle(
            concatBytes(
              seed,
              junk.filter((b) => b < 0x20 && b !== 0x0a),
              hidden,
            ),
          ).globals;
          expect(told.map((g) => `${g.module} ${g.name}`)).toContain(`${module} ${name}`);
        },
      ),
    );
  });
});

describe("graphs", () => {
  it("the size of a tree is that of its text", () => {
    const tree = fc.letrec<{ node: unknown[] }>((tie) => ({
      node: fc.array(fc.oneof({ depthSize: "small" }, fc.constant([]), tie("node")), { maxLength: 4 }),
    })).node;
    const count = (node: unknown[]): number =>
      1 + node.reduce((sum: number, one) => sum + count(one as unknown[]), 0);
    const write = (node: unknown[]): string => `(${node.map((one) => write(one as unknown[])).join("")}l`;
    fc.assert(
      fc.property(tree, (node) => {
        const bytes = new TextEncoder().encode(`${write(node)}.`);
        expect(treeSize(readPickle(bytes))).toBe(count(node));
        expect(auditShape(surveyPickle(bytes).streams[0]?.containers ?? [], PICKLE_LIMITS)).toEqual([]);
      }),
    );
  });
});
