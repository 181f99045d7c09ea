/** cli: a refusal for programs: the stage, then the first issue's code, message, place and hint, then all issues. */
import { StageError } from "../index.ts";
import { has } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { FileError, fileOf, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { printJson } from "./say.ts";

/** What is no refusal of a stage is one of `usage` or `system`. @returns `undefined` for a bug */
function refusalDocument(error: unknown): object | undefined {
  if (error instanceof StageError) {
    const { stage, issues } = error;
    return { stage, ...issues[0], file: fileOf(error), issues };
  }
  if (error instanceof UsageError) {
    const { message, hint } = error;
    return { stage: "usage", code: "usage", message, hint };
  }
  if (error instanceof FileError) {
    const { code, message, hint, file } = error;
    return { stage: "system", code, message, hint, file };
  }
  return undefined;
}

/** Runs `work`; a refusal is told on standard output too where a program reads that, by `--json`. */
export async function tellingPrograms(
  args: Arguments,
  io: Io,
  work: () => Promise<void>,
): Promise<undefined> {
  try {
    await work();
  } catch (error) {
    const refusal = has(args, "json") ? refusalDocument(error) : undefined;
    if (refusal !== undefined) await printJson(io, refusal);
    throw error;
  }
}
