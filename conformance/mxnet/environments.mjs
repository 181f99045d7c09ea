/**
 * Conformance, MXNet: a python for each release. The wheels are years old; run today on a newer Python, they need NumPy's removed
 * names back (library.py), and 1.0 the Fortran library that another wheel of its time carries.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureVenv } from "../venv.mjs";

/** One wheel, with what it needs but for NumPy's version, which it pins to one that no longer builds. */
const aged = (version) => [
  ["--no-deps", "--pre", `mxnet==${version}`],
  ["numpy==1.23.5", "requests", "graphviz==0.8.4"],
];

const REQUIREMENTS = new Map([
  ["1.0", aged("1.0.0")],
  ["1.1", aged("1.1.0")],
  ["1.3", aged("1.3.1")],
  ["1.4", aged("1.4.1")],
  ["1.5", aged("1.5.1.post0")],
  ["1.6", aged("1.6.0")],
  ["1.7", aged("1.7.0.post2")],
  ["1.8", aged("1.8.0.post0")],
  ["1.9", ["mxnet==1.9.1", "numpy==1.23.5"]],
  ["2.0", aged("2.0.0b1")],
]);

/** The releases that can be run, as they are named in `--release`. */
export const RELEASES = [...REQUIREMENTS.keys()];

const FORTRAN_WHEEL = "numpy==1.13.3";
const OF_ITS_TIME = ["--python-version", "3.6", "--platform", "manylinux1_x86_64", "--abi", "cp36m"];

/** The folder of libgfortran.so.3, taken out of a wheel that brought it along for an old Python. */
function fortranFolder(python) {
  const folder = join(dirname(dirname(python)), "fortran");
  const libraries = join(folder, "numpy", ".libs");
  const link = join(libraries, "libgfortran.so.3");
  if (existsSync(link)) return libraries;
  mkdirSync(folder, { recursive: true });
  const only = ["--no-deps", "--only-binary=:all:", ...OF_ITS_TIME, "--implementation", "cp"];
  const flags = ["--quiet", "--disable-pip-version-check", "--dest", folder];
  execFileSync(python, ["-m", "pip", "download", ...flags, ...only, FORTRAN_WHEEL], {
    stdio: ["ignore", 2, 2],
  });
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  execFileSync(python, ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  unlinkSync(join(folder, wheel));
  symlinkSync(
    readdirSync(libraries).find((name) => name.startsWith("libgfortran")),
    link,
  );
  return libraries;
}

/**
 * The python of a release, made where it is not there yet, and what its process is to find in its environment.
 * @returns {{ python: string, env: Record<string, string | undefined> }}
 * @throws {Error} for a release that is not in the table, and where the environment cannot be made on this machine
 */
export function environmentOf(release) {
  const requirements = REQUIREMENTS.get(release);
  if (requirements === undefined)
    throw new Error(`MXNet ${release} cannot be run here; ${RELEASES.join(", ")} can`);
  const python = ensureVenv(`mxnet-${release}`, requirements);
  if (release !== "1.0") return { python, env: process.env };
  const path = [fortranFolder(python), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { python, env: { ...process.env, LD_LIBRARY_PATH: path } };
}
