/**
 * live: one message's whole way, with nothing drawn from chance or the clock, so that every host gives the same bytes: sign,
 * open, compile, step. Runs in Node and in a browser alike.
 */
import { fromHex, toBase64, toHex, utf8 } from "../../src/base/bytes.ts";
import { digest } from "../../src/base/digest.ts";
import { exportPublicKey, publicKeyOf } from "../../src/envelope/keys.ts";
import type { BackendName, TrustDocument } from "../../src/index.ts";
import {
  author,
  check,
  compile,
  ed25519,
  encodeEnvelope,
  importSecretKey,
  memoryStore,
  open,
  readTrust,
  sign,
  signTrust,
  writeState,
} from "../../src/index.ts";

const SPEC = `optseal: 1
rule: mxnet-1.9/adam
hyper: { learning_rate: 0.01, wd: 0.001 }
schedule: { name: mxnet-1.9/cosinescheduler, hyper: { max_update: 10, base_lr: 0.01 } }
`;
const NOW = 1_800_000_000;
const DAY = 86_400;
const UPDATES = 12;

/** What came of it, as text that can be compared. */
export interface Outcome {
  readonly backend: BackendName;
  readonly envelope: string;
  readonly owners: readonly string[];
  readonly weights: string;
  readonly state: string;
  /** The code of the refusal of the same envelope with one byte changed. */
  readonly refusal: string;
}

async function trustOf(seed: Uint8Array) {
  const secret = importSecretKey(seed);
  const key = await publicKeyOf(secret);
  const role = { keys: [key.id], threshold: 1 };
  const document: TrustDocument = {
    optseal: 1,
    version: 1,
    issued: NOW - DAY,
    expires: NOW + DAY,
    keys: [{ algorithm: "ed25519", public: toBase64(exportPublicKey(key)), owner: "alice" }],
    roles: { root: role, signer: { ...role, may: { rules: ["*"], custom: false } } },
    revoked: [],
  };
  const signed = encodeEnvelope(await signTrust(document, secret));
  return { secret, trust: await readTrust(signed, { now: NOW }) };
}

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return "accepted";
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}

/** Tells the story on this host, with the backend that it chooses. */
export async function tellStory(): Promise<Outcome> {
  const { secret, trust } = await trustOf(new Uint8Array(32).fill(7));
  const claims = { job: "story", audience: ["server"], sequence: 1, issued: NOW, expires: NOW + DAY };
  const envelope = await sign(check(author(SPEC)), claims, secret, { form: "binary" });
  const options = { trust, job: "story", audience: "server", store: memoryStore(), now: NOW };

  const changed = envelope.slice();
  changed[changed.length - 1]! ^= 1;
  const refusal = await codeOf(() => open(changed, options));

  const { admitted, checked } = await open(envelope, options);
  const weights = Float32Array.from({ length: 1000 }, (_, i) => (i - 500) / 700);
  const optimizer = compile(checked).attach({ weight: { data: weights, shape: [40, 25] } });
  for (let update = 1; update <= UPDATES; update++)
    optimizer.step({ weight: weights.map((w, i) => w * 0.5 + ((i * update) % 7) / 9 - 0.3) });
  return {
    backend: (await ed25519()).name,
    envelope: toHex(envelope),
    owners: admitted.owners,
    weights: digest(new Uint8Array(weights.buffer)),
    state: digest(writeState(optimizer.state(), admitted.digest)),
    refusal,
  };
}

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string }[];
  }[];
}
interface Speccheck {
  readonly message: string;
  readonly pub_key: string;
  readonly signature: string;
}
interface Cctv {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
}

/** The outside corpora of Ed25519 signatures, as their files hold them. */
export interface Corpora {
  readonly wycheproof: Wycheproof;
  readonly speccheck: readonly Speccheck[];
  readonly cctv: readonly Cctv[];
}

/** The numbers of the signatures that a backend accepts. */
export interface Accepted {
  readonly wycheproof: readonly number[];
  readonly speccheck: readonly number[];
  readonly cctv: readonly number[];
}

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;

/** Holds a backend of this host against the corpora. */
export async function judgeCorpora(name: BackendName, corpora: Corpora): Promise<Accepted> {
  const backend = await ed25519(name);
  const [wycheproof, speccheck, cctv]: [number[], number[], number[]] = [[], [], []];
  for (const { publicKey, tests } of corpora.wycheproof.testGroups)
    for (const { tcId, msg, sig } of tests)
      if (await backend.verify(hex(publicKey.pk), hex(msg), hex(sig))) wycheproof.push(tcId);
  for (const [i, { pub_key, message, signature }] of corpora.speccheck.entries())
    if (await backend.verify(hex(pub_key), hex(message), hex(signature))) speccheck.push(i);
  for (const { number, key, sig, msg } of corpora.cctv)
    if (await backend.verify(hex(key), utf8(msg), hex(sig))) cctv.push(number);
  return { wycheproof, speccheck, cctv };
}
