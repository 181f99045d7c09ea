/** house: the public face as declarations. In: .d.ts files as tsc writes them. Out: what a program that imports it can see. */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { takeApart } from "./code.ts";

/** A top-level statement of a .d.ts file. */
interface Statement {
  /** The name that it declares; none for imports and re-exports. */
  readonly name: string | undefined;
  readonly text: string;
}

interface Module {
  readonly path: string;
  readonly statements: readonly Statement[];
  /** Names that come from other modules: where from, and what they are called there. */
  readonly imported: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
  /** Modules whose every export is passed on. */
  readonly passed: readonly string[];
}

const DECLARES =
  /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|(?:async )?function|const|enum)\s+(\w+)/;
const NAMED = /^(?:import|export)(?: type)? \{([\s\S]*)\} from "([^"]+)";$/;
const PASSED = /^export (?:type )?\* from "([^"]+)";$/;

/** tsc begins each top-level statement at the margin, and nothing else but closing brackets. */
function statementsOf(code: string): readonly string[] {
  const groups: string[] = [];
  for (const line of code.split("\n").filter((each) => each.trim() !== "")) {
    if (/^[a-z]/.test(line) || groups.length === 0) groups.push(line.trimEnd());
    else groups.push(`${groups.pop()}\n${line.trimEnd()}`);
  }
  return groups;
}

function readModule(folder: string, path: string): Module {
  const texts = statementsOf(takeApart(readFileSync(`${folder}/${path}`, "utf8")).code);
  const imported = new Map<string, { from: string; name: string }>();
  const target = (from: string) => posix.join(posix.dirname(path), from).replace(/\.[jt]s$/, ".d.ts");
  for (const text of texts) {
    const [, names, from] = NAMED.exec(text) ?? [];
    for (const part of names?.split(",") ?? []) {
      const [, name, as] = /^(?:type )?(\w+)(?: as (\w+))?$/.exec(part.trim()) ?? [];
      if (name !== undefined && from?.startsWith("."))
        imported.set(as ?? name, { from: target(from as string), name });
    }
  }
  return {
    path,
    statements: texts.map((text) => ({ name: DECLARES.exec(text)?.[1], text })),
    imported,
    passed: texts.flatMap((text) => PASSED.exec(text)?.[1] ?? []).map(target),
  };
}

/**
 * Every declaration that an entry's exports reach, each once, in the order of the first mention: exported names first, then
 * what their types name.
 * @param folder where tsc has put its declarations
 */
export function publicFace(folder: string, entry: string): string {
  const modules = new Map<string, Module>();
  const load = (path: string): Module => {
    const known = modules.get(path) ?? readModule(folder, path);
    modules.set(path, known);
    return known;
  };
  const shown = new Map<string, string>();
  const queue: { module: Module; name: string }[] = [];
  const main = load(entry);
  for (const { name, text } of main.statements)
    if (name !== undefined && text.startsWith("export ")) queue.push({ module: main, name });
  for (const { from, name } of main.imported.values()) queue.push({ module: load(from), name });
  for (const from of main.passed)
    for (const { name } of load(from).statements)
      if (name !== undefined) queue.push({ module: load(from), name });

  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { module, name } = next;
    const key = `${module.path}: ${name}`;
    if (shown.has(key)) continue;
    const elsewhere = module.imported.get(name);
    if (elsewhere !== undefined) {
      queue.push({ module: load(elsewhere.from), name: elsewhere.name });
      continue;
    }
    const own = module.statements.filter((statement) => statement.name === name);
    if (own.length === 0) continue;
    const text = own.map((statement) => statement.text).join("\n");
    shown.set(key, text);
    for (const [word] of takeApart(text).bare.matchAll(/\b[A-Za-z_]\w*\b/g))
      queue.push({ module, name: word });
  }
  return [...shown]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => `// ${key}\n${text}\n`)
    .join("\n");
}
