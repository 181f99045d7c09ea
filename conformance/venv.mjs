// Conformance: Python environments for the scripts that run the real frameworks.
// In: a name and pip requirements. Out: the path of a python that has them, made once and kept in the user's cache.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const LOCK_WAIT_MS = 15 * 60 * 1000;
const PROBE = "import ensurepip, sys, venv; print(*sys.version_info[:2], sys.executable, sep='\\n')";

/** The folder that holds all environments: `$XDG_CACHE_HOME/optseal/venvs`, by default under `~/.cache`. */
export function venvsFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "optseal", "venvs");
}

/** What one candidate on PATH is: its version and path, or why it will not do. */
function probe(command, minors) {
  try {
    const [major, minor, path] = execFileSync(command, ["-c", PROBE], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).split("\n");
    const usable = major === "3" && minors.includes(Number(minor));
    return usable ? { path } : { reason: `${command} is ${major}.${minor}` };
  } catch (error) {
    if (error.code === "ENOENT") return { reason: `${command}: not found` };
    const text = String(error.stderr ?? error.message).trim();
    return { reason: `${command}: ${text.split("\n").at(-1)}` };
  }
}

/** The first usable python on PATH, newest first. @throws {Error} saying what there is, if none will do */
export function findPython(minors) {
  const names = [...minors].sort((a, b) => b - a).map((minor) => `python3.${minor}`);
  const reasons = [];
  for (const command of ["python3", ...names, "python"]) {
    const found = probe(command, minors);
    if (found.path !== undefined) return found.path;
    reasons.push(`  ${found.reason}`);
  }
  const wanted = minors.map((minor) => `3.${minor}`).join(", ");
  throw new Error(
    `no usable python on PATH: one of ${wanted} with its venv and ensurepip modules is needed\n${reasons.join("\n")}`,
  );
}

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** Takes the lock file, waiting while another live process holds it; gives back the release. */
export function lock(path) {
  const until = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
    if (holder > 0 && !alive(holder)) rmSync(path, { force: true });
    else if (Date.now() > until)
      throw new Error(`gave up waiting for \`${path}\`, held by process ${holder}`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
}

function works(python, marker) {
  if (!existsSync(marker) || !existsSync(python)) return false;
  try {
    execFileSync(python, ["-c", "pass"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function install(python, step) {
  console.error(`pip install ${step.join(" ")}`);
  const flags = ["--quiet", "--disable-pip-version-check"];
  const { status } = spawnSync(python, ["-m", "pip", "install", ...flags, ...step], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error(`pip could not install ${step.join(" ")}; its own message is above`);
}

/** Where an environment with these requirements is, or would be. */
function placeOf(name, requirements) {
  const steps = requirements.every((item) => typeof item === "string") ? [requirements] : requirements;
  const hash = createHash("sha256").update(JSON.stringify(steps)).digest("hex").slice(0, 12);
  const folder = join(venvsFolder(), `${name}-${hash}`);
  return { steps, folder, python: join(folder, "bin", "python"), marker: join(folder, ".complete") };
}

/** The python that {@link ensureVenv} has made; `undefined` where it has not. Installs nothing. */
export function findVenv(name, requirements) {
  const { python, marker } = placeOf(name, requirements);
  return works(python, marker) ? python : undefined;
}

/**
 * A python with the requirements installed. Made on the first call, found again on every later one; a half-made or broken
 * environment is made anew (the marker `.complete` is written last). Says on stderr what it does.
 *
 * @param {string} name which framework, e.g. `mxnet-1.9`; the first part of the folder's name
 * @param {readonly (string | readonly string[])[]} requirements arguments of one `pip install`; or a list of lists, one per
 *   `pip install`, in order, where a release needs flags such as `--no-deps` for a part
 * @param {{ minors?: readonly number[] }} options which 3.x will do; default 9, 10, 11
 * @returns {string} the path of the environment's python
 * @throws {Error} when no usable python is on PATH, or pip fails
 */
export function ensureVenv(name, requirements, options = {}) {
  const { minors = [9, 10, 11] } = options;
  const { steps, folder, python, marker } = placeOf(name, requirements);
  if (works(python, marker)) return python;

  mkdirSync(venvsFolder(), { recursive: true });
  const release = lock(`${folder}.lock`);
  try {
    if (works(python, marker)) return python;
    const base = findPython(minors);
    console.error(`making ${folder} with ${base}`);
    rmSync(folder, { recursive: true, force: true });
    execFileSync(base, ["-m", "venv", folder], { stdio: ["ignore", 2, 2] });
    for (const step of steps) install(python, step);
    writeFileSync(marker, `${steps.map((step) => step.join(" ")).join("\n")}\n`);
    return python;
  } finally {
    release();
  }
}
