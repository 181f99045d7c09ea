/** golden: docs/conformance.md is what its generator gives, and no built-in goes without golden traces. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import { inForce } from "../../src/rules/mxnet/releases.ts";
import { readCases, readSchedules } from "./replay.ts";
import { readTraces } from "./traces.ts";

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const GOLDEN = here("test/golden");

const FILES = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(`${GOLDEN}/${name}`)
      .filter((file) => file.endsWith(".json"))
      .map((file) => ({ release: name, file })),
  );

/** The built-ins that a file's cases run, one name for each use. MXNet's releases share the texts that compute alike. */
function namesIn({ release, file }: (typeof FILES)[number]): readonly string[] {
  const path = `${GOLDEN}/${release}/${file}`;
  if (file === "schedules.json") {
    return readSchedules(path).map(({ spec }) => inForce(String((spec.schedule as { name?: string }).name)));
  }
  if (!release.startsWith("mxnet-")) return readCases(path).map(({ spec }) => String(spec.rule));
  return readTraces(path).map(({ name }) => inForce(`${release}/${name.split(/[ -]/)[0]}`));
}

const uses = new Map<string, number>();
for (const name of FILES.flatMap(namesIn)) uses.set(name, (uses.get(name) ?? 0) + 1);
const fewer = (names: readonly string[], least: number) =>
  names.map((name) => `${name}: ${uses.get(name) ?? 0}`).filter((_, i) => (uses.get(names[i]!) ?? 0) < least);

describe("golden traces", () => {
  it("are there for every built-in rule, at least ten cases", () => {
    expect(fewer(ruleNames, 10)).toEqual([]);
  });

  it("are there for every built-in schedule, at least three cases", () => {
    expect(fewer(scheduleNames, 3)).toEqual([]);
  });
});

describe("docs/conformance.md", () => {
  it("is what node conformance/write-docs.mjs writes", { timeout: 120_000 }, () => {
    expect(existsSync(here("dist/index.js")), "dist/ is missing: npm run build").toBe(true);
    const { status, stderr } = spawnSync(process.execPath, [here("conformance/write-docs.mjs"), "--check"], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
