/** cli: refusals as lines for people: `error:` with file, message, place and code, then `hint:`; and the exit code. */
import type { Issue } from "../index.ts";
import { describe, StageError } from "../index.ts";
import { FileError, fileOf, UsageError } from "./errors.ts";
import { BUG, FILE, REFUSALS, USAGE } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { isSystemError } from "./system-errors.ts";
import { shortened, visible } from "./visible.ts";

/** More than these a reader does not want to see at once. */
const MOST_ISSUES = 20;
/** Characters of a line; a message that quotes a file may hold a great many. */
const LONGEST = 1000;

/** Writes what is wrong to standard error. @returns the exit code */
export async function reportError(error: unknown, io: Io): Promise<number> {
  const { exitCode, lines } = wordsFor(error, io);
  await io.stderr.write(`${lines.map((line) => visible(shortened(line, LONGEST))).join("\n")}\n`);
  if (exitCode === BUG && io.env("OPTSEAL_DEBUG") && error instanceof Error)
    await io.stderr.write(`${(error.stack ?? "").split("\n").map(visible).join("\n")}\n`);
  return exitCode;
}

interface Words {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

function wordsFor(error: unknown, io: Io): Words {
  if (error instanceof UsageError)
    return { exitCode: USAGE, lines: [`error: ${error.message}`, `hint: ${error.hint}`] };
  if (error instanceof FileError)
    return {
      exitCode: FILE,
      lines: [`error: ${error.file}: ${error.message} [${error.code}]`, `hint: ${error.hint}`],
    };
  if (error instanceof StageError) {
    const { exitCode, hint } = REFUSALS[error.stage];
    return { exitCode, lines: issueLines(error.issues, fileOf(error), hint) };
  }
  if (isSystemError(error))
    return {
      exitCode: FILE,
      lines: [`error: ${error.message} [${error.code}]`, "hint: this is the system's own message"],
    };
  const what = error instanceof Error ? error.message : String(error);
  const hint = io.env("OPTSEAL_DEBUG")
    ? "report it with the lines below"
    : "report it with what OPTSEAL_DEBUG=1 in the environment makes of it";
  return { exitCode: BUG, lines: [`error: ${what}`, `hint: this is a bug in optseal: ${hint}`] };
}

/** An issue's message tells its path or its offset; where it has both, the path. */
function issueLines(
  issues: readonly Issue[],
  file: string | undefined,
  otherwise: string,
): readonly string[] {
  const prefix = file === undefined ? "error: " : `error: ${file}: `;
  const lines: string[] = [];
  let last: string | undefined;
  for (const issue of issues.slice(0, MOST_ISSUES)) {
    lines.push(`${prefix}${describe(issue)} [${issue.code}]`);
    if (issue.hint !== undefined && issue.hint !== last) lines.push(`hint: ${issue.hint}`);
    last = issue.hint;
  }
  const more = issues.length - MOST_ISSUES;
  if (more > 0) lines.push(`error: and ${more} more`);
  if (!lines.some((line) => line.startsWith("hint: "))) lines.push(`hint: ${otherwise}`);
  return lines;
}
