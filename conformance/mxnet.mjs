// Conformance, MXNet: remakes the golden traces of each release, and the demo pickles, with the real libraries.
// In: nothing but a python3 on PATH and a package index. Out: test/golden/mxnet-<release>/*.json, test/fixtures/mxnet-1.9/*.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentOf, RELEASES } from "./mxnet/environments.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const TESTS = join(HERE, "..", "test");
const DEFAULT_RELEASE = "1.9";

const USAGE = `usage: node conformance/mxnet.mjs [--release R]                remake the committed data
       node conformance/mxnet.mjs [--release R] --check        remake it elsewhere, compare byte by byte
       node conformance/mxnet.mjs [--release R] --cases N --seed S [--only FAMILY] [-o FILE]  fresh cases
       node conformance/mxnet.mjs [--release R] --schedules --cases N --seed S [--only NAME]       of schedulers
       node conformance/mxnet.mjs [--release R] --python       print the python that has this MXNet
R is one of ${RELEASES.join(" ")}; without it ${DEFAULT_RELEASE}; to remake and to check also: all`;

/** The folders under test/ that a release fills, and by which script. */
function makersOf(release) {
  const golden = ["traces.py", "schedules.py"].map((script) => [`golden/mxnet-${release}`, script]);
  return release === DEFAULT_RELEASE ? [...golden, ["fixtures/mxnet-1.9", "fixtures.py"]] : golden;
}

function make(release, testFolder) {
  const { python, env } = environmentOf(release);
  for (const [folder, script] of makersOf(release)) {
    execFileSync(python, [join(HERE, "mxnet", script), "--out", join(testFolder, folder)], {
      stdio: "inherit",
      env,
    });
  }
}

/** Names of the files that differ from a fresh making, or are missing. */
function differences(release) {
  const scratch = mkdtempSync(join(tmpdir(), "optseal-conformance-"));
  try {
    make(release, scratch);
    return [...new Set(makersOf(release).map(([folder]) => folder))]
      .filter((folder) => existsSync(join(scratch, folder)))
      .flatMap((folder) => readdirSync(join(scratch, folder)).map((name) => join(folder, name)))
      .filter((name) => !sameBytes(join(scratch, name), join(TESTS, name)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function sameBytes(one, other) {
  try {
    return readFileSync(one).equals(readFileSync(other));
  } catch (error) {
    if (error.code === "ENOENT") return false;
    throw error;
  }
}

/** The release asked for, by the first two numbers of its version, and the other arguments. */
function releaseIn(args) {
  const at = args.indexOf("--release");
  if (at < 0) return [DEFAULT_RELEASE, args];
  const said = args[at + 1] ?? "";
  const release = RELEASES.find((known) => said === known || said.startsWith(`${known}.`)) ?? said;
  return [release, args.toSpliced(at, 2)];
}

function main(given) {
  if (given.includes("--help") || given.includes("-h")) {
    console.log(USAGE);
    return 0;
  }
  const [release, args] = releaseIn(given);
  const releases = release === "all" ? RELEASES : [release];
  if (args.length === 0) {
    for (const one of releases) make(one, TESTS);
    return 0;
  }
  if (args.length === 1 && args[0] === "--check") {
    const changed = releases.flatMap(differences);
    for (const name of changed) console.error(`differs: test/${name}`);
    return changed.length === 0 ? 0 : 1;
  }
  const { python, env } = environmentOf(release);
  if (args.length === 1 && args[0] === "--python") {
    console.log(python);
    return 0;
  }
  const script = args.includes("--schedules") ? "schedules.py" : "traces.py";
  const rest = args.filter((arg) => arg !== "--schedules");
  return spawnSync(python, [join(HERE, "mxnet", script), ...rest], { stdio: "inherit", env }).status ?? 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 3;
}
