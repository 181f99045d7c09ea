/** Test help: functions of modules on their own, to be called one by one. */
import { assembled } from "../../../src/run/wasm/assemble.ts";
import { Functions } from "../../../src/run/wasm/functions.ts";

/** Each of the named functions, callable. */
export function compileKernels(names: readonly string[]): { readonly [name: string]: unknown } {
  const functions = new Functions();
  for (const name of names) functions.exportNamed(name);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(assembled({ functions, lists: [], custom: [], shared: undefined }));
  return new WebAssembly.Instance(module, { host: { memory } }).exports;
}
