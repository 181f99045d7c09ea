/** house: the floors. A file imports its own folder and the folders of lower floors. */

/** Folders of src/, lowest floor first. */
export const FLOORS: readonly (readonly string[])[] = [
  ["base"],
  ["spec"],
  ["codec", "envelope", "rules"],
  ["author", "trust", "check", "run", "state"],
  ["legacy"],
  ["cli", "serve"],
];

/** The public faces: they stand above all stages, and what stands above them goes through them. */
export const FACES: readonly string[] = ["src/index.ts", "src/node.ts"];
/** The whole way in one call: parts of the public face. */
export const CALLS: readonly string[] = ["src/amend.ts", "src/checkpoint.ts", "src/open.ts", "src/sign.ts"];

/** Below these, the rule of the floors alone would allow more than the design does. */
const APART: ReadonlyMap<string, readonly string[]> = new Map([["envelope", ["spec"]]]);

/** Above these, the rule alone would forbid what the design wants: the command line starts the service. */
const BESIDE: ReadonlyMap<string, readonly string[]> = new Map([["cli", ["serve"]]]);

const FOLDERS = FLOORS.flat();
const TOP = FLOORS.at(-1) as readonly string[];

/** The folders that a folder must not import. */
export function forbiddenTo(folder: string): readonly string[] {
  const floor = FLOORS.findIndex((folders) => folders.includes(folder));
  const reachable = TOP.includes(folder) ? (BESIDE.get(folder) ?? []) : FLOORS.slice(0, floor).flat();
  const apart = APART.get(folder) ?? [];
  return FOLDERS.filter((other) => other !== folder && (apart.includes(other) || !reachable.includes(other)));
}

/** The folder of src/ that a path is in; undefined for the files of src/ itself. */
export function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** Files that may import Node's own modules: the top floor, its public face, and backends that say so by their name. */
export function mayUseNode(path: string): boolean {
  const folder = folderOf(path);
  return (folder !== undefined && TOP.includes(folder)) || /-node\.ts$|\/folder-store\.ts$/.test(path);
}
