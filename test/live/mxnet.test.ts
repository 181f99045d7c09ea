/** live: MXNet itself, in each release that can be run: the committed cases made again, and fresh ones. The seed is printed. */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { skipIfMissing } from "./skip.ts";

const here = (path: string): string => fileURLToPath(new URL(`../../conformance/${path}`, import.meta.url));
const RELEASES = ["1.0", "1.1", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "2.0"];
/** Three and more of each class in each release; `node conformance/mxnet/shares.mjs` draws more. */
const CASES = 75;

function node(script: string, ...args: string[]) {
  return spawnSync(process.execPath, [here(script), ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

/** Why a release cannot be run here, if it cannot. */
function reasonFor(release: string): string | undefined {
  const { status, stderr } = node("mxnet.mjs", "--release", release, "--python");
  return status === 0 ? undefined : `MXNet ${release} could not be installed\n${stderr}`;
}

describe.each(RELEASES)("MXNet %s itself", (release) => {
  it("remakes the committed data byte by byte", (context) => {
    skipIfMissing(context, reasonFor(release));
    const { status, stderr } = node("mxnet.mjs", "--release", release, "--check");
    expect({ status, differs: stderr.match(/^differs: .*$/gm) ?? [] }).toEqual({ status: 0, differs: [] });
  });

  it(`agrees in ${CASES} cases that were never seen before, to the bit but for sums`, (context) => {
    skipIfMissing(context, reasonFor(release));
    const seed = String(randomInt(2 ** 31));
    const args = ["--release", release, "--cases", String(CASES), "--seed", seed];
    console.log(`node conformance/mxnet/shares.mjs ${args.join(" ")}`);
    const { status, stdout, stderr } = node("mxnet/shares.mjs", ...args);
    console.log(stdout);
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toMatch(new RegExp(`^MXNet ${release}\\S*: \\d+ of ${CASES} `));
  });
});
