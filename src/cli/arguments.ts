/** cli: the words behind a command's name. In: argv and the command's row. Out: values by option, none of them unknown. */
import { parseArgs } from "node:util";
import type { Arguments, Command, Option } from "./command.ts";
import { UsageError } from "./errors.ts";

/** Whether a flag was given. */
export function has(args: Arguments, name: string): boolean {
  return args.values.has(name);
}

/** An option's value, if it was given. */
export function optional(args: Arguments, name: string): string | undefined {
  return args.values.get(name)?.[0];
}

/** The value of a required option. */
export function needed(args: Arguments, name: string): string {
  return optional(args, name) as string;
}

/** All values of an option that may be given several times. */
export function valuesOf(args: Arguments, name: string): readonly string[] {
  return args.values.get(name) ?? [];
}

/** The first positional, which the commands that ask for it require. */
export function subject(args: Arguments): string {
  return args.positionals[0] as string;
}

const spelled = ({ name, short }: Option): string =>
  short === undefined ? `--${name}` : `-${short}, --${name}`;
const isOption = (word: string): boolean => word.startsWith("-") && word !== "-";

/** Where the user finds the rest. */
export function seeHelp({ name }: Pick<Command, "name">): string {
  return `\`optseal ${name} --help\` shows how it is called`;
}

/** Puts the option's name before each value of a list, which is what `parseArgs` understands. */
function spread(argv: readonly string[], command: Command): string[] {
  const lists = new Set(command.options.filter(({ many }) => many === "list").map(({ name }) => `--${name}`));
  const out: string[] = [];
  let list: string | undefined;
  let first = false;
  for (const [at, word] of argv.entries()) {
    if (word === "--") return [...out, ...argv.slice(at)];
    if (isOption(word)) {
      const name = word.split("=", 1)[0] as string;
      list = lists.has(name) ? name : undefined;
      first = name === word;
    } else if (list !== undefined && !first) out.push(list);
    else first = false;
    out.push(word);
  }
  return out;
}

/**
 * @throws UsageError for options that the command does not have, values that are missing or too many
 */
export async function parseArguments(argv: readonly string[], command: Command): Promise<Arguments> {
  const options = Object.fromEntries(
    command.options.map(({ name, short, takes }) => [
      name,
      {
        type: takes === undefined ? "boolean" : "string",
        ...(short === undefined ? {} : { short }),
      } as const,
    ]),
  );
  // Not strict here, since the refusals below say more than those of `parseArgs`; they leave nothing out.
  const { tokens } = parseArgs({
    args: spread(argv, command),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const known = new Map(command.options.map((option) => [option.name, option]));
  const values = new Map<string, readonly string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const option = known.get(token.name);
    if (option === undefined) throw await unknownOption(token.rawName, command);
    const value = checkValue(option, token.value, token.inlineValue === true, command);
    const earlier = values.get(option.name);
    if (earlier !== undefined && option.many === undefined)
      throw new UsageError(`\`--${option.name}\` is given twice`, seeHelp(command));
    values.set(option.name, [...(earlier ?? []), value]);
  }
  const missing = command.options.find(({ name, required }) => required && !values.has(name));
  checkPositionals(positionals, command);
  if (missing !== undefined)
    throw new UsageError(`\`${spelled(missing)} ${missing.takes ?? ""}\` is required`, seeHelp(command));
  return { positionals, values };
}

function checkValue(option: Option, value: string | undefined, inline: boolean, command: Command): string {
  if (option.takes === undefined) {
    if (value !== undefined) throw new UsageError(`\`--${option.name}\` takes no value`, seeHelp(command));
    return "";
  }
  if (value === undefined || (!inline && isOption(value)))
    throw new UsageError(
      `\`--${option.name}\` needs a value: ${option.takes}`,
      `a value that begins with a dash is written \`--${option.name}=VALUE\``,
    );
  return value;
}

function checkPositionals(given: readonly string[], command: Command): void {
  const { takes } = command;
  const absent = takes[given.length];
  if (absent !== undefined && !absent.optional)
    throw new UsageError(`\`optseal ${command.name}\` needs ${absent.name}`, seeHelp(command));
  if (given.length > takes.length && !takes.at(-1)?.many)
    throw new UsageError(`one word too many: \`${given[takes.length]}\``, seeHelp(command));
}

async function unknownOption(name: string, command: Command): Promise<UsageError> {
  const { nearestName } = await import("./nearest-name.ts");
  const names = command.options.map((option) => `--${option.name}`);
  return new UsageError(
    `\`optseal ${command.name}\` has no option \`${name}\``,
    nearestName(name, names) ?? seeHelp(command),
  );
}
