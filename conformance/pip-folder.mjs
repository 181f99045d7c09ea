// Conformance: folders of Python packages beside an environment, which so need not be made anew for one more package.
// In: a name, exact packages and a python. Out: a folder for PYTHONPATH, made once and kept in the user's cache.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lock, venvsFolder } from "./venv.mjs";

/**
 * A folder with the packages installed by that python's pip. Made on the first call, found again on every later one; a half-made one
 * is made anew (the marker `.complete` is written last). Says on stderr what it does.
 *
 * @param {string} name the first part of the folder's name
 * @param {readonly string[]} packages with exact versions, as `pip install` takes them
 * @param {string} python the path of the python that is to use them
 * @returns {string} the path of the folder
 * @throws {Error} when pip fails
 */
export function ensurePipFolder(name, packages, python) {
  const hash = createHash("sha256")
    .update(JSON.stringify([packages, python]))
    .digest("hex")
    .slice(0, 12);
  const folder = join(dirname(venvsFolder()), "pip", `${name}-${hash}`);
  const marker = join(folder, ".complete");
  if (existsSync(marker)) return folder;

  mkdirSync(dirname(folder), { recursive: true });
  const release = lock(`${folder}.lock`);
  try {
    if (existsSync(marker)) return folder;
    console.error(`pip install ${packages.join(" ")}, in ${folder}`);
    rmSync(folder, { recursive: true, force: true });
    const flags = ["--quiet", "--disable-pip-version-check", "--target", folder];
    const { status } = spawnSync(python, ["-m", "pip", "install", ...flags, ...packages], {
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0)
      throw new Error(`pip could not install ${packages.join(" ")}; its own message is above`);
    writeFileSync(marker, `${packages.join("\n")}\n`);
    return folder;
  } finally {
    release();
  }
}
