/** run: all functions that modules may have of us, by name, and as the text that `kernels.gen.ts` brings them in. */
import { toBase64 } from "../../../base/bytes.ts";
import { bug } from "../../../base/errors.ts";
import type { Bytes, Callee } from "../bytes.ts";
import type { Code, Signature, Written } from "../code.ts";
import { call } from "../instructions.ts";
import { DECIMAL } from "./decimal.ts";
import { EXP } from "./exp.ts";
import { FLOAT32 } from "./float32.ts";
import { FMA } from "./fma.ts";
import { LOG } from "./log.ts";
import { POW } from "./pow.ts";
import { TABLE_FILLERS } from "./table-fillers.ts";
import { signatureOf, translate } from "./translate.ts";
import { TRIG } from "./trig.ts";
import { HELPERS } from "./vector-functions.ts";
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

/** Translates all texts, and has the others write themselves. */
function writeAll(): ReadonlyMap<string, Code> {
  const written = new Map([...HELPERS].map(([name, helper]) => [name, helper({ call })]));
  const signatures = new Map<string, Signature>(written);
  for (const text of TEXTS) signatures.set(signatureOf(text).name, signatureOf(text));
  const calleeOf = (name: string): Signature => {
    const signature = signatures.get(name);
    if (signature === undefined) throw bug(`no function ${name}`);
    return signature;
  };
  for (const text of TEXTS) written.set(signatureOf(text).name, translate(text, calleeOf));
  return written;
}

/** Types, then bytes in base64 and names of callees in turn. */
function textOf({ params, result, body }: Written): string {
  const pieces: string[] = [];
  let run: number[] = [];
  const visit = (piece: Bytes[number]): void => {
    if (typeof piece === "number") run.push(piece);
    else if (Array.isArray(piece) || piece instanceof Uint8Array) for (const one of piece) visit(one);
    else {
      pieces.push(toBase64(Uint8Array.from(run)), (piece as Callee).callee);
      run = [];
    }
  };
  visit(body);
  return [`${params.join()}>${result ?? ""}`, ...pieces, toBase64(Uint8Array.from(run))].join(" ");
}

/** What `kernels.gen.ts` has to say of each function. */
export function kernelTexts(): ReadonlyMap<string, string> {
  return new Map([...writeAll()].map(([name, code]) => [name, textOf(code)]));
}
