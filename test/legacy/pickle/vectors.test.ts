import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromHex } from "../../../src/base/bytes.ts";
import { readPickle } from "../../../src/legacy/pickle/read.ts";
import { scan } from "../../../src/legacy/scan.ts";
import { tell } from "./tell.ts";

interface Vectors {
  readonly python: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly pickles: readonly {
    readonly name: string;
    readonly writer: string;
    readonly protocol: number;
    readonly hex: string;
  }[];
}

const folder = new URL("../../vectors/legacy/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.startsWith("plain-python-"));

for (const file of files) {
  const vectors = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Vectors;
  describe(`plain values as Python ${vectors.python} pickles them`, () => {
    it.each(vectors.pickles)("$name, $writer, protocol $protocol", ({ name, hex }) => {
      const bytes = fromHex(hex) as Uint8Array;
      expect(tell(readPickle(bytes))).toEqual(vectors.values[name]);
      expect(scan(bytes)).toMatchObject({ verdict: "plain", findings: [] });
    });
  });
}
