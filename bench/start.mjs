/** How long the command line takes to start, whole processes, against `node -e 0` in the same run. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, fixed, row } from "./measure.mjs";
import { AUDIENCE, JOB, spec, statement, trustFile } from "./setting.mjs";

const CLI = fileURLToPath(new URL("../dist/bin/optseal.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "optseal-bench-"));
const [trust, envelope] = [join(folder, "trust.json"), join(folder, "envelope")];
writeFileSync(trust, trustFile);
writeFileSync(envelope, await statement(spec(1), 1, "json"));

function run(...args) {
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${status}\n${stderr}`);
}

const COMMANDS = {
  "optseal --help": [CLI, "--help"],
  "optseal verify": [CLI, "verify", envelope, "--trust", trust, "--job", JOB, "--audience", AUDIENCE],
};
row("", "ms", "node -e 0, ms", "ratio");
for (const [name, args] of Object.entries(COMMANDS)) {
  const result = await compare(
    () => run(...args),
    () => run("-e", "0"),
    { pairs: 25, calls: 1, warmup: 3 },
  );
  row(name, fixed(result.subject / 1000, 1), fixed(result.peer / 1000, 1), fixed(result.ratio));
}
rmSync(folder, { recursive: true });
