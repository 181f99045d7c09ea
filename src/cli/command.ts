/** cli: what a command is: a row of the table in `commands.ts`. Types only. */
import type { Io, Outcome } from "./io.ts";

/** The words behind a command's name, by what they are. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** By name; a flag that was given has one empty text. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What it takes, as help shows it; absent: it is a flag. */
  readonly takes?: string;
  readonly required?: true;
  /** `again`: may be given several times. `list`: and takes all values that follow it. */
  readonly many?: "again" | "list";
  readonly about: string;
}

export interface Positional {
  readonly name: string;
  readonly optional?: true;
  /** One or more; the last one only. */
  readonly many?: true;
}

export type Run = (args: Arguments, io: Io) => Promise<Outcome>;

export interface Command {
  /** One word or two. */
  readonly name: string;
  readonly about: string;
  readonly takes: readonly Positional[];
  readonly options: readonly Option[];
  /** Paragraphs of help. */
  readonly notes?: readonly string[];
  readonly load: () => Promise<{ readonly run: Run }>;
}
