// Conformance: PyTorch with the Python package of this repository. In: nothing. Out: a python, and the variables that it needs.

import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { prepare } from "./frameworks.mjs";
import { ensurePipFolder } from "./pip-folder.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PACKAGES = ["wasmtime==50.0.1", "pytest==8.4.2"];

/**
 * Makes PyTorch's environment where it is not there yet, and a folder with what this package needs beside it.
 * @returns {{ python: string, env: Readonly<Record<string, string>> }} the variables say where the packages and the command are
 * @throws {Error} where it cannot be made on this machine
 */
export function torchEngine() {
  const python = prepare("torch");
  const paths = [here("../python/src"), ensurePipFolder("torch-engine", PACKAGES, python)];
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const command = [process.execPath, here("../dist/bin/optseal.js")].map(quoted).join(" ");
  return { python, env: { PYTHONPATH: paths.join(delimiter), OPTSEAL_COMMAND: command } };
}
