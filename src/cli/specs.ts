/** cli: spec files. In: a path or bytes. Out: what `author` makes of them. */
import type { Authored } from "../index.ts";
import { author, SpecError } from "../index.ts";
import { about } from "./errors.ts";
import type { Io } from "./io.ts";
import type { Kind } from "./kinds.ts";
import { KIND_WORDS, kindOf } from "./kinds.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";

const HINTS: ReadonlyMap<Kind, string> = new Map([
  ["pickle", "`optseal convert` makes a spec of a pickled optimizer"],
  ["envelope", "`optseal verify ENVELOPE --emit-spec SPEC.yaml` takes a spec out of an envelope"],
  ["rule", "a spec begins with `optseal: 1`, and carries rule text under `rule: |`"],
]);
const DEFAULT_HINT = "a spec is YAML or JSON that begins with `optseal: 1` and names a `rule`";
const NO_TEXT: ReadonlySet<Kind> = new Set([
  "empty",
  "envelope",
  "pickle",
  "safetensors",
  "container",
  "rule",
]);

/** Text of bytes; a byte order mark at its start is dropped. @throws SpecError for what is no UTF-8, or another kind of file */
function specText(bytes: Uint8Array): string {
  const kind = kindOf(bytes);
  const refuse = (message: string) =>
    new SpecError({ code: "yaml", message, path: "line 1", hint: HINTS.get(kind) ?? DEFAULT_HINT });
  if (NO_TEXT.has(kind) || kind === "secret-key" || kind === "public-key")
    throw refuse(`this is ${KIND_WORDS[kind]}, not a spec`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refuse("the file is not UTF-8 text");
  }
}

/** A spec of bytes that were read already. @throws SpecError, as `author` */
export async function authorBytes(path: string, bytes: Uint8Array): Promise<Authored> {
  return about(inputName(path), () => author(specText(bytes)));
}

/** A spec file. */
export async function readSpec(io: Io, path: string): Promise<Authored> {
  return authorBytes(path, await readInput(io, path, { limit: INPUT_LIMITS.document }));
}
