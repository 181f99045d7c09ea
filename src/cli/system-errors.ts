/** cli: what the operating system refuses, in words. */
import { FileError } from "./errors.ts";

interface Words {
  readonly message: string;
  readonly hint: string;
}

const WORDS: ReadonlyMap<string, Words> = new Map([
  ["ENOENT", { message: "there is no such file or folder", hint: "check the path" }],
  ["ENOTDIR", { message: "a part of the path is no folder", hint: "check the path" }],
  ["EISDIR", { message: "this is a folder", hint: "name a file" }],
  ["EACCES", { message: "permission denied", hint: "check who may read or write it, and its folder" }],
  ["EPERM", { message: "operation not permitted", hint: "check who may write to its folder" }],
  ["EROFS", { message: "the file system is read-only", hint: "write somewhere else" }],
  ["ENOSPC", { message: "no space is left", hint: "make room or write somewhere else" }],
  ["EDQUOT", { message: "the quota is used up", hint: "make room or write somewhere else" }],
  ["EMFILE", { message: "too many files are open", hint: "raise the limit (ulimit -n)" }],
  ["ELOOP", { message: "the symbolic links lead in a circle", hint: "check the path" }],
  ["ENAMETOOLONG", { message: "the name is too long", hint: "choose a shorter one" }],
  ["EEXIST", { message: "the file exists already", hint: "--force replaces it" }],
]);

/** Whether an error is the system's: those of Node's file functions carry the name of the call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}

/** A system's error as a `FileError` about the file; all others as they are. */
export function explain(file: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const { message, hint } = WORDS.get(error.code) ?? {
    message: `the system says ${error.code}`,
    hint: "see the system's own documentation of this code",
  };
  return new FileError(file, { code: error.code, message, hint }, { cause: error });
}
