import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { concatBytes, toHex } from "../../src/base/bytes.ts";
import { scan } from "../../src/legacy/scan.ts";
import { ascii, classes, hex, names, oracle, sample, whyNoCorpora } from "./pickle/samples.ts";

interface Row {
  readonly name: string;
  readonly protocol: number;
  readonly hex: string;
}

describe("harmless objects", () => {
  const file = new URL("../vectors/legacy/harmless.json", import.meta.url);
  const rows = JSON.parse(readFileSync(file, "utf8")) as readonly Row[];
  it.each(rows)("$name, protocol $protocol", ({ hex: text }) => {
    const result = scan(hex(text), { classes });
    expect(result.findings).toEqual([]);
    expect(result.verdict).toBe("plain");
  });
  it("are refused without the table of their classes", () => {
    const row = rows.find(({ name }) => name === "mxnet sgd");
    expect(scan(hex(row?.hex ?? ""), { classes: [] }).findings[0]?.code).toBe("unknown-global");
  });
});

describe("the result", () => {
  it("has what `scan --json` prints", () => {
    expect(scan(ascii("cos\nsystem\n(S'id'\ntR."))).toEqual({
      verdict: "refused",
      globals: [{ module: "os", name: "system", offset: 0 }],
      findings: [
        { code: "unknown-global", offset: 0, message: "asks for `os system`, which is not known plain data" },
        { code: "refused-call", offset: 19, message: "the call of `os system` is none of the known ones" },
      ],
    });
    expect(scan(ascii("N."))).toEqual({ verdict: "plain", globals: [], findings: [] });
  });
  it("is never thrown, but for a caller's mistake", () => {
    expect(() => scan("N.")).toThrow(TypeError);
    expect(scan(new Uint8Array(0))).toMatchObject({ verdict: "refused", findings: [{ code: "truncated" }] });
    expect(scan(new Uint8Array(10), { limits: { bytes: 9 } }).findings[0]?.code).toBe("byte-limit");
  });
  it("names a container and what lies in it", () => {
    const result = scan(concatBytes(hex("504b0304000000000000"), hex("8002"), ascii("cos\nsystem\n(tR.")));
    expect(result.findings[0]).toMatchObject({ code: "container", offset: 0 });
    expect(result.findings[0]?.message).toContain("zip archive");
    expect(names(result)).toEqual(["os system"]);
  });
  it("lists at most 1000 findings", () => {
    const result = scan(ascii("N".concat("R".repeat(5000))));
    expect(result.findings).toHaveLength(1000);
  });
  it("cannot be changed by changing the bytes", () => {
    const bytes = ascii("cos\nsystem\n.");
    const result = scan(bytes);
    bytes.fill(0);
    expect(names(result)).toEqual(["os system"]);
  });
});

describe.skipIf(oracle === undefined)(oracle === undefined ? whyNoCorpora : "samples", () => {
  const all = Object.entries(oracle ?? {});
  it("tells every global that CPython's unpickler asked for", () => {
    for (const [name, truth] of all)
      if (truth !== null)
        expect([name, names(scan(sample(name)))]).toEqual([name, expect.arrayContaining([...truth.globals])]);
  });
  it("refuses every hostile file", () => {
    const hostile = all.filter(([name]) => name.startsWith("hostile/"));
    expect(hostile.length).toBeGreaterThan(130);
    for (const [name] of hostile) expect([name, scan(sample(name)).verdict]).toEqual([name, "refused"]);
  });
  it("finds every harmless pickle plain", () => {
    const benign = all.filter(([name]) => name.startsWith("benign/"));
    const refused: string[] = [];
    for (const [name, truth] of benign) {
      const result = scan(sample(name));
      if (truth !== null) expect([name, result]).toMatchObject([name, { verdict: "plain" }]);
      else refused.push(`${name}: ${result.verdict}, ${result.findings[0]?.message}`);
    }
    console.info(["not pickles:", ...refused].join("\n  "));
  });
});

/** Nested pickles that are small to read and large to write out. */
const BOMBS: Readonly<Record<string, Uint8Array>> = {
  "2^60 tuples of the stack": concatBytes(hex("80024b01"), hex("3286".repeat(60)), hex("2e")),
  "10^10 texts of the stack": concatBytes(
    hex("28".repeat(10)),
    ascii("U\u0003lol"),
    hex("3232323232323232326c".repeat(10)),
    hex("2e"),
  ),
  "10^10 texts of the memo": concatBytes(
    hex("28".repeat(10)),
    ascii("U\u0003lol"),
    ...Array.from({ length: 10 }, (_, i) =>
      concatBytes(
        hex(`71${toHex(Uint8Array.of(i))}`),
        hex(`68${toHex(Uint8Array.of(i))}`.repeat(9)),
        hex("6c"),
      ),
    ),
    hex("2e"),
  ),
  "2^200 values of dictionaries": concatBytes(
    hex("4e71ff"),
    ...Array.from({ length: 200 }, () => hex("307d" + "284b0068ff4b0168ff75" + "71ff")),
    hex("2e"),
  ),
  "2^60 as a key": concatBytes(hex("7d4b01"), hex("3286".repeat(60)), hex("4e732e")),
  "a length of 2^31": hex("80028bffffff7f2e"),
  "a memo of 2^32": hex("4e72ffffffff2e"),
};

describe("expansion bombs", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "optseal-scan-"));
    const entry = new URL("../../src/legacy/scan.ts", import.meta.url).pathname;
    const outfile = join(folder, "scan.mjs");
    buildSync({ entryPoints: [entry], bundle: true, format: "esm", platform: "node", outfile });
    const main = `
      import { scan } from "./scan.mjs";
      const bytes = new Uint8Array(Buffer.from(process.argv[2], "hex"));
      const idle = process.resourceUsage().maxRSS;
      let best = Infinity, result;
      for (let i = 0; i < 5; i++) {
        const start = performance.now();
        result = scan(bytes);
        best = Math.min(best, performance.now() - start);
      }
      const megabytes = (process.resourceUsage().maxRSS - idle) / 1024;
      console.log(JSON.stringify({ best, megabytes, codes: result.findings.map((f) => f.code) }));`;
    writeFileSync(join(folder, "main.mjs"), main);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(BOMBS))("%s: 50 ms, 64 MB", (_name, bytes) => {
    const out = execFileSync(process.execPath, [join(folder, "main.mjs"), toHex(bytes)], {
      encoding: "utf8",
    });
    const { best, megabytes, codes } = JSON.parse(out) as {
      best: number;
      megabytes: number;
      codes: string[];
    };
    expect(codes.join()).toMatch(/expansion-limit|truncated|memo-limit/);
    expect(best).toBeLessThan(50);
    expect(megabytes).toBeLessThan(64);
  });
  it.skipIf(oracle === undefined)("the samples: 50 ms, 64 MB", () => {
    for (const name of ["cw__billionLaughs.pt", "cw__billionLaughsAlt.pkl", "cw__globalLaughs.pt"]) {
      const text = toHex(sample(`hostile/${name}`));
      const out = execFileSync(process.execPath, [join(folder, "main.mjs"), text], { encoding: "utf8" });
      const { best, megabytes, codes } = JSON.parse(out) as {
        best: number;
        megabytes: number;
        codes: string[];
      };
      expect(codes).toContain("expansion-limit");
      expect(best).toBeLessThan(50);
      expect(megabytes).toBeLessThan(64);
      console.info(`${name}: ${best.toFixed(2)} ms, ${megabytes.toFixed(1)} MB`);
    }
  });
});
