/** cli: what the command line itself refuses, and which file a stage refused. */

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** A file or the system: exit code 3. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly file: string;
  readonly code: string;
  readonly hint: string;

  constructor(
    file: string,
    why: { readonly code: string; readonly message: string; readonly hint: string },
    options?: ErrorOptions,
  ) {
    super(why.message, options);
    this.file = file;
    this.code = why.code;
    this.hint = why.hint;
  }
}

const files = new WeakMap<object, string>();

/** The file that a refusal is about, if it is known. */
export function fileOf(error: object): string | undefined {
  return files.get(error);
}

/** Runs `work`; what it throws is said to be about `file`, unless something inside has named another. */
export async function about<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (typeof error === "object" && error !== null && !files.has(error)) files.set(error, file);
    throw error;
  }
}
