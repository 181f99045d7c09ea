/** cli: help, made from the table of commands. */
import type { Command, Option, Positional } from "./command.ts";
import { COMMANDS } from "./commands.ts";

const WIDTH = 80;

/** Words in lines of at most `WIDTH` characters, the second and later ones indented. */
function wrapped(words: readonly string[], indent: number, start = ""): string {
  const lines: string[] = [];
  let line = start;
  for (const word of words) {
    const isFirst = line.trim() === "" || line === start;
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else line += (line === "" || line.endsWith(" ") ? "" : " ") + word;
  }
  return [...lines, line].join("\n");
}

function positionalText({ name, optional, many }: Positional): string {
  const text = many ? `${name}...` : name;
  return optional ? `[${text}]` : text;
}

function optionText({ name, short, takes, required }: Option): string {
  const dashed = short === undefined ? `--${name}` : `-${short}`;
  const text = takes === undefined ? dashed : `${dashed} ${takes}`;
  return required ? text : `[${text}]`;
}

/** Two columns; what does not fit the first gets a line of its own. */
function table(rows: readonly (readonly [string, string])[], most: number): string {
  const width = Math.min(most, Math.max(...rows.map(([left]) => left.length)));
  return rows
    .map(([left, right]) => {
      const start = left.length > width ? `  ${left}\n${" ".repeat(width + 4)}` : `  ${left.padEnd(width)}  `;
      const [above, rest] = start.includes("\n")
        ? (start.split("\n") as [string, string])
        : [undefined, start];
      const text = wrapped(right.split(" "), width + 4, rest);
      return above === undefined ? text : `${above}\n${text}`;
    })
    .join("\n");
}

/** `optseal --help`. */
export function generalHelp(): string {
  const rows = COMMANDS.map(({ name, takes, about }): [string, string] => [
    [name, ...takes.map(positionalText)].join(" "),
    about,
  ]);
  return `optseal: signed, declarative optimizer specifications in place of pickles

usage: optseal COMMAND ...

${table(rows, 24)}

  optseal COMMAND --help    how a command is called
  optseal --version         the release

- stands for standard input or output. Files that exist are replaced only with --force.
Exit codes: 0 done, 1 a bug in optseal, 2 usage, 3 a file or the system; a refusal by
10 spec, 11 codec, 12 envelope, 13 trust, 14 check, 15 run, 16 legacy, 17 state.
`;
}

/** `optseal COMMAND --help`. */
export function commandHelp({ name, about, takes, options, notes = [] }: Command): string {
  const usage = wrapped(
    [...takes.map(positionalText), ...options.map(optionText)],
    7,
    `usage: optseal ${name}`,
  );
  const rows = options.map((option): [string, string] => [
    `${option.short === undefined ? "" : `-${option.short}, `}--${option.name}${option.takes === undefined ? "" : ` ${option.takes}`}`,
    option.about,
  ]);
  const parts = [
    `optseal ${name}: ${about}`,
    usage,
    ...(rows.length === 0 ? [] : [table(rows, 26)]),
    ...notes.map((note) => wrapped(note.split(" "), 0)),
  ];
  return `${parts.join("\n\n")}\n`;
}
