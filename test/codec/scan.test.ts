import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/base/limits.ts";
import { completeLimits, MOST_DEPTH } from "../../src/codec/limits.ts";
import { scan } from "../../src/codec/scan.ts";
import { findInvalidUtf8 } from "../../src/codec/text.ts";
import { bytesOf, refusal } from "./refusal.ts";

describe("scan", () => {
  it("says nothing of what it accepts", () => {
    expect(scan(bytesOf("81a16101"))).toBeUndefined();
  });

  it("takes views and Node buffers, at whatever offset", () => {
    const whole = bytesOf("c1 81a16101 c1");
    scan(whole.subarray(1, 5));
    scan(Buffer.from(whole.buffer, 1, 4));
  });

  it.each([
    ["text"],
    [[1, 2]],
    [null],
    [undefined],
    [new ArrayBuffer(1)],
    [new Uint16Array(1)],
    [{ length: 1 }],
  ])("takes no %s for bytes: that is the calling program's mistake", (bytes) => {
    expect(() => scan(bytes)).toThrow(TypeError);
  });

  it("takes text of every length around a header's edge in its shortest form only", () => {
    const edges: readonly (readonly [number, string])[] = [
      [65535, "daffff"],
      [65536, "db00010000"],
    ];
    for (const [length, header] of edges) scan(bytesOf(header + "61".repeat(length)));
    expect(refusal(() => scan(bytesOf(`db0000ffff${"61".repeat(65535)}`))).code).toBe("non-canonical");
    scan(bytesOf(`c5ffff${"00".repeat(65535)}`));
    scan(bytesOf(`c600010000${"00".repeat(65536)}`));
    expect(refusal(() => scan(bytesOf(`c60000ffff${"00".repeat(65535)}`))).code).toBe("non-canonical");
    const roomy = { nodes: 2 ** 18 };
    scan(bytesOf(`dcffff${"00".repeat(65535)}`), roomy);
    scan(bytesOf(`dd00010000${"00".repeat(65536)}`), roomy);
    expect(refusal(() => scan(bytesOf(`dd0000ffff${"00".repeat(65535)}`), roomy)).code).toBe("non-canonical");
  });

  it("shows a misplaced key escaped and cut", () => {
    const long = `d9c8${"0a".repeat(200)}`;
    expect(() => scan(bytesOf(`82${long}01${long}02`))).toThrow(
      `key \`${"\\n".repeat(40)}…\` appears twice (at byte 204)`,
    );
  });
});

describe("limits", () => {
  it("default where nothing is said", () => {
    expect(completeLimits()).toBe(DEFAULT_LIMITS);
    expect(completeLimits({})).toEqual(DEFAULT_LIMITS);
    expect(completeLimits({ depth: 3 })).toEqual({ ...DEFAULT_LIMITS, depth: 3 });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "9" as unknown as number])(
    "%s is no limit",
    (limit) => {
      expect(() => scan(bytesOf("c0"), { nodes: limit })).toThrow(TypeError);
    },
  );

  it("allow no nesting that recursion could not follow", () => {
    expect(() => scan(bytesOf("c0"), { depth: MOST_DEPTH + 1 })).toThrow(TypeError);
  });

  it("on bytes hold before anything is copied", () => {
    const huge = Object.defineProperty(new Uint8Array(1), "byteLength", { value: 2 ** 40 });
    expect(refusal(() => scan(huge)).code).toBe("byte-limit");
  });

  it("on bytes hold where a subclass lies about its length", () => {
    const small = Object.defineProperty(new Uint8Array(9), "byteLength", { value: 1 });
    expect(refusal(() => scan(small, { bytes: 8 })).code).toBe("byte-limit");
  });
});

describe("findInvalidUtf8", () => {
  const strict = new TextDecoder("utf-8", { fatal: true });

  function platformAccepts(bytes: Uint8Array): boolean {
    try {
      strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  }

  it("agrees with the platform on all sequences of two bytes, and on three and four from the ranges' edges", () => {
    const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
    const leads = [0x41, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5];
    const samples: number[][] = [];
    for (let a = 0; a < 256; a++) for (let b = 0; b < 256; b++) samples.push([a, b]);
    for (const a of leads)
      for (const b of edges)
        for (const c of edges) for (const d of edges) samples.push([a, b, c], [a, b, c, d]);
    const differing = samples.filter((sample) => {
      const bytes = Uint8Array.from(sample);
      return (findInvalidUtf8(bytes, 0, bytes.length) === -1) !== platformAccepts(bytes);
    });
    expect(differing).toEqual([]);
  });
});
