/** cli: results go to standard output, words for people to standard error. */
import type { Io } from "./io.ts";
import { visibleLines } from "./visible.ts";

/** A document as it is; on a terminal, where nobody parses it, without characters that would do more than print. */
export async function print(io: Io, text: string): Promise<void> {
  await io.stdout.write(io.stdout.isTTY ? visibleLines(text) : text);
}

/** Lines that quote foreign text: escaped wherever they go. */
export async function printLines(io: Io, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await io.stdout.write(`${lines.map(visibleLines).join("\n")}\n`);
}

/** A line or more for whoever is watching. */
export async function tell(io: Io, text: string): Promise<void> {
  await io.stderr.write(`${visibleLines(text)}\n`);
}

/** JSON for programs. Outside ASCII everything is escaped, so that it is safe on a terminal too. */
export async function printJson(io: Io, value: unknown): Promise<void> {
  await io.stdout.write(`${jsonText(value)}\n`);
}

/** The same as text. */
export function jsonText(value: unknown, replacer?: (name: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replacer, 2).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Numbers that JSON has no word for, as texts. */
const EXACT = (_: string, value: unknown): unknown => {
  if (Object.is(value, -0)) return "-0";
  return typeof value !== "number" || Number.isFinite(value) ? value : String(value);
};

/** A document whose numbers are all to be kept. */
export function exactJsonText(document: unknown): string {
  return `${jsonText(document, EXACT)}\n`;
}
