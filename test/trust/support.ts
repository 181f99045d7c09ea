/** Fixed keys, a trust document and statements for the tests of this stage. The seeds are public: never use them elsewhere. */
import { toBase64 } from "../../src/base/bytes.ts";
import { StageError } from "../../src/base/errors.ts";
import { encode } from "../../src/codec/encode.ts";
import type { EnvelopeForm } from "../../src/envelope/envelope.ts";
import { encodeEnvelope } from "../../src/envelope/forms.ts";
import type { PublicKey, SecretKey } from "../../src/envelope/keys.ts";
import { exportPublicKey, importSecretKey, keyId, publicKeyOf } from "../../src/envelope/keys.ts";
import { addSignature, signEnvelope } from "../../src/envelope/sign.ts";
import type { Verified } from "../../src/envelope/verify.ts";
import { verifyEnvelope } from "../../src/envelope/verify.ts";
import { findRule, referenceTo } from "../../src/rules/built-in.ts";
import type { Admitted, Claims } from "../../src/spec/gates.ts";
import type { Spec } from "../../src/spec/tree.ts";
import type { AdmitOptions } from "../../src/trust/admit.ts";
import { admit, admitProven } from "../../src/trust/admit.ts";
import type { TrustDocument, TrustedKey } from "../../src/trust/document.ts";
import { PAYLOAD_TYPES } from "../../src/trust/payload-types.ts";
import type { Policy } from "../../src/trust/policy.ts";
import { makeStatement } from "../../src/trust/statement.ts";
import { memoryStore } from "../../src/trust/store.ts";
import type { Trust } from "../../src/trust/trust.ts";
import { readTrust } from "../../src/trust/trust.ts";

export interface Person {
  readonly secret: SecretKey;
  readonly key: PublicKey;
  readonly id: string;
  readonly listed: TrustedKey;
}

async function person(byte: number, owner: string): Promise<Person> {
  const secret = importSecretKey(new Uint8Array(32).fill(byte));
  const key = await publicKeyOf(secret);
  const listed = { algorithm: "ed25519", public: toBase64(exportPublicKey(key)), owner } as const;
  return { secret, key, id: keyId(key), listed };
}

export const root = await person(11, "root");
export const alice = await person(12, "alice");
/** A second key of the same person. */
export const aliceToo = await person(13, "alice");
export const bob = await person(14, "bob");
export const mallory = await person(15, "mallory");
export const carol = await person(16, "carol");
export const trainer = await person(17, "trainer");
export const host0 = await person(18, "host-0");
export const host1 = await person(19, "host-1");

/** The time at which all of this happens, in seconds. */
export const NOW = 1_800_000_000;
export const DAY = 86_400;

export const policy: Policy = { rules: ["mxnet-1.9/*"], custom: false };

export interface DocumentChanges {
  readonly threshold?: number;
  readonly policy?: Policy;
  readonly amender?: TrustDocument["roles"]["amender"];
  /** The trainer orders checkpoints, and two hosts sign manifests. */
  readonly saves?: boolean;
  readonly revoked?: readonly string[];
  readonly expires?: number;
  readonly issued?: number;
}

/** Root signs the document; alice, with two keys, and bob sign statements. Carol is listed where there are amenders. */
export function documentWith(changes: DocumentChanges = {}): TrustDocument {
  const listed = [
    ...[root, alice, aliceToo, bob],
    ...(changes.amender === undefined ? [] : [carol]),
    ...(changes.saves ? [trainer, host0, host1] : []),
  ];
  return {
    optseal: 1,
    version: 1,
    issued: changes.issued ?? NOW - DAY,
    expires: changes.expires ?? NOW + 365 * DAY,
    keys: listed.map((one) => one.listed),
    roles: {
      root: { keys: [root.id], threshold: 1 },
      signer: {
        keys: [alice.id, aliceToo.id, bob.id],
        threshold: changes.threshold ?? 1,
        may: changes.policy ?? policy,
      },
      ...(changes.amender === undefined ? {} : { amender: changes.amender }),
      ...(changes.saves
        ? {
            checkpointer: { keys: [trainer.id], threshold: 1 },
            server: { keys: [host0.id, host1.id], threshold: 1 },
          }
        : {}),
    },
    revoked: changes.revoked ?? [],
  };
}

/** A payload signed by each, whatever it says. */
export async function signed(
  payload: Uint8Array,
  signers: readonly Person[],
  payloadType: string = PAYLOAD_TYPES.spec,
  form: EnvelopeForm = "binary",
): Promise<Uint8Array> {
  const [first, ...rest] = signers;
  let envelope = await signEnvelope({ payloadType, payload }, first!.secret, { form });
  for (const { secret } of rest) envelope = await addSignature(envelope, secret);
  return encodeEnvelope(envelope);
}

export async function trustWith(changes: DocumentChanges = {}): Promise<Trust> {
  const payload = encode(documentWith(changes));
  return readTrust(await signed(payload, [root], PAYLOAD_TYPES.trust, "json"), { now: NOW });
}

export const sgd: Spec = {
  optseal: 1,
  rule: referenceTo(findRule("mxnet-1.9/sgd")!),
  hyper: { learning_rate: 0.1 },
};

/** A rule written out. */
export const custom: Spec["rule"] = {
  name: "mine",
  hyper: [{ name: "learning_rate", default: 0.5, scheduled: true }],
  state: [],
  step: [],
  update: [["weight", ["sub", "weight", ["mul", "learning_rate", "grad"]]]],
};

export const claims: Claims = {
  job: "bert",
  audience: ["server-a", "server-b"],
  sequence: 1,
  issued: NOW - 10,
  expires: NOW + 30 * DAY,
};

export function statement(changes: Partial<Claims> = {}, spec: Spec = sgd): Uint8Array {
  return makeStatement(spec, { ...claims, ...changes });
}

/** Verified with the keys of all people here, so that what `admit` refuses is not refused before it. */
export async function verified(
  payload: Uint8Array = statement(),
  signers: readonly Person[] = [alice],
  payloadType: string = PAYLOAD_TYPES.spec,
): Promise<Verified> {
  const keys = new Map([root, alice, aliceToo, bob, mallory].map(({ id, key }) => [id, key]));
  return verifyEnvelope(await signed(payload, signers, payloadType), {
    keys,
    payloadTypes: Object.values(PAYLOAD_TYPES),
  });
}

/** Admits for server-a in the job bert, with an empty memory, unless told otherwise. */
export async function admitted(
  what: Verified,
  changes: Partial<AdmitOptions> & {
    readonly trust: Trust;
    readonly prove?: (candidate: Admitted) => void | Promise<void>;
  },
): Promise<Admitted> {
  const { prove, ...rest } = changes;
  const options = { job: "bert", audience: "server-a", store: memoryStore(), now: NOW, ...rest };
  return prove === undefined ? admit(what, options) : admitProven(what, options, prove);
}

/** The codes of the refusal that this throws or rejects with, as `stage:code`; anything else fails the test. */
export async function refusals(action: () => unknown): Promise<readonly string[]> {
  try {
    await action();
  } catch (error) {
    if (error instanceof StageError) return error.issues.map(({ code }) => `${error.stage}:${code}`);
    throw error;
  }
  throw new Error("nothing was refused");
}

/** The first of them. */
export async function refusal(action: () => unknown): Promise<string | undefined> {
  return (await refusals(action))[0];
}
