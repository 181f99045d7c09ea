/**
 * One AdamW step in PyTorch by the verified module, as a ratio to torch's own fused kernel in the same process: below 1, optseal is
 * faster. Zero-copy: weights and gradients stand in the module's memory. Gradients in: `zero_grad()` drops them, and `backward`
 * makes new ones. All copied: the weights too stay where they were. `--rounds N` (default 15).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { author } from "optseal";
import { torchWithPackage } from "../conformance/python-package.mjs";
import { fixed, row } from "./measure.mjs";
import { statement, trustFile } from "./setting.mjs";

const SCRIPT = fileURLToPath(new URL("torch/step.py", import.meta.url));
const SETUPS = [
  { size: 200_000, tensors: 1 },
  { size: 200_000, tensors: 10 },
  { size: 16_000_000, tensors: 1 },
  { size: 16_000_000, tensors: 100 },
];
const WAYS = { zero_copy: "zero-copy", gradients_copied: "gradients in", all_copied: "all copied" };

const at = process.argv.indexOf("--rounds");
const rounds = at < 0 ? "15" : String(Number(process.argv[at + 1]));
const { python, env } = torchWithPackage();
const folder = mkdtempSync(join(tmpdir(), "optseal-torch-"));
try {
  writeFileSync(join(folder, "trust.json"), trustFile);
  const spec = author({ optseal: 1, rule: "torch-2.13/adamw", hyper: { lr: 1e-3 } });
  writeFileSync(join(folder, "envelope.json"), await statement(spec, 1, "json"));
  console.log("a step of AdamW, as a ratio to torch's fused kernel\n");
  row("elements, tensors, threads", ...Object.values(WAYS), "torch, us");
  for (const threads of new Set([1, availableParallelism()])) {
    for (const { size, tensors } of SETUPS) {
      const args = [SCRIPT, folder, size, tensors, threads, rounds].map(String);
      const { status, stdout, stderr } = spawnSync(python, args, {
        encoding: "utf8",
        env,
      });
      if (status !== 0) throw new Error(stderr);
      const found = JSON.parse(stdout);
      const ratios = Object.keys(WAYS).map((way) => fixed(found[way].ratio));
      const name = `${size.toLocaleString("en")}, ${tensors}, ${threads}`;
      row(name, ...ratios, fixed(found.zero_copy.peer * 1e6, 0));
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
