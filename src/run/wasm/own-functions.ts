/**
 * run: the functions that modules have of us, as `kernels.gen.ts` brings them: translated beforehand, so that a process that
 * makes one module need not translate first. Each is made ready when the first module asks for it.
 */
import { bug } from "../../base/errors.ts";
import type { Callee } from "./bytes.ts";
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
  const body: (Uint8Array | Callee)[] = [];
  const callees = new Set<string>();
  for (const [i, piece] of pieces.entries()) {
    if (i % 2 === 0) body.push(bytesOf(piece));
    else {
      body.push({ callee: piece });
      callees.add(piece);
    }
  }
  const types = { params: (params === "" ? [] : params.split(",")) as WasmType[] };
  const all = { ...types, body, callees: [...callees] };
  return result === "" ? all : { ...all, result: result as WasmType };
}

/** Our own base64 needs none of the checks that a stranger's does. */
function bytesOf(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
