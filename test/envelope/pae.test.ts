import { describe, expect, it } from "vitest";
import { pae } from "../../src/envelope/pae.ts";
import { hex, refusal, vectors } from "./support.ts";

interface Row {
  readonly name: string;
  readonly payloadType: string;
  readonly payload: string;
  readonly pae: string;
}

describe("the pre-authentication encoding", () => {
  it.each(vectors<Row[]>("pae.json"))("$name", (row) => {
    expect(pae(row.payloadType, hex(row.payload))).toEqual(hex(row.pae));
  });

  it("writes the length of a large payload in decimal", () => {
    const encoded = pae("t", new Uint8Array(1_234_567));
    expect(Buffer.from(encoded.subarray(0, 19)).toString()).toBe("DSSEv1 1 t 1234567 ");
    expect(encoded.length).toBe(19 + 1_234_567);
  });

  it("has none for a type without UTF-8 form", async () => {
    expect(await refusal(() => pae("a\ud800", new Uint8Array(0)))).toBe("payload-type");
  });
});
