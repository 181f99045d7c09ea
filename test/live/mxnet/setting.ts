/** live: folders with keys, a trust document and envelopes, for servers of MXNet's; and the pythons that have MXNet. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "../environments.ts";
import { mxnetWithPackage } from "../environments.ts";

const COMMAND = fileURLToPath(new URL("../../../dist/bin/optseal.js", import.meta.url));
export const TRUSTING: readonly string[] = ["--job", "job", "--audience", "ps"];

const scratch = mkdtempSync(join(tmpdir(), "optseal-mxnet-"));
let folders = 0;

export const removeFolders = (): void => rmSync(scratch, { recursive: true, force: true });

const optseal = (folder: string, ...words: readonly string[]) =>
  execFileSync(process.execPath, [COMMAND, ...words], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });

function makeTemplate(): void {
  const folder = join(scratch, "template");
  mkdirSync(folder);
  for (const name of ["root", "alice", "mallory"]) optseal(folder, "keygen", name);
  const who = ["--root", "root.key", "--signer", "alice.pub"];
  optseal(folder, "trust", "init", ...who, "--custom", "--amend", "lr=4", "-o", "trust.json");
}

/** A folder with keys and a trust document: the same ones in each. */
export function furnished(): string {
  if (folders === 0) makeTemplate();
  const folder = join(scratch, String(folders++));
  cpSync(join(scratch, "template"), folder, { recursive: true });
  return folder;
}

/** How this server is started in a folder; all of one folder share a store. */
export function ours(folder: string): readonly string[] {
  const at = (name: string) => join(folder, name);
  return ["-m", "optseal.mxnet.server", ...TRUSTING, "--trust", at("trust.json"), "--store", at("store")];
}

export function sign(folder: string, name: string, spec: object, sequence: number, key = "alice"): void {
  writeFileSync(join(folder, `${name}.yaml`), JSON.stringify(spec));
  const signing = ["--key", `${key}.key`, "--sequence", String(sequence), "--form", "json"];
  optseal(folder, "sign", `${name}.yaml`, ...TRUSTING, ...signing, "-o", `${name}.json`);
}

/** An amendment of the last of these, to another rate. */
export function amend(
  folder: string,
  name: string,
  history: readonly string[],
  sequence: number,
  rate: number,
): void {
  const files = history.map((one) => `${one}.json`);
  const base = files.length > 1 ? ["--base", ...files.slice(0, -1)] : [];
  const signing = ["--key", "alice.key", "--sequence", String(sequence), "--form", "json"];
  const words = [files.at(-1) as string, ...base, "--set", `lr=${rate}`, ...signing];
  optseal(folder, "amend", ...words, "-o", `${name}.json`);
}

/** The python of each release, with the package; or why there is none. */
export function pythonsFor(releases: readonly string[]) {
  const [pythons, missing] = [new Map<string, Environment>(), new Map<string, string>()];
  for (const release of releases) {
    try {
      pythons.set(release, mxnetWithPackage(release));
    } catch (error) {
      missing.set(release, `MXNet ${release} could not be installed: ${(error as Error).message}`);
    }
  }
  return { pythons, missing };
}
