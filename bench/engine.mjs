/**
 * The WebAssembly engine in one thread against a C loop as wide as the processor goes, the same held to 128-bit vectors, PyTorch's
 * fused kernels and the reference engine: processes side by side that take turns, round after round; the median of the ratios of
 * their processor times.
 * More than 1.00 is faster than the peer. Peers that this machine does not have are left out, and it says so:
 * `node bench/engine.mjs [python with torch]`.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { author, check, compile, compileWasm } from "optseal";
import { fixed, row } from "./measure.mjs";

const [, , given = "python3"] = process.argv;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "optseal-bench-"));
const FLAGS = { wide: [], narrow: ["-mprefer-vector-width=128"] };
const RULES = {
  adamw: { rule: "torch-2.13/adamw" },
  adam: { rule: "torch-2.13/adam" },
  sgd: { rule: "torch-2.13/sgd", hyper: { momentum: 0.9 } },
};
const SIZES = [
  { size: 200_000, steps: 100, rounds: 21 },
  { size: 16_000_000, steps: 1, rounds: 11 },
];

/** Whether a program ran to its end; if not, which peer is left out, and why. */
function works(peerName, command, args) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return true;
  const said = stderr?.trim().split("\n").at(-1) || `it ended with ${status}`;
  console.log(`${peerName} is left out: ${error === undefined ? `${command}: ${said}` : error.message}`);
  return false;
}

const built = Object.entries(FLAGS).flatMap(([name, flags]) => {
  const out = join(folder, name);
  const common = ["-O3", "-march=native", "-fno-math-errno", ...flags];
  const isBuilt = works(`C, ${name}`, "gcc", [...common, here("engine-loops.c"), "-o", out, "-lm"]);
  return isBuilt ? [[name, out]] : [];
});
const python = works("torch", given, ["-c", "import torch"]) ? given : undefined;

/** A process that answers each line with a time. */
function peer(command, args) {
  const child = spawn(command, args.map(String), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  return {
    async time() {
      const answer = once(lines, "line");
      child.stdin.write("\n");
      return Number((await answer)[0]);
    },
    end: () => child.stdin.end(),
  };
}

function engine(step, steps) {
  return {
    async time() {
      const start = process.cpuUsage();
      for (let i = 0; i < steps; i++) step();
      const { user, system } = process.cpuUsage(start);
      return ((user + system) * 1000) / steps;
    },
    end() {},
  };
}

function wasm(spec, size, steps) {
  const optimizer = compileWasm(check(author({ optseal: 1, ...spec }))).attach({
    w: { data: new Float32Array(size).fill(0.5) },
  });
  const w = optimizer.gradient("w").fill(0.01);
  return engine(() => optimizer.step({ w }), steps);
}

function reference(spec, size) {
  const optimizer = compile(check(author({ optseal: 1, ...spec }))).attach({
    w: { data: new Float32Array(size).fill(0.5) },
  });
  const w = new Float32Array(size).fill(0.01);
  return engine(() => optimizer.step({ w }), 1);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

row("", "engine, ms", "C", "C 128-bit", "torch fused", "reference");
for (const { size, steps, rounds } of SIZES) {
  for (const [name, spec] of Object.entries(RULES)) {
    const subject = wasm(spec, size, steps);
    const peers = {
      ...Object.fromEntries(built.map(([kind, path]) => [kind, peer(path, [name, size, steps])])),
      ...(python === undefined ? {} : { torch: peer(python, [here("engine-torch.py"), name, size, steps]) }),
      ...(size > 1e6 ? {} : { reference: reference(spec, size) }),
    };
    const own = [];
    const ratios = Object.fromEntries(Object.keys(peers).map((kind) => [kind, []]));
    for (let round = -3; round < rounds; round++) {
      // The subject is timed on both sides of each peer.
      let before = await subject.time();
      for (const [kind, one] of Object.entries(peers)) {
        const time = await one.time();
        const after = await subject.time();
        if (round >= 0) ratios[kind].push((2 * time) / (before + after));
        if (round >= 0) own.push(after);
        before = after;
      }
    }
    for (const one of Object.values(peers)) one.end();
    const cells = ["wide", "narrow", "torch", "reference"].map((kind) =>
      ratios[kind] === undefined ? "-" : fixed(median(ratios[kind])),
    );
    row(`${name}, ${size.toLocaleString("en")} elements`, fixed(median(own) / 1e6, 3), ...cells);
  }
}
rmSync(folder, { recursive: true });
