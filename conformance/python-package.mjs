// Conformance: the Python package of this repository, from its sources, beside a framework.
// In: an environment. Out: the same, with the variables by which it finds the package, what that needs, and the command.

import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { prepare } from "./frameworks.mjs";
import { environmentOf } from "./mxnet/environments.mjs";
import { ensurePipFolder } from "./pip-folder.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** One release of each, for the same numbers on every day. */
export const PINS = { wasmtime: "wasmtime==50.0.1", pytest: "pytest==8.4.2", numpy: "numpy==2.0.2" };

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const COMMAND = [process.execPath, here("../dist/bin/optseal.js")].map(quoted).join(" ");

/** The framework brings NumPy along: what is installed beside it must not shadow that. */
function withPackage({ python, env }, name, packages) {
  const folder = ensurePipFolder(name, packages, python);
  const path = [here("../python/src"), folder, env.PYTHONPATH].filter(Boolean).join(delimiter);
  return {
    python,
    env: { ...env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: "1", OPTSEAL_COMMAND: COMMAND },
  };
}

/**
 * PyTorch's environment, made where it is not there yet, with this package and pytest.
 * @returns {{ python: string, env: Record<string, string | undefined> }} a python, and the variables of its process
 * @throws {Error} where it cannot be made on this machine
 */
export const torchWithPackage = () =>
  withPackage({ python: prepare("torch"), env: process.env }, "torch", [PINS.wasmtime, PINS.pytest]);

/**
 * The environment of a release of MXNet, made where it is not there yet, with this package.
 * @returns {{ python: string, env: Record<string, string | undefined> }} a python, and the variables of its process
 * @throws {Error} for a release that cannot be run, and where the environment cannot be made on this machine
 */
export const mxnetWithPackage = (release) =>
  withPackage(environmentOf(release), `mxnet-${release}`, ["--no-deps", PINS.wasmtime]);
