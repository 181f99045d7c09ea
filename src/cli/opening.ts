/** cli: envelopes through all gates, as the options of `verify` say. */
import type { OpenedAmended } from "../index.ts";
import { memoryStore, openAmended, open as openSpec, readTrust } from "../index.ts";
import { needed, optional } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { about, UsageError } from "./errors.ts";
import { historyOf } from "./history.ts";
import type { Io } from "./io.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";
import { tell } from "./say.ts";
import { openStore } from "./stores.ts";

/** What is remembered for one command only. */
const forgetful = () => ({ store: memoryStore(), close: async () => undefined });

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
  const history = await historyOf(io, args, { path, bytes });
  const { store, close } = place === undefined ? forgetful() : await openStore(io, place);
  const options = { trust, job, audience, store, now };
  try {
    return await about(inputName(path), async () => {
      if (history.length > 1)
        return openAmended(
          history.map((input) => input.bytes),
          options,
        );
      const opened = await openSpec(bytes, options);
      return { ...opened, history: [opened.checked] };
    });
  } finally {
    await close();
  }
}
