/** codec: from plain data to bytes. The data is what this stage itself built or copied, so nothing is checked here. */
import { FALSE, NIL, TRUE } from "./forms.ts";
import { compareText } from "./text.ts";
import type { Leaf, Value } from "./value.ts";
import { Writer } from "./writer.ts";

/**
 * The canonical bytes, or `undefined` if there are more than `limit`. `expected` is a guess at their number. Descends by
 * recursion, no deeper than the data, which is at most `MOST_DEPTH`.
 *
 * @internal
 */
export function write(value: Value, expected: number, limit: number): Uint8Array | undefined {
  const writer = new Writer(expected, limit);
  writeValue(writer, value);
  return writer.finish();
}

function writeValue(writer: Writer, value: Value): void {
  if (writer.full) return;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) writeLeaf(writer, value);
  else if (Array.isArray(value)) writeArray(writer, value);
  else writeMap(writer, value as { readonly [key: string]: Value });
}

/**
 * Writes what holds no other values.
 *
 * @internal
 */
export function writeLeaf(writer: Writer, value: Leaf): void {
  if (typeof value === "string") writer.text(value);
  else if (typeof value === "number") writeNumber(writer, value);
  else if (value === null) writer.byte(NIL);
  else if (typeof value === "boolean") writer.byte(value ? TRUE : FALSE);
  else writer.blob(value);
}

function writeNumber(writer: Writer, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.integer(value);
  else writer.binary64(value);
}

function writeArray(writer: Writer, values: readonly Value[]): void {
  writer.open("array", values.length);
  for (let i = 0; i < values.length; i++) writeValue(writer, values[i] as Value);
}

function writeMap(writer: Writer, map: { readonly [key: string]: Value }): void {
  const keys = Object.keys(map);
  if (!inOrder(keys)) keys.sort(compareText);
  writer.open("map", keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    writer.text(key);
    writeValue(writer, map[key] as Value);
  }
}

/** Whether there is nothing to sort, as in what was decoded, unless keys look like array indices. */
function inOrder(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++)
    if (compareText(keys[i - 1] as string, keys[i] as string) > 0) return false;
  return true;
}
