/** One example spec for each built-in rule and schedule. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../examples/specs/make.mjs", import.meta.url));

it("are what node examples/specs/make.mjs writes", { timeout: 120_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, "--check"], { encoding: "utf8" });
  expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
});
