/** cli: `optseal trust add`. */
import type { OwnedPublicKey, OwnedSecretKey, TrustDocument } from "../../index.ts";
import { EnvelopeError, publicKeyOf, TrustError, timeText } from "../../index.ts";
import { has, needed, optional, subject, valuesOf } from "../arguments.ts";
import type { Run } from "../command.ts";
import { about } from "../errors.ts";
import { readPublicKey, readSecretKey } from "../keys.ts";
import { inputName } from "../read-input.ts";
import { tell } from "../say.ts";
import { idsOf, keyEntries, listedKeys, readTrustAtAnyTime, signedTrust } from "../trust-files.ts";
import { readDuration, readWhole } from "../values.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

export const run: Run = async (args, io) => {
  const [path, output, force] = [subject(args), needed(args, "output"), has(args, "force")];
  const [threshold, life] = [optional(args, "threshold"), optional(args, "expires")];
  const wanted = threshold === undefined ? undefined : readWhole("threshold", threshold, 1);
  const lives = life === undefined ? undefined : readDuration("expires", life);
  await checkOutputs(io, [output], force);
  const { document: old } = await readTrustAtAnyTime(io, path);
  const secrets: OwnedSecretKey[] = [];
  for (const file of valuesOf(args, "root")) {
    const secret = await readSecretKey(io, file);
    const [id = ""] = idsOf([{ key: await publicKeyOf(secret.key), owner: secret.owner }]);
    await about(inputName(file), () => refuseOthers(old, id));
    secrets.push(secret);
  }
  const added: OwnedPublicKey[] = [];
  for (const file of valuesOf(args, "signer")) {
    const key = await readPublicKey(io, file);
    const [id = ""] = idsOf([key]);
    await about(inputName(file), () => refuseListed(old, id));
    added.push(key);
  }
  const issued = Math.floor(io.now());
  const { signer } = old.roles;
  const document: TrustDocument = {
    ...old,
    version: old.version + 1,
    issued,
    expires: issued + (lives ?? old.expires - old.issued),
    keys: keyEntries([...listedKeys(old), ...added]),
    roles: {
      ...old.roles,
      signer: {
        ...signer,
        keys: [...new Set([...signer.keys, ...idsOf(added)])],
        threshold: wanted ?? signer.threshold,
      },
    },
  };
  const bytes = await about(inputName(path), () => signedTrust(document, secrets));
  await writeOutputs(io, [{ path: output, bytes }], force);
  await tell(io, `wrote version ${document.version}, good until ${timeText(document.expires)}`);
  const roots = document.roles.root.threshold;
  if (secrets.length < roots)
    await tell(io, `note: ${roots} owners of the root role must sign it; \`optseal sign\` adds signatures`);
  return undefined;
};

/** A signer's key may sign the document too, but that counts for nothing. */
function refuseOthers({ roles }: TrustDocument, id: string): void {
  if (roles.root.keys.includes(id)) return;
  throw new TrustError({
    code: "wrong-role",
    message: `the key \`${id}\` is none of the root role`,
    hint: "`optseal trust show TRUST` names the root keys",
  });
}

function refuseListed(document: TrustDocument, id: string): void {
  const isRevoked = document.revoked.includes(id);
  if (!isRevoked && !document.roles.signer.keys.includes(id)) return;
  throw new EnvelopeError({
    code: isRevoked ? "bad-key" : "duplicate-signer",
    message: `the key \`${id}\` is ${isRevoked ? "revoked" : "a signer already"}`,
    hint: isRevoked ? "make a new key" : "leave it out",
  });
}
