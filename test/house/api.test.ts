import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { publicFace } from "./declarations.ts";
import { ROOT } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "optseal-api-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TSC = [
  "node_modules/typescript/bin/tsc",
  "-p",
  "tsconfig.build.json",
  "--emitDeclarationOnly",
  "--noEmitOnError",
  "false",
];
const emitted = spawnSync(process.execPath, [...TSC, "--outDir", folder], { cwd: ROOT, encoding: "utf8" });

describe("the public face", () => {
  it("can be declared: every exported type has a name that others can write", () => {
    expect(emitted.stdout).toBe("");
    expect(emitted.status).toBe(0);
  });

  // After a change that is meant: npx vitest run test/house/api.test.ts -u
  it.each([
    ["index", "index"],
    ["node", "node"],
    ["chart", "cli/chart/svg"],
  ])("%s: is the one in the snapshot", async (name, entry) => {
    await expect(publicFace(folder, `${entry}.d.ts`)).toMatchFileSnapshot(`${name}.api.snapshot`);
  });
});
