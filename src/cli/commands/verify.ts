/** cli: `optseal verify`. */
import type { Opened } from "../../index.ts";
import { documentDigest, timeText } from "../../index.ts";
import { has, optional, subject } from "../arguments.ts";
import type { Arguments, Run } from "../command.ts";
import type { Io } from "../io.ts";
import { openEnvelope } from "../opening.ts";
import { INPUT_LIMITS, readInput } from "../read-input.ts";
import { refusalDocument } from "../refusal-document.ts";
import { exactJsonText, printJson, printLines } from "../say.ts";
import { visible } from "../visible.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

function summary({ admitted }: Opened) {
  const { status, digest, amends, spec, owners, claims } = admitted;
  const { job, audience, sequence, issued, expires } = claims;
  return {
    status,
    digest,
    ...(amends === undefined ? {} : { amends }),
    spec: documentDigest(spec),
    rule: spec.rule.name,
    owners,
    job,
    audience,
    sequence,
    issued,
    expires,
  };
}

function textLines(result: ReturnType<typeof summary>): readonly string[] {
  const shown = {
    ...result,
    owners: result.owners.join(", "),
    audience: result.audience.join(", "),
    issued: timeText(result.issued),
    expires: timeText(result.expires),
  };
  return Object.entries(shown).map(([name, value]) => `${name.padEnd(8)}  ${visible(String(value))}`);
}

/** Loaded only where it is asked for: it is half of what a start would take. Modules are the same. */
async function specOf({ admitted }: Opened, file: string): Promise<string> {
  if (file.endsWith(".json")) return exactJsonText(admitted.spec);
  const { specYaml } = await import("../spec-yaml.ts");
  return specYaml(admitted.spec);
}

async function moduleOf({ checked }: Opened): Promise<Uint8Array> {
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
  const opened = await openEnvelope(io, path, bytes, args);
  const outputs = await Promise.all(
    wanted.map(async ({ file, make }) => ({ path: file, bytes: await make(opened, file) })),
  );
  await writeOutputs(io, outputs, force);
  const result = summary(opened);
  if (has(args, "json")) await printJson(io, result);
  else await printLines(io, textLines(result));
}
