/** Conformance: the table of frameworks. What each needs, which script runs it, and how far optseal may be from it. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environmentOf, RELEASES } from "./mxnet/environments.mjs";
import { ensureNpmFolder, findNpmFolder } from "./npm-folder.mjs";
import { ensureVenv, findVenv } from "./venv.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// One environment for all that fit into one: it is large, and made once. DeepSpeed is built from its sources, with the torch there is.
const LEARNING = [
  [
    "torch==2.13.0",
    "jax==0.10.2",
    "jaxlib==0.10.2",
    "keras==3.15.1",
    "optax==0.2.8",
    "transformers==5.18.0",
    "numpy==2.4.6",
    "setuptools==84.2.1",
  ],
  ["--no-build-isolation", "deepspeed==0.19.6"],
];

/**
 * `title` is how people write it. `limit` is the largest error of a rule's case: max(|a - b| - n ulp(b)) / max |b - w0|. `releases`: the
 * first is the default. `tools`: programs that must be there already. `schedules` is the script that runs schedules, where there are any. `settings` are other ways of
 * computing than the script's default, by the word that it takes for them. `allow` is a limit of its own for a rule or schedule.
 */
export const FRAMEWORKS = {
  mxnet: {
    title: "MXNet",
    script: "mxnet.mjs",
    schedules: "mxnet.mjs",
    releases: ["1.9", ...RELEASES.filter((release) => release !== "1.9")],
    settings: { wide: "norms and means that MXNet's own Python asks for, summed in binary64" },
    limit: 1e-6,
  },
  torch: {
    title: "PyTorch",
    script: "torch/traces.py",
    schedules: "torch/schedules.py",
    allow: {
      // Orthogonalized in bfloat16, whose last bit is 1/256: sums in another order, or fused, go to another one.
      "torch-2.13/muon": 2 ** -6,
    },
    releases: ["2.13"],
    requirements: LEARNING,
    settings: {
      large: "tensors of up to some hundred elements",
      foreach: "the implementation over lists of tensors",
      fused: "the fused kernels",
      sqrt: "with the square root that MKL takes on the machine",
      native: "with all instructions of the processor, which fuses operations; larger tensors",
      "native-foreach": "the same, over lists of tensors",
      "native-fused": "the same, with the fused kernels",
    },
    limit: 2e-6,
  },
  keras: {
    title: "Keras",
    script: "keras/traces.py",
    schedules: "keras/traces.py",
    // Five rounds of matrix products multiply the last bit of a small singular value by 3.4 each.
    allow: { "keras-3/muon": 1e-3 },
    releases: ["3"],
    requirements: LEARNING,
    settings: {
      jit: "each step compiled by jax as a whole, as `fit` does",
      "native-jit":
        "the same with all instructions of the processor, which fuses operations, and XLA's simplifier, as in a training script; larger tensors",
      torch: "the torch backend, whose optimizers group some operations otherwise",
      "native-torch": "the same with all instructions of the processor; larger tensors",
    },
    limit: 1e-5,
  },
  optax: {
    title: "optax",
    script: "optax/traces.py",
    schedules: "optax/traces.py",
    // Five rounds of matrix products multiply the last bit of a small singular value by 3.4 each.
    allow: { "optax-0.2/muon": 1e-3 },
    releases: ["0.2"],
    requirements: LEARNING,
    settings: {
      jit: "each step compiled by jax.jit",
      native: "with all instructions of the processor, which fuses operations",
      "native-jit": "both, as in a training script",
    },
    limit: 1e-5,
  },
  tfjs: {
    title: "TensorFlow.js",
    script: "tfjs/traces.mjs",
    packages: ["@tensorflow/tfjs@4.22.0"],
    releases: ["4"],
    limit: 1e-5,
  },
  transformers: {
    title: "transformers",
    script: "transformers/traces.py",
    schedules: "transformers/traces.py",
    releases: ["5"],
    requirements: LEARNING,
    limit: 1e-5,
  },
  deepspeed: {
    title: "DeepSpeed",
    script: "deepspeed/traces.py",
    schedules: "deepspeed/traces.py",
    releases: ["0.19"],
    requirements: LEARNING,
    tools: ["c++"],
    limit: 1e-5,
  },
  arxiv: {
    title: "Papers, written out in NumPy",
    script: "independent/prodigy.py",
    releases: ["2306.06101"],
    requirements: LEARNING,
    limit: 1e-6,
  },
};

/**
 * How far a schedule may be, in units in the last place: of each number, or else of the greatest in the series, since one bit of a
 * cosine is many of a rate near 0.
 */
export const SCHEDULE_LIMIT = 1;

/**
 * Makes a framework's environment where it is not there yet.
 * @returns the program that runs its script
 * @throws {Error} where it cannot be made on this machine
 */
export function prepare(name, release) {
  const { requirements, packages, releases, tools = [] } = FRAMEWORKS[name];
  const missing = tools.find((tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).status !== 0);
  if (missing !== undefined) throw new Error(`there is no \`${missing}\` on PATH`);
  if (requirements !== undefined) return ensureVenv("learning", requirements, { minors: [11, 12, 13] });
  if (packages !== undefined) ensureNpmFolder(name, packages);
  // A script without either has an environment of its own for each release.
  else environmentOf(release ?? releases[0]);
  return process.execPath;
}

/** What {@link prepare} has made for a framework, a python or a folder of packages; `undefined` where it has not. Installs nothing. */
export function findPrepared(name) {
  const { requirements, packages } = FRAMEWORKS[name];
  return packages === undefined ? findVenv("learning", requirements) : findNpmFolder(name, packages);
}

/** The command that runs a framework's script, of rules or of schedules, with these arguments. */
export function commandOf(name, args, { release, schedules }) {
  const { script, schedules: scheduleScript } = FRAMEWORKS[name];
  return { command: prepare(name, release), args: [here(schedules ? scheduleScript : script), ...args] };
}
