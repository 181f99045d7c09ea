// Conformance, MXNet 1.9.1: remakes the golden traces and the demo pickles with the real library.
// In: nothing but a python3 on PATH and a package index. Out: test/golden/mxnet-1.9/*.json, test/fixtures/mxnet-1.9/*.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureVenv } from "./venv.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const REQUIREMENTS = ["mxnet==1.9.1", "numpy==1.23.5"];
const MAKERS = { "golden/mxnet-1.9": "traces.py", "fixtures/mxnet-1.9": "fixtures.py" };

const USAGE = `usage: node conformance/mxnet.mjs                               remake the committed data
       node conformance/mxnet.mjs --check                       remake it elsewhere, compare byte by byte
       node conformance/mxnet.mjs --cases N --seed S [-o FILE]  fresh cases (traces.py's arguments)
       node conformance/mxnet.mjs --python                      print the python that has MXNet 1.9.1`;

function make(python, testFolder) {
  for (const [folder, script] of Object.entries(MAKERS)) {
    execFileSync(python, [join(HERE, "mxnet", script), "--out", join(testFolder, folder)], {
      stdio: "inherit",
    });
  }
}

/** Names of the files that differ from a fresh making, or are missing. */
function differences(python, testFolder) {
  const scratch = mkdtempSync(join(tmpdir(), "optseal-conformance-"));
  try {
    make(python, scratch);
    return Object.keys(MAKERS).flatMap((folder) =>
      readdirSync(join(scratch, folder))
        .map((name) => join(folder, name))
        .filter((name) => !sameBytes(join(scratch, name), join(testFolder, name))),
    );
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

function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(USAGE);
    return 0;
  }
  const python = ensureVenv("mxnet-1.9", REQUIREMENTS);
  const testFolder = join(HERE, "..", "test");
  if (args.length === 0) {
    make(python, testFolder);
    return 0;
  }
  if (args.length === 1 && args[0] === "--python") {
    console.log(python);
    return 0;
  }
  if (args.length === 1 && args[0] === "--check") {
    const changed = differences(python, testFolder);
    for (const name of changed) console.error(`differs: test/${name}`);
    return changed.length === 0 ? 0 : 1;
  }
  return spawnSync(python, [join(HERE, "mxnet", "traces.py"), ...args], { stdio: "inherit" }).status ?? 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 3;
}
