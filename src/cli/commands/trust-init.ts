/** cli: `optseal trust init`. What is not asked for is not allowed: rules that are written out, above all. */
import type { OwnedPublicKey, OwnedSecretKey, Policy, TrustDocument } from "../../index.ts";
import { publicKeyOf, timeText } from "../../index.ts";
import { has, needed, optional, valuesOf } from "../arguments.ts";
import type { Arguments, Run } from "../command.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { readPublicKey, readSecretKey } from "../keys.ts";
import { tell } from "../say.ts";
import { idsOf, keyEntries, signedTrust } from "../trust-files.ts";
import { readBound, readDuration, readFactor, readWhole } from "../values.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

const count = (args: Arguments, name: string): number => readWhole(name, optional(args, name) ?? "1", 1);

const amends = (args: Arguments): boolean => has(args, "amend") || has(args, "amend-schedule");

function amendPolicy(args: Arguments): NonNullable<Policy["amend"]> {
  const factors = valuesOf(args, "amend").map((text) => readFactor("amend", text));
  const names = factors.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`\`--amend ${twice}\` is given twice`, "give it once");
  return { hyper: Object.fromEntries(factors), schedule: has(args, "amend-schedule") };
}

function policy(args: Arguments): Policy {
  const bounds = valuesOf(args, "bound").map((text) => readBound("bound", text));
  const names = bounds.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UsageError(`\`${twice}\` has two bounds`, `write both sides in one: ${twice}=MIN:MAX`);
  const [cost, lifetime] = [optional(args, "cost"), optional(args, "lifetime")];
  return {
    rules: has(args, "allow") ? valuesOf(args, "allow") : ["*"],
    custom: has(args, "custom"),
    ...(bounds.length === 0
      ? {}
      : { bounds: Object.fromEntries(bounds.map(({ name, ...bound }) => [name, bound])) }),
    ...(cost === undefined ? {} : { cost: readWhole("cost", cost, 1) }),
    ...(lifetime === undefined ? {} : { lifetime: readDuration("lifetime", lifetime) }),
    ...(amends(args) ? { amend: amendPolicy(args) } : {}),
  };
}

async function readPublicKeys(args: Arguments, io: Io, option: string): Promise<readonly OwnedPublicKey[]> {
  const keys: OwnedPublicKey[] = [];
  for (const path of valuesOf(args, option)) keys.push(await readPublicKey(io, path));
  return keys;
}

export const run: Run = async (args, io) => {
  const output = needed(args, "output");
  const may = policy(args);
  const issued = Math.floor(io.now());
  const expires = issued + readDuration("expires", optional(args, "expires") ?? "365d");
  const thresholds = { root: count(args, "root-threshold"), signer: count(args, "threshold") };
  if (has(args, "amender") && !amends(args))
    throw new UsageError("`--amender` may change nothing", "`--amend NAME` says what amendments may change");
  await checkOutputs(io, [output], has(args, "force"));
  const secrets: OwnedSecretKey[] = [];
  for (const path of valuesOf(args, "root")) secrets.push(await readSecretKey(io, path));
  const [signers, amenders, checkpointers, servers] = [
    await readPublicKeys(args, io, "signer"),
    await readPublicKeys(args, io, "amender"),
    await readPublicKeys(args, io, "checkpointer"),
    await readPublicKeys(args, io, "server"),
  ];
  const roots = await Promise.all(
    secrets.map(async ({ key, owner }) => ({ key: await publicKeyOf(key), owner })),
  );
  const document: TrustDocument = {
    optseal: 1,
    version: 1,
    issued,
    expires,
    keys: keyEntries([...roots, ...signers, ...amenders, ...checkpointers, ...servers]),
    roles: {
      root: { keys: idsOf(roots), threshold: thresholds.root },
      signer: { keys: idsOf(signers), threshold: thresholds.signer, may },
      ...(amenders.length === 0
        ? {}
        : { amender: { keys: idsOf(amenders), threshold: 1, may: amendPolicy(args) } }),
      ...(checkpointers.length === 0 ? {} : { checkpointer: { keys: idsOf(checkpointers), threshold: 1 } }),
      ...(servers.length === 0 ? {} : { server: { keys: idsOf(servers), threshold: 1 } }),
    },
    revoked: [],
  };
  await writeOutputs(io, [{ path: output, bytes: await signedTrust(document, secrets) }], has(args, "force"));
  await tell(io, `wrote version 1, good until ${timeText(expires)}`);
  return undefined;
};
