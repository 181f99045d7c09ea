/** cli: `optseal scan`. */
import type { ScanResult } from "../../index.ts";
import { scan } from "../../index.ts";
import { has } from "../arguments.ts";
import type { Run } from "../command.ts";
import { FileError } from "../errors.ts";
import { DONE, FILE, REFUSALS } from "../exit-codes.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { reportError } from "../report-error.ts";
import { printJson, printLines } from "../say.ts";
import { visible } from "../visible.ts";

/** Findings of a file that people are shown; JSON has them all. */
const MOST_FINDINGS = 50;

interface Scanned extends ScanResult {
  readonly file: string;
}

function lines({ file, verdict, findings }: Scanned): readonly string[] {
  const shown = findings
    .slice(0, MOST_FINDINGS)
    .map(({ code, offset, message }) => visible(`  byte ${offset}: ${message} [${code}]`));
  const more = findings.length > MOST_FINDINGS ? [`  and ${findings.length - MOST_FINDINGS} more`] : [];
  return [`${verdict.padEnd(7)} ${visible(file)}`, ...shown, ...more];
}

/** A file that cannot be read is told of, and the others are scanned all the same. */
export const run: Run = async (args, io) => {
  const scanned: Scanned[] = [];
  let exitCode = DONE;
  for (const path of args.positionals) {
    try {
      const bytes = await readInput(io, path, { limit: INPUT_LIMITS.legacy });
      const { verdict, globals, findings } = scan(bytes);
      scanned.push({ file: inputName(path), verdict, globals, findings });
      if (!has(args, "json")) await printLines(io, lines(scanned.at(-1) as Scanned));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await reportError(error, io);
      exitCode = FILE;
    }
  }
  if (has(args, "json")) await printJson(io, scanned);
  return scanned.some(({ verdict }) => verdict === "refused") ? REFUSALS.legacy.exitCode : exitCode;
};
