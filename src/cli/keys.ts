/** cli: key files. */
import type { OwnedPublicKey, OwnedSecretKey } from "../index.ts";
import { formatPublicKey, parsePublicKeyFile, parseSecretKeyFile } from "../index.ts";
import { about } from "./errors.ts";
import type { Io } from "./io.ts";
import { INPUT_LIMITS, inputName, readInput } from "./read-input.ts";

/** Any bytes as text: what is no key file is refused for that. */
const asText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** @throws FileError for a file that others may read; EnvelopeError for what is no secret key */
export async function readSecretKey(io: Io, path: string): Promise<OwnedSecretKey> {
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.key, secret: true });
  return about(inputName(path), () => parseSecretKeyFile(asText(bytes)));
}

/** @throws EnvelopeError for what is no public key */
export async function readPublicKey(io: Io, path: string): Promise<OwnedPublicKey> {
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.key });
  return about(inputName(path), () => parsePublicKeyFile(asText(bytes)));
}

/** The raw key in base64, as trust documents have it: the third word of a key file's line. */
export function publicText(key: OwnedPublicKey): string {
  return formatPublicKey(key).split(" ")[2] as string;
}
