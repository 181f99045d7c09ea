/** Random programs: a few hundred here; more with OPTSEAL_CASES=10000 and, to repeat one, OPTSEAL_SEED. */
import { describe, expect, it } from "vitest";
import { RunError } from "../../../src/run/errors.ts";
import { randomCase } from "./random-program.ts";
import { firstDifference } from "./same.ts";

const CASES = Number(process.env.OPTSEAL_CASES ?? 300);
const SEED = Number(process.env.OPTSEAL_SEED ?? Date.now() % 1_000_000_000);
const PARTS = 10;

describe(`random programs from seed ${SEED}`, () => {
  it.each(Array.from({ length: PARTS }, (_, i) => i))(
    "have the bits of the reference engine, part %i",
    (part) => {
      let ran = 0;
      const size = Math.ceil(CASES / PARTS);
      for (let i = 0; i < size; i++) {
        const seed = SEED + part * size + i;
        const one = randomCase(seed);
        if (one === undefined) continue;
        try {
          expect(firstDifference(one.checked, one.given), `OPTSEAL_SEED=${seed} OPTSEAL_CASES=1`).toBe(
            undefined,
          );
          ran += 1;
        } catch (error) {
          if (!(error instanceof RunError && error.code === "needs")) throw error;
        }
      }
      expect(ran).toBeGreaterThan(size / 2);
    },
    900_000,
  );
});
