/**
 * Optimizers as each release pickles them (test/vectors/legacy/make-mxnet.py and the golden traces), and what the converter
 * takes them for.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../../src/check/check.ts";
import { convert } from "../../../src/legacy/convert.ts";
import { LegacyError } from "../../../src/legacy/errors.ts";
import { RELEASES } from "../../../src/legacy/mxnet/releases.ts";
import { readPickle } from "../../../src/legacy/pickle/read.ts";
import { objectOf } from "../../../src/legacy/pickle/values.ts";
import { scan } from "../../../src/legacy/scan.ts";
import { compile } from "../../../src/run/optimizer.ts";

interface Row {
  readonly release: string;
  readonly python: string;
  readonly protocol: number;
  readonly class: string;
  readonly pickle: string;
}

const read = (name: string): readonly Row[] =>
  JSON.parse(readFileSync(new URL(`../../vectors/legacy/${name}`, import.meta.url), "utf8"));
const rows = [...read("mxnet-python-2.json"), ...read("mxnet-python-3.json")];
const bytesOf = ({ pickle }: Pick<Row, "pickle">): Uint8Array => Buffer.from(pickle, "base64");

/** Fields and classes that came or went with a release: all that can be known of a file. */
function expected({ release, class: name }: Row): readonly string[] {
  const run = (first: string, last: string) =>
    RELEASES.slice(
      RELEASES.findIndex((one) => one.endsWith(first)),
      1 + RELEASES.findIndex((one) => one.endsWith(last)),
    );
  const number = release.slice("mxnet-".length);
  if (["1.3", "1.4", "1.5", "2.0"].includes(number)) return [release];
  if (Number(number) >= 1.6) {
    if (name !== "LAMB") return run("1.6", "1.9");
    return number === "1.6" ? [release] : run("1.7", "1.9");
  }
  // SGD's and Adam's lazy_update came with 1.1; NAG had it in 1.1 alone.
  if (["SGD", "ccSGD", "Adam"].includes(name)) return number === "1.0" ? [release] : run("1.1", "1.2");
  if (name === "NAG" && number === "1.1") return [release];
  if (["Signum", "FTML"].includes(name)) return run("1.1", "1.2");
  return run("1.0", "1.2").filter((one) => name !== "NAG" || one !== "mxnet-1.1");
}

/** Files of which the releases in question compute differently, unless a scheduler says more. */
const isAmbiguous = (row: Row, candidates: readonly string[]): boolean =>
  ["NAG", "Nadam", "SGLD"].includes(row.class) && candidates.length > 1 && candidates[0] === "mxnet-1.0";

/** A scheduler that came with a release says more than its optimizer. */
function withScheduler(row: Row, candidates: readonly string[]): readonly string[] {
  const root = objectOf(readPickle(bytesOf(row)));
  const scheduler = root?.fields.get("lr_scheduler");
  const name = scheduler === undefined ? undefined : objectOf(scheduler)?.name;
  return name === "PolyScheduler" ? candidates.filter((one) => one >= "mxnet-1.2") : candidates;
}

