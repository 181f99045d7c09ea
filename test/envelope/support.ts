/** Fixed keys and small tools for the tests of this stage. The seeds are public: never use them elsewhere. */
import { existsSync, readFileSync } from "node:fs";
import type { BackendName } from "../../src/envelope/ed25519-backend.ts";
import { EnvelopeError } from "../../src/envelope/errors.ts";
import type { PublicKey, SecretKey } from "../../src/envelope/keys.ts";
import { importSecretKey, keyId, publicKeyOf } from "../../src/envelope/keys.ts";

export const BACKENDS: readonly BackendName[] = ["node", "webcrypto", "tweetnacl"];
export const TYPE = "application/vnd.optseal.test+msgpack";

export interface Person {
  readonly secret: SecretKey;
  readonly key: PublicKey;
  readonly id: string;
}

async function person(byte: number): Promise<Person> {
  const secret = importSecretKey(new Uint8Array(32).fill(byte));
  const key = await publicKeyOf(secret);
  return { secret, key, id: keyId(key) };
}

export const alice = await person(1);
export const bob = await person(2);
export const mallory = await person(3);
export const keys: ReadonlyMap<string, PublicKey> = new Map([alice, bob].map(({ id, key }) => [id, key]));
export const options = { keys, payloadTypes: [TYPE] };

/** The code of the `EnvelopeError` that this throws or rejects with; anything else fails the test. */
export async function refusal(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof EnvelopeError) return error.code;
    throw error;
  }
  throw new Error("nothing was refused");
}

export function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

export function fromAscii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

const corpora = new URL("../../../shared/corpora/signatures/", import.meta.url);

/** Whether the outside corpora are here; says so where they are not. */
export const hasCorpora = existsSync(corpora);
if (!hasCorpora) console.warn("skipped: no ../shared/corpora/signatures beside this checkout");

export function corpus<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, corpora), "utf8")) as T;
}

export function vectors<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/envelope/${file}`, import.meta.url), "utf8")) as T;
}
