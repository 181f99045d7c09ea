/** cli: `optseal amend`. The amended spec passes `check` before anything is signed. */
import type { HyperValue } from "../../index.ts";
import { amend, documentDigest, signAmendment } from "../../index.ts";
import { has, needed, optional, subject, valuesOf } from "../arguments.ts";
import { claimsText, readTimes } from "../claims.ts";
import type { Arguments, Run } from "../command.ts";
import { about, UsageError } from "../errors.ts";
import { historyOf } from "../history.ts";
import { saidToBeInForce } from "../in-force.ts";
import type { Io } from "../io.ts";
import { readSecretKey } from "../keys.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { tell } from "../say.ts";
import { readSpec } from "../specs.ts";
import { FORMS, readChoice, readSetting } from "../values.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

interface Changes {
  readonly hyper?: Readonly<Record<string, HyperValue>>;
  readonly groups?: readonly {
    readonly group: number;
    readonly hyper: Readonly<Record<string, HyperValue>>;
  }[];
  readonly schedule?: unknown;
}

/** Values by name, of all parameters and of each group. @throws UsageError for one that is given twice */
function settings(args: Arguments): Pick<Changes, "hyper" | "groups"> {
  const byGroup = new Map<number | undefined, Map<string, HyperValue>>();
  for (const text of valuesOf(args, "set")) {
    const { group, name, value } = readSetting("set", text);
    const values = byGroup.get(group) ?? new Map<string, HyperValue>();
    if (values.has(name))
      throw new UsageError(`\`--set ${text}\` is the second value of \`${name}\``, "give it once");
    byGroup.set(group, values.set(name, value));
  }
  const all = byGroup.get(undefined);
  const groups = [...byGroup].flatMap(([group, values]) =>
    group === undefined ? [] : [{ group, hyper: Object.fromEntries(values) }],
  );
  return {
    ...(all === undefined ? {} : { hyper: Object.fromEntries(all) }),
    ...(groups.length === 0 ? {} : { groups }),
  };
}

async function readChanges(args: Arguments, io: Io): Promise<Changes> {
  const from = optional(args, "schedule");
  if (from === undefined && !has(args, "set"))
    throw new UsageError("nothing is to be changed", "`--set NAME=VALUE` or `--schedule SPEC` says what");
  const { hyper, groups } = settings(args);
  const values = { ...(hyper === undefined ? {} : { hyper }), ...(groups === undefined ? {} : { groups }) };
  return from === undefined
    ? values
    : { ...values, schedule: (await readSpec(io, from)).spec.schedule ?? null };
}

export const run: Run = async (args, io) => {
  const [path, output, force] = [subject(args), needed(args, "output"), has(args, "force")];
  const form = readChoice("form", optional(args, "form") ?? "json", FORMS);
  await checkOutputs(io, [output], force);
  const changes = await readChanges(args, io);
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.document });
  const base = await saidToBeInForce(await historyOf(io, args, { path, bytes }));
  const { job, audience, sequence } = base.claims;
  const times = readTimes(args, io, sequence + 1);
  if (times.sequence <= sequence)
    throw new UsageError(
      `the sequence ${times.sequence} is not above ${sequence}, that of what is amended`,
      `--sequence ${sequence + 1} is the next`,
    );
  const { checked } = await about(inputName(path), () => amend(base.checked, changes));
  const { key } = await readSecretKey(io, needed(args, "key"));
  const claims = { job, audience, ...times };
  const amendment = await signAmendment(base.checked, changes, claims, key, { form });
  await writeOutputs(io, [{ path: output, bytes: amendment }], force);
  await tell(io, claimsText(`amended ${checked.spec.rule.name}`, claims));
  await tell(io, `the spec in force with it is ${documentDigest(checked.spec)}`);
  return undefined;
};
