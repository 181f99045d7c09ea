/** Real pickles with something changed: they convert or are refused by a LegacyError, whatever it is. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../../src/check/check.ts";
import { CheckError } from "../../../src/check/errors.ts";
import { convert } from "../../../src/legacy/convert.ts";
import { LegacyError } from "../../../src/legacy/errors.ts";
import { RELEASES } from "../../../src/legacy/mxnet/releases.ts";

const rows = ["mxnet-python-2.json", "mxnet-python-3.json"].flatMap(
  (name) =>
    JSON.parse(readFileSync(new URL(`../../vectors/legacy/${name}`, import.meta.url), "utf8")) as readonly {
      readonly protocol: number;
      readonly pickle: string;
    }[],
);
const seeds = rows.map(({ pickle }) => Buffer.from(pickle, "base64"));
const texts = rows
  .filter(({ protocol }) => protocol === 0)
  .map(({ pickle }) => Buffer.from(pickle, "base64").toString("latin1"));
const releases = fc.option(fc.constantFrom(...RELEASES), { nil: undefined });

function attempt(bytes: Uint8Array, release: string | undefined): void {
  try {
    const { authored, report } = convert(bytes, release === undefined ? {} : { release });
    for (const { offset } of report.fields) expect(offset).toBeLessThan(bytes.length);
    check(authored);
  } catch (error) {
    // What is converted may still have no meaning, such as a clip of NaN; check says so.
    if (!(error instanceof LegacyError) && !(error instanceof CheckError)) throw error;
    if (error instanceof LegacyError)
      for (const { offset } of error.issues) expect(offset).toBeTypeOf("number");
  }
}

/** Values as protocol 0 spells them. */
const VALUES = [
  "N",
  "I0\n",
  "I1\n",
  "I-3\n",
  "I01\n",
  "I00\n",
  "F0.5\n",
  "F1e+308\n",
  "F-0.0\n",
  "Finf\n",
  "Fnan\n",
  "V\n",
];
const MORE = [
  "Vlinear\n",
  "(t",
  "(d",
  "(l",
  "(I1\nI2\nl",
  "(I0\nF2.0\nd",
  "(VA\nF0.0\nd",
  "L99999999999999999999L\n",
  "g1\n",
];

describe("pickles of MXNet", () => {
  it("with bytes changed", () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), edits, releases, (seed, list, release) => {
        const bytes = Uint8Array.from(seed);
        for (const [at, value] of list) bytes[at % bytes.length] = value;
        attempt(bytes, release);
      }),
      { numRuns: 1500 },
    );
  });

  it("with values of fields changed", () => {
    const value = /(?<=\n)(?:N|[FIV][^\n]*\n)(?=s)/g;
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...VALUES, ...MORE)), { minLength: 1, maxLength: 3 }),
        releases,
        (seed, list, release) => {
          let text = seed;
          for (const [which, other] of list) {
            const found = [...text.matchAll(value)];
            const match = found[which % found.length];
            if (match === undefined) continue;
            text = text.slice(0, match.index) + other + text.slice(match.index + match[0].length);
          }
          attempt(Buffer.from(text, "latin1"), release);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("with names of classes and fields changed", () => {
    const names = [
      "SGD",
      "Adam",
      "LARS",
      "mxnet.optimizer",
      "mxnet.optimizer.sgd",
      "lr",
      "momentum",
      "__class__",
      "step",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.constantFrom(...names, "__dict__", "constructor", "toString"),
        releases,
        (seed, which, name, release) => {
          const lines = seed.split("\n");
          const found = lines.flatMap((line, i) => (/^[VS(]?'?[A-Za-z_]{2,}/.test(line) ? [i] : []));
          const at = found[which % found.length] as number;
          const line = lines[at] as string;
          lines[at] = line.replace(/[A-Za-z_][\w.]+/, line.startsWith("V") ? name.replace(/^V/, "") : name);
          if (line.startsWith("V")) lines[at] = `V${name}`;
          attempt(Buffer.from(lines.join("\n"), "latin1"), release);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
