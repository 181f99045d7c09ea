/** A safetensors file of any header text, right or wrong, and data. */
import { concatBytes, utf8 } from "../../src/base/bytes.ts";

export function fileOf(header: string | Uint8Array, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = typeof header === "string" ? utf8(header) : header;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return concatBytes(length, bytes, data);
}
