/** live: a key, and a trust document by which it may send everything. */
import { encodeEnvelope, exportPublicKey, generateKey, keyId, signTrust } from "../../../src/index.ts";

/** The time at which all is signed, in seconds, and for how long it is good. */
export const ISSUED = Math.floor(Date.now() / 1000) - 10;
export const EXPIRES = ISSUED + 86_400;

const pair = await generateKey("alice");
export const { secretKey } = pair;
const id = keyId(pair.publicKey);

/** The bytes of the document, whose root is the same key. */
export async function trustFile(): Promise<Uint8Array> {
  const listed = Buffer.from(exportPublicKey(pair.publicKey)).toString("base64");
  const document = {
    optseal: 1,
    version: 1,
    issued: ISSUED,
    expires: EXPIRES,
    keys: [{ algorithm: "ed25519", public: listed, owner: "alice" }],
    roles: {
      root: { keys: [id], threshold: 1 },
      signer: { keys: [id], threshold: 1, may: { rules: ["*"], custom: true } },
    },
    revoked: [],
  } as const;
  return encodeEnvelope(await signTrust(document, secretKey), "json");
}
