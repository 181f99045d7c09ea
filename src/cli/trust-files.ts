/** cli: trust documents: read, made, told. */
import type { OwnedPublicKey, OwnedSecretKey, Policy, Trust, TrustDocument } from "../index.ts";
import {
  addSignature,
  decode,
  documentDigest,
  encodeEnvelope,
  keyId,
  parseEnvelope,
  parsePublicKeyFile,
  readTrust,
  signTrust,
  timeText,
} from "../index.ts";
import { about } from "./errors.ts";
import type { Io } from "./io.ts";
import { publicText } from "./keys.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";

/**
 * A trust document whose signatures hold, whatever the time is: one that has expired is still to be shown and renewed. It is
 * read as of the moment that it says it was issued; whoever relies on it must read it with the real time.
 */
export async function readTrustAtAnyTime(io: Io, path: string): Promise<Trust> {
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.document });
  return about(inputName(path), () => {
    const issued = issuedAt(decode(parseEnvelope(bytes).payload));
    return readTrust(bytes, issued === undefined ? {} : { now: issued });
  });
}

function issuedAt(value: unknown): number | undefined {
  const issued = typeof value === "object" && value !== null && "issued" in value ? value.issued : undefined;
  return typeof issued === "number" && issued >= 0 ? issued : undefined;
}

/** Each key once, in the order given, as a trust document lists it. */
export function keyEntries(keys: readonly OwnedPublicKey[]): TrustDocument["keys"] {
  const byId = new Map(keys.map((one) => [keyId(one.key), one]));
  return [...byId.values()].map((one) => ({
    algorithm: "ed25519" as const,
    public: publicText(one),
    owner: one.owner,
  }));
}

/** The keys that a document lists, in its order: each is what a key file would hold. */
export function listedKeys({ keys }: TrustDocument): readonly OwnedPublicKey[] {
  return keys.map(({ public: text, owner }) =>
    parsePublicKeyFile(`optseal-ed25519-public 1 ${text} ${owner}`),
  );
}

/** Their ids. */
export function listedIds(document: TrustDocument): readonly string[] {
  return listedKeys(document).map(({ key }) => keyId(key));
}

/** The ids of keys, each once. */
export function idsOf(keys: readonly OwnedPublicKey[]): readonly string[] {
  return [...new Set(keys.map(({ key }) => keyId(key)))];
}

/** The signed document as a file, signed by each root key. */
export async function signedTrust(
  document: TrustDocument,
  roots: readonly OwnedSecretKey[],
): Promise<Uint8Array> {
  const [first, ...others] = roots;
  let envelope = await signTrust(document, (first as OwnedSecretKey).key);
  for (const { key } of others) envelope = await addSignature(envelope, key);
  return encodeEnvelope(envelope);
}

const owners = (count: number): string => (count === 1 ? "1 owner" : `${count} owners`);

function amendText({ hyper, schedule }: NonNullable<Policy["amend"]>): string {
  const names = Object.entries(hyper).map(
    ([name, { factor }]) =>
      `${name === "*" ? "any hyperparameter" : name}${factor === undefined ? "" : ` by a factor of ${factor} at most`}`,
  );
  return [...names, ...(schedule ? ["the schedule"] : [])].join(", ") || "nothing";
}

function policyLines(policy: Policy): readonly string[] {
  const { rules, custom, bounds = {}, cost, lifetime, amend } = policy;
  const bound = ([name, { min, max }]: readonly [string, { readonly min?: number; readonly max?: number }]) =>
    `  bound     ${name} ${[min === undefined ? [] : `at least ${min}`, max === undefined ? [] : `at most ${max}`].flat().join(", ")}`;
  return [
    "signers may send",
    `  built-in  ${rules.length === 0 ? "none" : rules.join(", ")}`,
    `  custom    ${custom ? "yes" : "no"}`,
    ...Object.entries(bounds).map(bound),
    ...(cost === undefined ? [] : [`  cost      at most ${cost} operations for an element's update`]),
    ...(lifetime === undefined ? [] : [`  lifetime  at most ${lifetime} seconds`]),
    ...(amend === undefined ? [] : [`  amend     ${amendText(amend)}`]),
  ];
}

/** What a trust document says, line by line. `ids`: the key ids in the order of its keys. */
export function trustLines(document: TrustDocument, ids: readonly string[]): readonly string[] {
  const { version, issued, expires, keys, roles, revoked } = document;
  const ownerOf = new Map(ids.map((id, i) => [id, keys[i]?.owner ?? ""]));
  const role = (name: string, { keys: members, threshold }: TrustDocument["roles"]["root"]) => [
    `${name}: ${owners(threshold)} must sign`,
    ...members.map((id) => `  ${id} ${ownerOf.get(id) ?? ""}${revoked.includes(id) ? " (revoked)" : ""}`),
  ];
  return [
    `trust document, version ${version}`,
    `digest   ${documentDigest(document)}`,
    `issued   ${timeText(issued)}`,
    `expires  ${timeText(expires)}`,
    ...role("root", roles.root),
    ...role("signer", roles.signer),
    ...policyLines(roles.signer.may),
    ...(roles.amender === undefined
      ? []
      : [...role("amender", roles.amender), `  amend     ${amendText(roles.amender.may)}`]),
    ...(roles.checkpointer === undefined ? [] : role("checkpointer", roles.checkpointer)),
    ...(roles.server === undefined ? [] : role("server", roles.server)),
    ...(revoked.length === 0 ? [] : ["revoked", ...revoked.map((id) => `  ${id}`)]),
  ];
}
