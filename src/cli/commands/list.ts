/** cli: `optseal list`. */
import { findRule, findSchedule, ruleNames, scheduleNames } from "../../index.ts";
import { has } from "../arguments.ts";
import type { Run } from "../command.ts";
import { UsageError } from "../errors.ts";
import { printJson, printLines } from "../say.ts";
import { shortened } from "../visible.ts";

/** What `--json` has of a built-in. A terminal shows the name, the kind and the source; a pipe takes names alone. */
interface Entry {
  readonly name: string;
  readonly kind: "rule" | "schedule";
  readonly digest: string;
  readonly source: string;
}

type Named = ReturnType<typeof findRule> | ReturnType<typeof findSchedule>;

const KINDS = [
  ["rules", "rule", ruleNames, findRule],
  ["schedules", "schedule", scheduleNames, findSchedule],
] as const;

const frameworkOf = (name: string): string => name.slice(0, name.indexOf("/"));

/** All built-ins of a kind, or of both: framework by framework, rules before schedules. */
function entries(kinds: readonly string[]): readonly Entry[] {
  const all = KINDS.filter(([asked]) => kinds.length === 0 || kinds.includes(asked)).flatMap(
    ([, kind, names, find]) =>
      names.map((name): Entry => {
        const { digest, source } = find(name) as NonNullable<Named>;
        return { name, kind, digest, source };
      }),
  );
  const frameworks = [...new Set(all.map(({ name }) => frameworkOf(name)))].sort();
  return frameworks.flatMap((one) => all.filter(({ name }) => frameworkOf(name) === one));
}

/** What words are looked for in: not in the remarks behind the source. */
const searched = ({ name, source }: Entry): string => `${name} ${source.split(";")[0]}`.toLowerCase();

/** A line for each, the columns of a framework below each other. */
function lines(found: readonly Entry[], columns: number): readonly string[] {
  const widths = new Map<string, number>();
  for (const { name } of found)
    widths.set(frameworkOf(name), Math.max(widths.get(frameworkOf(name)) ?? 0, name.length));
  return found.map(({ name, kind, source }) =>
    shortened(
      `${name.padEnd(widths.get(frameworkOf(name)) as number)}  ${kind.padEnd(8)}  ${source}`,
      columns,
    ),
  );
}

export const run: Run = async (args, io) => {
  const kinds = args.positionals.filter((word) => KINDS.some(([kind]) => kind === word));
  const words = args.positionals.filter((word) => !kinds.includes(word)).map((word) => word.toLowerCase());
  const found = entries(kinds).filter((entry) => words.every((word) => searched(entry).includes(word)));
  if (found.length === 0)
    throw new UsageError(
      `no built-in has \`${words.join(" ")}\` in its name or source`,
      "`optseal list rules`, `optseal list schedules`, `optseal list torch adam`; a release of MXNet that is not listed has the texts of an earlier one: `optseal show mxnet-1.7/adam`",
    );
  if (has(args, "json")) await printJson(io, found);
  else if (io.stdout.isTTY) await printLines(io, lines(found, io.stdout.columns ?? Number.POSITIVE_INFINITY));
  else
    await printLines(
      io,
      found.map(({ name }) => name),
    );
  return undefined;
};
