/** Codes that a broken or foreign stream is told by, where no other test is about them. */
import { describe, expect, it } from "vitest";
import { surveyPickle } from "../../../src/legacy/pickle/read.ts";
import { scan } from "../../../src/legacy/scan.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const TIMEDELTA = "cdatetime\ntimedelta\n";

describe("what is wrong with a stream", () => {
  it.each([
    ["a byte that is no opcode", "\xff.", "unknown-opcode", 0],
    ["a negative length", "\x8b\xff\xff\xff\xff.", "bad-argument", 1],
    ["a protocol that does not exist", "\x80\x09N.", "bad-protocol", 0],
    ["POP of an empty stack", "0.", "stack-underflow", 0],
    ["TUPLE without a mark", "t.", "missing-mark", 0],
    ["GET of what was never put", "h\x05.", "missing-memo", 0],
    ["a buffer outside the file", "\x80\x05\x97.", "out-of-band", 2],
    ["a buffer made read-only", "\x80\x05N\x98.", "out-of-band", 3],
  ])("%s", (_, text, code, offset) => {
    expect(surveyPickle(bytes(text)).findings).toContainEqual(expect.objectContaining({ code, offset }));
    expect(scan(bytes(text)).verdict).toBe("refused");
  });

  it.each([
    ["a known callable where data should stand", `${TIMEDELTA}.`, "global-as-data"],
    ["items added to what takes none", `${TIMEDELTA}(K\x01K\x02K\x03tR(K\x01e.`, "refused-items"],
  ])("%s", (_, text, code) => {
    expect(scan(bytes(text)).findings.map((finding) => finding.code)).toContain(code);
  });
});
