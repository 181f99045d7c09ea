/** The whole way of a message in one call: verify, decode, admit, check. There is no shorter one. */
import type { CheckOptions } from "./check/check.ts";
import { check } from "./check/check.ts";
import type { Verified } from "./envelope/verify.ts";
import { verifyEnvelope } from "./envelope/verify.ts";
import type { Admitted, Checked } from "./spec/gates.ts";
import type { AdmitOptions } from "./trust/admit.ts";
import { admitProven } from "./trust/admit.ts";
import type { AdmitAmendedOptions } from "./trust/admit-amended.ts";
import { admitAmended } from "./trust/admit-amended.ts";
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

/** As for a spec, and what is in force here already, if an amendment of that has come. */
export type OpenAmendedOptions = OpenOptions & Pick<AdmitAmendedOptions, "base">;

/** The spec in force with the last amendment, and with each before it. */
export interface OpenedAmended extends Opened {
  /** From the first that was given on; without `base` that is the spec that began it all. */
  readonly history: readonly Checked[];
}

/**
 * Takes a signed amendment through every gate, as `open` takes a spec; what comes out is the whole amended spec. With `base`,
 * what is in force, `envelopes` is the amendment alone. After a restart it is all that led to it: the spec's envelope, then each
 * amendment in its order. An optimizer that runs takes the change in by `amend`.
 * @throws as `open`; TrustError `wrong-base` and `stale-base` for an amendment of anything but the spec in force, CheckError
 * `amendment` for one after which the optimizer's state would be another
 */
export async function openAmended(
  envelopes: readonly unknown[],
  { shapes, base, ...admission }: OpenAmendedOptions,
): Promise<OpenedAmended> {
  const verified: Verified[] = [];
  for (const [i, bytes] of envelopes.entries()) {
    const kind = i === 0 && base === undefined ? "spec" : "amendment";
    const options = { keys: admission.trust.keys, payloadTypes: [PAYLOAD_TYPES[kind]] };
    verified.push(await verifyEnvelope(bytes, options));
  }
  const history: Checked[] = [];
  const running = base === undefined ? undefined : check(base);
  const prove = (candidates: readonly Admitted[]): void => {
    for (const candidate of candidates) {
      const amends = history.at(-1) ?? running;
      history.push(
        check(candidate, {
          ...(shapes === undefined ? {} : { shapes }),
          ...(amends === undefined ? {} : { amends }),
        }),
      );
    }
  };
  const options = { ...admission, ...(base === undefined ? {} : { base }) };
  const admitted = await admitAmended(verified, options, prove);
  return { admitted, checked: history.at(-1) as Checked, history };
}
