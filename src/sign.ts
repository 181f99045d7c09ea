/** The author's end of the way: a checked spec and what is claimed of it, signed. */

import { encodeEnvelope } from "./envelope/forms.ts";
import type { SecretKey } from "./envelope/keys.ts";
import type { SignOptions } from "./envelope/sign.ts";
import { signEnvelope } from "./envelope/sign.ts";
import type { Checked, Claims } from "./spec/gates.ts";
import { checkedGate } from "./spec/gates.ts";
import { PAYLOAD_TYPES } from "./trust/payload-types.ts";
import { makeStatement } from "./trust/statement.ts";

/**
 * Signs a spec that has passed `check`, so that nothing is sent that a server would have to refuse.
 * @returns the envelope's bytes, in DSSE's JSON form unless `form` says `binary`.
 * @throws TrustError for claims that do not hold together.
 */
export async function sign(
  checked: Checked,
  claims: Claims,
  key: SecretKey,
  options: SignOptions = {},
): Promise<Uint8Array> {
  if (!checkedGate.knows(checked)) throw new TypeError("sign takes what `check` returned");
  const payload = makeStatement(checked.spec, claims);
  const envelope = await signEnvelope({ payloadType: PAYLOAD_TYPES.spec, payload }, key, options);
  return encodeEnvelope(envelope);
}
