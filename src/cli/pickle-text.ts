/** cli: what a pickle says, as an indented tree with byte offsets. In: facts. Out: lines, of bounded number and length. */
import type { Fact } from "../index.ts";
import { shortened, visible } from "./visible.ts";

/** Lines; a file that says more is better read by a program (`optseal scan --json`). */
const MOST_LINES = 2000;
const MOST_DEPTH = 40;
const LONGEST = 80;

const quoted = (text: string): string => `"${visible(shortened(text, LONGEST)).replaceAll('"', '\\"')}"`;

/** A leaf, or the first line of what holds others. */
type Words = { readonly [K in Fact["kind"]]: (fact: Fact & { readonly kind: K }) => string };

const WORDS: Words = {
  none: () => "None",
  bool: ({ value }) => (value ? "True" : "False"),
  int: ({ value }) => shortened(String(value), LONGEST),
  float: ({ value }) => (Object.is(value, -0) ? "-0.0" : String(value)),
  text: ({ value }) => quoted(value),
  bytes: ({ value }) => `${value.length} bytes`,
  bytearray: ({ value }) => `bytearray of ${value.length} bytes`,
  global: ({ module, name }) => `global ${visible(shortened(`${module} ${name}`, LONGEST))}`,
  extension: ({ code }) => `extension ${code}`,
  unknown: () => "unreadable",
  list: ({ items }) => `list of ${items.length}`,
  tuple: ({ items }) => `tuple of ${items.length}`,
  set: ({ items }) => `set of ${items.length}`,
  frozenset: ({ items }) => `frozenset of ${items.length}`,
  dict: ({ entries }) => `dict of ${entries.length}`,
  call: ({ how }) => `call, by ${how}, never made here`,
  persistent: () => "reference to something outside",
};

const words = (fact: Fact): string => (WORDS[fact.kind] as (fact: Fact) => string)(fact);

interface Branch {
  readonly label: string;
  readonly fact: Fact;
}

const numbered = (items: readonly Fact[], name = ""): readonly Branch[] =>
  items.map((fact, i) => ({ label: `${name}[${i}]`, fact }));

function entries(pairs: readonly { readonly key: Fact; readonly value: Fact }[]): readonly Branch[] {
  return pairs.flatMap(({ key, value }) =>
    "id" in key
      ? [
          { label: "key", fact: key },
          { label: "value", fact: value },
        ]
      : [{ label: words(key), fact: value }],
  );
}

function branches(fact: Fact): readonly Branch[] {
  if (fact.kind === "dict") return entries(fact.entries);
  if (fact.kind === "persistent") return [{ label: "id", fact: fact.key }];
  if (fact.kind === "call") {
    return [
      { label: "of", fact: fact.callable },
      { label: "with", fact: fact.args },
      ...(fact.kwargs === undefined ? [] : [{ label: "named", fact: fact.kwargs }]),
      ...fact.states.map((state) => ({ label: "state", fact: state })),
      ...numbered(fact.items, "item"),
      ...entries(fact.entries),
    ];
  }
  return "items" in fact ? numbered(fact.items) : [];
}

/** The tree of a fact. What a pickle shares is written out once and named by its offset from then on. */
export function factLines(root: Fact): readonly string[] {
  const lines: string[] = [];
  const seen = new Set<Fact>();
  const waiting: { readonly branch: Branch; readonly depth: number }[] = [
    { branch: { label: "", fact: root }, depth: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (lines.length >= MOST_LINES) return [...lines, "and more"];
    const { branch, depth } = next;
    const { label, fact } = branch;
    const isAgain = seen.has(fact);
    const isDeep = depth >= MOST_DEPTH;
    const inner = isAgain || isDeep ? [] : branches(fact);
    const more = isAgain ? `, as at byte ${fact.offset}` : isDeep && "id" in fact ? ", and more inside" : "";
    const indent = "  ".repeat(depth);
    lines.push(
      `${String(fact.offset).padStart(8)}  ${indent}${label === "" ? "" : `${label}: `}${words(fact)}${more}`,
    );
    if ("id" in fact) seen.add(fact);
    // No more than could ever be printed: a list may hold millions.
    for (let i = Math.min(inner.length, MOST_LINES) - 1; i >= 0; i--)
      waiting.push({ branch: inner[i] as Branch, depth: depth + 1 });
  }
  return lines;
}
