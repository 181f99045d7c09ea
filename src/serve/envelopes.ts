/** serve: the body of `POST /amend`. In: bytes of JSON. Out: the envelopes in it, or a refusal that says where they are not. */
import { ServeError } from "./errors.ts";
import { MOST_ENVELOPES } from "./limits.ts";

const HINT = 'send {"envelopes": ["BASE64", ...]}: the spec\'s, then each amendment\'s in its order';
const MANY_HINT = "sign the amended spec as a spec of its own, and go on from its state";
const decoder = new TextDecoder("utf-8", { fatal: true });

function bad(message: string, path?: string): ServeError {
  return new ServeError("bad-body", message, HINT, path === undefined ? {} : { path });
}

function tooMany(): ServeError {
  return new ServeError("too-large", `more than ${MOST_ENVELOPES} envelopes`, MANY_HINT, {
    path: "envelopes",
  });
}

/** How often each of JSON's signs stands in a body of envelopes, at most; base64 has none of them. */
const SIGNS: readonly (readonly [sign: string, most: number])[] = [
  ["{", 1],
  ["[", 1],
  [":", 1],
];

/** How often, but counted no further than one more than asked for. */
function count(body: Uint8Array, sign: string, most: number): number {
  const byte = sign.charCodeAt(0);
  let found = 0;
  for (let at = body.indexOf(byte); at >= 0 && found <= most; at = body.indexOf(byte, at + 1)) found++;
  return found;
}

/** Two megabytes of brackets would keep the parser, and everybody else, for a fifth of a second: they are no envelopes. */
function parsed(body: Uint8Array): unknown {
  if (SIGNS.some(([sign, most]) => count(body, sign, most) > most))
    throw bad("the body is no list of envelopes");
  if (count(body, ",", MOST_ENVELOPES) >= MOST_ENVELOPES) throw tooMany();
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    throw bad("the body is no JSON");
  }
}

/** The one field's value. */
function fieldOf(document: unknown): unknown {
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw bad("the body is no object");
  const other = Object.keys(document).find((name) => name !== "envelopes");
  if (other !== undefined) throw bad("the body has another field than `envelopes`");
  return (document as { readonly envelopes?: unknown }).envelopes;
}

/** RFC 4648 section 4, padded: the one spelling of its bytes. */
function bytesOf(text: unknown, i: number): Uint8Array {
  const bytes = typeof text === "string" ? Buffer.from(text, "base64") : undefined;
  if (bytes === undefined || bytes.length === 0 || bytes.toString("base64") !== text)
    throw bad("the envelope is no base64", `envelopes[${i}]`);
  return bytes;
}

/** @throws ServeError `bad-body`, `too-large` */
export function envelopesIn(body: Uint8Array): readonly Uint8Array[] {
  const envelopes = fieldOf(parsed(body));
  if (!Array.isArray(envelopes) || envelopes.length === 0)
    throw bad("`envelopes` is no list of one or more", "envelopes");
  return envelopes.map(bytesOf);
}
