/** Who can take part on this machine: the command that starts each kind of worker, or why it is left out. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FRAMEWORKS, findPrepared, prepare } from "../../conformance/frameworks.mjs";

const worker = (name) => fileURLToPath(new URL(`workers/${name}`, import.meta.url));
const FLAGS = ["-O3", "-march=native", "-fno-math-errno", "-fopenmp"];
const node = (...args) => ({ command: process.execPath, args });

/** The C loops, compiled. */
function compiled(folder, name, flags) {
  const out = join(folder, name);
  const { status, error, stderr } = spawnSync(
    "gcc",
    [...FLAGS, ...flags, worker("loops.c"), "-o", out, "-lm"],
    { encoding: "utf8" },
  );
  if (status === 0) return { command: out, args: [] };
  return { missing: error?.message ?? `gcc: ${stderr.trim().split("\n").at(-1)}` };
}

/** A framework's environment, as the conformance runs make it. */
function environment(name, isInstalling, use) {
  try {
    if (isInstalling) prepare(name);
    const found = findPrepared(name);
    if (found !== undefined) return use(found);
    return { missing: `${FRAMEWORKS[name].title} is not installed yet; --install does it` };
  } catch (error) {
    return { missing: error.message };
  }
}

/** Python takes seconds to start, so it goes on from case to case. */
const python =
  (script, ...args) =>
  (found) => ({ command: found, args: [worker(script)], more: args, isKept: true });

/**
 * @returns by name, how each kind is started (`command`, `args`, the number of threads, `more`; `isKept` for all its cases) or
 *   what is `missing`; and `end`, which takes what was built away
 */
export function findPeers({ isInstalling }) {
  const folder = mkdtempSync(join(tmpdir(), "optseal-bench-"));
  const torch = (kind) => environment("torch", isInstalling, python("torch_rules.py", kind));
  const kinds = {
    optseal: { ...node(worker("optseal.mjs")), more: ["wasm"] },
    reference: { ...node(worker("optseal.mjs")), more: ["reference"] },
    C: compiled(folder, "wide", []),
    "C 128-bit": compiled(folder, "narrow", ["-mprefer-vector-width=128"]),
    "torch fused": torch("fused"),
    "torch foreach": torch("foreach"),
    optax: environment("optax", isInstalling, python("optax_rules.py")),
    "TF.js": environment("tfjs", isInstalling, (found) => ({
      ...node(worker("tensorflow.mjs")),
      more: [found],
    })),
  };
  return { kinds, end: () => rmSync(folder, { recursive: true }) };
}
