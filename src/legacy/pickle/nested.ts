/**
 * legacy: pickles hidden in the values of a pickle, raw, in base64 or in hexadecimal digits. Somebody means to load them, so
 * a value that is a pickle is not plain data, whatever is in it.
 */
import type { Fact } from "./facts.ts";
import { PICKLE_LIMITS } from "./limits.ts";
import type { PickleStream } from "./read.ts";
import { couldBegin, looksLikePickle, readStream } from "./read.ts";
import { latin1, quoted } from "./text.ts";

const NESTED_LIMITS = { ...PICKLE_LIMITS, facts: 1 << 16, stack: 1 << 16, memo: 1 << 16, line: 1 << 10 };

/** What a value hides: how it is spelled, and the globals it would ask for. */
export interface Nested {
  readonly form: "bytes" | "base64" | "hexadecimal";
  readonly globals: readonly string[];
}

/** Shortest base64 or hexadecimal digits that hold a pickle: PROTO with its number, one value, STOP. */
const SHORTEST = 8;

/** The pickle that a text or bytes fact holds, or `undefined`. */
export function nestedPickle(fact: Fact): Nested | undefined {
  if (fact.kind === "text") {
    const raw = isByteText(fact.value) ? inBytes(toBytes(fact.value), "bytes") : undefined;
    return raw ?? inDigits(fact.value.slice(0, SHORTEST), () => fact.value);
  }
  if (fact.kind !== "bytes" && fact.kind !== "bytearray") return undefined;
  const raw = inBytes(fact.value, "bytes");
  return raw ?? inDigits(latin1(fact.value.subarray(0, SHORTEST)), () => latin1(fact.value));
}

function inBytes(bytes: Uint8Array, form: Nested["form"]): Nested | undefined {
  if (bytes.length < 2 || !couldBegin(bytes, 0)) return undefined;
  const stream = readStream(bytes, 0, NESTED_LIMITS);
  if (!isPickle(bytes, stream)) return undefined;
  const globals = stream.globals.slice(0, 8).map((g) => quoted(`${g.module} ${g.name}`));
  return { form, globals };
}

/** Without a protocol opcode, lines of words may ask for a global by chance; a pickle then comes to a call without fault. */
function isPickle(bytes: Uint8Array, stream: PickleStream): boolean {
  if (bytes[0] === 0x80) return looksLikePickle(bytes, stream);
  const call = stream.calls[0]?.offset ?? Number.POSITIVE_INFINITY;
  const fault = stream.findings[0]?.offset ?? Number.POSITIVE_INFINITY;
  return call < fault && looksLikePickle(bytes, stream);
}

/** A pickle in digits; `whole` is asked for only if the first few could begin one. */
function inDigits(head: string, whole: () => string): Nested | undefined {
  if (head.length < SHORTEST) return undefined;
  const forms = [
    { form: "hexadecimal", decode: fromHexText, pattern: /^[0-9a-fA-F]+$/ },
    { form: "base64", decode: fromBase64Text, pattern: /^[KUVWYagj][A-Za-z0-9+/_\s=-]+$/ },
  ] as const;
  for (const { form, decode, pattern } of forms) {
    const first = pattern.test(head) ? decode(head) : undefined;
    if (first === undefined || !couldBegin(first, 0)) continue;
    const all = decode(whole());
    return all === undefined ? undefined : inBytes(all, form);
  }
  return undefined;
}

/** Texts that could be a pickle's bytes one for one: a protocol opcode, or lines as protocol 0 writes them. */
function isByteText(text: string): boolean {
  return text.charCodeAt(0) === 0x80 || text.includes("\n");
}

function toBytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // 0xff is no opcode, so that a character that is no byte ends the reading.
    out[i] = Math.min(code, 0xff);
  }
  return out;
}

function fromHexText(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-fA-F]{2})+\s*$/.test(text)) return undefined;
  const out = new Uint8Array(text.trimEnd().length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Base64 of either alphabet, with or without padding and line breaks: what lenient decoders accept. */
function fromBase64Text(text: string): Uint8Array | undefined {
  const bare = text.replaceAll(/[\s=]/g, "").replaceAll("-", "+").replaceAll("_", "/");
  if (bare.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(bare)) return undefined;
  return toBytes(atob(bare));
}
