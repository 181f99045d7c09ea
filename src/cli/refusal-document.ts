/** cli: a refusal for programs: the stage, then the first issue's code, message, place and hint, then all issues. */
import { StageError } from "../index.ts";
import { FileError, fileOf, UsageError } from "./errors.ts";

/** What is no refusal of a stage is one of `usage` or `system`. @returns `undefined` for a bug */
export function refusalDocument(error: unknown): object | undefined {
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
