/** house: the files of this checkout. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { Code } from "./code.ts";
import { importsOf, takeApart } from "./code.ts";

export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** The text of a file of this checkout. */
export function readText(path: string): string {
  return readFileSync(`${ROOT}${path}`, "utf8");
}

/** All files below a folder, sorted, as paths from the root with `/`. */
export function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(`${ROOT}${folder}`, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length).replaceAll("\\", "/"))
    .sort();
}

/** What belongs to the project: tracked, or new and not ignored; without git, all but what is known to be made. */
export function projectFiles(): readonly string[] {
  try {
    const git = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const listed = execFileSync("git", git, {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    if (listed !== "") return listed.split("\0").filter((path) => path !== "");
  } catch {
    // An unpacked archive has no git.
  }
  const made = new Set(["node_modules", "dist", "coverage", ".git"]);
  const inRoot = readdirSync(ROOT, { withFileTypes: true }).filter(({ name }) => !made.has(name));
  return inRoot.flatMap((entry) => (entry.isDirectory() ? filesIn(entry.name) : [entry.name]));
}

/** One source of the library. */
export interface Source extends Code {
  readonly path: string;
  /** Paths of the sources that it imports. */
  readonly inner: readonly string[];
  /** Names of the packages and built-in modules that it imports. */
  readonly outer: readonly string[];
}

/** All TypeScript of src/ that people wrote. */
export const SOURCES: readonly Source[] = filesIn("src")
  .filter((path) => path.endsWith(".ts") && !/\.(?:d|gen)\.ts$/.test(path))
  .map((path) => {
    const code = takeApart(readText(path));
    const imports = importsOf(code);
    const inner = imports.filter((from) => from.startsWith("."));
    return {
      ...code,
      path,
      inner: inner.map((from) => posix.join(posix.dirname(path), from)),
      outer: imports.filter((from) => !from.startsWith(".")),
    };
  });
