import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { readTraces, replay } from "../golden/traces.ts";
import { skipIfMissing } from "./skip.ts";

const SCRIPT = fileURLToPath(new URL("../../conformance/mxnet.mjs", import.meta.url));
const CASES = 60;

function mxnet(...args: string[]) {
  return spawnSync(process.execPath, [SCRIPT, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

let missing: string | undefined;
beforeAll(() => {
  const { status, stderr } = mxnet("--python");
  missing = status === 0 ? undefined : `MXNet 1.9.1 could not be installed\n${stderr}`;
});

describe("MXNet 1.9.1 itself", () => {
  it("remakes the golden traces and the fixtures byte by byte", (context) => {
    skipIfMissing(context, missing);
    const { status, stderr } = mxnet("--check");
    expect({ status, differs: stderr.match(/^differs: .*$/gm) ?? [] }).toEqual({ status: 0, differs: [] });
  });

  it(`agrees to the bit in ${CASES} cases that were never seen before, FTML nearly`, (context) => {
    skipIfMissing(context, missing);
    const seed = randomInt(2 ** 31);
    console.log(`node conformance/mxnet.mjs --cases ${CASES} --seed ${seed}`);
    const folder = mkdtempSync(join(tmpdir(), "optseal-live-"));
    try {
      const file = join(folder, "cases.json");
      const made = mxnet("--cases", String(CASES), "--seed", String(seed), "-o", file);
      expect(made.status, made.stderr).toBe(0);
      const outcomes = readTraces(file).map(replay);
      expect(outcomes).toHaveLength(CASES);
      // FTML's kernel takes the C library's powf, whose last bit is its own in one power of some thousands.
      const isExact = ({ name }: { readonly name: string }) => !name.startsWith("ftml ");
      expect(
        outcomes.filter((one) => isExact(one) && one.equal < one.elements),
        `seed ${seed}`,
      ).toEqual([]);
      expect(
        outcomes.filter(({ error }) => error > 1e-3),
        `seed ${seed}`,
      ).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
