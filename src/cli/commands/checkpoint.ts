/** cli: `optseal checkpoint`: an order to save. */
import { documentDigest, signCheckpoint } from "../../index.ts";
import { has, needed, optional, subject } from "../arguments.ts";
import { claimsText, readTimes } from "../claims.ts";
import type { Run } from "../command.ts";
import { historyOf } from "../history.ts";
import { saidToBeInForce } from "../in-force.ts";
import { readSecretKey } from "../keys.ts";
import { INPUT_LIMITS, readInput } from "../read-input.ts";
import { tell } from "../say.ts";
import { FORMS, readChoice } from "../values.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

export const run: Run = async (args, io) => {
  const [path, output, force] = [subject(args), needed(args, "output"), has(args, "force")];
  const form = readChoice("form", optional(args, "form") ?? "json", FORMS);
  await checkOutputs(io, [output], force);
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.document });
  const { checked, claims: inForce } = await saidToBeInForce(await historyOf(io, args, { path, bytes }));
  const claims = { job: inForce.job, audience: inForce.audience, ...readTimes(args, io) };
  const { key } = await readSecretKey(io, needed(args, "key"));
  const order = await signCheckpoint(checked, claims, key, { form });
  await writeOutputs(io, [{ path: output, bytes: order }], force);
  await tell(io, claimsText(`ordered a checkpoint of ${checked.spec.rule.name}`, claims));
  await tell(io, `the spec in force is ${documentDigest(checked.spec)}`);
  return undefined;
};
