/** serve: modules as JSON can hold them. In: a checked spec. Out: its WebAssembly module in base64. */
import type { Checked } from "../index.ts";
import { writeModule } from "../index.ts";

/** Every worker asks with the same statement, and `open` gives the same frozen spec for it: its module is written once. */
const written = new WeakMap<Checked["spec"], { readonly trust: string; readonly text: string }>();

/**
 * The module that `optseal verify --emit-module` writes.
 * @param trust the digest of the trust document: a module holds rates to its bounds
 */
export function moduleText(checked: Checked, trust: string): string {
  const known = written.get(checked.spec);
  if (known?.trust === trust) return known.text;
  const text = Buffer.from(writeModule(checked).bytes.buffer).toString("base64");
  written.set(checked.spec, { trust, text });
  return text;
}
