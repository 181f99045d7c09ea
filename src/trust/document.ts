/**
 * trust: what a trust document says. In: plain data. Out: its tables for look-ups, or all that is wrong with it.
 */
import { fromBase64 } from "../base/bytes.ts";
import { schemaIssues } from "../base/schema.ts";
import { trustSchema } from "../base/schemas.gen.ts";
import { EnvelopeError } from "../envelope/errors.ts";
import type { PublicKey } from "../envelope/keys.ts";
import { importPublicKey } from "../envelope/keys.ts";
import type { TrustIssue } from "./errors.ts";
import { refuseIfAny } from "./errors.ts";
import type { AmendPolicy, Policy, PreparedPolicy } from "./policy.ts";
import { preparePolicy } from "./policy.ts";

/** A key and who holds its secret half. Its id is computed from its bytes, never stated. */
export interface TrustedKey {
  readonly algorithm: "ed25519";
  /** 32 bytes in base64. */
  readonly public: string;
  readonly owner: string;
}

/** Key ids, and how many different owners of them must sign. */
export interface Role {
  readonly keys: readonly string[];
  readonly threshold: number;
}

/** Who may say what, as `schemas/trust.schema.json` describes it. Times are whole seconds since 1970-01-01 UTC. */
export interface TrustDocument {
  readonly optseal: 1;
  /** From 1; each new document of a root one above the last. */
  readonly version: number;
  readonly issued: number;
  readonly expires: number;
  readonly keys: readonly TrustedKey[];
  readonly roles: {
    /** Signs the trust document. */
    readonly root: Role;
    /** Signs statements. */
    readonly signer: Role & { readonly may: Policy };
    /** Signs amendments, and no specs. What the signers' policy says of all that is sent holds for those too. */
    readonly amender?: Role & { readonly may: AmendPolicy };
    /** Orders checkpoints. */
    readonly checkpointer?: Role;
    /** Signs the manifests of checkpoints. */
    readonly server?: Role;
  };
  /** Ids of keys whose signatures no longer count, whether they are still listed or not. */
  readonly revoked: readonly string[];
}

/** A role made ready for look-ups. */
export interface PreparedRole {
  readonly keys: ReadonlySet<string>;
  readonly threshold: number;
}

/** A trust document made ready for look-ups. */
export interface Tables {
  /** By key id: every listed key, revoked ones too, so that a refusal can say what is the matter. */
  readonly keys: ReadonlyMap<string, PublicKey>;
  readonly owners: ReadonlyMap<string, string>;
  readonly revoked: ReadonlySet<string>;
  readonly root: PreparedRole;
  readonly signer: PreparedRole;
  /** Who may sign amendments, each with what may be changed. */
  readonly amenders: readonly Amender[];
  readonly checkpointer: PreparedRole | undefined;
  readonly server: PreparedRole | undefined;
  readonly policy: PreparedPolicy;
}

/** A role that may send amendments. */
export interface Amender {
  readonly role: PreparedRole;
  readonly may: AmendPolicy;
}

/** @throws TrustError `trust-key` */
function importKeys(document: TrustDocument): Pick<Tables, "keys" | "owners"> {
  const keys = new Map<string, PublicKey>();
  const owners = new Map<string, string>();
  const issues: TrustIssue[] = [];
  document.keys.forEach(({ public: text, owner }, i) => {
    const key = importKey(text);
    const problem =
      typeof key === "string" ? key : keys.has(key.id) ? `\`${key.id}\` is listed twice` : undefined;
    if (problem !== undefined)
      issues.push({ code: "trust-key", message: problem, path: `keys[${i}].public` });
    if (typeof key === "string") return;
    keys.set(key.id, key);
    owners.set(key.id, owner);
  });
  refuseIfAny(issues);
  return { keys, owners };
}

/** A key, or what is the matter with it. */
function importKey(text: string): PublicKey | string {
  const bytes = fromBase64(text);
  if (bytes === undefined) return "not the one base64 spelling of its bytes";
  try {
    return importPublicKey(bytes);
  } catch (error) {
    if (error instanceof EnvelopeError) return error.issues[0].message;
    throw error;
  }
}

/** How many different owners the keys that are not revoked have. */
export function countOwners(
  ids: Iterable<string>,
  { owners, revoked }: Pick<Tables, "owners" | "revoked">,
): number {
  const counted = new Set<string>();
  for (const id of ids) {
    const owner = owners.get(id);
    if (owner !== undefined && !revoked.has(id)) counted.add(owner);
  }
  return counted.size;
}

function roleIssues(
  name: string,
  role: Role,
  tables: Pick<Tables, "owners" | "revoked">,
): readonly TrustIssue[] {
  const issues: TrustIssue[] = [];
  const wrong = (path: string, message: string, hint?: string) =>
    issues.push({
      code: "trust-role",
      message,
      path: `roles.${name}.${path}`,
      ...(hint === undefined ? {} : { hint }),
    });
  const seen = new Set<string>();
  role.keys.forEach((id, i) => {
    if (!tables.owners.has(id)) wrong(`keys[${i}]`, `the key \`${id}\` is not listed under \`keys\``);
    if (seen.has(id)) wrong(`keys[${i}]`, `the key \`${id}\` is named twice`);
    seen.add(id);
  });
  const owners = countOwners(seen, tables);
  if (role.threshold > owners)
    wrong(
      "threshold",
      `${role.threshold} owners must sign, and the role has ${owners}`,
      "owners count, not keys, and revoked keys do not",
    );
  return issues;
}

function contentIssues({ issued, expires, roles }: TrustDocument): readonly TrustIssue[] {
  const issues: TrustIssue[] = [];
  const wrong = (path: string, message: string) => issues.push({ code: "trust-document", message, path });
  if (expires <= issued) wrong("expires", "the trust document expires before it is issued");
  for (const [name, { min, max }] of Object.entries(roles.signer.may.bounds ?? {}))
    if (min !== undefined && max !== undefined && min > max)
      wrong(`roles.signer.may.bounds.${name}`, "the least value is above the greatest");
  return issues;
}

const prepareRole = ({ keys, threshold }: Role): PreparedRole => ({ keys: new Set(keys), threshold });

/**
 * The tables of a document that fits its schema and does not contradict itself.
 * @throws TrustError `trust-document`, `trust-key`, `trust-role`
 */
export function readDocument(value: unknown): { readonly document: TrustDocument; readonly tables: Tables } {
  refuseIfAny(schemaIssues(trustSchema, value, "trust-document"));
  const document = value as TrustDocument;
  refuseIfAny(contentIssues(document));
  const base = { ...importKeys(document), revoked: new Set(document.revoked) };
  const { root, signer, amender, checkpointer, server } = document.roles;
  refuseIfAny(Object.entries(document.roles).flatMap(([name, role]) => roleIssues(name, role, base)));
  const policy = preparePolicy(signer.may);
  const amenders = [
    ...(signer.may.amend === undefined ? [] : [{ role: prepareRole(signer), may: signer.may.amend }]),
    ...(amender === undefined ? [] : [{ role: prepareRole(amender), may: amender.may }]),
  ];
  const tables = {
    ...base,
    root: prepareRole(root),
    signer: prepareRole(signer),
    amenders,
    checkpointer: checkpointer && prepareRole(checkpointer),
    server: server && prepareRole(server),
    policy,
  };
  return { document, tables };
}
