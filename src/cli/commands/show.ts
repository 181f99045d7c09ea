/** cli: `optseal show`. */
import { builtInNamed } from "../../index.ts";
import { subject } from "../arguments.ts";
import type { Run } from "../command.ts";
import { print, tell } from "../say.ts";

export const run: Run = async (args, io) => {
  const builtIn = builtInNamed(subject(args));
  await print(io, builtIn.text);
  await tell(io, `# ${builtIn.digest}\n# ${builtIn.source}`);
  return undefined;
};
