import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { ruleNames, scheduleNames } from "../../src/index.ts";
import { optseal } from "./fake-io.ts";

const linesOf = async (args: readonly string[], isTTY: boolean) =>
  (await optseal(tmpdir(), ["list", ...args], { isTTY })).stdout.trimEnd().split("\n");

describe("optseal list", () => {
  it("gives a pipe the names alone, all of them, each once", async () => {
    expect((await linesOf(["rules"], false)).sort()).toEqual([...ruleNames].sort());
    expect((await linesOf(["schedules"], false)).sort()).toEqual([...scheduleNames].sort());
    expect((await linesOf([], false)).sort()).toEqual([...ruleNames, ...scheduleNames].sort());
  });

  it("shows a terminal the kind and the source too, within its width", async () => {
    const lines = await linesOf(["torch", "adamw"], true);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^torch-2\.13\/adamw +rule +torch\.optim\.AdamW: torch\/optim\/adam\.py/);
    for (const line of await linesOf([], true)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("takes each word as one more condition", async () => {
    const found = await linesOf(["schedules", "torch", "Warm"], false);
    expect(found.length).toBeGreaterThan(0);
    for (const name of found) expect(scheduleNames).toContain(name);
  });
});
