/**
 * trust: admission. In: a verified statement, the trust document, whom it should be for, and what was accepted before. Out:
 * `Admitted`, and the store remembers it. There is no way around a refusal: nothing here falls back to anything.
 */
import { ownBytes } from "../base/bytes.ts";
import { digest } from "../base/digest.ts";
import { timeText } from "../base/time.ts";
import type { Verified } from "../envelope/verify.ts";
import { isVerified } from "../envelope/verify.ts";
import type { Admitted, AdmittedContent, Claims } from "../spec/gates.ts";
import { admittedGate } from "../spec/gates.ts";
import type { Clock, ClockOptions } from "./clock.ts";
import { lateness, readClock } from "./clock.ts";
import type { PreparedRole, Tables } from "./document.ts";
import { countOwners } from "./document.ts";
import type { TrustIssue } from "./errors.ts";
import { refuse, refuseIfAny } from "./errors.ts";
import { PAYLOAD_TYPES } from "./payload-types.ts";
import { checkPolicy } from "./policy.ts";
import { acceptSequence, checkSequence } from "./sequence.ts";
import { recallStatement } from "./statement.ts";
import type { Scope, SequenceStore } from "./store.ts";
import type { Trust } from "./trust.ts";
import { checkTrustTime, trustTables } from "./trust.ts";

/** What admission needs to know. */
export interface AdmitOptions extends ClockOptions {
  readonly trust: Trust;
  /** The job that this server works for, character by character. */
  readonly job: string;
  /** This server's own name: one of those that the statement is for. */
  readonly audience: string;
  readonly store: SequenceStore;
}

const SIGNER_REFUSALS = {
  "unknown-key": "is not listed in the trust document",
  "revoked-key": "is revoked",
  "wrong-role": "may not sign this",
} as const;

function signerRefusal(
  id: string,
  role: PreparedRole,
  tables: Tables,
): keyof typeof SIGNER_REFUSALS | undefined {
  if (tables.revoked.has(id)) return "revoked-key";
  if (!tables.owners.has(id)) return "unknown-key";
  return role.keys.has(id) ? undefined : "wrong-role";
}

/** As in `verifyEnvelope`, every signature counts: one by a key that may not sign is as wrong as one that does not hold. */
export function signerIssues(
  signers: readonly string[],
  role: PreparedRole,
  tables: Tables,
): readonly TrustIssue[] {
  const issues = signers.flatMap((id, i): TrustIssue[] => {
    const code = signerRefusal(id, role, tables);
    if (code === undefined) return [];
    return [{ code, message: `the key \`${id}\` ${SIGNER_REFUSALS[code]}`, path: `signatures[${i}]` }];
  });
  const { threshold } = role;
  const counted = countOwners(signers, tables);
  if (issues.length > 0 || counted >= threshold) return issues;
  const hint = "each owner counts once, with however many keys";
  const message = `${threshold} owners must sign; ${counted} did`;
  return [{ code: "threshold", message, path: "signatures", hint }];
}

/** As `signerIssues`, of a role that a trust document may be without. @throws TrustError */
export function refuseSigners(
  signers: readonly string[],
  role: "checkpointer" | "server",
  tables: Tables,
): void {
  const prepared = tables[role];
  if (prepared === undefined)
    throw refuse("no-role", `the trust document has no role \`${role}\`, which signs this`, {
      path: "signatures",
      hint: `its root role may sign one that has: optseal trust init --${role} PUB`,
    });
  refuseIfAny(signerIssues(signers, prepared, tables));
}

/** Who signed, each once. */
export function ownersOf(signers: readonly string[], { owners }: Tables): readonly string[] {
  return [...new Set(signers.map((id) => owners.get(id) ?? ""))];
}

/** What is the matter with whom a statement is for. */
export function scopeIssues({ job, audience }: Claims, scope: Scope): readonly TrustIssue[] {
  const issues: TrustIssue[] = [];
  if (!audience.includes(scope.audience))
    issues.push({
      code: "wrong-audience",
      message: `the statement is for ${audience.map((label) => `\`${label}\``).join(", ")}`,
      path: "claims.audience",
      hint: `this server is \`${scope.audience}\``,
    });
  if (job !== scope.job)
    issues.push({
      code: "wrong-job",
      message: `the statement is for the job \`${job}\``,
      path: "claims.job",
      hint: `this server works for \`${scope.job}\``,
    });
  return issues;
}

const TIME_REFUSALS = {
  late: ({ expires }: Claims): TrustIssue => ({
    code: "expired",
    message: `the statement expired at ${timeText(expires)}`,
    path: "claims.expires",
    hint: "sign it again, with a higher sequence",
  }),
  early: ({ issued }: Claims): TrustIssue => ({
    code: "not-yet-valid",
    message: `the statement was issued at ${timeText(issued)}, in the future`,
    path: "claims.issued",
    hint: "compare this machine's clock with that of whoever signed",
  }),
} as const;

