/**
 * cli: `optseal sign`. Nothing is signed unseen: a spec passes `check` first, and so does the spec of an envelope that gets a
 * further signature.
 */
import type { Claims, Envelope, Spec, TrustDocument } from "../../index.ts";
import {
  addSignature,
  author,
  check,
  decode,
  documentDigest,
  EnvelopeError,
  encodeEnvelope,
  makeTrust,
  PAYLOAD_TYPES,
  parseEnvelope,
  readCheckpoint,
  readStatement,
  sign,
} from "../../index.ts";
import { has, needed, optional, subject, valuesOf } from "../arguments.ts";
import { claimsText, readTimes } from "../claims.ts";
import type { Arguments, Run } from "../command.ts";
import { about, UsageError } from "../errors.ts";
import { historyOf } from "../history.ts";
import type { InForce } from "../in-force.ts";
import { saidToBeInForce } from "../in-force.ts";
import type { Io } from "../io.ts";
import { readSecretKey } from "../keys.ts";
import { kindOf } from "../kinds.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { tell } from "../say.ts";
import { authorBytes } from "../specs.ts";
import { FORMS, readChoice } from "../values.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

/** What only a spec gets; an envelope's claims are signed already. */
const CLAIMS = ["job", "audience", "sequence", "expires"] as const;

function audiences(args: Arguments): readonly string[] {
  return valuesOf(args, "audience").flatMap((text) => text.split(","));
}

function readClaims(args: Arguments, io: Io): Claims {
  const missing = (["job", "audience"] as const).find((name) => !has(args, name));
  if (missing !== undefined)
    throw new UsageError(
      `a spec is signed with \`--${missing}\``,
      "--job and --audience say whom the spec is for",
    );
  return { job: needed(args, "job"), audience: audiences(args), ...readTimes(args, io) };
}

interface Signed {
  readonly bytes: Uint8Array;
  readonly words: string;
}

async function signSpec(args: Arguments, io: Io, path: string, bytes: Uint8Array): Promise<Signed> {
  if (has(args, "base")) throw new UsageError("`--base` is for amendments", "this is a spec");
  const claims = readClaims(args, io);
  const form = readChoice("form", optional(args, "form") ?? "json", FORMS);
  const authored = await authorBytes(path, bytes);
  const checked = await about(inputName(path), () => check(authored));
  const { key } = await readSecretKey(io, needed(args, "key"));
  const envelope = await sign(checked, claims, key, { form });
  return { bytes: envelope, words: claimsText(`signed ${checked.spec.rule.name}`, claims) };
}

/** What an envelope says, if a person may put a name to it: a statement whose spec passes `check`, or a trust document. */
function readPayload({ payloadType, payload }: Envelope): string {
  if (payloadType === PAYLOAD_TYPES.spec) {
    const { claims, spec } = readStatement(payload);
    check(author(spec satisfies Spec));
    return claimsText(`added a signature to ${spec.rule.name}`, claims);
  }
  if (payloadType === PAYLOAD_TYPES.checkpoint)
    return claimsText("added a signature to a checkpoint order", readCheckpoint(payload).claims);
  if (payloadType === PAYLOAD_TYPES.trust) {
    const document = decode(payload) as unknown as TrustDocument;
    makeTrust(document);
    return `added a signature to trust document ${documentDigest(document)}, version ${document.version}`;
  }
  throw new EnvelopeError({
    code: "payload-type",
    message: `\`${payloadType}\` is nothing that optseal signs`,
    path: "payloadType",
  });
}

function amendmentText({ checked, claims }: InForce): string {
  return claimsText(`added a signature to an amendment of ${checked.spec.rule.name}`, claims);
}

async function signEnvelope(args: Arguments, io: Io, path: string, bytes: Uint8Array): Promise<Signed> {
  const claim = CLAIMS.find((name) => has(args, name));
  if (claim !== undefined)
    throw new UsageError(
      `\`--${claim}\` is for specs`,
      "this is an envelope: what it claims is signed already",
    );
  const given = optional(args, "form");
  const form = given === undefined ? undefined : readChoice("form", given, FORMS);
  const history = await historyOf(io, args, { path, bytes });
  const envelope = await about(inputName(path), () => parseEnvelope(bytes));
  const words =
    history.length === 1
      ? await about(inputName(path), () => readPayload(envelope))
      : amendmentText(await saidToBeInForce(history));
  const { key } = await readSecretKey(io, needed(args, "key"));
  const added = await about(inputName(path), () => addSignature(envelope, key));
  return { bytes: encodeEnvelope(added, form ?? added.form), words };
}

export const run: Run = async (args, io) => {
  const [path, output, force] = [subject(args), needed(args, "output"), has(args, "force")];
  await checkOutputs(io, [output], force);
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.document });
  const signed = await (kindOf(bytes) === "envelope" ? signEnvelope : signSpec)(args, io, path, bytes);
  await writeOutputs(io, [{ path: output, bytes: signed.bytes }], force);
  await tell(io, signed.words);
  return undefined;
};
