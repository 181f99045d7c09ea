/**
 * envelope: DSSE's JSON form in one spelling: ASCII, this order of fields, no white space, no escapes, standard base64. In:
 * its bytes, or the parts. Out: the parts, or its bytes. What has one spelling cannot be read in two ways: no duplicate,
 * unknown or case-folded field exists in this grammar, and encode(parse(x)) is x.
 *
 *     {"payload":"BASE64","payloadType":"TYPE","signatures":[{"keyid":"HEX","sig":"BASE64"},...]}
 */
import { fromBase64, fromUtf8, toBase64, utf8 } from "../base/bytes.ts";
import type { EnvelopeParts, Signature } from "./envelope.ts";
import { MAX_SIGNATURES, tooManySignatures } from "./envelope.ts";
import { refuse } from "./errors.ts";

const PAYLOAD = '{"payload":"';
const TYPE = '","payloadType":"';
const SIGNATURES = '","signatures":[';
const KEY_ID = '{"keyid":"';
const SIG = '","sig":"';
const SIG_END = '"}';
const END = "]}";

/** Walks a text that is fixed pieces with quoted pieces between them. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the text goes on with this piece; if so, it is passed. */
  skips(piece: string): boolean {
    const goesOn = this.#text.startsWith(piece, this.#at);
    if (goesOn) this.#at += piece.length;
    return goesOn;
  }

  expect(piece: string): void {
    if (!this.skips(piece))
      throw refuse("malformed", `expected \`${piece}\``, {
        offset: this.#at,
        hint: "the fields of an envelope stand in one order, without white space, as optseal writes them",
      });
  }

  /** The text up to the next quotation mark. */
  quoted(): string {
    const end = this.#text.indexOf('"', this.#at);
    if (end < 0) throw refuse("malformed", "the envelope ends within a string", { offset: this.#at });
    const piece = this.#text.slice(this.#at, end);
    this.#at = end;
    return piece;
  }

  base64(path: string): Uint8Array {
    const bytes = fromBase64(this.quoted());
    if (bytes === undefined)
      throw refuse("base64", "not the one base64 spelling of its bytes", {
        path,
        hint: "standard alphabet, padded, without white space, unused bits zero",
      });
    return bytes;
  }

  end(): void {
    if (this.#at < this.#text.length)
      throw refuse("malformed", "the envelope is followed by something else", { offset: this.#at });
  }
}

/** The parts of an envelope in JSON. @throws EnvelopeError `malformed`, `base64`, `too-many-signatures` */
export function readJson(bytes: Uint8Array): EnvelopeParts {
  const text = fromUtf8(bytes);
  if (text === undefined) throw refuse("malformed", "the envelope is not valid UTF-8");
  const scanner = new Scanner(text);
  scanner.expect(PAYLOAD);
  const payload = scanner.base64("payload");
  scanner.expect(TYPE);
  const payloadType = scanner.quoted();
  scanner.expect(SIGNATURES);
  const signatures: Signature[] = [];
  while (signatures.length === 0 ? !scanner.skips(END) : scanner.skips(",")) {
    if (signatures.length === MAX_SIGNATURES) throw tooManySignatures();
    scanner.expect(KEY_ID);
    const keyid = scanner.quoted();
    scanner.expect(SIG);
    const sig = scanner.base64(`signatures[${signatures.length}].sig`);
    scanner.expect(SIG_END);
    signatures.push({ keyid, sig });
  }
  if (signatures.length > 0) scanner.expect(END);
  scanner.end();
  return { payload, payloadType, signatures };
}

/** The JSON form of checked parts. */
export function writeJson({ payload, payloadType, signatures }: EnvelopeParts): Uint8Array {
  const list = signatures.map(({ keyid, sig }) => KEY_ID + keyid + SIG + toBase64(sig) + SIG_END);
  return utf8(PAYLOAD + toBase64(payload) + TYPE + payloadType + SIGNATURES + list.join(",") + END);
}
