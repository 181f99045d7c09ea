/**
 * house: TypeScript as text. In: a source. Out: the same with comments, and the insides of texts, blanked out, at the same
 * offsets; so that a search finds code and nothing else.
 */

export interface Code {
  /** The text as it stands. */
  readonly text: string;
  /** Without comments. */
  readonly code: string;
  /** Without comments, and with nothing inside quotes, templates and regular expressions. */
  readonly bare: string;
}

/** After one of these, a slash begins a regular expression. */
const BEFORE_REGEX =
  /(?:^|[([{,;:=!?&|+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|yield|void|delete))\s*$/;
const blank = (text: string): string => text.replace(/[^\n]/g, " ");

interface Piece {
  readonly kind: "comment" | "quoted" | "code";
  readonly end: number;
}

function endOfQuote(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function endOfRegex(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") inClass = true;
    else if (text[at] === "]") inClass = false;
    else if (text[at] === "/" && !inClass) return at + 1;
  }
  return text.length;
}

/** The end of a template's next run of plain text: its closing backtick, or the `${` that code follows. */
function endOfTemplateText(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "`") return at + 1;
    else if (text.startsWith("${", at)) return at + 2;
  }
  return text.length;
}

function pieceAt(text: string, at: number, before: string): Piece {
  if (text.startsWith("//", at)) {
    const end = text.indexOf("\n", at);
    return { kind: "comment", end: end < 0 ? text.length : end };
  }
  if (text.startsWith("/*", at)) return { kind: "comment", end: text.indexOf("*/", at) + 2 };
  if (text[at] === '"' || text[at] === "'") return { kind: "quoted", end: endOfQuote(text, at) };
  if (text[at] === "`") return { kind: "quoted", end: endOfTemplateText(text, at + 1) };
  if (text[at] === "/" && BEFORE_REGEX.test(before)) return { kind: "quoted", end: endOfRegex(text, at) };
  return { kind: "code", end: at + 1 };
}

/** Takes a source apart. Templates may hold code, and that code templates again. */
export function takeApart(text: string): Code {
  let [code, bare] = ["", ""];
  const braces: number[] = [];
  for (let at = 0; at < text.length; ) {
    let { kind, end } = pieceAt(text, at, bare.slice(-40));
    if (kind === "code" && braces.length > 0) {
      const depth = braces.length - 1;
      if (text[at] === "{") braces[depth]!++;
      if (text[at] === "}" && braces[depth]!-- === 0) {
        braces.pop();
        end = endOfTemplateText(text, end);
        kind = "quoted";
      }
    }
    const piece = text.slice(at, end);
    if (kind === "quoted" && piece.endsWith("${") && (piece[0] === "`" || piece[0] === "}")) braces.push(0);
    code += kind === "comment" ? blank(piece) : piece;
    bare += kind === "code" ? piece : kind === "comment" ? blank(piece) : `"${blank(piece.slice(2))}"`;
    at = end;
  }
  return { text, code, bare };
}

const FROM = /\b(?:import|export)\b[^"';()=]*?\bfrom\s*"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/g;

/** What a source imports, types and `import()` included, as it is written there. */
export function importsOf({ code }: Code): readonly string[] {
  return [...code.matchAll(FROM)].map(([, from, bareFrom]) => (from ?? bareFrom) as string);
}
