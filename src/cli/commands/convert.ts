/** cli: `optseal convert`. */
import type { Report, ReportEntry } from "../../index.ts";
import { ConversionError, convert, LegacyError, writeYaml } from "../../index.ts";
import { has, optional, subject, valuesOf } from "../arguments.ts";
import { readClassNames } from "../class-names.ts";
import type { Run } from "../command.ts";
import { about } from "../errors.ts";
import type { Io } from "../io.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import type { Finding } from "../sarif.ts";
import { sarifOf } from "../sarif.ts";
import { jsonText, print, tell } from "../say.ts";
import { shortened, visible } from "../visible.ts";
import type { Output } from "../write-outputs.ts";
import { checkOutputs, writeOutputs } from "../write-outputs.ts";

/** Fields of a report that people are shown; the file has them all. */
const MOST_FIELDS = 200;

function reportLines({ source, fields }: Report): readonly string[] {
  const shown = fields.slice(0, MOST_FIELDS).map(({ field, action, offset, value, to, why }) => {
    const parts = [action.padEnd(8), `byte ${offset}`.padEnd(11), `${shortened(field, 80)} = ${value}`];
    return [
      ...parts,
      ...(to === undefined ? [] : [`-> ${to}`]),
      ...(why === undefined ? [] : [`(${why})`]),
    ].join(" ");
  });
  const more = fields.length > MOST_FIELDS ? [`and ${fields.length - MOST_FIELDS} more fields`] : [];
  return [`${source.className}, read as ${source.release}`, ...shown, ...more];
}

async function tellReport(io: Io, report: Report): Promise<void> {
  await tell(io, reportLines(report).map(visible).join("\n"));
}

/** What somebody should look at; what was refused stands among the issues, with its code. */
const LEVELS: ReadonlyMap<ReportEntry["action"], Finding["level"]> = new Map([
  ["differs", "warning"],
  ["guessed", "note"],
]);

function findingsOf(report: Report | undefined, error: LegacyError | undefined): readonly Finding[] {
  const issues = (error?.issues ?? []).map(
    ({ code, message, offset }): Finding => ({
      rule: code,
      level: "error",
      message,
      ...(offset === undefined ? {} : { offset }),
    }),
  );
  const entries = (report?.fields ?? []).flatMap(({ field, action, offset, value, to, why }): Finding[] => {
    const level = LEVELS.get(action);
    const message = `\`${field}\` = ${value}${to === undefined ? "" : ` -> ${to}`}: ${why ?? ""}`;
    return level === undefined ? [] : [{ rule: action, level, message, offset }];
  });
  return [...issues, ...entries];
}

export const run: Run = async (args, io) => {
  const [path, output] = [subject(args), optional(args, "output")];
  const [reportPath, sarifPath] = [optional(args, "report"), optional(args, "sarif")];
  const force = has(args, "force");
  await checkOutputs(io, [output ?? "-", reportPath, sarifPath], force);
  const names = await readClassNames(io, valuesOf(args, "name"));
  const release = optional(args, "release");
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.legacy });
  const reports = (report: Report | undefined, error?: LegacyError): readonly Output[] => [
    ...(reportPath === undefined || report === undefined
      ? []
      : [{ path: reportPath, bytes: `${jsonText(report)}\n` }]),
    ...(sarifPath === undefined
      ? []
      : [
          {
            path: sarifPath,
            bytes: `${jsonText(sarifOf(inputName(path), findingsOf(report, error)))}\n`,
          },
        ]),
  ];
  try {
    const { authored, report } = await about(inputName(path), () =>
      convert(bytes, { names, ...(release === undefined ? {} : { release }) }),
    );
    const yaml = writeYaml(authored.spec);
    const specFile = output === undefined || output === "-" ? [] : [{ path: output, bytes: yaml }];
    await writeOutputs(io, [...specFile, ...reports(report)], force);
    await tellReport(io, report);
    if (specFile.length === 0) await print(io, yaml);
  } catch (error) {
    if (error instanceof LegacyError) {
      const report = error instanceof ConversionError ? error.report : undefined;
      if (report !== undefined) await tellReport(io, report);
      await writeOutputs(io, reports(report, error), force);
    }
    throw error;
  }
  return undefined;
};
