/** cli: `optseal manifest`: what a server has written, signed. Each file is held against its format first. */
import type { CheckpointStatement, FileFacts } from "../../index.ts";
import {
  documentDigest,
  EnvelopeError,
  PAYLOAD_TYPES,
  parseEnvelope,
  readCheckpoint,
  readSafetensorsHeader,
  StateError,
  signManifest,
  TrustError,
} from "../../index.ts";
import { has, needed, optional } from "../arguments.ts";
import type { Arguments, Run } from "../command.ts";
import { about, UsageError } from "../errors.ts";
import { surveyFile } from "../file-facts.ts";
import type { Io } from "../io.ts";
import { readSecretKey } from "../keys.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { tell } from "../say.ts";
import { FORMS, readChoice, readRank } from "../values.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

/** As many bytes as a length and the longest header take. */
const HEADER_BYTES = 8 + (1 << 24);

function readOrder(bytes: Uint8Array): CheckpointStatement {
  const { payloadType, payload } = parseEnvelope(bytes);
  if (payloadType !== PAYLOAD_TYPES.checkpoint)
    throw new EnvelopeError({
      code: "payload-type",
      message: `\`${payloadType}\` stands where \`${PAYLOAD_TYPES.checkpoint}\` is wanted`,
      path: "payloadType",
      hint: "--checkpoint names the order that the files were written for",
    });
  return readCheckpoint(payload);
}

/** A file that the manifest can name: well-formed, and no state of another spec. @throws StateError, FileError */
async function readFacts(io: Io, path: string, spec: string): Promise<FileFacts> {
  const { facts, start } = await surveyFile(io, path, HEADER_BYTES);
  return about(path, () => {
    const { metadata } = readSafetensorsHeader(start, facts.size);
    const of = metadata.get("spec") ?? spec;
    if (of === spec) return facts;
    throw new StateError({
      code: "other-spec",
      message: `the state belongs to the spec ${of}`,
      path: "__metadata__.spec",
      hint: `the order is for ${spec}`,
    });
  });
}

/** What the server is called: the order says it, unless it is for several. */
function audienceOf(args: Arguments, { claims }: CheckpointStatement): string {
  const given = optional(args, "audience");
  const [only, ...others] = claims.audience;
  if (given === undefined && only !== undefined && others.length === 0) return only;
  if (given === undefined)
    throw new UsageError("the order is for several", `--audience says which: ${claims.audience.join(", ")}`);
  if (claims.audience.includes(given)) return given;
  throw new TrustError({
    code: "wrong-audience",
    message: `the order is for ${claims.audience.map((name) => `\`${name}\``).join(", ")}`,
    path: "claims.audience",
  });
}

const byName = (a: FileFacts, b: FileFacts): number => (a.name < b.name ? -1 : 1);

export const run: Run = async (args, io) => {
  const [output, order, force] = [needed(args, "output"), needed(args, "checkpoint"), has(args, "force")];
  const form = readChoice("form", optional(args, "form") ?? "json", FORMS);
  const place = readRank("rank", needed(args, "rank"));
  await checkOutputs(io, [output], force);
  const orderBytes = await readInput(io, order, { limit: INPUT_LIMITS.document });
  const statement = await about(inputName(order), () => readOrder(orderBytes));
  const { spec } = statement.checkpoint;
  const { job, sequence } = statement.claims;
  const audience = audienceOf(args, statement);
  const { key } = await readSecretKey(io, needed(args, "key"));
  const files: FileFacts[] = [];
  for (const path of args.positionals) files.push(await readFacts(io, path, spec));
  files.sort(byName);
  const manifest = {
    ...({ optseal: 1, job, audience, sequence, spec, files } as const),
    ...place,
    checkpoint: documentDigest(statement),
  };
  const bytes = await signManifest(manifest, key, { form });
  await writeOutputs(io, [{ path: output, bytes }], force);
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  await tell(
    io,
    `signed ${count} of server ${place.rank} of ${place.servers} for job ${job}, checkpoint ${sequence}`,
  );
  return undefined;
};
