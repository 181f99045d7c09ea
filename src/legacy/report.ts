/** legacy: what became of each field of a foreign file. */
import type { Issue } from "../base/errors.ts";
import type { LegacyCode } from "./errors.ts";
import { LegacyError } from "./errors.ts";
import type { Fact } from "./pickle/facts.ts";

/** `kept` in the spec; `dropped` because it changes nothing; `guessed` where the file does not say; `refused`. */
export type Action = "kept" | "dropped" | "guessed" | "refused";

export interface ReportEntry {
  /** The field's path in the foreign file, such as `lr_scheduler.step`. */
  readonly field: string;
  readonly action: Action;
  /** Where its value begins, in bytes from the start of the file. */
  readonly offset: number;
  /** The value as the file has it, in words, shortened. */
  readonly value: string;
  /** Where it stands in the spec. */
  readonly to?: string;
  readonly why?: string;
}

/** What a conversion found out about the file. */
export interface Source {
  readonly format: "pickle";
  readonly framework: string;
  readonly release: string;
  readonly className: string;
}

export interface Report {
  readonly source: Source;
  readonly fields: readonly ReportEntry[];
}

/** A file that was read but not converted; the report tells of every field, the refused ones included. */
export class ConversionError extends LegacyError {
  readonly report: Report;

  constructor(issues: readonly [Issue<LegacyCode>, ...Issue<LegacyCode>[]], report: Report) {
    super(issues);
    this.report = report;
  }
}

const LONGEST = 60;

/** A fact in words, for a report. */
export function inWords(fact: Fact): string {
  const text = WORDS[fact.kind]?.(fact as never) ?? `a ${fact.kind}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

type Words = { readonly [K in Fact["kind"]]?: (fact: Extract<Fact, { kind: K }>) => string };

const sizes = (what: string) => (fact: { readonly items: readonly Fact[] }) =>
  `a ${what} of ${fact.items.length}`;

const WORDS: Words = {
  none: () => "None",
  bool: ({ value }) => (value ? "True" : "False"),
  int: ({ value }) => String(value),
  float: ({ value }) => (Object.is(value, -0) ? "-0.0" : String(value)),
  text: ({ value }) => JSON.stringify(value),
  list: ({ items }) =>
    items.length <= 8 ? `[${items.map(inWords).join(", ")}]` : `a list of ${items.length}`,
  tuple: sizes("tuple"),
  set: sizes("set"),
  dict: ({ entries }) => `a dict of ${entries.length}`,
  call: () => "an object",
  bytes: ({ value }) => `${value.length} bytes`,
};

/** Gathers the fate of every field, and the refusals among them as issues. */
export class Ledger {
  readonly entries: ReportEntry[] = [];
  readonly issues: Issue<LegacyCode>[] = [];

  #add(
    action: Action,
    field: string,
    fact: Fact,
    more: { readonly value?: string; readonly to?: string; readonly why?: string },
  ): void {
    this.entries.push({ field, action, offset: fact.offset, value: inWords(fact), ...more });
  }
  keep(field: string, fact: Fact, to: string, why?: string): void {
    this.#add("kept", field, fact, { to, ...(why === undefined ? {} : { why }) });
  }
  drop(field: string, fact: Fact, why: string): void {
    this.#add("dropped", field, fact, { why });
  }
  /** What the file does not say: `value` is what it says instead. */
  guess(field: string, fact: Fact, value: string, to: string, why: string): void {
    this.#add("guessed", field, fact, { value, to, why });
  }
  refuse(code: LegacyCode, field: string, fact: Fact, why: string, hint?: string): void {
    this.#add("refused", field, fact, { why });
    this.issues.push({
      code,
      message: `\`${field}\`: ${why}`,
      path: `${field}, byte ${fact.offset}`,
      offset: fact.offset,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
