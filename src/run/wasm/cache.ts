/** run: modules that have been compiled, kept for the next spec that comes to the same: workers and jobs say one spec often. */
import type { Digest } from "../../base/digest.ts";
import { digest } from "../../base/digest.ts";
import type { Checked } from "../../spec/gates.ts";
import { checkedGate } from "../../spec/gates.ts";
import { printNumber } from "../../spec/print.ts";
import type { ModuleOptions, WasmModule } from "./module.ts";
import { writeModule } from "./module.ts";

/** So many are kept; the one that was asked for longest ago goes first. */
const CAPACITY = 32;

/** A module that the host has compiled. */
export interface CompiledModule extends WasmModule {
  readonly module: WebAssembly.Module;
}

/** The latest asked for stands last. */
const kept = new Map<string, CompiledModule>();
const digests = new WeakMap<Checked, Digest>();

/**
 * The compiled module of a checked spec. Equal specs under equal bounds have the very same `module`, as long as it is kept;
 * `bytes` are the caller's own each time.
 * @throws TypeError for anything that `check` has not returned
 */
export function moduleOf(checked: Checked, options: ModuleOptions = {}): CompiledModule {
  if (!checkedGate.knows(checked)) throw new TypeError("moduleOf takes what `check` returned");
  const key = [digestOf(checked), options.shared?.most, options.weights].join(" ");
  const found = kept.get(key) ?? compiled(checked, options);
  kept.delete(key);
  kept.set(key, found);
  for (const oldest of kept.keys()) {
    if (kept.size <= CAPACITY) break;
    kept.delete(oldest);
  }
  return { ...found, bytes: found.bytes.slice() };
}

function compiled(checked: Checked, options: ModuleOptions): CompiledModule {
  const written = writeModule(checked, options);
  return { ...written, module: new WebAssembly.Module(written.bytes) };
}

/**
 * The program follows from the rest, and a module from all of it. The order of names counts: the module passes some on as the
 * spec has them.
 */
function digestOf(checked: Checked): Digest {
  const known = digests.get(checked);
  if (known !== undefined) return known;
  const { program: _, ...rest } = checked;
  const made = digest(JSON.stringify(rest, exactly));
  digests.set(checked, made);
  return made;
}

/** JSON takes minus zero for zero and has no infinities. Where a spec may have a number it has no object. */
const exactly = (_: string, value: unknown): unknown =>
  typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
    ? { number: printNumber(value) }
    : value;
