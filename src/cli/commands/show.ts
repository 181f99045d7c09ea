/** cli: `optseal show`. */
import { didYouMean, findRule, findSchedule, ruleNames, SpecError, scheduleNames } from "../../index.ts";
import { subject } from "../arguments.ts";
import type { Run } from "../command.ts";
import { print, tell } from "../say.ts";

export const run: Run = async (args, io) => {
  const name = subject(args);
  const builtIn = findRule(name) ?? findSchedule(name);
  if (builtIn === undefined)
    throw new SpecError({
      code: "unknown-rule",
      message: `there is no built-in \`${name}\``,
      hint: didYouMean(name, [...ruleNames, ...scheduleNames]) ?? "`optseal list` names the built-ins",
    });
  await print(io, builtIn.text);
  await tell(io, `# ${builtIn.digest}\n# ${builtIn.source}`);
  return undefined;
};
