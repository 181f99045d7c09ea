/**
 * run: the functions that modules have of us, as `kernels.gen.ts` brings them: translated beforehand, so that a process that
 * makes one module need not translate first. Each is made ready when the first module asks for it.
 */
import { fromBase64 } from "../../base/bytes.ts";
import { bug } from "../../base/errors.ts";
import type { Bytes, Callee } from "./bytes.ts";
import type { Written } from "./code.ts";
import type { WasmType } from "./instructions.ts";
import { KERNELS } from "./kernels.gen.ts";

/** A function with those that it calls. */
interface OwnFunction extends Written {
  readonly callees: readonly string[];
}

const ready = new Map<string, OwnFunction>();

/** One of the functions, by its name. */
export function ownFunction(name: string): OwnFunction {
  const known = ready.get(name);
  if (known !== undefined) return known;
  const text = KERNELS.get(name);
  if (text === undefined) throw bug(`no function ${name}`);
  const made = readFunction(text);
  ready.set(name, made);
  return made;
}

/** `f64,i32>f64`, then bytes in base64 and names of callees in turn. */
function readFunction(text: string): OwnFunction {
  const [signature, ...pieces] = text.split(" ") as [string, ...string[]];
  const [params, result] = signature.split(">") as [string, string];
  const callees = pieces.filter((_, i) => i % 2 === 1);
  const body = pieces.map((piece, i) =>
    i % 2 === 1 ? { callee: piece } : (fromBase64(piece) as Uint8Array),
  );
  const types = { params: params.split(",").filter((one) => one !== "") as WasmType[] };
  const whole = {
    body: body as readonly (Bytes[number] & (Uint8Array | Callee))[],
    callees: [...new Set(callees)],
  };
  return result === "" ? { ...types, ...whole } : { ...types, result: result as WasmType, ...whole };
}
