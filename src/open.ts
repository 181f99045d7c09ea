/** The whole way of a message in one call: verify, decode, admit, check. There is no shorter one. */
import type { CheckOptions } from "./check/check.ts";
import { check } from "./check/check.ts";
import { verifyEnvelope } from "./envelope/verify.ts";
import type { Admitted, Checked } from "./spec/gates.ts";
import type { AdmitOptions } from "./trust/admit.ts";
import { admitProven } from "./trust/admit.ts";
import { PAYLOAD_TYPES } from "./trust/payload-types.ts";

/** Whom to trust, who is asking, and what is known already. Nothing of this is optional but the clock and the shapes. */
export type OpenOptions = AdmitOptions & Pick<CheckOptions, "shapes">;

/** What came out: the spec, ready to compile, and who said it when. */
export interface Opened {
  readonly admitted: Admitted;
  readonly checked: Checked;
}

/**
 * Takes a signed envelope, in either form, through every gate. Its sequence is recorded in the store only when all else
 * has passed, so that what is refused here uses nothing up.
 * @param bytes the envelope as received
 * @throws EnvelopeError, CodecError, SpecError, TrustError or CheckError, by the stage that refused.
 */
export async function open(bytes: unknown, options: OpenOptions): Promise<Opened> {
  const { shapes, ...admission } = options;
  const verified = await verifyEnvelope(bytes, {
    keys: options.trust.keys,
    payloadTypes: [PAYLOAD_TYPES.spec],
  });
  let checked: Checked | undefined;
  const admitted = await admitProven(verified, admission, (candidate) => {
    checked = check(candidate, shapes === undefined ? {} : { shapes });
  });
  if (checked === undefined) throw new Error("bug: admitted without proof");
  return { admitted, checked };
}
