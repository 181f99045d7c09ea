/** cli: what `verify --json` tells programs: refusals too, and specs as JSON that can be signed again. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { optseal, temporaryFolder } from "./fake-io.ts";
import { furnish, TRUSTING } from "./setting.ts";

const { folder, remove } = temporaryFolder();

beforeAll(() => furnish(folder));
afterAll(remove);

const verify = (...argv: readonly string[]) => optseal(folder, ["verify", ...argv, "--json"]);

it("tells a refusal's stage, code, place and file on standard output", async () => {
  const spoilt = readFileSync(join(folder, "envelope.json"), "utf8").replace(
    /"payload": ?"..../,
    '"payload":"gA==',
  );
  writeFileSync(join(folder, "spoilt.json"), spoilt);
  const { exitCode, stdout, stderr } = await verify("spoilt.json", ...TRUSTING);
  expect(stderr).toMatch(/^error: spoilt.json: /m);
  const said = JSON.parse(stdout) as Record<string, unknown>;
  expect(said).toMatchObject({ stage: "envelope", file: "spoilt.json", issues: [{ code: said.code }] });
  expect(exitCode).toBe(12);
});

it("tells of files and of usage in the same form", async () => {
  const missing = await verify("envelope.json", "--trust", "none.json", "--job", "job", "--audience", "ps");
  expect(missing.exitCode).toBe(3);
  expect(JSON.parse(missing.stdout)).toMatchObject({ stage: "system", code: "ENOENT", file: "none.json" });
  const unnamed = await verify("envelope.json", "--trust", "trust.json", "--job", "", "--audience", "ps");
  expect(unnamed.exitCode).toBe(2);
  expect(JSON.parse(unnamed.stdout)).toMatchObject({ stage: "usage", code: "usage" });
});

it("writes a spec as JSON where its file is called so, and takes it again", async () => {
  const { exitCode } = await verify("envelope.json", ...TRUSTING, "--emit-spec", "again.json");
  expect(exitCode).toBe(0);
  const spec = JSON.parse(readFileSync(join(folder, "again.json"), "utf8")) as { hyper: unknown };
  expect(spec.hyper).toMatchObject({ learning_rate: 0.5, momentum: 0.5 });
  expect(await optseal(folder, ["check", "again.json"])).toMatchObject({ exitCode: 0 });
});
