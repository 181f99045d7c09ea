/** A folder with one good file of each kind, for tests that then do something wrong with them. */
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSafetensors } from "../../src/index.ts";
import { optseal } from "./fake-io.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/mxnet-1.9", import.meta.url));

export const SPEC = `optseal: 1
rule: mxnet-1.9/sgd
hyper: { learning_rate: 0.5, momentum: 0.5 }
`;

export function tensors(entries: Readonly<Record<string, readonly number[]>>): Uint8Array {
  return writeSafetensors(
    Object.entries(entries).map(([name, values]) => [
      name,
      { dtype: "F32", shape: [values.length], data: Float32Array.from(values) },
    ]),
  );
}

/** How `verify` and `run` are told whom to trust. */
export const TRUSTING = ["--trust", "trust.json", "--job", "job", "--audience", "ps"] as const;

/** spec.yaml, alice.key, root.key, trust.json, envelope.json, w and g.safetensors, good.pkl, hostile.pkl. */
export async function furnish(folder: string): Promise<void> {
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  write("spec.yaml", SPEC);
  write("w.safetensors", tensors({ a: [1, 2], b: [3] }));
  write("g.safetensors", tensors({ a: [1, 1] }));
  copyFileSync(join(FIXTURES, "sgd-momentum-factor.pkl"), join(folder, "good.pkl"));
  copyFileSync(join(FIXTURES, "hostile-marker.pkl"), join(folder, "hostile.pkl"));
  const steps = [
    ["keygen", "root"],
    ["keygen", "alice"],
    ["trust", "init", "--root", "root.key", "--signer", "alice.pub", "-o", "trust.json"],
    ["sign", "spec.yaml", "--key", "alice.key", "--job", "job", "--audience", "ps", "-o", "envelope.json"],
  ];
  for (const argv of steps) {
    const { exitCode, stderr } = await optseal(folder, argv);
    if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  }
}
