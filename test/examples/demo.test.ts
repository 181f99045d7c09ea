/** The demo, as a person runs it. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { encode } from "../../src/codec/encode.ts";

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe("npm run demo", () => {
  it("trains with a converted and with a custom optimizer, and refuses three attacks", {
    timeout: 120_000,
  }, () => {
    expect(existsSync(here("dist/index.js")), "dist/ is missing: npm run build").toBe(true);
    const { status, stdout, stderr } = spawnSync(process.execPath, [here("examples/demo/main.mjs")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout.match(/loss 2\.\d+ -> 0\.\d+, 9\d\.\d % of 360 unseen digits right/g)).toHaveLength(2);
    expect(stdout).toMatch(/asks for `os system`/);
    expect(stdout).toMatch(/refused by envelope: malformed/);
    expect(stdout).toMatch(/refused by envelope: bad-signature/);
    expect(stdout).toMatch(/refused by trust: replay/);
    expect(existsSync(here("demo-out/optseal-demo-marker"))).toBe(false);
    expect(existsSync(here("optseal-demo-marker"))).toBe(false);
    for (const file of ["loss.svg", "rate.svg"]) {
      const svg = readFileSync(here(`demo-out/${file}`), "utf8");
      expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });

  it("has a custom spec that is smaller than the pickle of the class that it replaces", () => {
    const { spec } = author(readFileSync(here("examples/demo/lion.yaml"), "utf8"));
    expect(encode(spec).length).toBeLessThan(statSync(here("test/fixtures/mxnet-1.9/custom-lion.pkl")).size);
  });
});
