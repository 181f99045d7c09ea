/**
 * envelope, backend "node": Ed25519 by node:crypto (OpenSSL). The module is asked for at run time, not imported, so that a
 * bundle for browsers never sees it.
 */
import { concatBytes, fromHex } from "../base/bytes.ts";
import type { Ed25519Backend } from "./ed25519-backend.ts";
import { cachedKeys, strictBackend } from "./ed25519-backend.ts";
import { KEY_BYTES } from "./ed25519-strict.ts";

// RFC 8410 sections 4 and 7: the DER in front of a raw public key, and in front of a seed.
const SPKI = fromHex("302a300506032b6570032100")!;
const PKCS8 = fromHex("302e020100300506032b657004220420")!;

function nodeCrypto() {
  try {
    return globalThis.process?.getBuiltinModule?.("node:crypto");
  } catch {
    // A Node that was built without OpenSSL throws here.
    return undefined;
  }
}

/** The backend by node:crypto, or `undefined` on a host that is not Node (20.16 or newer). */
export function nodeBackend(): Ed25519Backend | undefined {
  const crypto = nodeCrypto();
  if (crypto === undefined) return undefined;

  // Node takes any Uint8Array here; its types say less.
  const der = (prefix: Uint8Array, key: Uint8Array) => concatBytes(prefix, key) as Buffer;
  const publicKeyOf = cachedKeys((key) =>
    crypto.createPublicKey({ key: der(SPKI, key), format: "der", type: "spki" }),
  );
  const secretKeyOf = (seed: Uint8Array) =>
    crypto.createPrivateKey({ key: der(PKCS8, seed), format: "der", type: "pkcs8" });

  return strictBackend({
    name: "node",
    verify(publicKey, message, signature) {
      try {
        return crypto.verify(null, message, publicKeyOf(publicKey), signature);
      } catch {
        // Whatever OpenSSL makes of bytes that are no point, it is no signature.
        return false;
      }
    },
    sign: (seed, message) => new Uint8Array(crypto.sign(null, message, secretKeyOf(seed))),
    publicKey(seed) {
      const spki = crypto.createPublicKey(secretKeyOf(seed)).export({ format: "der", type: "spki" });
      return new Uint8Array(spki.subarray(spki.length - KEY_BYTES));
    },
  });
}
