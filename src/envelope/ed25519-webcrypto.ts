/** envelope, backend "webcrypto": Ed25519 by the host's `crypto.subtle` (browsers, Deno, workers, Node). */
import { concatBytes, fromHex } from "../base/bytes.ts";
import { bug } from "../base/errors.ts";
import type { Ed25519Backend } from "./ed25519-backend.ts";
import { cachedKeys, strictBackend } from "./ed25519-backend.ts";
import { KEY_BYTES } from "./ed25519-strict.ts";

const ALGORITHM = "Ed25519";
// RFC 8410 section 7: the DER in front of a seed.
const PKCS8 = fromHex("302e020100300506032b657004220420")!;

/** The backend by `crypto.subtle`, or `undefined` where the host has none (an insecure context, an old engine). */
export function webcryptoBackend(): Ed25519Backend | undefined {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return undefined;

  const publicKeyOf = cachedKeys((key) =>
    subtle.importKey("raw", new Uint8Array(key), ALGORITHM, false, ["verify"]),
  );
  const secretKeyOf = (seed: Uint8Array, extractable: boolean) =>
    subtle.importKey("pkcs8", new Uint8Array(concatBytes(PKCS8, seed)), ALGORITHM, extractable, ["sign"]);

  return strictBackend({
    name: "webcrypto",
    async verify(publicKey, message, signature) {
      // Copied before the first wait: the caller may not change them under way.
      const own = [new Uint8Array(signature), new Uint8Array(message)] as const;
      try {
        return await subtle.verify(ALGORITHM, await publicKeyOf(publicKey), ...own);
      } catch {
        // Some engines refuse bytes that are no point when the key is imported, others when it is used.
        return false;
      }
    },
    async sign(seed, message) {
      const own = new Uint8Array(message);
      return new Uint8Array(await subtle.sign(ALGORITHM, await secretKeyOf(seed, false), own));
    },
    async publicKey(seed) {
      // A secret key tells its public half in no form but JWK (RFC 8037 section 2: `x`, base64url).
      const jwk = await subtle.exportKey("jwk", await secretKeyOf(seed, true));
      const binary = atob((jwk.x ?? "").replaceAll("-", "+").replaceAll("_", "/"));
      if (binary.length !== KEY_BYTES) throw bug("the host exported a key without its public half");
      return Uint8Array.from(binary, (character) => character.charCodeAt(0));
    },
  });
}
