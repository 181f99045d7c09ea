import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { temporaryFolder } from "./fake-io.ts";
import { rerun } from "./transcript.ts";

const FOLDER = fileURLToPath(new URL("transcripts", import.meta.url));
const NAMES = readdirSync(FOLDER).sort();
const read = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");

describe("transcripts", () => {
  it.each(NAMES)("%s", async (name) => {
    const { folder, remove } = temporaryFolder();
    try {
      const again = await rerun(folder, read(name));
      // To be read with care afterwards: what stands in the files is what is promised.
      if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(`${FOLDER}/${name}`, again);
      else expect(again).toBe(read(name));
    } finally {
      remove();
    }
  });

  it("show every command", () => {
    const all = NAMES.map(read).join("\n");
    for (const { name } of COMMANDS) expect(all).toContain(`\n$ optseal ${name} `);
  });
});
