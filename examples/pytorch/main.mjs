/**
 * A custom optimizer, signed, trains a network in PyTorch: keys and envelopes by the command line, then train.py, in which a tampered
 * envelope is refused and an amendment changes the rate midway. Writes pytorch-out/; installs PyTorch into your cache folder.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { torchWithPackage } from "../../conformance/python-package.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUT = here("../../pytorch-out");
const SCOPE = "--key alice.key --job digits --audience trainer";

function run(shown, command, args, env = process.env) {
  console.log(`$ ${shown}`);
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: OUT, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${shown}: exit code ${status}\n${stdout}${stderr}`);
  process.stdout.write(stdout);
}
const optseal = (line) =>
  run(`optseal ${line}`, process.execPath, [here("../../dist/bin/optseal.js"), ...line.split(" ")]);

const { python, env } = torchWithPackage();
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
copyFileSync(here("lion.yaml"), `${OUT}/lion.yaml`);
optseal("keygen root");
optseal("keygen alice");
optseal("trust init --root root.key --signer alice.pub --custom --amend lr=10 -o trust.json");
optseal(`sign lion.yaml ${SCOPE} --sequence 1 --expires 1d -o optimizer.json`);
optseal("amend optimizer.json --set lr=0.0005 --key alice.key --sequence 2 -o slower.json");
run("python train.py pytorch-out", python, [here("train.py"), OUT], env);
