/** cli: `optseal list`. */
import { ruleNames, scheduleNames } from "../../index.ts";
import type { Run } from "../command.ts";
import { UsageError } from "../errors.ts";
import { printLines } from "../say.ts";

const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ["rules", ruleNames],
  ["schedules", scheduleNames],
]);

export const run: Run = async (args, io) => {
  const [asked] = args.positionals;
  const names = asked === undefined ? [...ruleNames, ...scheduleNames] : NAMES.get(asked);
  if (names === undefined)
    throw new UsageError(`\`${asked}\` cannot be listed`, `one of: ${[...NAMES.keys()].join(", ")}`);
  await printLines(io, names);
  return undefined;
};
