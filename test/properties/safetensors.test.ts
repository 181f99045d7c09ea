import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateError } from "../../src/state/errors.ts";
import { readSafetensors, writeSafetensors } from "../../src/state/safetensors.ts";
import type { Dtype, Tensor } from "../../src/state/tensor.ts";
import { ARRAYS, countOf } from "../../src/state/tensor.ts";
import { fileOf } from "../state/safetensors-file.ts";

const name = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed() && text !== "__metadata__");

const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...(ARRAYS.keys() as Iterable<Dtype>)), fc.array(fc.nat(4), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const ArrayOf = ARRAYS.get(dtype) as NonNullable<ReturnType<typeof ARRAYS.get>>;
    const length = (countOf(shape) as number) * ArrayOf.BYTES_PER_ELEMENT;
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => ({ dtype, shape, data: new ArrayOf(new Uint8Array(bytes).buffer) }) as Tensor);
  });

const pairs = <T>(value: fc.Arbitrary<T>) =>
  fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 8 });
const text = fc.string({ unit: "binary" }).filter((value) => value.isWellFormed());

const bytesOf = ({ data }: Tensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Whether a read gives tensors or a StateError; anything else it throws goes on. */
function outcome(file: Uint8Array): "taken" | "refused" {
  try {
    readSafetensors(file);
    return "taken";
  } catch (error) {
    if (error instanceof StateError) return "refused";
    throw error;
  }
}

describe("safetensors, any tensors", () => {
  it("read(write(x)) is x, to the bit, and write(read(y)) is y", () => {
    fc.assert(
      fc.property(pairs(tensor), pairs(text), (tensors, metadata) => {
        const file = writeSafetensors(tensors, metadata);
        const back = readSafetensors(file);
        expect(new Map(back.metadata)).toEqual(new Map(metadata));
        expect(back.tensors.size).toBe(tensors.length);
        for (const [key, want] of tensors) {
          const got = back.tensors.get(key) as Tensor;
          expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape]);
          expect(bytesOf(got)).toEqual(bytesOf(want));
        }
        expect(writeSafetensors(back.tensors, back.metadata)).toEqual(file);
      }),
    );
  });

  it("gives the same bytes in any order", () => {
    const shuffled = pairs(tensor).chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(writeSafetensors(other)).toEqual(writeSafetensors(all));
      }),
    );
  });
});

describe("safetensors, any bytes", () => {
  it("a changed byte gives tensors or a StateError, nothing else", () => {
    const seen = new Set<string>();
    const change = fc.tuple(
      pairs(tensor),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(change, ([tensors, changes]) => {
        const file = writeSafetensors(tensors);
        for (const [at, value] of changes) file[at % file.length] = value;
        seen.add(outcome(file));
      }),
      { numRuns: 1000 },
    );
    expect(seen).toContain("refused");
  });

  it("a file cut short is refused", () => {
    fc.assert(
      fc.property(pairs(tensor), fc.nat(), (tensors, at) => {
        const file = writeSafetensors(tensors);
        return outcome(file.subarray(0, at % file.length)) === "refused";
      }),
    );
  });

  it("a header of random tokens gives tensors or a StateError", () => {
    const token = fc.constantFrom(
      ..."{}[]:,",
      " ",
      '"a"',
      '"dtype"',
      '"shape"',
      '"data_offsets"',
      '"__metadata__"',
      '"U8"',
      "0",
      "1",
      "-1",
      '"',
      "\\",
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), fc.nat(8), (tokens, length) => {
        outcome(fileOf(`{${tokens.join("")}`, new Uint8Array(length)));
      }),
      { numRuns: 2000 },
    );
  });

  it("random bytes give a StateError", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => outcome(bytes) === "refused"));
  });
});
