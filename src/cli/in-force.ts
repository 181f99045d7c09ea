/** cli: what envelopes say that is in force, by their own words. Reads specs as authors do: `verify` has no need of it. */
import type { Checked, Claims } from "../index.ts";
import {
  amend,
  author,
  check,
  EnvelopeError,
  PAYLOAD_TYPES,
  parseEnvelope,
  readAmendment,
  readStatement,
} from "../index.ts";
import { about } from "./errors.ts";
import type { Input } from "./history.ts";
import { inputName } from "./read-input.ts";

/** A spec with the claims of the statement by which it is in force. */
export interface InForce {
  readonly checked: Checked;
  readonly claims: Claims;
}

function inForceBy(bytes: Uint8Array, before: InForce | undefined): InForce {
  const { payloadType, payload } = parseEnvelope(bytes);
  const wanted = before === undefined ? PAYLOAD_TYPES.spec : PAYLOAD_TYPES.amendment;
  if (payloadType !== wanted)
    throw new EnvelopeError({
      code: "payload-type",
      message: `\`${payloadType}\` stands where \`${wanted}\` is wanted`,
      path: "payloadType",
      hint: "--base names the envelope of a spec, then amendments in their order",
    });
  if (before === undefined) {
    const { spec, claims } = readStatement(payload);
    return { checked: check(author(spec)), claims };
  }
  const { amendment, claims } = readAmendment(payload);
  return { checked: amend(before.checked, amendment).checked, claims };
}

/** What is in force with the last of these envelopes, by their own words: no signature is verified. */
export async function saidToBeInForce(history: readonly Input[]): Promise<InForce> {
  let inForce: InForce | undefined;
  for (const { path, bytes } of history) {
    const before = inForce;
    inForce = await about(inputName(path), () => inForceBy(bytes, before));
  }
  return inForce as InForce;
}
