/** envelope: DSSE's pre-authentication encoding, the bytes that a signature covers (DSSE protocol, version 1). */
import { concatBytes, utf8 } from "../base/bytes.ts";
import { refuse } from "./errors.ts";

/**
 * `DSSEv1 LEN(type) type LEN(payload) payload`, lengths in bytes of UTF-8, decimal without leading zeros. In: any text and
 * any bytes. Out: a new array.
 * @throws EnvelopeError `payload-type` for a text that has no UTF-8 form
 */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  if (!payloadType.isWellFormed()) throw refuse("payload-type", "the payload type has no UTF-8 form");
  const typeBytes = utf8(payloadType).length;
  return concatBytes(utf8(`DSSEv1 ${typeBytes} ${payloadType} ${payload.length} `), payload);
}
