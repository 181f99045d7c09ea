/** cli: envelopes through all gates, as the options of `verify` say. */
import { resolve } from "node:path";
import type { OpenedAmended, SequenceStore } from "../index.ts";
import { memoryStore, openAmended, open as openSpec, readTrust } from "../index.ts";
import { needed, optional } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { about, UsageError } from "./errors.ts";
import { historyOf } from "./history.ts";
import type { Io } from "./io.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";
import { tell } from "./say.ts";

/** A folder's store; what it remembers outlasts the process. */
async function storeIn(io: Io, folder: string): Promise<SequenceStore> {
  if (folder === "" || /^[a-z][a-z0-9+.-]*:\/\//i.test(folder))
    throw new UsageError(`\`--store ${folder}\` is no folder`, "name a folder of this machine");
  const { folderStore } = await import("../node.ts");
  return folderStore(resolve(io.cwd, folder));
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
  const trustPath = needed(args, "trust");
  const trustBytes = await readInput(io, trustPath, { limit: INPUT_LIMITS.document });
  const now = io.now();
  const trust = await about(inputName(trustPath), () => readTrust(trustBytes, { now }));
  const folder = optional(args, "store");
  const store = folder === undefined ? memoryStore() : await storeIn(io, folder);
  if (folder === undefined)
    await tell(io, "note: without --store, an earlier statement sent again is not noticed");
  const [job, audience] = [needed(args, "job"), needed(args, "audience")];
  if (job === "" || audience === "")
    throw new UsageError(
      "`--job` and `--audience` cannot be empty",
      "give the names that the statement was signed for",
    );
  const history = await historyOf(io, args, { path, bytes });
  const options = { trust, job, audience, store, now };
  return about(inputName(path), async () => {
    if (history.length > 1)
      return openAmended(
        history.map((input) => input.bytes),
        options,
      );
    const opened = await openSpec(bytes, options);
    return { ...opened, history: [opened.checked] };
  });
}
