import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../src/base/bytes.ts";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { bytesOf, refusal } from "./refusal.ts";

type SuiteCase = { readonly msgpack: readonly string[] } & Readonly<Record<string, unknown>>;

const FILE = join(process.cwd(), "../shared/corpora/msgpack/msgpack-test-suite.json");
const present = existsSync(FILE);
if (!present) console.warn(`skipped: msgpack-test-suite.json is not at ${FILE}`);

/** Each value of the suite with its spellings; the suite does not put the shortest first. */
const cases: readonly { name: string; group: string; value: unknown; spellings: readonly string[] }[] =
  present
    ? Object.entries<readonly SuiteCase[]>(JSON.parse(readFileSync(FILE, "utf8"))).flatMap(
        ([group, entries]) =>
          entries.map(({ msgpack, ...value }, i) => ({
            name: `${group} ${i}: ${JSON.stringify(value).slice(0, 60)}`,
            group,
            value: valueIn(value),
            spellings: msgpack.map((text) => text.replaceAll("-", "")),
          })),
      )
    : [];

function valueIn(entry: Readonly<Record<string, unknown>>): unknown {
  if ("binary" in entry) return fromHex(String(entry.binary).replaceAll("-", ""));
  if ("number" in entry) return entry.number;
  if ("bignum" in entry) return Number(entry.bignum);
  return Object.values(entry)[0];
}

const inProfile = cases.filter(({ group }) => !group.startsWith("50.") && !group.startsWith("60."));
const outside = cases.filter(({ group }) => group.startsWith("50.") || group.startsWith("60."));

describe.skipIf(!present)("msgpack-test-suite", () => {
  it("has the cases that this file was written for", () => {
    expect(cases.length).toBe(85);
    expect(cases.flatMap(({ spellings }) => spellings).length).toBe(233);
  });

  it.each(inProfile)("$name: one spelling, ours, is taken", ({ value, spellings }) => {
    const ours = exact(value) ? toHex(encode(value)) : undefined;
    for (const hex of spellings)
      if (hex === ours) expect(encode(decode(bytesOf(hex)))).toStrictEqual(bytesOf(hex));
      else expect(refusal(() => decode(bytesOf(hex))).code).toMatch(/^(non-canonical|integer-range)$/);
    if (exact(value)) expect(spellings).toContain(ours);
  });

  it.each(outside)("$name is refused", ({ spellings }) => {
    for (const hex of spellings) expect(refusal(() => decode(bytesOf(hex))).code).toBe("extension");
  });
});

/** The suite writes integers past 2^53 in integer forms only, which the profile has no room for. */
function exact(value: unknown): boolean {
  return typeof value !== "number" || Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}
