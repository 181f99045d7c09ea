/** A program that never closes its optimizer ends when it is done. */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const PROGRAM = `
import { author, check, compileWasm } from "optseal";
const checked = check(author({ optseal: 1, rule: "torch-2.13/adamw" }));
const optimizer = compileWasm(checked, { threads: 3 }).attach({ w: { data: new Float32Array(200_000) } });
const w = optimizer.gradient("w");
optimizer.step({ w });
await optimizer.stepAsync({ w });
optimizer.step({ w });
console.log(optimizer.updates);
`;

it("helpers keep no process alive", () => {
  const args = ["--input-type=module", "--eval", PROGRAM];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
  expect(stderr).toBe("");
  expect(stdout).toBe("3\n");
  expect(status).toBe(0);
});
