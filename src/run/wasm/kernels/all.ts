/** run: all functions that modules may hold, by name, translated when the first module asks for them. */
import { bug } from "../../../base/errors.ts";
import { packed } from "../bytes.ts";
import type { Kernel, Signature } from "../kernel.ts";
import { compileKernel, signatureOf } from "../kernel.ts";
import { DECIMAL } from "./decimal.ts";
import { EXP } from "./exp.ts";
import { FLOAT32 } from "./float32.ts";
import { FMA } from "./fma.ts";
import { LOG } from "./log.ts";
import { POW } from "./pow.ts";
import { TABLE_FILLERS } from "./table-fillers.ts";
import { TRIG } from "./trig.ts";
import { WHOLE } from "./whole.ts";

const TEXTS: readonly string[] = [
  ...FMA,
  ...EXP,
  ...LOG,
  ...POW,
  ...TRIG,
  ...FLOAT32,
  ...DECIMAL,
  ...WHOLE,
  ...TABLE_FILLERS,
];

interface Entry {
  readonly text: string;
  readonly signature: Signature;
}

const ENTRIES: ReadonlyMap<string, Entry> = new Map(
  TEXTS.map((text) => {
    const signature = signatureOf(text);
    return [signature.name, { text, signature }];
  }),
);

/** Of functions that are no texts. */
const OTHERS: ReadonlyMap<string, Signature> = new Map([
  ["multiply_wide", { params: ["i32", "i32", "i32", "i32", "i32"] }],
]);

const translated = new Map<string, Kernel>();

function entryOf(name: string): Entry {
  const entry = ENTRIES.get(name);
  if (entry === undefined) throw bug(`no function ${name}`);
  return entry;
}

/** One of the functions. */
export function kernel(name: string): Kernel {
  const known = translated.get(name);
  if (known !== undefined) return known;
  const made = compileKernel(entryOf(name).text, (callee) => OTHERS.get(callee) ?? entryOf(callee).signature);
  const packedUp = { ...made, code: packed(made.code) };
  translated.set(name, packedUp);
  return packedUp;
}
