// Conformance: folders of npm packages for the scripts that run JavaScript frameworks.
// In: a name and exact packages. Out: a folder that has them in node_modules, made once and kept in the user's cache.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lock, venvsFolder } from "./venv.mjs";

/** The folder that holds all of them, beside the Python environments. */
export function npmFolders() {
  return join(dirname(venvsFolder()), "npm");
}

function placeOf(name, packages) {
  const hash = createHash("sha256").update(JSON.stringify(packages)).digest("hex").slice(0, 12);
  return join(npmFolders(), `${name}-${hash}`);
}

/** The folder that {@link ensureNpmFolder} has made; `undefined` where it has not. Installs nothing. */
export function findNpmFolder(name, packages) {
  const folder = placeOf(name, packages);
  return existsSync(join(folder, ".complete")) ? folder : undefined;
}

/**
 * A folder with the packages installed. Made on the first call, found again on every later one; a half-made one is made anew (the
 * marker `.complete` is written last). No script of any package is run. Says on stderr what it does.
 *
 * @param {string} name which framework, e.g. `tfjs-4`; the first part of the folder's name
 * @param {readonly string[]} packages with exact versions, as `npm install` takes them
 * @returns {string} the path of the folder
 * @throws {Error} when npm fails
 */
export function ensureNpmFolder(name, packages) {
  const folder = placeOf(name, packages);
  const marker = join(folder, ".complete");
  if (existsSync(marker)) return folder;

  mkdirSync(npmFolders(), { recursive: true });
  const release = lock(`${folder}.lock`);
  try {
    if (existsSync(marker)) return folder;
    console.error(`npm install ${packages.join(" ")}, in ${folder}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", "--loglevel=error"];
    const { status } = spawnSync("npm", ["install", ...flags, ...packages], {
      cwd: folder,
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0)
      throw new Error(`npm could not install ${packages.join(" ")}; its own message is above`);
    writeFileSync(marker, `${packages.join("\n")}\n`);
    return folder;
  } finally {
    release();
  }
}
