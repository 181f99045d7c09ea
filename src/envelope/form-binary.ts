/**
 * envelope: the binary form, which is the canonical MessagePack (shortest headers, keys in byte order) of
 * `{payload: bin, payloadType: str, signatures: [{keyid: str, sig: bin}, ...]}`. In: its bytes, or the parts. Out: the
 * parts, or its bytes. Only this layout is read, so encode(parse(x)) is x.
 */
import { concatBytes, equalBytes, fromUtf8, utf8 } from "../base/bytes.ts";
import type { EnvelopeParts, Signature } from "./envelope.ts";
import { MAX_SIGNATURES, tooManySignatures } from "./envelope.ts";
import { refuse } from "./errors.ts";

/** A MessagePack type of variable length: its headers, each with the bytes of its length field and the least length. */
interface Kind {
  readonly what: string;
  /** The one-byte header of a short value, which holds the length in its low bits; the mask of those bits. */
  readonly short?: { readonly tag: number; readonly mask: number };
  readonly long: readonly { readonly tag: number; readonly width: number; readonly least: number }[];
}

// MessagePack specification, "formats": fixstr and str 8, bin 8/16/32, fixarray and array 16, as far as they occur here.
const STR: Kind = {
  what: "a string",
  short: { tag: 0xa0, mask: 0x1f },
  long: [{ tag: 0xd9, width: 1, least: 0x20 }],
};
const BIN: Kind = {
  what: "a byte string",
  long: [
    { tag: 0xc4, width: 1, least: 0 },
    { tag: 0xc5, width: 2, least: 0x100 },
    { tag: 0xc6, width: 4, least: 0x10000 },
  ],
};
const ARRAY: Kind = {
  what: "an array",
  short: { tag: 0x90, mask: 0x0f },
  long: [{ tag: 0xdc, width: 2, least: 0x10 }],
};

const key = (text: string) => concatBytes(Uint8Array.of(0xa0 | text.length), utf8(text));
const PAYLOAD = concatBytes(Uint8Array.of(0x83), key("payload"));
const TYPE = key("payloadType");
const SIGNATURES = key("signatures");
const KEY_ID = concatBytes(Uint8Array.of(0x82), key("keyid"));
const SIG = key("sig");

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  expect(piece: Uint8Array, field: string): void {
    const end = this.#at + piece.length;
    if (!equalBytes(this.#bytes.subarray(this.#at, end), piece))
      throw refuse("malformed", `expected the field \`${field}\``, { offset: this.#at });
    this.#at = end;
  }

  /** The length of the value that begins here, whose header must be the shortest. */
  length(kind: Kind): number {
    const start = this.#at;
    const tag = this.#bytes[this.#at++];
    if (tag !== undefined && kind.short !== undefined && (tag & ~kind.short.mask) === kind.short.tag)
      return tag & kind.short.mask;
    const header = kind.long.find((candidate) => candidate.tag === tag);
    if (header === undefined) throw refuse("malformed", `expected ${kind.what}`, { offset: start });
    let length = 0;
    for (let i = 0; i < header.width; i++) length = length * 256 + (this.#bytes[this.#at++] ?? 0);
    if (length < header.least)
      throw refuse("malformed", `${kind.what} whose header is not the shortest`, { offset: start });
    return length;
  }

  /** The content of a string or byte string, in an array of its own. */
  content(kind: Kind): Uint8Array {
    const start = this.#at;
    const end = this.length(kind) + this.#at;
    if (end > this.#bytes.length)
      throw refuse("malformed", `the envelope ends within ${kind.what}`, { offset: start });
    const content = this.#bytes.slice(this.#at, end);
    this.#at = end;
    return content;
  }

  text(path: string): string {
    const text = fromUtf8(this.content(STR));
    if (text === undefined) throw refuse("malformed", "not valid UTF-8", { path });
    return text;
  }

  end(): void {
    if (this.#at < this.#bytes.length)
      throw refuse("malformed", "the envelope is followed by something else", { offset: this.#at });
  }
}

/** The parts of an envelope in the binary form. @throws EnvelopeError `malformed`, `too-many-signatures` */
export function readBinary(bytes: Uint8Array): EnvelopeParts {
  const scanner = new Scanner(bytes);
  scanner.expect(PAYLOAD, "payload");
  const payload = scanner.content(BIN);
  scanner.expect(TYPE, "payloadType");
  const payloadType = scanner.text("payloadType");
  scanner.expect(SIGNATURES, "signatures");
  const count = scanner.length(ARRAY);
  if (count > MAX_SIGNATURES) throw tooManySignatures();
  const signatures: Signature[] = [];
  for (let i = 0; i < count; i++) {
    scanner.expect(KEY_ID, "keyid");
    const keyid = scanner.text(`signatures[${i}].keyid`);
    scanner.expect(SIG, "sig");
    signatures.push({ keyid, sig: scanner.content(BIN) });
  }
  scanner.end();
  return { payload, payloadType, signatures };
}

function header(kind: Kind, length: number): Uint8Array {
  if (kind.short !== undefined && length <= kind.short.mask) return Uint8Array.of(kind.short.tag | length);
  const { tag, width } = kind.long.findLast((candidate) => length >= candidate.least)!;
  return Uint8Array.from({ length: 1 + width }, (_, i) =>
    i === 0 ? tag : (length >>> (8 * (width - i))) & 0xff,
  );
}

/** The binary form of checked parts. */
export function writeBinary({ payload, payloadType, signatures }: EnvelopeParts): Uint8Array {
  const value = (kind: Kind, content: Uint8Array) => [header(kind, content.length), content];
  return concatBytes(
    PAYLOAD,
    ...value(BIN, payload),
    TYPE,
    ...value(STR, utf8(payloadType)),
    SIGNATURES,
    header(ARRAY, signatures.length),
    ...signatures.flatMap(({ keyid, sig }) => [KEY_ID, ...value(STR, utf8(keyid)), SIG, ...value(BIN, sig)]),
  );
}
