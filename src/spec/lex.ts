/** spec: rule text to tokens, on the author's side. */
import { SpecError } from "./errors.ts";

export type TokenKind = "word" | "number" | "sign" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
  /** Counted from 1; a word in column 1 opens a section. */
  readonly column: number;
}

/** The longest rule text that is read. The longest built-in has 25 lines. */
export const MAX_RULE_TEXT = 1 << 16;

const TOKEN =
  /(?<space>[ \t\r]+|#[^\n]*)|(?<newline>\n)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<sign>==|!=|<=|>=|[-+*/^()<>=,:|[\]{}])/y;

/** Every token of a text, the last of kind `end`. @throws SpecError `syntax` at a character that starts no token. */
export function lex(text: string): readonly Token[] {
  if (text.length > MAX_RULE_TEXT) {
    throw new SpecError({
      code: "size-limit",
      message: `rule text of ${text.length} characters`,
      path: "line 1",
    });
  }
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    const column = at - lineStart + 1;
    if (found?.groups === undefined)
      throw syntaxError({ line, column }, `\`${text[at]}\` has no meaning here`);
    const kind = (["number", "word", "sign"] as const).find((name) => found.groups?.[name] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text: found[0], line, column });
    at += found[0].length;
    if (found.groups.newline !== undefined) {
      line += 1;
      lineStart = at;
    }
  }
  tokens.push({ kind: "end", text: "", line, column: at - lineStart + 1 });
  return tokens;
}

/** A refusal of rule text at a place of it. */
export function syntaxError(
  place: { readonly line: number; readonly column: number },
  message: string,
  hint?: string,
): SpecError {
  return new SpecError({
    code: "syntax",
    message,
    path: `line ${place.line}, column ${place.column}`,
    ...(hint === undefined ? {} : { hint }),
  });
}
