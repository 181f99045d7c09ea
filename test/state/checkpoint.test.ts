import { describe, expect, it } from "vitest";
import type { Digest } from "../../src/base/digest.ts";
import type { OptimizerState } from "../../src/spec/optimizer-state.ts";
import { readState, writeState } from "../../src/state/checkpoint.ts";
import { StateError } from "../../src/state/errors.ts";
import { readSafetensors, writeSafetensors } from "../../src/state/safetensors.ts";
import type { Tensor } from "../../src/state/tensor.ts";

const SPEC: Digest = `sha256:${"a".repeat(64)}`;
const OTHER: Digest = `sha256:${"b".repeat(64)}`;
const STATE: OptimizerState = {
  counts: new Map([
    ["layer/1.weight", 3],
    ["0", 2],
  ]),
  updates: 9,
  schedule: new Map([
    ["base_now", 0.1],
    ["rate", -0],
  ]),
  shared: new Map([["product", 0.25]]),
  slots: new Map([
    [
      "mom",
      new Map<string, Float32Array | number>([
        ["layer/1.weight", new Float32Array([1, -2, 0.1])],
        ["0", new Float32Array(0)],
      ]),
    ],
    ["product", new Map<string, Float32Array | number>([["0", 0.1]])],
  ]),
};

function code(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof StateError) return error.code;
    throw error;
  }
  return undefined;
}

/** The file with some tensors replaced, or taken out where `undefined`. */
function changed(changes: { readonly [name: string]: Tensor | undefined }): Uint8Array {
  const { metadata, tensors } = readSafetensors(writeState(STATE, SPEC));
  const entries = new Map(tensors);
  for (const [name, tensor] of Object.entries(changes)) {
    if (tensor === undefined) entries.delete(name);
    else entries.set(name, tensor);
  }
  return writeSafetensors(entries, metadata);
}

const f64 = (value: number): Tensor => ({ dtype: "F64", shape: [], data: Float64Array.of(value) });
const i64 = (value: bigint): Tensor => ({ dtype: "I64", shape: [], data: BigInt64Array.of(value) });

describe("state files", () => {
  it("come back as they were written, and the same state gives the same bytes", () => {
    const file = writeState(STATE, SPEC);
    expect(readState(file, SPEC)).toEqual(STATE);
    expect(writeState(readState(file, SPEC), SPEC)).toEqual(file);
  });

  it("belong to one spec", () => {
    expect(code(() => readState(writeState(STATE, SPEC), OTHER))).toBe("other-spec");
  });

  it("are told from other safetensors files", () => {
    expect(code(() => readState(writeSafetensors([["w", f64(1)]]), SPEC))).toBe("not-a-state");
  });

  it.each([
    ["a tensor of another kind", { "bias/x": f64(1) }],
    ["a slot without a key", { "state/mom": f64(1) }],
    ["no count of all updates", { updates: undefined }],
    ["a negative count", { "count/0": i64(-1n) }],
    ["a count beyond 2^53", { updates: i64(2n ** 60n) }],
    ["a count that is no integer", { "count/0": f64(2) }],
    ["a scalar of another type", { "schedule/rate": i64(1n) }],
    ["a slot in binary64", { "state/mom/0": { dtype: "F64", shape: [1], data: new Float64Array(1) } }],
    [
      "a slot with two dimensions",
      { "state/mom/0": { dtype: "F32", shape: [1, 1], data: new Float32Array(1) } },
    ],
  ] as const)("refuse %s", (_, changes) => {
    expect(code(() => readState(changed(changes), SPEC))).toBe("state-tensor");
  });
});
