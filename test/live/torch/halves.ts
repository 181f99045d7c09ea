/** live: cases of 16-bit weights for the torch optimizer of the Python package, and what the reference engine makes of them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import { ruleNames } from "../../../src/rules/built-in.ts";
import { compile } from "../../../src/run/optimizer.ts";
import type { Half } from "../../../src/run/precision.ts";
import { HALVES, narrowInto } from "../../../src/run/precision.ts";
import { sign } from "../../../src/sign.ts";
import { EXPIRES, ISSUED, secretKey, trustFile } from "./trust.ts";

const SHAPE = [5, 3];
const STEPS = 4;

/** Numbers of all sizes that weights and gradients have, from a seed. */
function drawn(seed: number): () => number {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (next() - 0.5) * 2 ** Math.floor(12 * next() - 8);
}

function narrowed(count: number, numbers: () => number, half: Half): Uint16Array {
  const bits = new Uint16Array(count);
  narrowInto(
    bits,
    Float32Array.from({ length: count }, () => numbers()),
    half,
  );
  return bits;
}

/**
 * Writes trust.json, an envelope for each case, cases.json and the bits of weights and gradients (inputs.bin) into a folder.
 * @returns by case, the bits that the weights have after each step
 */
export async function writeHalves(folder: string): Promise<ReadonlyMap<string, Uint16Array>> {
  mkdirSync(folder);
  writeFileSync(join(folder, "trust.json"), await trustFile());
  const expected = new Map<string, Uint16Array>();
  const cases: object[] = [];
  const inputs: Uint16Array[] = [];
  const size = SHAPE.reduce((a, b) => a * b);
  const rules = ruleNames.filter((name) => name.startsWith("torch-2.13/"));
  for (const [i, rule] of rules.entries()) {
    for (const [half, master] of HALVES.flatMap((one) => [[one, true] as const, [one, false] as const])) {
      const checked = check(author({ optseal: 1, rule, precision: { master } }));
      const name = `${rule.replace("/", "-")}-${half}-${master ? "master" : "alone"}`;
      const claims = { job: name, audience: ["ps"], sequence: 1, issued: ISSUED, expires: EXPIRES };
      const envelope = await sign(checked, claims, secretKey, { form: "json" });
      writeFileSync(join(folder, `${name}.json`), envelope);
      const numbers = drawn(i + 1);
      const data = narrowed(size, numbers, half);
      const gradients = Array.from({ length: STEPS }, () => narrowed(size, numbers, half));
      inputs.push(data.slice(), ...gradients);
      cases.push({ name, half, shape: SHAPE, steps: STEPS });
      const optimizer = compile(checked).attach({ w: { data, dtype: half, shape: SHAPE } });
      const after = gradients.map((gradient) => {
        optimizer.step({ w: gradient });
        return data.slice();
      });
      expected.set(name, joined(after));
    }
  }
  writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
  writeFileSync(join(folder, "inputs.bin"), joined(inputs));
  return expected;
}

const joined = (parts: readonly Uint16Array[]): Uint16Array =>
  Uint16Array.from(parts.flatMap((part) => [...part]));

/** The bits that the Python package has left for a case. */
export function foundBits(folder: string, name: string): Uint16Array {
  const bytes = readFileSync(join(folder, `${name}.bin`));
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
