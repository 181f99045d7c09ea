/** cli: `optseal trust show`. */
import { documentDigest } from "../../index.ts";
import { has, subject } from "../arguments.ts";
import type { Run } from "../command.ts";
import { printJson, printLines, tell } from "../say.ts";
import { listedIds, readTrustAtAnyTime, trustLines } from "../trust-files.ts";

export const run: Run = async (args, io) => {
  const { document } = await readTrustAtAnyTime(io, subject(args));
  if (has(args, "json")) await printJson(io, { digest: documentDigest(document), document });
  else await printLines(io, trustLines(document, listedIds(document)));
  if (io.now() >= document.expires)
    await tell(io, "note: the document has expired; nothing is admitted by it");
  return undefined;
};
