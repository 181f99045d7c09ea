/**
 * base: what every refusal looks like. One error class per stage, each with a closed set of codes; an error carries every
 * issue that the stage found, the first of which gives the error its code and message.
 */

/** The stages of the data's way, in its order. */
export type Stage = "spec" | "codec" | "envelope" | "trust" | "check" | "run" | "legacy" | "state";

/** One finding: a closed code, a sentence, where, and what to do about it. */
export interface Issue<Code extends string = string> {
  readonly code: Code;
  /** Lower case, one line, no full stop; the user's own text in backticks. */
  readonly message: string;
  /** Where inside a document: a path such as `groups[0].hyper.lr`, or `line 3, column 7`. */
  readonly path?: string;
  /** Where inside bytes: the offset of the first byte that is wrong. */
  readonly offset?: number;
  /** How to put it right. */
  readonly hint?: string;
}

/** The common face of all refusals. Misuse by the calling program is a `TypeError` instead. */
export abstract class StageError<Code extends string = string> extends Error {
  abstract readonly stage: Stage;
  readonly issues: readonly [Issue<Code>, ...Issue<Code>[]];

  constructor(issues: readonly [Issue<Code>, ...Issue<Code>[]] | Issue<Code>, options?: ErrorOptions) {
    const all = Array.isArray(issues) ? issues : [issues as Issue<Code>];
    const first = all[0] as Issue<Code>;
    super(describe(first), options);
    this.issues = all as unknown as readonly [Issue<Code>, ...Issue<Code>[]];
  }

  get code(): Code {
    return this.issues[0].code;
  }
  get path(): string | undefined {
    return this.issues[0].path;
  }
  get offset(): number | undefined {
    return this.issues[0].offset;
  }
  get hint(): string | undefined {
    return this.issues[0].hint;
  }
}

/** An issue as one line: message, then where. */
export function describe(issue: Issue): string {
  if (issue.path !== undefined && issue.path !== "") return `${issue.message} (at ${issue.path})`;
  if (issue.offset !== undefined) return `${issue.message} (at byte ${issue.offset})`;
  return issue.message;
}

/** For a state that no input can reach: its message says that the bug is ours. */
export function bug(message: string): Error {
  return new Error(`bug: ${message}`);
}
