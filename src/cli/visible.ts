/** cli: foreign text made safe to show. In: text from files, names and arguments. Out: text that a terminal can only print. */

// Controls; characters that change direction, join or hide others; line and paragraph ends; lone surrogates; blank letters.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;
// Whoever passes a key itself where its file is wanted must not find it in a log.
const SECRET = /optseal-ed25519-secret\s+\S+\s+\S+/g;

const escaped = (char: string): string => `\\u{${(char.codePointAt(0) as number).toString(16)}}`;

/** One line: line feeds and tabs are escaped like all other controls. */
export function visible(text: string): string {
  return text.replace(SECRET, "optseal-ed25519-secret (not shown)").replace(HIDDEN, escaped);
}

/** The same, but for line feeds. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

/** Foreign text of at most so many characters. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}
