/**
 * envelope: keys as files, one line of text each: what it is, the version of the form, the key in base64, its owner. In and
 * out: that text. No message ever quotes it, since a wrong file may well hold a secret.
 */
import { fromBase64, toBase64 } from "../base/bytes.ts";
import type { EnvelopeCode } from "./errors.ts";
import { refuse } from "./errors.ts";
import type { PublicKey, SecretKey } from "./keys.ts";
import { exportPublicKey, importPublicKey, importSecretKey, publicKeyOf, seedOf } from "./keys.ts";

/** A public key and the name of who holds its secret half. */
export interface OwnedPublicKey {
  readonly key: PublicKey;
  readonly owner: string;
}

/** A secret key and the name of who holds it. */
export interface OwnedSecretKey {
  readonly key: SecretKey;
  readonly owner: string;
}

/** Both halves of one new key. */
export interface KeyPair {
  readonly publicKey: PublicKey;
  readonly secretKey: SecretKey;
  readonly owner: string;
}

const PUBLIC = "optseal-ed25519-public";
const SECRET = "optseal-ed25519-secret";
const LINE = /^(\S+) (\S+) (\S+) (\S+)\n?$/;
// Longer than any key file; a longer text is refused before it is looked at.
const LONGEST = 256;

/**
 * The owner's name, if it is 1 to 64 printable ASCII characters without spaces.
 * @throws EnvelopeError `bad-owner`
 */
export function checkOwner(owner: unknown): string {
  if (typeof owner !== "string" || !/^[!-~]{1,64}$/.test(owner))
    throw refuse("bad-owner", "an owner's name is 1 to 64 printable ASCII characters without spaces");
  return owner;
}

/** The line of a public key, with its line feed. @throws EnvelopeError `bad-owner`, `bad-key` */
export function formatPublicKey({ key, owner }: OwnedPublicKey): string {
  return `${PUBLIC} 1 ${toBase64(exportPublicKey(key))} ${checkOwner(owner)}\n`;
}

/** The line of a secret key, with its line feed: for a file that only its owner can read. @throws EnvelopeError `bad-owner`, `bad-key` */
export function formatSecretKey({ key, owner }: OwnedSecretKey): string {
  return `${SECRET} 1 ${toBase64(seedOf(key))} ${checkOwner(owner)}\n`;
}

interface Wanted {
  readonly kind: string;
  readonly other: string;
  readonly confused: EnvelopeCode;
  readonly message: string;
  readonly hint: string;
}

const WANT_PUBLIC: Wanted = {
  kind: PUBLIC,
  other: SECRET,
  confused: "secret-as-public",
  message: "this file holds a secret key, where a public key is wanted",
  hint: "name the `.pub` file; if others have seen this one, revoke its key and make a new one",
};

const WANT_SECRET: Wanted = {
  kind: SECRET,
  other: PUBLIC,
  confused: "public-as-secret",
  message: "this file holds a public key, where a secret key is wanted",
  hint: "name the `.key` file that was made together with it",
};

function parseLine(text: unknown, wanted: Wanted): { readonly bytes: Uint8Array; readonly owner: string } {
  const hint = `a key file is one line: \`${wanted.kind} 1 BASE64 OWNER\``;
  if (typeof text !== "string") throw refuse("not-bytes", "a key file is given as text", { hint });
  // Looked for first: a secret key in a file that is wrong in other ways too is still a secret in the wrong place.
  if (text.slice(0, LONGEST).trimStart().startsWith(wanted.other))
    throw refuse(wanted.confused, wanted.message, { hint: wanted.hint });
  const fields = text.length > LONGEST ? null : LINE.exec(text);
  if (fields === null || fields[1] !== wanted.kind)
    throw refuse("bad-key-file", "this is no key file of optseal", { hint });
  const [, , version, base64 = "", owner] = fields;
  if (version !== "1")
    throw refuse("bad-key-file", "this key file is of a version that this release does not know", { hint });
  const bytes = fromBase64(base64);
  if (bytes === undefined) throw refuse("bad-key-file", "the key in this file is not base64", { hint });
  return { bytes, owner: checkOwner(owner) };
}

/**
 * The public key of a file's text: one line, single spaces, the line feed at its end optional.
 * @throws EnvelopeError `bad-key-file`, `secret-as-public`, `bad-owner`, `bad-key`, `not-bytes`
 */
export function parsePublicKeyFile(text: unknown): OwnedPublicKey {
  const { bytes, owner } = parseLine(text, WANT_PUBLIC);
  return { key: importPublicKey(bytes), owner };
}

/**
 * The secret key of a file's text: one line, single spaces, the line feed at its end optional.
 * @throws EnvelopeError `bad-key-file`, `public-as-secret`, `bad-owner`, `bad-key`, `not-bytes`
 */
export function parseSecretKeyFile(text: unknown): OwnedSecretKey {
  const { bytes, owner } = parseLine(text, WANT_SECRET);
  return { key: importSecretKey(bytes), owner };
}

/**
 * A new key from the host's random numbers.
 * @throws EnvelopeError `bad-owner`
 */
export async function generateKey(owner: string): Promise<KeyPair> {
  const name = checkOwner(owner);
  const secretKey = importSecretKey(crypto.getRandomValues(new Uint8Array(32)));
  return { publicKey: await publicKeyOf(secretKey), secretKey, owner: name };
}
