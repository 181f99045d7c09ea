/** cli: `optseal inspect`. Shows what a file says; whether any of it is true or good is for other commands to find out. */
import type { Claims, Envelope, TrustDocument } from "../../index.ts";
import {
  decode,
  documentDigest,
  keyId,
  LegacyError,
  makeTrust,
  PAYLOAD_TYPES,
  parseEnvelope,
  parsePublicKeyFile,
  parseRule,
  parseSchedule,
  print as printTree,
  readAmendment,
  readCheckpoint,
  readManifest,
  readSafetensors,
  readStatement,
  ruleDigest,
  surveyPickle,
  timeText,
  writeAmendmentYaml,
  writeYaml,
} from "../../index.ts";
import { subject } from "../arguments.ts";
import type { Run } from "../command.ts";
import { about } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Kind } from "../kinds.ts";
import { KIND_WORDS, kindOf } from "../kinds.ts";
import { factLines } from "../pickle-text.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { printLines, tell } from "../say.ts";
import { authorBytes } from "../specs.ts";
import { listedIds, trustLines } from "../trust-files.ts";

import { shortened, visible } from "../visible.ts";

/** Tensors of a file that are listed. */
const MOST_TENSORS = 2000;

type Show = (bytes: Uint8Array, path: string) => readonly string[] | Promise<readonly string[]>;

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const yamlLines = (text: string): readonly string[] => text.trimEnd().split("\n").map(visible);

const claimLines = ({ job, audience, sequence, issued, expires }: Claims): readonly string[] => [
  `job       ${job}`,
  `audience  ${audience.join(", ")}`,
  `sequence  ${sequence}`,
  `issued    ${timeText(issued)}`,
  `expires   ${timeText(expires)}`,
];

function statementLines({ payload }: Envelope): readonly string[] {
  const { claims, spec } = readStatement(payload);
  return [...claimLines(claims), `spec      ${documentDigest(spec)}`, "", ...yamlLines(writeYaml(spec))];
}

function amendmentLines({ payload }: Envelope): readonly string[] {
  const { claims, amendment } = readAmendment(payload);
  return [
    ...claimLines(claims),
    `amends    ${amendment.base}`,
    "",
    ...yamlLines(writeAmendmentYaml(amendment)),
  ];
}

function checkpointLines({ payload }: Envelope): readonly string[] {
  const { claims, checkpoint } = readCheckpoint(payload);
  return [...claimLines(claims), `saves     ${checkpoint.spec}`];
}

function manifestLines({ payload }: Envelope): readonly string[] {
  const { job, audience, rank, servers, checkpoint, sequence, spec, files } = readManifest(payload);
  return [
    `job       ${job}`,
    `audience  ${audience}`,
    `server    ${rank} of ${servers}, counted from 0`,
    `ordered   ${checkpoint}`,
    `sequence  ${sequence}`,
    `spec      ${spec}`,
    ...files.map(({ name, size, digest }) => `file      ${name}, ${size} bytes, ${digest}`),
  ];
}

function trustDocumentLines({ payload }: Envelope): readonly string[] {
  const document = decode(payload) as unknown as TrustDocument;
  makeTrust(document);
  return trustLines(document, listedIds(document));
}

const PAYLOADS: ReadonlyMap<string, (envelope: Envelope) => readonly string[]> = new Map([
  [PAYLOAD_TYPES.spec, statementLines],
  [PAYLOAD_TYPES.amendment, amendmentLines],
  [PAYLOAD_TYPES.checkpoint, checkpointLines],
  [PAYLOAD_TYPES.manifest, manifestLines],
  [PAYLOAD_TYPES.trust, trustDocumentLines],
]);

function envelopeLines(bytes: Uint8Array): readonly string[] {
  const envelope = parseEnvelope(bytes);
  const { form, payloadType, payload, signatures } = envelope;
  const inside = PAYLOADS.get(payloadType)?.(envelope) ?? [];
  return [
    `envelope  ${form}; signatures not verified`,
    `type      ${payloadType}`,
    `payload   ${payload.length} bytes`,
    ...signatures.map(({ keyid }) => `signed    ${keyid}, it says`),
    ...inside,
  ];
}

function tensorLines(bytes: Uint8Array): readonly string[] {
  const { metadata, tensors } = readSafetensors(bytes);
  const rows = [...tensors].slice(0, MOST_TENSORS);
  const isState = metadata.get("format") === "optseal-state-1";
  return [
    `${isState ? "optimizer state" : "tensors"}: ${tensors.size}`,
    ...[...metadata].slice(0, 100).map(([key, value]) => visible(shortened(`  ${key}: ${value}`, 200))),
    ...rows.map(
      ([name, { dtype, shape }]) =>
        `${dtype.padEnd(8)}  ${visible(shortened(name, 200))} [${shape.join(", ")}]`,
    ),
    ...(tensors.size > rows.length ? [`and ${tensors.size - rows.length} more`] : []),
  ];
}

function publicKeyLines(bytes: Uint8Array): readonly string[] {
  const { key, owner } = parsePublicKeyFile(textOf(bytes));
  return ["public key, ed25519", `owner  ${owner}`, `id     ${keyId(key)}`];
}

function ruleLines(bytes: Uint8Array): readonly string[] {
  const text = textOf(bytes);
  const tree = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*schedule\b/.test(text) ? parseSchedule(text) : parseRule(text);
  return [...yamlLines(printTree(tree)), `# ${ruleDigest(tree)}`];
}

async function specLines(bytes: Uint8Array, path: string): Promise<readonly string[]> {
  const { spec } = await authorBytes(path, bytes);
  return [`spec ${documentDigest(spec)}, not checked`, "", ...yamlLines(writeYaml(spec))];
}

const SHOW: ReadonlyMap<Kind, Show> = new Map<Kind, Show>([
  ["envelope", envelopeLines],
  ["safetensors", tensorLines],
  ["public-key", publicKeyLines],
  ["secret-key", () => ["secret key: not shown"]],
  ["rule", ruleLines],
  ["spec", specLines],
]);

/** A pickle is shown as far as it can be read, and refused afterwards if that is not to its end. */
async function showPickle(io: Io, bytes: Uint8Array): Promise<void> {
  const { streams, findings } = surveyPickle(bytes);
  for (const { offset, end, root } of streams) {
    await printLines(io, [`pickle, byte ${offset} to ${end}; nothing in it was executed`]);
    if (root !== undefined) await printLines(io, factLines(root));
  }
  const globals = streams.flatMap((stream) => stream.globals);
  const asked = new Set(globals.map(({ module, name }) => visible(shortened(`${module} ${name}`, 80))));
  if (asked.size > 0)
    await printLines(io, ["asks for", ...[...asked].slice(0, 100).map((name) => `  ${name}`)]);
  const [first, ...rest] = findings;
  if (first !== undefined) throw new LegacyError([first, ...rest]);
  await tell(io, "note: `optseal scan` tells whether all of it is known plain data");
}

export const run: Run = async (args, io) => {
  const path = subject(args);
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.tensors });
  const kind = kindOf(bytes);
  const show = SHOW.get(kind);
  await about(inputName(path), async () => {
    if (kind === "pickle") return showPickle(io, bytes);
    if (show === undefined)
      throw new LegacyError({
        code: "unknown-format",
        message: `this is ${KIND_WORDS[kind]}`,
        offset: 0,
        hint: "inspect shows specs, rules, envelopes, trust documents, keys, safetensors files and pickles",
      });
    await printLines(io, await show(bytes, path));
    return undefined;
  });
  return undefined;
};
