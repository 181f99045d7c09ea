/** spec: a place in a list of tokens, and the few ways of moving on. */
import type { Token, TokenKind } from "./lex.ts";
import { syntaxError } from "./lex.ts";
import { RESERVED } from "./operations/table.ts";

/** Reads tokens one after the other; what is not as expected ends in a SpecError with its line and column. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  get done(): boolean {
    return this.token.kind === "end";
  }

  /** The token `ahead` places on. */
  peek(ahead = 1): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.token;
    if (token.kind !== "end") this.#at += 1;
    return token;
  }

  /** All up to the next token in column 1, as a cursor of its own; this one goes on behind. */
  section(): Cursor {
    const from = this.#at;
    while (!this.done && this.token.column > 1) this.next();
    return new Cursor([...this.#tokens.slice(from, this.#at), { ...this.token, kind: "end", text: "" }]);
  }

  at(text: string): boolean {
    return this.token.kind !== "end" && this.token.text === text;
  }

  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): Token {
    if (!this.at(text)) throw this.unexpected(`\`${text}\``);
    return this.next();
  }

  kind(kind: TokenKind, what: string): Token {
    if (this.token.kind !== kind) throw this.unexpected(what);
    return this.next();
  }

  /** A word that is free to be declared. */
  newName(what: string): string {
    const token = this.kind("word", what);
    if (RESERVED.has(token.text))
      throw syntaxError(token, `\`${token.text}\` is a word of the language, not a free name`);
    return token.text;
  }

  unexpected(wanted: string) {
    const { kind, text } = this.token;
    return syntaxError(this.token, `expected ${wanted}, found ${kind === "end" ? "the end" : `\`${text}\``}`);
  }
}
