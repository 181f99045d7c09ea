/** cli: `optseal verify`. */
import type { Checked, OpenedAmended } from "../../index.ts";
import { documentDigest, PAYLOAD_TYPES, timeText } from "../../index.ts";
import { has, optional, subject } from "../arguments.ts";
import type { Told, Verify } from "../checkpoints.ts";
import { verifyCheckpoint, verifyManifest } from "../checkpoints.ts";
import type { Arguments, Run } from "../command.ts";
import { UsageError } from "../errors.ts";
import { historyOf, payloadTypeOf } from "../history.ts";
import type { Io } from "../io.ts";
import { admitting, openHistory } from "../opening.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { refusalDocument } from "../refusal-document.ts";
import { exactJsonText, printJson, printLines } from "../say.ts";
import { visible } from "../visible.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

function summary({ admitted, checked }: OpenedAmended): Told {
  const { status, digest, amends, spec, owners, claims } = admitted;
  const { job, audience, sequence, issued, expires } = claims;
  const fields = {
    status,
    digest,
    ...(amends === undefined ? {} : { amends }),
    spec: documentDigest(spec),
    rule: spec.rule.name,
    ...{ owners, job, audience, sequence, issued, expires },
  };
  return { fields, checked };
}

const verifySpec: Verify = async (io, args, input, options) =>
  summary(await openHistory(await historyOf(io, args, input), options));

/** What is neither a spec nor an amendment; those refuse all else by themselves. */
const OTHERS: ReadonlyMap<string, Verify> = new Map([
  [PAYLOAD_TYPES.checkpoint, verifyCheckpoint],
  [PAYLOAD_TYPES.manifest, verifyManifest],
]);

const TIMES: ReadonlySet<string> = new Set(["issued", "expires"]);

/** A field for people: lists with commas, files by their facts. */
function wordsFor(name: string, value: unknown): string {
  if (TIMES.has(name)) return timeText(value as number);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items
    .map((item) => (typeof item === "object" ? Object.values(item ?? {}).join(" ") : String(item)))
    .join(", ");
}

function textLines(fields: Told["fields"]): readonly string[] {
  return Object.entries(fields).map(
    ([name, value]) => `${name.padEnd(8)}  ${visible(wordsFor(name, value))}`,
  );
}

/** Loaded only where it is asked for: it is half of what a start would take. Modules are the same. */
async function specOf(checked: Checked, file: string): Promise<string> {
  if (file.endsWith(".json")) return exactJsonText(checked.spec);
  const { specYaml } = await import("../spec-yaml.ts");
  return specYaml(checked.spec);
}

async function moduleOf(checked: Checked): Promise<Uint8Array> {
  const { moduleBytes } = await import("../wasm.ts");
  return moduleBytes(checked);
}

const EMITTED = { "emit-spec": specOf, "emit-module": moduleOf };

/** A refusal is told on standard output too where a program reads that. */
export const run: Run = async (args, io) => {
  try {
    await verify(args, io);
  } catch (error) {
    const refusal = has(args, "json") ? refusalDocument(error) : undefined;
    if (refusal !== undefined) await printJson(io, refusal);
    throw error;
  }
  return undefined;
};

async function verify(args: Arguments, io: Io): Promise<void> {
  const [path, force] = [subject(args), has(args, "force")];
  const wanted = Object.entries(EMITTED).flatMap(([name, make]) => {
    const file = optional(args, name);
    return file === undefined ? [] : [{ file, make }];
  });
  await checkOutputs(
    io,
    wanted.map(({ file }) => file),
    force,
  );
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.document });
  // Whoever has no trust document hears that first, whatever the envelope is.
  const { fields, checked } = await admitting(io, args, async (options) => {
    const payloadType = await payloadTypeOf({ path, bytes });
    if (has(args, "rank") && payloadType !== PAYLOAD_TYPES.manifest)
      throw new UsageError("`--rank` is for manifests", `${inputName(path)} is none`);
    return (OTHERS.get(payloadType) ?? verifySpec)(io, args, { path, bytes }, options);
  });
  const outputs = await Promise.all(
    wanted.map(async ({ file, make }) => ({ path: file, bytes: await make(checked, file) })),
  );
  await writeOutputs(io, outputs, force);
  if (has(args, "json")) await printJson(io, fields);
  else await printLines(io, textLines(fields));
}
