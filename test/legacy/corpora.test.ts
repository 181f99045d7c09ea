/** Foreign files as they lie about: hostile ones convert to nothing, harmless pickles are read. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { convert } from "../../src/legacy/convert.ts";
import { LegacyError } from "../../src/legacy/errors.ts";
import { readPickle } from "../../src/legacy/pickle/read.ts";
import { scan } from "../../src/legacy/scan.ts";

const FOLDER = new URL("../../../shared/corpora/pickles/", import.meta.url);
const present = existsSync(FOLDER);
if (!present) console.log("skipped: ../shared/corpora/pickles is not here");
const files = (kind: string) => (present ? readdirSync(new URL(`${kind}/`, FOLDER)).sort() : []);
const bytes = (kind: string, file: string) => readFileSync(new URL(`${kind}/${file}`, FOLDER));

describe.skipIf(!present)("the corpora", () => {
  it("no hostile file converts, and none is refused by anything but a LegacyError", () => {
    const hostile = files("hostile");
    expect(hostile.length).toBeGreaterThan(100);
    for (const file of hostile) {
      expect(() => convert(bytes("hostile", file)), file).toThrow(LegacyError);
      expect(scan(bytes("hostile", file)).verdict, file).toBe("refused");
    }
  });

  it("every harmless raw pickle is read and called plain", () => {
    const raw = files("benign").filter((file) => /\.pkl$/.test(file) && bytes("benign", file)[0] !== 0x50);
    expect(raw.length).toBeGreaterThan(5);
    for (const file of raw) {
      expect(() => readPickle(bytes("benign", file)), file).not.toThrow();
      expect(scan(bytes("benign", file)), file).toMatchObject({ verdict: "plain", findings: [] });
    }
  });

  it("every optimizer of MXNet 1.9 is plain data, a user's own class is not", () => {
    const fixtures = new URL("../fixtures/mxnet-1.9/", import.meta.url);
    for (const file of readdirSync(fixtures).filter((name) => name.endsWith(".pkl"))) {
      const expected = /custom|hostile/.test(file) ? "refused" : "plain";
      expect(scan(readFileSync(new URL(file, fixtures))).verdict, file).toBe(expected);
    }
  });
});
