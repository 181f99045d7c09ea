/** cli: envelopes through all gates, as the options of `verify` say. */
import type { AdmitOptions, OpenedAmended } from "../index.ts";
import { memoryStore, openAmended, open as openSpec, readTrust } from "../index.ts";
import { needed, optional } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { about, UsageError } from "./errors.ts";
import type { Input } from "./history.ts";
import { historyOf } from "./history.ts";
import type { Io } from "./io.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";
import { tell } from "./say.ts";
import { openStore } from "./stores.ts";

/** What is remembered for one command only. */
const forgetful = () => ({ store: memoryStore(), close: async () => undefined });

/** Whom to trust and who asks, with the store open while `work` lasts. */
export async function admitting<T>(
  io: Io,
  args: Arguments,
  work: (options: AdmitOptions) => Promise<T>,
): Promise<T> {
  const trustPath = needed(args, "trust");
  const trustBytes = await readInput(io, trustPath, { limit: INPUT_LIMITS.document });
  const now = io.now();
  const trust = await about(inputName(trustPath), () => readTrust(trustBytes, { now }));
  const place = optional(args, "store");
  if (place === undefined)
    await tell(io, "note: without --store, an earlier statement sent again is not noticed");
  const [job, audience] = [needed(args, "job"), needed(args, "audience")];
  if (job === "" || audience === "")
    throw new UsageError(
      "`--job` and `--audience` cannot be empty",
      "give the names that the statement was signed for",
    );
  const { store, close } = place === undefined ? forgetful() : await openStore(io, place);
  try {
    return await work({ trust, job, audience, store, now });
  } finally {
    await close();
  }
}

/** The spec that is in force with the last of these, and in `history` each before it. @throws StageError of the stage that refuses */
export async function openHistory(inputs: readonly Input[], options: AdmitOptions): Promise<OpenedAmended> {
  const envelopes = inputs.map(({ bytes }) => bytes);
  return about(inputName(inputs.at(-1)?.path ?? ""), async () => {
    if (envelopes.length > 1) return openAmended(envelopes, options);
    const opened = await openSpec(envelopes[0], options);
    return { ...opened, history: [opened.checked] };
  });
}

/**
 * The spec of an envelope that was read already, so that what is verified is what is used; of an amendment, the amended spec,
 * and in `history` each before it.
 * @throws StageError of the stage that refuses
 */
export async function openEnvelope(
  io: Io,
  path: string,
  bytes: Uint8Array,
  args: Arguments,
): Promise<OpenedAmended> {
  return admitting(io, args, async (options) =>
    openHistory(await historyOf(io, args, { path, bytes }), options),
  );
}
