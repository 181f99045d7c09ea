/** envelope: which Ed25519 backend this host has. In: a name, or nothing. Out: a backend that was seen to work. */
import { fromHex } from "../base/bytes.ts";
import type { BackendName, Ed25519Backend } from "./ed25519-backend.ts";
import { refuse } from "./errors.ts";

const MAKERS: ReadonlyMap<BackendName, () => Promise<Ed25519Backend | undefined>> = new Map([
  ["node", async () => working((await import("./ed25519-node.ts")).nodeBackend())],
  ["webcrypto", async () => working((await import("./ed25519-webcrypto.ts")).webcryptoBackend())],
  // Loaded only where it is needed: the others are there on nearly every host.
  ["tweetnacl", async () => (await import("./ed25519-tweetnacl.ts")).tweetnaclBackend()],
]);

// RFC 8032 section 7.1, TEST 1 (the empty message).
const KNOWN_KEY = fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")!;
const KNOWN_SIGNATURE = fromHex(
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
)!;

/** The backend, if it accepts a known signature and refuses it over another message; else `undefined`. */
async function working(backend: Ed25519Backend | undefined): Promise<Ed25519Backend | undefined> {
  if (backend === undefined) return undefined;
  const accepts = await backend.verify(KNOWN_KEY, new Uint8Array(0), KNOWN_SIGNATURE);
  const refuses = await backend.verify(KNOWN_KEY, new Uint8Array(1), KNOWN_SIGNATURE);
  return accepts === true && refuses === false ? backend : undefined;
}

const made = new Map<BackendName, Promise<Ed25519Backend | undefined>>();

function make(name: BackendName): Promise<Ed25519Backend | undefined> {
  const known = made.get(name);
  if (known !== undefined) return known;
  const backend = MAKERS.get(name)?.() ?? Promise.resolve(undefined);
  made.set(name, backend);
  return backend;
}

async function choose(): Promise<Ed25519Backend> {
  for (const name of MAKERS.keys()) {
    const backend = await make(name);
    if (backend !== undefined) return backend;
  }
  throw refuse("no-backend", "this host has no Ed25519");
}

let chosen: Promise<Ed25519Backend> | undefined;

/**
 * The backend of that name, or, without a name, the fastest one that works on this host: node:crypto, then WebCrypto,
 * then tweetnacl. All three accept the same signatures. The choice is made once.
 * @throws EnvelopeError `no-backend` if the host has none of that name
 */
export async function ed25519(name?: BackendName): Promise<Ed25519Backend> {
  if (name === undefined) {
    chosen ??= choose();
    return chosen;
  }
  const backend = await make(name);
  if (backend === undefined) throw refuse("no-backend", "this host has no Ed25519 backend of that name");
  return backend;
}
