/** envelope, backend "tweetnacl": Ed25519 in plain JavaScript, for hosts that have nothing else. */
import nacl from "tweetnacl";
import type { Ed25519Backend } from "./ed25519-backend.ts";
import { strictBackend } from "./ed25519-backend.ts";

/** The portable backend. It is about 80 times slower than the platform's, and the same on every host. */
export function tweetnaclBackend(): Ed25519Backend {
  return strictBackend({
    name: "tweetnacl",
    verify: (publicKey, message, signature) => nacl.sign.detached.verify(message, signature, publicKey),
    sign: (seed, message) => nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(seed).secretKey),
    publicKey: (seed) => nacl.sign.keyPair.fromSeed(seed).publicKey,
  });
}
