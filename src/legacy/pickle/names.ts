/** legacy: Python 2's names for what Python 3 calls otherwise. */
import type { GlobalFact } from "./facts.ts";

/**
 * The part of CPython's Lib/_compat_pickle.py that touches names known here: all other translations lead from an unknown
 * name to an unknown name.
 */
const MODULES: ReadonlyMap<string, string> = new Map([
  ["__builtin__", "builtins"],
  ["copy_reg", "copyreg"],
]);
const BUILTINS: ReadonlyMap<string, string> = new Map([
  ["xrange", "range"],
  ["unicode", "str"],
  ["basestring", "str"],
  ["long", "int"],
]);

/** One text for a module and a name; neither can hold the newline of a protocol 0 line, and a text that does is unknown. */
export function globalKey(module: string, name: string): string {
  return `${module}\n${name}`;
}

/** The key of what Python 3 would import for a global: below protocol 3, Python 2's names are translated. */
export function resolvedKey(fact: GlobalFact): string {
  const { module, name, protocol } = fact;
  if (protocol >= 3) return globalKey(module, name);
  const newName = module === "__builtin__" ? (BUILTINS.get(name) ?? name) : name;
  return globalKey(MODULES.get(module) ?? module, newName);
}
