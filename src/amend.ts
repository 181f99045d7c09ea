/** The author's end of an amendment: changes to a checked spec, checked in their turn, and signed. */

import { authorAmendment } from "./author/amendment.ts";
import { author } from "./author/author.ts";
import { check } from "./check/check.ts";
import { encodeEnvelope } from "./envelope/forms.ts";
import type { SecretKey } from "./envelope/keys.ts";
import type { SignOptions } from "./envelope/sign.ts";
import { signEnvelope } from "./envelope/sign.ts";
import { declaredBy } from "./rules/built-in.ts";
import type { Amendment } from "./spec/amendment.ts";
import { amendedSpec } from "./spec/amendment.ts";
import type { Checked, Claims } from "./spec/gates.ts";
import { checkedGate } from "./spec/gates.ts";
import { PAYLOAD_TYPES } from "./trust/payload-types.ts";
import { makeAmendment } from "./trust/statement.ts";

/** An amendment, and the spec that is in force with it. */
export interface Amended {
  readonly amendment: Amendment;
  readonly checked: Checked;
}

/**
 * The spec in force with changes to its hyperparameters or another schedule, which keep the optimizer's state.
 * @param base the spec in force, with all earlier amendments
 * @param changes YAML or JSON text, or plain data: `hyper`, `groups` (each `group`, its number in the spec, and `hyper`) and
 * `schedule`, each as a spec has it; `schedule: null` takes the schedule away
 * @throws SpecError for changes that do not fit, or are not of this spec; CheckError for what the amended spec gets wrong, and
 * `amendment` for a change after which the rule would keep other state
 */
export function amend(base: Checked, changes: unknown): Amended {
  if (!checkedGate.knows(base)) throw new TypeError("amend takes what `check` returned");
  const amendment = authorAmendment(base.spec, changes);
  const spec = amendedSpec(base.spec, amendment, declaredBy(base.spec.rule));
  return { amendment, checked: check(author(spec), { amends: base }) };
}

/**
 * Signs an amendment of a spec that has passed `check`, so that nothing is sent that a server would have to refuse.
 * @param claims as for a spec; `sequence` above that of the statement in force
 * @returns the envelope's bytes, in DSSE's JSON form unless `form` says `binary`.
 * @throws as `amend`, and TrustError for claims that do not hold together.
 */
export async function signAmendment(
  base: Checked,
  changes: unknown,
  claims: Claims,
  key: SecretKey,
  options: SignOptions = {},
): Promise<Uint8Array> {
  const payload = makeAmendment(amend(base, changes).amendment, claims);
  const envelope = await signEnvelope({ payloadType: PAYLOAD_TYPES.amendment, payload }, key, options);
  return encodeEnvelope(envelope);
}
