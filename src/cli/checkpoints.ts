/** cli: orders to save and manifests, verified. In: an envelope and the options of `verify`. Out: what is told of it. */
import { dirname } from "node:path";
import type { AdmitOptions, Checked } from "../index.ts";
import { openCheckpoint, openManifest } from "../index.ts";
import { has, optional } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { about, UsageError } from "./errors.ts";
import { factsIn } from "./file-facts.ts";
import type { Input } from "./history.ts";
import { readBase } from "./history.ts";
import type { Io } from "./io.ts";
import { openHistory } from "./opening.ts";
import { inputName } from "./read-input.ts";
import { readRank } from "./values.ts";

/** What was verified: fields for people and programs, and the spec that it is about. */
export interface Told {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly checked: Checked;
}

export type Verify = (io: Io, args: Arguments, input: Input, options: AdmitOptions) => Promise<Told>;

/** What `--base` names. @throws UsageError for nothing */
async function neededBase(io: Io, args: Arguments, { path }: Input): Promise<readonly Input[]> {
  if (has(args, "base")) return readBase(io, args);
  throw new UsageError(
    `${inputName(path)} is of a checkpoint, and needs \`--base\``,
    "name the envelope of the spec in force, then its amendments in their order",
  );
}

export const verifyCheckpoint: Verify = async (io, args, input, options) => {
  const { admitted, checked } = await openHistory(await neededBase(io, args, input), options);
  const opened = await about(inputName(input.path), () =>
    openCheckpoint(input.bytes, { ...options, base: admitted }),
  );
  const { status, digest, spec, owners, claims } = opened;
  const { job, audience, sequence, issued, expires } = claims;
  const rule = checked.spec.rule.name;
  const fields = {
    document: "checkpoint",
    ...{ status, digest, spec, rule, owners, job, audience, sequence, issued, expires },
  };
  return { fields, checked };
};

export const verifyManifest: Verify = async (io, args, input, options) => {
  const place = optional(args, "rank");
  if (place === undefined)
    throw new UsageError(
      `${inputName(input.path)} is a manifest, and needs \`--rank\``,
      "--rank R/N says which server's checkpoint is wanted, from 0, and of how many",
    );
  const { rank, servers } = readRank("rank", place);
  const folder = dirname(input.path);
  const { history } = await openHistory(await neededBase(io, args, input), options);
  const opened = await about(inputName(input.path), () =>
    openManifest(input.bytes, {
      ...{ ...options, rank, servers, history },
      file: (name) => factsIn(io, folder, name),
    }),
  );
  const { status, digest, owners, manifest, checked } = opened;
  const { job, audience, checkpoint, sequence, spec } = manifest;
  const rule = checked.spec.rule.name;
  const files = manifest.files.map(({ name, size, digest: of }) => ({ name, size, digest: of }));
  const fields = {
    document: "manifest",
    ...{ status, digest, spec, rule, owners, job, audience, rank, servers, checkpoint, sequence, files },
  };
  return { fields, checked };
};
