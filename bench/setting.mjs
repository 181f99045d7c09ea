/** What the benches of verification share: a key, a trust document, and signed statements of specs of several sizes. */
import {
  author,
  check,
  encodeEnvelope,
  exportPublicKey,
  generateKey,
  keyId,
  memoryStore,
  readTrust,
  sign,
  signTrust,
} from "optseal";

export const JOB = "bench";
export const AUDIENCE = "server";
const NOW = Math.floor(Date.now() / 1000);

export const pair = await generateKey("bench");
const id = keyId(pair.publicKey);
const document = {
  optseal: 1,
  version: 1,
  issued: NOW - 10,
  expires: NOW + 86_400,
  keys: [
    {
      algorithm: "ed25519",
      public: Buffer.from(exportPublicKey(pair.publicKey)).toString("base64"),
      owner: "bench",
    },
  ],
  roles: {
    root: { keys: [id], threshold: 1 },
    signer: { keys: [id], threshold: 1, may: { rules: ["*"], custom: true } },
  },
  revoked: [],
};
export const trustFile = encodeEnvelope(await signTrust(document, pair.secretKey), "json");
export const trust = await readTrust(trustFile);

/** A spec of MXNet's SGD with a schedule and as many groups as asked for. */
export function spec(groups, rate = 0.1) {
  return author({
    optseal: 1,
    rule: "mxnet-1.9/sgd",
    hyper: { learning_rate: rate, momentum: 0.9 },
    schedule: { name: "mxnet-1.9/factorscheduler", hyper: { step: 1000, factor: 0.5 } },
    groups: Array.from({ length: groups }, (_, i) => ({
      match: { name: [`layer${i}_bias`] },
      hyper: { wd_mult: 0 },
    })),
  });
}

/** The bytes of a signed statement. */
export function statement(authored, sequence, form) {
  const claims = { job: JOB, audience: [AUDIENCE], sequence, issued: NOW - 10, expires: NOW + 3600 };
  return sign(check(authored), claims, pair.secretKey, { form });
}

export const gates = () => ({ trust, job: JOB, audience: AUDIENCE, store: memoryStore() });
