import { describe, expect, it } from "vitest";
import { makeLog } from "../../src/serve/log.ts";

const NOW = () => 1_800_000_000;

describe("the log", () => {
  it("is a line of ASCII for each event, whatever it quotes", () => {
    const lines: string[] = [];
    const log = makeLog(async (line) => void lines.push(line), NOW);
    log("warn", "refused", {
      message: "a\n\u001b[31m\u007f\u202e\u2028ö\ud800",
      long: "x".repeat(5000),
      none: undefined,
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      time: "2027-01-15T08:00:00.000Z",
      level: "warn",
      event: "refused",
      message: "a\n\u001b[31m\u007f\u202e\u2028ö\ud800",
      long: `${"x".repeat(300)}...`,
    });
  });

  it("forgets lines rather than grow, where nobody reads it, and says how many", async () => {
    const lines: string[] = [];
    let read = (): void => undefined;
    const reader = new Promise<void>((resolve) => {
      read = resolve;
    });
    const log = makeLog((line) => {
      lines.push(line);
      return reader;
    }, NOW);
    for (let i = 0; i < 1500; i++) log("info", "event");
    expect(lines).toHaveLength(1000);
    read();
    await new Promise((resolve) => void setImmediate(resolve));
    log("info", "event");
    expect(lines.slice(1000).map((line) => JSON.parse(line))).toMatchObject([
      { event: "log-lines-lost", lost: 500 },
      { event: "event" },
    ]);
  });

  it("that cannot be written is no reason to stop", async () => {
    const log = makeLog(() => Promise.reject(new Error("full")), NOW);
    log("info", "event");
    await new Promise((resolve) => void setImmediate(resolve));
  });
});