describe("optimizers of every release, by Python 2 and 3 at protocols 0 to 4", () => {
  it("are of every release", () => {
    expect([...new Set(rows.map(({ release }) => release))].sort()).toEqual([...RELEASES]);
    expect(new Set(rows.map((row) => row.class)).size).toBe(24);
    expect([...new Set(rows.map(({ protocol }) => protocol))].sort()).toEqual([0, 1, 2, 4]);
  });

  it.each(RELEASES)("%s: the releases that it could be are told", (release) => {
    for (const row of rows.filter((one) => one.release === release)) {
      const candidates = withScheduler(row, expected(row));
      const what = `${row.class}, Python ${row.python}, protocol ${row.protocol}`;
      if (isAmbiguous(row, candidates)) {
        const error = refused(() => convert(bytesOf(row)));
        expect([what, error.code], what).toEqual([what, "ambiguous-release"]);
        expect(error.hint?.match(/mxnet-[0-9.]+/g), what).toEqual(candidates);
      } else {
        expect([what, convert(bytesOf(row)).report.source.candidates]).toEqual([what, candidates]);
      }
    }
  });

  it.each(RELEASES)(
    "%s: with --release each becomes a spec that runs, and the report tells of every field",
    (release) => {
      for (const row of rows.filter((one) => one.release === release)) {
        const what = `${row.class}, Python ${row.python}, protocol ${row.protocol}`;
        if (row.class === "SGLD" && release < "mxnet-1.2") {
          expect(refused(() => convert(bytesOf(row), { release })).message, what).toMatch(
            /raises at every update/,
          );
          continue;
        }
        const { authored, report } = convert(bytesOf(row), { release });
        expect(() => compile(check(authored)), what).not.toThrow();
        const told = new Set(report.fields.map(({ field }) => field));
        // A scheduler that the class never asks is dropped as a whole.
        const isTold = (field: string) => told.has(field) || told.has(field.split(".", 1)[0] as string);
        expect([what, fieldsOf(bytesOf(row)).filter((field) => !isTold(field))]).toEqual([what, []]);
        expect(told.has("python"), what).toBe(row.python.startsWith("2"));
      }
    },
  );

  it("that another release is said to have made are refused, with what says so", () => {
    for (const row of rows.filter(({ python }) => python.startsWith("3"))) {
      const candidates = withScheduler(row, expected(row));
      for (const release of RELEASES.filter((one) => !candidates.includes(one))) {
        const error = refused(() => convert(bytesOf(row), { release }));
        expect(error.code, `${row.release} ${row.class} as ${release}`).toBe("wrong-release");
        expect(error.offset).toBeGreaterThan(0);
        expect(error.message).toMatch(/is a (?:field|class) of|there is no `|as in 1\./);
      }
    }
  });

  it("give the same spec, whichever Python wrote them", () => {
    const spec = (row: Row) => convert(bytesOf(row), { release: row.release }).authored.spec;
    let compared = 0;
    for (const row of rows.filter(({ python }) => python.startsWith("2"))) {
      if (row.class === "SGLD" && row.release < "mxnet-1.2") continue;
      const other = rows.find(
        (one) => one.python.startsWith("3") && one.release === row.release && one.class === row.class,
      ) as Row;
      const [a, b] = [spec(row), spec(other)];
      const sorted = (groups = a.groups) =>
        JSON.stringify([...(groups ?? [])].map((g) => JSON.stringify(g)).sort());
      expect({ ...a, groups: [] }, `${row.release} ${row.class}`).toEqual({ ...b, groups: [] });
      expect(sorted(a.groups)).toBe(sorted(b.groups));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it("are known plain data", () => {
    for (const row of rows)
      expect([row.release, row.class, scan(bytesOf(row))]).toMatchObject([
        row.release,
        row.class,
        { verdict: "plain" },
      ]);
  });
});

const GOLDEN = new URL("../../golden/", import.meta.url);
const folders = readdirSync(GOLDEN).filter((name) => /^mxnet-[0-9.]+$/.test(name));

describe("golden traces", () => {
  it.each(folders)(
    "%s: every pickle converts, and the release is among those that it could be of",
    (release) => {
      const folder = new URL(`${release}/`, GOLDEN);
      let converted = 0;
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
        const { cases = [] } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as {
          cases?: readonly { readonly name: string; readonly pickle?: string }[];
        };
        for (const { name, pickle } of cases) {
          if (pickle === undefined) continue;
          const { report } = convertAny(bytesOf({ pickle }), release);
          expect([name, report.source.candidates]).toEqual([name, expect.arrayContaining([release])]);
          converted += 1;
        }
      }
      expect(converted).toBeGreaterThan(0);
    },
  );
});

/** Without a word of the release where the file tells it. */
function convertAny(bytes: Uint8Array, release: string) {
  try {
    return convert(bytes);
  } catch (error) {
    if (!(error instanceof LegacyError) || error.code !== "ambiguous-release") throw error;
    return convert(bytes, { release });
  }
}

function refused(run: () => unknown): LegacyError {
  try {
    run();
  } catch (error) {
    if (error instanceof LegacyError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

/** The paths of all fields of an optimizer, its scheduler and the optimizer inside. */
function fieldsOf(bytes: Uint8Array): readonly string[] {
  const paths = (fact: Parameters<typeof objectOf>[0], at: string): readonly string[] => {
    const object = objectOf(fact);
    return [...(object?.fields ?? [])].flatMap(([name, value]) => {
      const isInside = value.kind === "call" && name !== "aux_opt";
      return isInside ? paths(value, `${at}${name}.`) : [`${at}${name}`];
    });
  };
  return paths(readPickle(bytes), "");
}
