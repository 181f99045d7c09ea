/** codec: from scanned bytes to plain data, by way of msgpackr. */
import { Unpackr } from "msgpackr/unpack-no-eval";
import type { Issue } from "../base/errors.ts";
import type { CodecCode } from "./errors.ts";
import { CodecError } from "./errors.ts";
import type { Leaf, Value } from "./value.ts";
import { writeLeaf } from "./write.ts";
import { Writer } from "./writer.ts";

/**
 * 64 places for record definitions, all empty: msgpackr looks a positive fixint from 0x40 on up here first, and would
 * find what somebody put on `Array.prototype[0]` if the places were not there.
 */
const NO_RECORDS = Object.assign(new Array(64).fill(undefined), { restoreStructures: null });

/**
 * Maps, since msgpackr's own objects have a prototype and rename the key `__proto__`. Every other name here is one that
 * msgpackr reads from its options: stated, so that it is never read from `Object.prototype`.
 */
const unpackr = new Unpackr({
  useRecords: false,
  mapsAsObjects: false,
  int64AsType: "number",
  copyBuffers: true,
  structures: NO_RECORDS,
  getStructures: undefined,
  sequential: false,
  trusted: false,
  freezeData: false,
  structuredClone: false,
  int64AsNumber: false,
  _readStruct: undefined,
  _onSaveState: undefined,
  _onLoadedStructures: undefined,
});

/**
 * Takes bytes that the scanner has accepted and that belong to nobody else, gives the value they spell. Every part is
 * spelt again as it is built and all is compared with the bytes: msgpackr uses built-ins that a program can change
 * (`Array.prototype.push`, setters on `Array.prototype[0]`), and what it then makes must not pass for what was signed.
 *
 * @throws CodecError `altered-builtins`
 * @internal
 */
export function build(bytes: Uint8Array): Value {
  guardView(bytes);
  const again = new Writer(bytes.length, bytes.length);
  let cause: unknown;
  try {
    const value = settle(unpackr.unpack(bytes), again);
    if (again.holds(bytes)) return value;
  } catch (error) {
    cause = error;
  }
  throw new CodecError(ALTERED, { cause });
}

/** msgpackr keeps its view of the bytes in a property of theirs, and would use one that it inherits. */
function guardView(bytes: Uint8Array): void {
  if (!("dataView" in bytes)) return;
  const view = new DataView((bytes as Uint8Array).buffer);
  Object.defineProperty(bytes, "dataView", { __proto__: null, value: view } as PropertyDescriptor);
}

const ALTERED: Issue<CodecCode> = {
  code: "altered-builtins",
  message: "the decoded value does not encode to the bytes it came from",
  offset: 0,
  hint: "find what changes Array.prototype or another built-in of this process",
};

/** Maps become objects without a prototype; all else stays. As deep as the document, which is `MOST_DEPTH` at most. */
function settle(raw: unknown, again: Writer): Value {
  if (typeof raw !== "object" || raw === null || raw instanceof Uint8Array) {
    writeLeaf(again, raw as Leaf);
    return raw as Leaf;
  }
  return Array.isArray(raw) ? settleArray(raw, again) : settleMap(raw as Map<string, unknown>, again);
}

function settleArray(raw: unknown[], again: Writer): readonly Value[] {
  again.open("array", raw.length);
  for (let i = 0; i < raw.length; i++) {
    if (!Object.hasOwn(raw, i)) throw new Error("an element is not where it was put");
    raw[i] = settle(raw[i], again);
  }
  return raw as Value[];
}

function settleMap(raw: Map<string, unknown>, again: Writer): { readonly [key: string]: Value } {
  const object: { [key: string]: Value } = Object.create(null);
  again.open("map", raw.size);
  raw.forEach((value, key) => {
    again.text(key);
    object[key] = settle(value, again);
  });
  return object;
}
