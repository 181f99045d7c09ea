/** author: YAML 1.2 (and so JSON) to plain data, and back. */
import { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, stringify, visit } from "yaml";
import type { Amendment } from "../spec/amendment.ts";
import { SpecError } from "../spec/errors.ts";
import { print } from "../spec/print.ts";
import type { ScheduleUse, Spec } from "../spec/tree.ts";
import { isWrittenOut } from "../spec/tree.ts";

/** Larger than any spec that fits the limits of its encoded form. */
const MAX_TEXT = 1 << 20;

/** @throws SpecError `yaml` with line and column; aliases, tags and duplicate keys are refused. */
export function readYaml(text: string): unknown {
  if (text.length > MAX_TEXT) {
    throw new SpecError({
      code: "size-limit",
      message: `a document of ${text.length} characters`,
      path: "line 1",
    });
  }
  const lineCounter = new LineCounter();
  // The parser's own search for duplicate keys takes the square of their number, and holds `1` and "1" apart.
  const uniqueKeys = false;
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    strict: true,
    uniqueKeys,
    lineCounter,
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line = 1, col = 1 } = problem.linePos?.[0] ?? {};
    const said = (problem.message.split("\n")[0] ?? "")
      .replace(/ at line \d+, column \d+:?$/, "")
      .toLowerCase();
    const message = problem.code === "RESOURCE_EXHAUSTION" ? "the document nests too deep" : said;
    throw new SpecError({ code: "yaml", message, path: `line ${line}, column ${col}` });
  }
  visit(document, (_, node) => {
    const found = unwanted(node);
    if (found === undefined) return;
    const { line, col } = lineCounter.linePos(found.at);
    throw new SpecError({ code: "yaml", message: found.message, path: `line ${line}, column ${col}` });
  });
  return document.toJS();
}

/** What YAML has beyond plain data, and keys that would be the same text. */
function unwanted(node: unknown): { readonly at: number; readonly message: string } | undefined {
  if (!isNode(node)) return undefined;
  const at = node.range?.[0] ?? 0;
  if (isAlias(node)) return { at, message: "aliases have no place in a spec" };
  if (node.anchor !== undefined)
    return { at, message: `the anchor \`${node.anchor}\` has no place in a spec` };
  if (node.tag !== undefined) return { at, message: `the tag \`${node.tag}\` has no place in a spec` };
  if (!isMap(node)) return undefined;
  const seen = new Set<string>();
  for (const { key } of node.items) {
    if (!isScalar(key)) return { at, message: "a key is one text or number" };
    const name = key.value === null ? "" : String(key.value);
    if (seen.has(name)) return { at: key.range?.[0] ?? at, message: `the key \`${name}\` is there twice` };
    seen.add(name);
  }
  return undefined;
}

/** A spec as people write it, which `author` reads back to the same spec. Built-ins by name, other rules as text. */
export function writeYaml({ optseal, rule, schedule, groups, hyper, ...rest }: Spec): string {
  const written = {
    optseal,
    rule: isWrittenOut(rule) ? print(rule) : rule.name,
    ...(hyper === undefined ? {} : { hyper }),
    ...(schedule === undefined ? {} : { schedule: writtenSchedule(schedule) }),
    ...(groups === undefined
      ? {}
      : { groups: groups.map(({ match, hyper: values }) => ({ match, hyper: values })) }),
    ...rest,
  };
  return stringify(written, STYLE);
}

const STYLE = { version: "1.2", schema: "core", lineWidth: 0, aliasDuplicateObjects: false } as const;

function writtenSchedule({ rule, hyper, every }: ScheduleUse): object {
  return {
    ...(isWrittenOut(rule) ? { rule: print(rule) } : { name: rule.name }),
    ...(hyper === undefined ? {} : { hyper }),
    ...(every === undefined ? {} : { every }),
  };
}

/** An amendment as people write it, which `amend` reads back to the same amendment. */
export function writeAmendmentYaml({ schedule, ...rest }: Amendment): string {
  const own = schedule === undefined || schedule === null ? schedule : writtenSchedule(schedule);
  return stringify({ ...rest, ...(own === undefined ? {} : { schedule: own }) }, STYLE);
}
