/** cli: `optseal convert`. */
import type { Report } from "../../index.ts";
import { ConversionError, convert, writeYaml } from "../../index.ts";
import { has, optional, subject, valuesOf } from "../arguments.ts";
import type { Run } from "../command.ts";
import { about } from "../errors.ts";
import type { Io } from "../io.ts";
import { INPUT_LIMITS, inputName, readInput } from "../read-input.ts";
import { jsonText, print, tell } from "../say.ts";
import { readPair } from "../values.ts";
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

export const run: Run = async (args, io) => {
  const [path, output, reportPath] = [subject(args), optional(args, "output"), optional(args, "report")];
  const force = has(args, "force");
  const names = new Map(valuesOf(args, "name").map((text) => readPair("name", text)));
  const release = optional(args, "release");
  await checkOutputs(io, [output ?? "-", reportPath], force);
  const bytes = await readInput(io, path, { limit: INPUT_LIMITS.legacy });
  const reportFile = (report: Report): readonly Output[] =>
    reportPath === undefined ? [] : [{ path: reportPath, bytes: `${jsonText(report)}\n` }];
  try {
    const { authored, report } = await about(inputName(path), () =>
      convert(bytes, { names, ...(release === undefined ? {} : { release }) }),
    );
    const yaml = writeYaml(authored.spec);
    const specFile = output === undefined || output === "-" ? [] : [{ path: output, bytes: yaml }];
    await writeOutputs(io, [...specFile, ...reportFile(report)], force);
    await tellReport(io, report);
    if (specFile.length === 0) await print(io, yaml);
  } catch (error) {
    if (error instanceof ConversionError) {
      await tellReport(io, error.report);
      await writeOutputs(io, reportFile(error.report), force);
    }
    throw error;
  }
  return undefined;
};
