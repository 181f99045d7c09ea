/** live: the example of MXNet's servers, as a person runs it. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { mxnetWithPackage } from "./environments.ts";
import { skipIfMissing } from "./skip.ts";

const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
let missing: string | undefined;

beforeAll(() => {
  try {
    mxnetWithPackage("1.9");
  } catch (error) {
    missing = (error as Error).message;
  }
}, 1_800_000);

/** What is another on other processors. */
const masked = (text: string): string => text.replace(/loss \S+$/gm, "loss N").replace(/\d+ %/g, "N %");

it("trains through an attack, an amendment and a killed server to the same bits, and prints what its page says", (context) => {
  skipIfMissing(context, missing);
  const { status, stdout, stderr } = spawnSync(process.execPath, [here("examples/mxnet-kvstore/main.mjs")], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const page = readFileSync(here("examples/mxnet-kvstore/README.md"), "utf8");
  const [, transcript] = page.match(/```text\n(.*?)```/s) as RegExpMatchArray;
  expect(masked(stdout).trim()).toBe(masked(transcript as string).trim());
  expect(stdout).toContain("refused by server: not-dsse");
  expect(existsSync(here("mxnet-kvstore-out/the-pickle-was-executed"))).toBe(false);
  expect(Number(stdout.match(/(\d+) % of the digits/)?.[1])).toBeGreaterThan(85);
}, 300_000);
