/** cli: what makes WebAssembly, in a file of its own: only commands that are asked for it load it. */
import type { Checked, WasmRule } from "../index.ts";
import { compileWasm, writeModule } from "../index.ts";

/** A rule that runs as a module. */
export function compileModule(checked: Checked, threads: number): WasmRule {
  return compileWasm(checked, { threads });
}

/** The module of a checked spec, for other hosts. */
export function moduleBytes(checked: Checked): Uint8Array {
  return writeModule(checked).bytes;
}