/** What is the matter with the time that a statement is for. */
export function timeIssues(claims: Claims, lifetime: number, clock: Clock): readonly TrustIssue[] {
  const found = lateness(claims, clock);
  const lives = claims.expires - claims.issued;
  const long: TrustIssue = {
    code: "lifetime",
    message: `the statement lives ${lives} seconds; ${lifetime} are allowed`,
    path: "claims.expires",
  };
  return [
    ...(found === undefined ? [] : [TIME_REFUSALS[found](claims)]),
    ...(lives > lifetime ? [long] : []),
  ];
}

type Kind = Exclude<keyof typeof PAYLOAD_TYPES, "trust">;

const KINDS: { readonly [K in Kind]: string } = {
  spec: "statement with a spec",
  amendment: "statement with an amendment",
  checkpoint: "order to save",
  manifest: "manifest",
};

/** The bytes that were verified. @throws TrustError for another kind; TypeError for what `verifyEnvelope` did not return */
export function untouchedPayload(verified: Verified, kind: Kind): Uint8Array {
  if (!isVerified(verified)) throw new TypeError("admit takes what `verifyEnvelope` returned");
  if (verified.payloadType !== PAYLOAD_TYPES[kind])
    throw refuse("payload-type", `\`${verified.payloadType}\` is no ${KINDS[kind]}`, {
      path: "payloadType",
    });
  const payload = ownBytes(verified.payload);
  // Bytes cannot be frozen: another part of the program may have written to them since they were verified.
  if (digest(payload) !== verified.digest)
    throw refuse("statement", "the payload was changed after it was verified", { offset: 0 });
  return payload;
}

function label(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw new TypeError(`\`${name}\` is a text`);
  return value;
}

/** The options of an admission, read once. */
export interface Setting {
  readonly tables: Tables;
  readonly scope: Scope;
  readonly clock: Clock;
}

/** @throws TrustError for a trust document that is not in time; TypeError for options that are none */
export function readSetting(options: AdmitOptions): Setting {
  const scope = { job: label(options.job, "job"), audience: label(options.audience, "audience") };
  const clock = readClock(options);
  const tables = trustTables(options.trust);
  checkTrustTime(options.trust.document, clock);
  return { tables, scope, clock };
}

/** What is admitted, if it is: who said it, and what the policy has for those who go on from here. */
export function contentOf(
  verified: Verified,
  { spec, claims }: Pick<AdmittedContent, "spec" | "claims">,
  { tables }: Setting,
): Omit<AdmittedContent, "status"> {
  const { policy } = tables;
  return {
    spec,
    claims,
    digest: verified.digest,
    owners: ownersOf(verified.signers, tables),
    ...(policy.cost === undefined ? {} : { costLimit: policy.cost }),
    ...(policy.bounds.length === 0 ? {} : { bounds: Object.fromEntries(policy.bounds) }),
  };
}

/**
 * All that can be said without the store. @throws as `admit`
 * @param isPast whether it was accepted before, when it was in time
 */
export function judgeSpec(
  verified: Verified,
  setting: Setting,
  isPast: (claims: Claims) => boolean,
): Omit<AdmittedContent, "status"> {
  const { tables } = setting;
  const payload = untouchedPayload(verified, "spec");
  refuseIfAny(signerIssues(verified.signers, tables.signer, tables));
  const { claims, spec } = recallStatement(payload, verified.digest);
  const { policy } = tables;
  refuseIfAny([
    ...scopeIssues(claims, setting.scope),
    ...(isPast(claims) ? [] : timeIssues(claims, policy.lifetime, setting.clock)),
    ...checkPolicy(spec, policy),
  ]);
  return contentOf(verified, { spec, claims }, setting);
}

/**
 * Admits a statement: enough owners of the signer role signed it, nobody else did, it is for this job and audience, in time
 * and within the policy; and its sequence is above the highest accepted, or it is the very statement that has it.
 *
 * `status` is `in-force` for that same statement said again: nothing was written, and a server that runs it goes on. (A
 * server that was stopped between admission and its first update hears `in-force` too, and starts it.)
 * @throws TrustError with every issue that can be told; CodecError, SpecError for what was signed but is no statement
 * @throws TypeError for options that are none
 */
export async function admit(verified: Verified, options: AdmitOptions): Promise<Admitted> {
  return admitProven(verified, options, () => undefined);
}

/**
 * As `admit`, with a last question when all else is well, before the sequence is used up: what `prove` throws refuses the
 * statement, which may then be sent again when it can be run. The candidate has the brand already and counts only if this
 * resolves, so this is for `open` alone, which keeps it to itself; the package does not export it.
 */
export async function admitProven(
  verified: Verified,
  options: AdmitOptions,
  prove: (candidate: Admitted) => void | Promise<void>,
): Promise<Admitted> {
  const { store } = options;
  const setting = readSetting(options);
  const { scope } = setting;
  const content = judgeSpec(verified, setting, () => false);
  const offered = { sequence: content.claims.sequence, digest: content.digest };

  const expected = await checkSequence(store, scope, offered);
  const candidate = admittedGate.pass({ ...content, status: expected });
  await prove(candidate);
  // What is in force already uses nothing up: every worker says it, and the store is asked once.
  const status = expected === "in-force" ? expected : await acceptSequence(store, scope, offered);
  return status === expected ? candidate : admittedGate.pass({ ...content, status });
}
