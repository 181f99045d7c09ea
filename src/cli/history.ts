/** cli: what an amendment or a checkpoint is of, as `--base` names it: the envelope of a spec, then each amendment of it in its order. */
import { PAYLOAD_TYPES, parseEnvelope } from "../index.ts";
import { has, valuesOf } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { about, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";

/** An envelope that was read, and where from. */
export interface Input {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What an envelope says that it holds: one of `PAYLOAD_TYPES`, if it is honest. */
export async function payloadTypeOf({ path, bytes }: Input): Promise<string> {
  return (await about(inputName(path), () => parseEnvelope(bytes))).payloadType;
}

/** The envelopes that `--base` names. */
export async function readBase(io: Io, args: Arguments): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const path of valuesOf(args, "base"))
    inputs.push({ path, bytes: await readInput(io, path, { limit: INPUT_LIMITS.document }) });
  return inputs;
}

/**
 * All that leads to an envelope, and it last: a spec's envelope is alone.
 * @throws UsageError for an amendment without `--base`, and for a spec with one
 */
export async function historyOf(io: Io, args: Arguments, last: Input): Promise<readonly Input[]> {
  const amends = (await payloadTypeOf(last)) === PAYLOAD_TYPES.amendment;
  if (amends && !has(args, "base"))
    throw new UsageError(
      `${inputName(last.path)} is an amendment, and needs \`--base\``,
      "name the envelope of the spec that it changes, then earlier amendments in their order",
    );
  if (!amends && has(args, "base"))
    throw new UsageError("`--base` is for amendments", `${inputName(last.path)} needs none`);
  return [...(await readBase(io, args)), last];
}
