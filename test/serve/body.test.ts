/** Bodies come in pieces of any size. */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readBody } from "../../src/serve/body.ts";

const from = (pieces: readonly Buffer[]) => Readable.from(pieces) as unknown as IncomingMessage;

it("is read whole, however it is cut", async () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 150_000 })), {
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const pieces = lengths.map((length, i) => Buffer.alloc(length, i + 1));
      const whole = Buffer.concat(pieces);
      expect(whole.equals(await readBody(from(pieces), whole.length))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it("is refused where it ends early", async () => {
  await expect(readBody(from([Buffer.alloc(70_000)]), 2 ** 20)).rejects.toMatchObject({
    code: "interrupted",
  });
});
