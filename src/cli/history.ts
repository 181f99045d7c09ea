/** cli: what an amendment builds on, as `--base` names it: the envelope of a spec, then each amendment of it in its order. */
import { PAYLOAD_TYPES, parseEnvelope } from "../index.ts";
import { valuesOf } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { about, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";

/** An envelope that was read, and where from. */
export interface Input {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Whether an envelope says that it holds an amendment. */
export async function isAmendment({ path, bytes }: Input): Promise<boolean> {
  const { payloadType } = await about(inputName(path), () => parseEnvelope(bytes));
  return payloadType === PAYLOAD_TYPES.amendment;
}

/**
 * All that leads to an envelope, and it last: a spec's envelope is alone.
 * @throws UsageError for an amendment without `--base`, and for a spec with one
 */
export async function historyOf(io: Io, args: Arguments, last: Input): Promise<readonly Input[]> {
  const paths = valuesOf(args, "base");
  const amends = await isAmendment(last);
  if (amends && paths.length === 0)
    throw new UsageError(
      `${inputName(last.path)} is an amendment, and needs \`--base\``,
      "name the envelope of the spec that it changes, then earlier amendments in their order",
    );
  if (!amends && paths.length > 0)
    throw new UsageError("`--base` is for amendments", `${inputName(last.path)} needs none`);
  const inputs: Input[] = [];
  for (const path of paths)
    inputs.push({ path, bytes: await readInput(io, path, { limit: INPUT_LIMITS.document }) });
  return [...inputs, last];
}
