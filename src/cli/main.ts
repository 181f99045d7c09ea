/** cli: from words to an exit code: finds the command, reads its arguments, runs it. Never rejects. */
import { parseArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { UsageError } from "./errors.ts";
import { DONE } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { VERSION } from "./version.ts";

const HELP: ReadonlySet<string | undefined> = new Set(["--help", "-h", "help"]);
const GENERAL_HINT = "`optseal --help` names the commands";

/** Runs one command line. @returns the exit code */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    const { reportError } = await import("./report-error.ts");
    return await reportError(error, io);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...others] = argv;
  if (first === undefined) throw new UsageError("no command is given", GENERAL_HINT);
  if (first === "--version") {
    await io.stdout.write(`${VERSION}\n`);
    return DONE;
  }
  if (HELP.has(first)) return help(others, io);
  const { command, rest } = await findCommand(argv);
  const words = rest.slice(0, rest.includes("--") ? rest.indexOf("--") : rest.length);
  if (words.includes("--help") || words.includes("-h")) return help(command.name.split(" "), io);
  const args = await parseArguments(rest, command);
  const { run } = await command.load();
  return (await run(args, io)) ?? DONE;
}

async function help(words: readonly string[], io: Io): Promise<number> {
  const { commandHelp, generalHelp } = await import("./help.ts");
  const asked = words.filter((word) => !HELP.has(word));
  await io.stdout.write(asked.length === 0 ? generalHelp() : commandHelp((await findCommand(asked)).command));
  return DONE;
}

async function findCommand(argv: readonly string[]): Promise<{ command: Command; rest: readonly string[] }> {
  const [first = "", second] = argv;
  const two = COMMANDS.find(({ name }) => name === `${first} ${second}`);
  if (two !== undefined) return { command: two, rest: argv.slice(2) };
  const one = COMMANDS.find(({ name }) => name === first);
  if (one !== undefined) return { command: one, rest: argv.slice(1) };
  const family = COMMANDS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => `\`${name}\``);
  const given = family.length > 0 && second !== undefined ? `${first} ${second}` : first;
  if (family.length > 0)
    throw new UsageError(`there is no command \`${given}\``, `there is ${family.join(", ")}`);
  if (first.startsWith("-"))
    throw new UsageError(`there is no option \`${first}\``, `options follow the command; ${GENERAL_HINT}`);
  const { nearestName } = await import("./nearest-name.ts");
  const names = COMMANDS.map(({ name }) => name);
  throw new UsageError(`there is no command \`${first}\``, nearestName(first, names) ?? GENERAL_HINT);
}
