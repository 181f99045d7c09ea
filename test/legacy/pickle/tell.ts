/** Facts in the form that test/vectors/legacy tells values in. */
import { toHex } from "../../../src/base/bytes.ts";
import type { Fact } from "../../../src/legacy/pickle/facts.ts";
import { isGlobal } from "../../../src/legacy/pickle/known.ts";
import { bytesOf } from "../../../src/legacy/pickle/values.ts";

function floatHex(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return toHex(new Uint8Array(view.buffer));
}

export function tell(fact: Fact): unknown {
  switch (fact.kind) {
    case "none":
      return null;
    case "bool":
      return fact.value;
    case "int":
      return { int: String(fact.value) };
    case "float":
      return { float: floatHex(fact.value) };
    case "text":
      return { text: fact.value };
    case "list":
    case "tuple":
    case "set":
    case "frozenset":
      return { [fact.kind]: fact.items.map(tell) };
    case "dict":
      return { dict: fact.entries.map(({ key, value }) => [tell(key), tell(value)]) };
    default:
      return tellCall(fact);
  }
}

/** Sets and bytes have no opcodes below protocols 4 and 3. */
function tellCall(fact: Fact): unknown {
  const bytes = bytesOf(fact);
  if (bytes !== undefined) return { bytes: toHex(bytes) };
  if (fact.kind !== "call") return { kind: fact.kind };
  for (const kind of ["set", "frozenset"]) {
    const [items] = fact.args.items;
    if (isGlobal(fact.callable, "builtins", kind))
      return { [kind]: items?.kind === "list" ? items.items.map(tell) : [] };
  }
  return { kind: "call" };
}
