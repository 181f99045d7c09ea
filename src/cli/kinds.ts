/** cli: what a file is, told from its bytes. Only a guess: whoever reads it as that kind still refuses what is none. */

export type Kind =
  | "empty"
  | "envelope"
  | "public-key"
  | "secret-key"
  | "safetensors"
  | "pickle"
  | "container"
  | "spec"
  | "rule"
  | "unknown";

/** Each kind in words, with its article. */
export const KIND_WORDS: Readonly<Record<Kind, string>> = Object.freeze({
  empty: "an empty file",
  envelope: "a signed envelope",
  "public-key": "a public key",
  "secret-key": "a secret key",
  safetensors: "a tensor file",
  pickle: "a pickle",
  container: "an archive or a file of another format",
  spec: "a spec",
  rule: "the text of a rule or schedule",
  unknown: "no kind of file that optseal knows",
});

const decoder = new TextDecoder("utf-8", { fatal: true });
/** First bytes of zip, gzip, NumPy, HDF5 and 7z files. */
const CONTAINERS: readonly string[] = [
  "PK\u0003\u0004",
  "PK\u0005\u0006",
  "\u001f\u008b",
  "\u0093NUMPY",
  "\u0089HDF",
  "7z",
];

/** Where in a spec, rule or envelope the word stands that tells it. */
const TEXT_KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^\s*\{\s*"(?:payload|payloadType|signatures)"/, "envelope"],
  [/^optseal-ed25519-public\b/, "public-key"],
  [/^\s*optseal-ed25519-secret\b/, "secret-key"],
  [/^(?:---[ \t\r]*\n)?(?:[ \t\r]*(?:#[^\n]*)?\n)*(?:rule|schedule) +[A-Za-z_]/, "rule"],
  [/(?:^|[\n{,])[ \t]{0,16}["']?optseal["']?[ \t]{0,16}:/, "spec"],
];

/** The kind of a file. */
export function kindOf(bytes: Uint8Array): Kind {
  if (bytes.length === 0) return "empty";
  const first = bytes[0] as number;
  if (isSafetensors(bytes)) return "safetensors";
  if (first === 0x83) return "envelope";
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  if (CONTAINERS.some((magic) => start.startsWith(magic))) return "container";
  if (first === 0x80) return "pickle";
  const text = textOf(bytes.subarray(0, 1 << 20));
  const found = text === undefined ? undefined : TEXT_KINDS.find(([pattern]) => pattern.test(text))?.[1];
  if (found !== undefined) return found;
  return looksLikeTextPickle(bytes) ? "pickle" : "unknown";
}

/** Eight bytes of length, then a JSON object (the safetensors format). */
function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false;
  const size = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  return size <= BigInt(bytes.length - 8);
}

/** A pickle of protocol 0 or 1 begins with one of these opcodes and ends with STOP. */
function looksLikeTextPickle(bytes: Uint8Array): boolean {
  return "(ci]}lItdNIFLSUVXKMJGTB)".includes(String.fromCharCode(bytes[0] as number)) && bytes.includes(0x2e);
}

/** UTF-8 text, or `undefined`. The last character may be cut. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch {
    return undefined;
  } finally {
    // Forgets a cut character; what it says of it is of no interest.
    try {
      decoder.decode();
    } catch {}
  }
}
